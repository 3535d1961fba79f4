"""The studies that there are: one folder each in `experiments/`, of the harness or of a user.

A study's folder is a package whose `report(evidence)` makes tables, figures and numbers of its records. Whatever folder it
is in, it is imported as `experiments.<study>`, so that its modules find each other by that name.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Protocol, cast

from harness import places
from harness.core import ConfigError, HarnessError
from harness.report import default_report
from harness.report.evidence import Evidence
from harness.report.freezing import estimates_written, read_frozen
from harness.report.levels import read_abouts, titles_of, unbalanced_sets
from harness.report.tiers import ANY_STUDY, how_to_record
from harness.report.writing import Report
from harness.running import predicted_labels, status, store
from harness.running.publishing import read_published
from harness.running.store import plans, summary

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
    _forget_another(name, folders[name])
    importlib.invalidate_caches()  # the folder may be younger than what Python remembers of it
    module = importlib.import_module(f"{PACKAGE}.{name}")
    if not callable(getattr(module, "report", None)):
        raise ConfigError(f"{folders[name]} makes no report: its __init__.py needs a function report(evidence).")
    return cast(Study, module)


def _namespace() -> ModuleType:
    """The package that holds all studies. It has no file of its own, so that a user's folder can add to it."""
    return sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))


def _forget_another(name: str, folder: Path) -> None:
    """Forget what was imported as the study of this name from another folder, as a notebook may have."""
    known = sys.modules.get(f"{PACKAGE}.{name}")
    if known is not None and Path(known.__file__ or "").parent.resolve() != folder.resolve():
        for module in [one for one in sys.modules if f"{one}.".startswith(f"{PACKAGE}.{name}.")]:
            del sys.modules[module]


def report_of(name: str, evidence: Evidence, own: Sequence[Path] = ()) -> Report:
    """The report of a study's records: its own, or the usual one if it has no folder.

    Raises:
        HarnessError: it cannot be made of these records; or its folder makes no report.
    """
    study = load_study(name, own) if name in study_folders(own) else default_report
    return study.report(evidence)


def recorded_studies(results: Path, tier: str, study: str = "", own: Sequence[Path] = ()) -> list[str]:
    """Studies that have records of the tier, in alphabetical order; or only the one that is named.

    Raises:
        ConfigError: there is no study of that name, neither a folder nor records of any tier; or there are no such records.
    """
    left = [folder for folder in status.study_folders(results) if store.exists(folder.path)]
    if study and study not in (known := sorted({*study_folders(own), *(folder.path.name for folder in left)})):
        raise ConfigError(f"there is no study {study!r}; there are: {', '.join(known)}.")
    recorded = sorted(folder.path.name for folder in left if folder.tier == tier and study in ("", folder.path.name))
    if not recorded:
        which = f" of the study {study!r}" if study else ""
        how = how_to_record(study or ANY_STUDY, tier)
        raise ConfigError(f"there are no records of the tier {tier!r}{which} in {results}; {how}.")
    return recorded


def evidence_of(folder: Path, stored: store.Stored, tier: str, own: Sequence[Path] = ()) -> Evidence:
    """What a report of these records is made of, with the printed names that YAML files give."""
    abouts = read_abouts(own)
    dependent = frozenset(name for name, about in abouts["dataset"].items() if about.get("independent") is False)
    titles, plan = titles_of(abouts), plans.newest_plan(folder)
    alone = Evidence(
        stored,
        tier,
        titles,
        dependent,
        predicted_labels.collect(folder, stored),
        {} if plan is None else plan.register,
        read_frozen(folder),
        estimates_written(folder),
    )
    if tier != places.STANDARD_TIER:
        return alone
    return replace(alone, again=dict(_again(folder, alone)), unbalanced_sets=unbalanced_sets(own))


def _again(folder: Path, first: Evidence) -> Iterator[tuple[str, Evidence]]:
    """What is published of the tiers that replicate and confirm a study, whose folder of the standard tier this is."""
    earlier = [(places.STANDARD_TIER, first.stored)]
    for tier in places.PUBLISHED_TIERS:
        other = places.study_folder(folder.parent, tier, folder.name)
        data = {} if first.committed is None else first.committed.data
        checksums = {name: frozenset(known) for name, known in data.items()}
        stored = replace(read_published(other), data=checksums).current()
        if len(stored):
            _check_new(str(places.published(other)), stored, earlier)
            earlier.append((tier, stored))
            labels, register = predicted_labels.collect(other, stored), summary.of_published(other).register
            yield tier, Evidence(stored, tier, first.titles, first.dependent_sets, labels, register)


def _check_new(path: str, stored: store.Stored, earlier: Sequence[tuple[str, store.Stored]]) -> None:
    """Refuse trials of an earlier tier: a copy of it would replicate whatever it says. Raises `HarnessError`."""
    for tier, other in earlier:
        if n_same := other.n_of(stored.table["trial_id"]):
            raise HarnessError(
                f"{path} holds {n_same:,} trials of tier={tier}, so that it tells nothing new; put back the published file."
            )
