"""Tables and numbers made anew of the records, and compared with those that are written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness import places
from harness.core import HarnessError
from harness.provenance.checking import Check, Faults, checked
from harness.report import unfinished
from harness.report.judging import whole_report
from harness.report.studies import evidence_of
from harness.report.writing import said_of_figures, write_report
from harness.running import store
from harness.running.processes import spawning
from harness.running.status import assess
from harness.running.store import plans

TABLES, FIGURES = "tables", "figures"
"""The names of the check, without figures and with them."""


def made_anew(folders: Sequence[Path], own: Sequence[Path] = (), *, figures: bool = False) -> Iterator[Check]:
    """Make the tables of these studies anew, as many studies at once as the machine has cores, and compare them with the files.

    Args:
        folders: of the studies.
        own: a user's folders, whose studies make tables of their records.
        figures: draw the figures, too.
    """
    name = FIGURES if figures else TABLES
    n_processes = min(len(folders), os.cpu_count() or 1)
    if n_processes < 2:
        yield from (_compared(name, folder, own) for folder in folders)
        return
    with spawning() as context, ProcessPoolExecutor(n_processes, mp_context=context) as pool:
        longest_first = sorted(folders, key=_size, reverse=True)
        waiting = {folder: pool.submit(_compared, name, folder, own) for folder in longest_first}
        for folder in folders:
            yield _ended(name, folder, waiting[folder])


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.parquet"))


def _ended(name: str, folder: Path, waiting: Future[Check]) -> Check:
    try:
        return waiting.result()
    except BrokenProcessPool:
        why = HarnessError(
            f"{folder.name}: a process that made tables was ended from outside, perhaps for want of memory; check one study at "
            "a time, with study=."
        )
        return checked(name, folder.name, partial(_raised, why))


def _raised(error: HarnessError) -> Faults:
    raise error


def _compared(name: str, folder: Path, own: Sequence[Path]) -> Check:
    return checked(name, folder.name, partial(_differing, folder, own, figures=name == FIGURES))


def _differing(folder: Path, own: Sequence[Path], *, figures: bool) -> Faults:
    """Make the report in another folder, and compare its files byte for byte."""
    tier, stored = places.tier_of(folder), store.read(folder)
    standing = assess(stored, plans.newest_plan(folder), study=folder.name, tier=tier)
    whole = whole_report(folder.name, evidence_of(folder, stored.current(), tier, own), own)
    report = unfinished.marked(whole, unfinished.sentence(standing))
    report = replace(report, figures=list(report.figures))
    with tempfile.TemporaryDirectory() as place:
        again = Path(place) / folder.name
        write_report(report if figures else replace(report, figures=()), again)
        made = {str(path.relative_to(again)): path.read_bytes() for path in sorted(again.rglob("*")) if path.is_file()}
    made |= {name: text.encode() for name, text in said_of_figures(report).items()}
    kept = {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in made}
    faults = [
        f"{folder.name}/{name} is not what the code makes of the records." for name in made if kept[name] != made[name]
    ]
    parts = ("tables", "figures") if figures else ("tables",)
    there = [path for part in parts for path in (folder / part).rglob("*") if path.is_file()]
    extra = {str(path.relative_to(folder)) for path in there} - set(made)
    return len(made), faults + [f"{folder.name}/{name} is made by no code." for name in sorted(extra)]
