"""The records of the tracking study, laid out by tool and workload.

The replicate of this study is the run: the same workload done again from scratch, under another seed, on the same machine.
There is one data set, of which the tracked models are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from harness.core import Record, Status
from harness.report.evidence import Evidence
from harness.tracking.workloads.probes import PROBES


class Scores(NamedTuple):
    """What the source gives a tool, of 5."""

    ease: int
    features: int
    scalability: int


SOURCE = {"mlflow": Scores(4, 5, 4), "dvc": Scores(3, 4, 5), "git": Scores(5, 4, 3)}
"""The source's table of tools."""

JOINED = "mlflow_dvc"
"""MLflow and DVC used together, which is no tool beside either of them."""

NOT_MEASURED = "not measured"
USUAL, COMMANDS = "usual", "command_line"
"""Interfaces: the first that a tool has, and its command line where that is another one."""

Path = tuple[str | int, ...]
"""Where a value stands in a record, from `measurements` or `clock` on."""

ADDING = ("data", "finishes")
"""Where the clock of versions of data has what adding one takes: the tool is given the file, and ends the run."""

TAKEN = ("store", "copy", "rest")
"""Where the clock has the bytes that a tool keeps, those of its working copy, and others below its folder."""


class Used(NamedTuple):
    """A tool, used through one of its interfaces."""

    tracker: str
    interface: str = USUAL


Grades = Mapping[str, Mapping[str, Any]]
"""By probe its grade, with evidence and lines of our code."""


@dataclass(frozen=True)
class Tracking:
    """All records, and the printed names of tools.

    Attributes:
        records: those of the study, whatever became of them.
        titles: printed names by tool.
    """

    records: Sequence[Record]
    titles: Mapping[str, str]

    @classmethod
    def of(cls, evidence: Evidence) -> Tracking:
        """Of the evidence of a report."""
        return cls(evidence.stored.records, evidence.titles.get("tracker", {}))

    @cached_property
    def _by_place(self) -> dict[tuple[Used, str], dict[int, Record | None]]:
        """By tool and workload the record of each run, in the order of seeds; None where it did not end well."""
        found: dict[tuple[Used, str], dict[int, Record | None]] = {}
        for record in sorted(self.records, key=lambda one: one.factors["seed"]):
            runs = found.setdefault((_used(record), str(record.factors["workload"])), {})
            runs[int(record.factors["seed"])] = record if record.status is Status.OK else None
        return found

    @cached_property
    def used(self) -> list[Used]:
        """The tools that were asked for, those of the source first, and their other interfaces behind them."""
        found = {one for one, _ in self._by_place}
        order = [*SOURCE, *sorted({one.tracker for one in found} - SOURCE.keys())]
        return sorted(found, key=lambda one: (order.index(one.tracker), one.interface != USUAL, one.interface))

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """Answers by what was asked: many choices of the register ask for the same."""
        return {}

    @property
    def usual(self) -> list[Used]:
        """Each tool through the first interface that it has; none of them twice."""
        return [one for one in self.used if one.interface == USUAL and one.tracker != JOINED]

    def title(self, one: Used) -> str:
        """The printed name."""
        title = self.titles.get(one.tracker, one.tracker)
        return title if one.interface == USUAL else f"{title}, {one.interface.replace('_', ' ')}"

    def is_asked(self, one: Used, workload: str) -> bool:
        """Whether there are records of a tool under a workload, whatever became of them."""
        return (one, workload) in self._by_place

    def of_workload(self, one: Used, workload: str) -> dict[int, Record]:
        """The records of a tool under a workload that ended well, by seed."""
        return {seed: run for seed, run in self._by_place.get((one, workload), {}).items() if run is not None}

    def found(self, one: Used, workload: str, *path: str | int) -> dict[int, Any]:
        """What stands at a place of the records of each run, by seed; runs without it are left out."""
        found = {seed: _at(record, path) for seed, record in self.of_workload(one, workload).items()}
        return {seed: value for seed, value in found.items() if value is not None}

    def values(self, one: Used, workload: str, *path: str | int) -> pd.Series[Any]:
        """The number at a place of the records of each run, by seed; runs without it are left out."""
        found = self.found(one, workload, *path)
        return pd.Series({seed: float(value) for seed, value in found.items()}, dtype=np.float64)

    def total(self, one: Used, workload: str, *paths: Path) -> pd.Series[Any]:
        """The sum of the numbers at several places of the records of each run; runs that lack one of them are left out."""
        found = [self.found(one, workload, *path) for path in paths]
        seeds = [seed for seed in found[0] if all(seed in each for each in found)]
        return pd.Series({seed: float(sum(each[seed] for each in found)) for seed in seeds}, dtype=np.float64)

    def counts(self, one: Used, workload: str, *path: str | int, of: Any = True) -> pd.Series[Any]:
        """How often something is in the list at a place of the records of each run, by seed; runs without it are left out."""
        found = self.found(one, workload, *path)
        return pd.Series({seed: float(told.count(of)) for seed, told in found.items()}, dtype=np.float64)

    def median(self, one: Used, workload: str, *path: str | int) -> float:
        """The median over the runs of what stands at a place; NaN if nothing does."""
        found = self.values(one, workload, *path)
        return float(found.median()) if len(found) else float("nan")

    def first(self, one: Used, workload: str, *path: str | int) -> Any:
        """What stands at a place of the first run; None if nothing does."""
        return next((_at(record, path) for record in self.of_workload(one, workload).values()), None)

    def grades(self, one: Used, seed: int | None = None) -> Grades:
        """The grade of every probe in a run, or in the first one; "not measured" where none was executed."""
        runs = self.of_workload(one, "features")
        record = next(iter(runs.values()), None) if seed is None else runs.get(seed)
        found = None if record is None else _at(record, ("measurements", "probes"))
        return {name: (found or {}).get(name) or {"grade": NOT_MEASURED} for name in PROBES}


def _used(record: Record) -> Used:
    return Used(str(record.factors["tracker"]), str(record.factors.get("interface") or USUAL))


def _at(record: Record, path: Sequence[str | int]) -> Any:
    node: Any = {"measurements": record.measurements, "clock": record.clock}
    for key in path:
        if isinstance(node, Mapping):
            node = node.get(str(key))
        elif isinstance(node, list) and isinstance(key, int) and -len(node) <= key < len(node):
            node = node[key]
        else:
            return None
    return node
