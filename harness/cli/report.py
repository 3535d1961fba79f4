"""`harness report`: tables and figures of every study that has records."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from omegaconf import OmegaConf
from rich.console import Console

from harness import places
from harness.analysis.report import Evidence, write_report
from harness.cli.settings import read_settings
from harness.core import ConfigError, HarnessError
from harness.running import labels, store

DESCRIPTION = """\
Make the tables (CSV, LaTeX, JSON) and figures (PDF, SVG, PNG) of every study that has records, from the records only.

  harness report                 the standard tier: results/<study>/
  harness report tier=smoke      another tier: results/.smoke/<study>/
  harness report study=synthesis results=elsewhere
"""
DEFAULTS = {"tier": places.STANDARD_TIER, "results": "results", "study": ""}


def main(argv: Sequence[str]) -> int:
    """Write the reports; the exit code."""
    settings = read_settings("harness report", DESCRIPTION, argv, defaults=DEFAULTS)
    results, tier = Path(settings["results"]), settings["tier"]
    studies = found_studies(results, tier, settings["study"])
    if not studies:
        raise HarnessError(
            f"there are no records of the tier {tier!r} in {results}; "
            f"run `harness run -m experiment=synthesis tier={tier}` first."
        )
    for study in studies:
        _write(study, places.study_folder(results, tier, study), tier)
    return 0


def _write(study: str, folder: Path, tier: str) -> None:
    console = Console(stderr=True, highlight=False)
    with console.status(f"{study}: reading records") as status:
        stored = store.compact(folder).current()
        report = study_module(study).report(evidence(folder, stored, tier))
        written = write_report(report, folder, lambda name: status.update(f"{study}: {name}"))
    console.print(f"{study}: {len(stored)} trials -> {len(written)} files in {folder}", soft_wrap=True)


def found_studies(results: Path, tier: str, study: str = "") -> list[str]:
    """Studies that have records of the tier and an experiment to report them; or only the one that is named.

    Raises:
        ConfigError: there is no such study.
    """
    known = places.studies()
    if study and study not in known:
        raise ConfigError(f"there is no study {study!r}; there are: {', '.join(known)}.")
    wanted = [study] if study else known
    return [name for name in wanted if store.exists(places.study_folder(results, tier, name))]


def study_module(study: str) -> ModuleType:
    """The study's own file of `experiments/`."""
    path = places.shipped("experiments") / f"{study}.py"
    spec = importlib.util.spec_from_file_location(f"experiments_{study}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for the module of a class
    spec.loader.exec_module(module)
    return module


def read_abouts() -> dict[str, dict[str, dict[str, Any]]]:
    """What the shipped YAML files say about themselves: the `about` of every level, by group and name."""
    abouts: dict[str, dict[str, dict[str, Any]]] = {}
    for group in ("model", "synthesis", "dataset", "detector", "scenario"):
        files = sorted((places.shipped("conf") / group).glob("*.yaml"))
        nodes = {path.stem: OmegaConf.load(path) for path in files}
        abouts[group] = {name: dict(OmegaConf.select(node, "about") or {}) for name, node in nodes.items()}
    return abouts


def evidence(folder: Path, stored: store.Stored, tier: str) -> Evidence:
    """What a report of these records is made of, with the printed names that the shipped YAML files give."""
    abouts = read_abouts()
    titles = {
        group: {name: about["title"] for name, about in levels.items() if "title" in about}
        for group, levels in abouts.items()
    }
    titles["regression"] = {
        name: about["regression_title"] for name, about in abouts["model"].items() if "regression_title" in about
    }
    dependent = frozenset(name for name, about in abouts["dataset"].items() if about.get("independent") is False)
    return Evidence(stored, tier, titles, dependent, labels.collect(folder, stored))
