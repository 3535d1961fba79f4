"""Page-Hinkley: deviations from the running mean, less a tolerance, have added up to more than a threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least, at_most

Numbers = tuple[int, float, float, float, float, float]
"""Rows since the last alarm, their mean, the sum that watches for increases and its minimum, the one for decreases and
its maximum."""

FRESH: Numbers = (0, 0.0, 0.0, math.inf, 0.0, -1.0)


@dataclass(frozen=True, kw_only=True)
class PageHinkley(ErrorDetector):
    """The Page-Hinkley test, as river 0.26 has it: in both directions, with a forgetting factor on the sums.

    Page 1954, doi 10.1093/biomet/41.1-2.100. The thresholds are in the unit of the signal times rows.

    Attributes:
        min_instances: rows before the first alarm.
        delta: deviation that is tolerated.
        threshold: sum above its minimum (below its maximum) that alarms.
        alpha: forgetting factor of the sums.
        mode: whether increases alarm ("up"), decreases ("down") or both.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("threshold", loosest=0.0, strictest=1000.0)
    nested: ClassVar[bool] = True

    name: str = "page_hinkley"
    min_instances: Annotated[int, at_least(0)] = 30
    delta: Annotated[float, at_least(0)] = 0.005
    threshold: Annotated[float, at_least(0)] = 50.0
    alpha: Annotated[float, at_least(0), at_most(1)] = 1 - 0.0001
    mode: Literal["up", "down", "both"] = "both"

    def fresh(self) -> State:
        """Nothing counted yet."""
        return State(FRESH)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the sums on."""
        up = float(self.threshold) if self.mode != "down" else math.inf
        down = float(self.threshold) if self.mode != "up" else math.inf
        setting = float(self.delta), float(self.alpha), up, down
        state.numbers = _as_river(errors, marks, state.numbers, self.min_instances, *setting)


@dataclass(frozen=True, kw_only=True)
class MoaPageHinkley(ErrorDetector):
    """Page-Hinkley as MOA has it: for increases only, and the sum itself is compared, not its rise above the minimum.

    MOA `PageHinkleyDM.java`, version 2024.07. While the mean falls the sum goes far below 0, and a later
    rise has to make up for that first. Later sources (commit 0cb6afc) subtract the minimum.

    Attributes:
        min_instances: rows before the first alarm, less one.
        delta: deviation that is tolerated.
        threshold: sum that alarms.
        alpha: forgetting factor of the sum.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("threshold", loosest=0.0, strictest=1000.0)

    name: str = "page_hinkley_moa"
    min_instances: Annotated[int, at_least(0)] = 30
    delta: Annotated[float, at_least(0)] = 0.005
    threshold: Annotated[float, at_least(0)] = 50.0
    alpha: Annotated[float, at_least(0), at_most(1)] = 1 - 0.0001

    def fresh(self) -> State:
        """Nothing counted yet."""
        return State((0, 0.0, 0.0))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the sum on."""
        setting = float(self.delta), float(self.alpha), float(self.threshold)
        state.numbers = _as_moa(errors, marks, state.numbers, self.min_instances, *setting)


@kernel
def _as_river(
    errors: Floats,
    marks: Marks,
    numbers: Numbers,
    min_instances: int,
    delta: float,
    alpha: float,
    threshold_up: float,
    threshold_down: float,
) -> Numbers:
    n, mean, up, lowest, down, highest = numbers
    for row in range(len(errors)):
        n += 1
        mean += (1.0 / n) * (errors[row] - mean)
        deviation = errors[row] - mean
        up = alpha * up + deviation - delta
        down = alpha * down + deviation + delta
        lowest = min(lowest, up)
        highest = max(highest, down)
        if n >= min_instances and (up - lowest > threshold_up or highest - down > threshold_down):
            marks[row] = ALARM
            n, mean, up, lowest, down, highest = FRESH
    return n, mean, up, lowest, down, highest


@kernel
def _as_moa(
    errors: Floats,
    marks: Marks,
    numbers: tuple[int, float, float],
    min_instances: int,
    delta: float,
    alpha: float,
    threshold: float,
) -> tuple[int, float, float]:
    n, mean, total = numbers
    for row in range(len(errors)):
        n += 1
        mean += (errors[row] - mean) / n
        total = alpha * total + (errors[row] - mean - delta)
        if n >= min_instances - 1 and total > threshold:
            marks[row] = ALARM
            n, mean, total = 0, 0.0, 0.0
    return n, mean, total
