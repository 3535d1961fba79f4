"""The studies that there are: one folder each in `experiments/`, of the harness or of a user.

A study's folder is a package whose `report(evidence)` makes tables, figures and numbers of its records. Whatever folder it
is in, it is imported as `experiments.<study>`, so that its modules find each other by that name.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from harness import places
from harness.core import ConfigError
from harness.report.evidence import Evidence
from harness.report.levels import read_abouts, titles_of
from harness.report.writing import Report
from harness.running import labels, store

PACKAGE = "experiments"


class Study(Protocol):
    """The package of a study."""

    def report(self, evidence: Evidence) -> Report:
        """Tables, figures and numbers of its records."""
        ...


def study_folders(own: Sequence[Path] = ()) -> dict[str, Path]:
    """The folder of each study by its name, in alphabetical order.

    Args:
        own: a user's folders, each with `experiments/<study>/`.

    Raises:
        ConfigError: two folders have a study of the same name.
    """
    found: dict[str, Path] = {}
    for parent in [places.shipped(PACKAGE), *(folder / PACKAGE for folder in own)]:
        for path in sorted(parent.glob("*/__init__.py")):
            name = path.parent.name
            if name in found:
                raise ConfigError(
                    f"there are two studies {name!r}, in {found[name]} and in {path.parent}; rename yours."
                )
            found[name] = path.parent
    return dict(sorted(found.items()))


def load_study(name: str, own: Sequence[Path] = ()) -> Study:
    """The package of a study.

    Raises:
        ConfigError: there is no such study, or it makes no report.
    """
    folders = study_folders(own)
    if name not in folders:
        raise ConfigError(f"there is no study {name!r}; there are: {', '.join(folders)}.")
    _namespace().__path__ = list(dict.fromkeys(str(folder.parent) for folder in folders.values()))
    module = importlib.import_module(f"{PACKAGE}.{name}")
    if not callable(getattr(module, "report", None)):
        raise ConfigError(f"{folders[name]} makes no report: its __init__.py needs a function report(evidence).")
    return cast(Study, module)


def _namespace() -> ModuleType:
    """The package that holds all studies. It has no file of its own, so that a user's folder can add to it."""
    return sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))


def recorded_studies(results: Path, tier: str, study: str = "", own: Sequence[Path] = ()) -> list[str]:
    """Studies that have records of the tier and a folder in `experiments/`; or only the one that is named.

    Raises:
        ConfigError: there is no such study.
    """
    known = study_folders(own)
    if study and study not in known:
        raise ConfigError(f"there is no study {study!r}; there are: {', '.join(known)}.")
    wanted = [study] if study else list(known)
    return [name for name in wanted if store.exists(places.study_folder(results, tier, name))]


def evidence_of(folder: Path, stored: store.Stored, tier: str, own: Sequence[Path] = ()) -> Evidence:
    """What a report of these records is made of, with the printed names that YAML files give."""
    abouts = read_abouts(own)
    dependent = frozenset(name for name, about in abouts["dataset"].items() if about.get("independent") is False)
    return Evidence(stored, tier, titles_of(abouts), dependent, labels.collect(folder, stored))
