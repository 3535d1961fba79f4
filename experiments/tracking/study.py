"""The records of the tracking study, laid out by tool and workload."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from harness.core import Record, Status
from harness.report.evidence import Evidence
from harness.tracking.workloads.probes import PROBES

SOURCE = {"mlflow": (4, 5, 4), "dvc": (3, 4, 5), "git": (5, 4, 3)}
"""What the source gives, of 5: ease of use, features, scalability."""

NOT_MEASURED = "not measured"
COMMANDS = "command_line"


@dataclass(frozen=True)
class Used:
    """A tool, used through one of its interfaces.

    Attributes:
        tracker: the tool.
        interface: "" for the first that it has.
    """

    tracker: str
    interface: str = ""


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
    def used(self) -> list[Used]:
        """The tools that were asked for, those of the source first, and their other interfaces behind them."""
        found = {_used(record) for record in self.records}
        order = [*SOURCE, *sorted({one.tracker for one in found} - SOURCE.keys())]
        return sorted(found, key=lambda one: (order.index(one.tracker), one.interface))

    def title(self, one: Used) -> str:
        """The printed name."""
        title = self.titles.get(one.tracker, one.tracker)
        return f"{title}, {one.interface.replace('_', ' ')}" if one.interface else title

    def of_workload(self, one: Used, workload: str) -> list[Record]:
        """The records of a tool under a workload that ended well."""
        return [
            record
            for record in self.records
            if _used(record) == one and record.factors["workload"] == workload and record.status is Status.OK
        ]

    def clocked(self, one: Used, workload: str, *path: str | int) -> float:
        """The median over the repeats of what stands at a place of the clock; NaN if nothing does."""
        return _median(_at(record.clock, path) for record in self.of_workload(one, workload))

    def measured(self, one: Used, workload: str, *path: str | int) -> Any:
        """What stands at a place of the measurements of the first repeat; None if nothing does."""
        return next((_at(record.measurements, path) for record in self.of_workload(one, workload)), None)

    def grades(self, one: Used) -> dict[str, Mapping[str, Any]]:
        """The grade of every probe, with evidence and lines of our code; "not measured" where none was executed."""
        found = self.measured(one, "features", "probes") or {}
        return {name: found.get(name) or {"grade": NOT_MEASURED} for name in PROBES}

    @property
    def evidence_text(self) -> str:
        """JSON of all grades with what each probe saw, by tool and probe."""
        every = {self.title(one): self.grades(one) for one in self.used}
        return json.dumps(every, indent=1, ensure_ascii=False) + "\n"


def _used(record: Record) -> Used:
    return Used(str(record.factors["tracker"]), str(record.factors.get("interface") or ""))


def _at(node: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        if isinstance(node, Mapping):
            node = node.get(str(key))
        elif isinstance(node, list) and isinstance(key, int) and -len(node) <= key < len(node):
            node = node[key]
        else:
            return None
    return node


def _median(values: Iterator[Any]) -> float:
    known = [float(value) for value in values if value is not None]
    return float(np.median(known)) if known else float("nan")
