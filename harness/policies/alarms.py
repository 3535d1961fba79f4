"""Policies that act on the alarms of detectors: of one, or of several that vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from harness.core import Ints
from harness.detectors.contract import Input
from harness.detectors.step_by_step import as_detector
from harness.policies.contract import Policy
from harness.policies.now import Now
from harness.settings import above, at_least, at_most, not_empty, require


@dataclass(frozen=True, kw_only=True)
class OnAlarm(Policy):
    """Acts when a detector has alarmed.

    Attributes:
        detector: any detector of the harness, or an object with river's `update`. A YAML gives the name of its file.
    """

    name: str = "on_alarm"
    detector: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        as_detector(self.detector)

    def decide(self, now: Now) -> bool:
        """Whether there is an alarm that counts."""
        return len(now.alarms(self.detector)) > 0

    def alarmed_at(self, now: Now) -> int:
        """The row at which the first of these alarms was known."""
        return int(now.alarms(self.detector)[0])

    def warned_at(self, now: Now) -> int | None:
        """The first of the labelled rows that warned one after the other up to the alarm; None if none did."""
        if as_detector(self.detector).input is not Input.ERROR:
            return None
        known, alarm = now.known_at, self.alarmed_at(now)
        quiet = np.flatnonzero(~np.isin(known, now.warnings(self.detector)) & (known < alarm))
        first = int(known[quiet[-1] + 1 if len(quiet) else 0])
        return first - now.watch.late if first < alarm else None


@dataclass(frozen=True, kw_only=True)
class Votes(Policy):
    """Acts when so many detectors have alarmed within the last months: any of them, both, most.

    Attributes:
        detectors: each as in `OnAlarm`.
        at_least: how many of them have to have alarmed.
        months: for which an alarm counts.
    """

    name: str = "votes"
    detectors: Annotated[Sequence[Any], not_empty()]
    at_least: Annotated[int, at_least(1)] = 1
    months: Annotated[float, above(0)] = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, "at_least", at_most(len(self.detectors)))
        for detector in self.detectors:
            as_detector(detector)

    def decide(self, now: Now) -> bool:
        """Whether enough of them have alarmed."""
        return len(self._votes(now)) >= self.at_least

    def alarmed_at(self, now: Now) -> int:
        """The row at which there were enough."""
        return int(self._votes(now)[self.at_least - 1])

    def _votes(self, now: Now) -> Ints:
        """The rows at which those were known, each with its first alarm that still counts, ascending."""
        oldest = now.row - now.rows_of(self.months)
        found = [alarms[alarms >= oldest] for alarms in map(now.alarms, self.detectors)]
        return np.sort(np.array([alarms[0] for alarms in found if len(alarms)], dtype=np.int64))
