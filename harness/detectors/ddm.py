"""DDM: the error rate has risen above its lowest level by some standard deviations (Gama et al. 2004).

The lowest level is kept until an alarm: one that is low by chance causes false alarms, and an early one blinds the detector.
While no error has been seen the deviation is 0, so that the first error alarms whatever the threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least

Numbers = tuple[int, float, float, float]
"""Rows since the last alarm, their error rate, and the rate and deviation at which rate + deviation was lowest."""

FRESH: Numbers = (0, 0.0, math.inf, math.inf)


@dataclass(frozen=True, kw_only=True)
class DDM(ErrorDetector):
    """Drift Detection Method, as river 0.26 has it.

    Gama et al. 2004, doi 10.1007/978-3-540-28645-5_29. Unlike the paper it asks for strictly more than the threshold,
    looks for the lowest level only after the warm start, and forgets everything at an alarm.

    Attributes:
        warm_start: rows after a start or an alarm during which it only counts.
        warning_threshold: deviations above the lowest level at which it warns; above `drift_threshold` there are no warnings.
        drift_threshold: deviations above the lowest level at which it alarms.
    """

    domain: ClassVar[Domain] = Domain.UNIT
    knob: ClassVar[Knob | None] = Knob("drift_threshold", loosest=0.0, strictest=100.0)
    nested: ClassVar[bool] = True

    name: str = "ddm"
    warm_start: Annotated[int, at_least(0)] = 30
    warning_threshold: Annotated[float, at_least(0)] = 2.0
    drift_threshold: Annotated[float, at_least(0)] = 3.0

    def fresh(self) -> State:
        """Nothing counted yet."""
        return State(FRESH)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the counts on."""
        levels = float(self.warning_threshold), float(self.drift_threshold)
        state.numbers = _as_river(errors, marks, state.numbers, self.warm_start, *levels)


@dataclass(frozen=True, kw_only=True)
class MoaDDM(DDM):
    """DDM as MOA has it: the lowest level counts from row `warm_start` - 1, alarms and warnings from `warm_start` on.

    MOA `DDM.java`, version 2024.07 and commit 042d0a2.
    """

    domain: ClassVar[Domain] = Domain.BINARY
    name: str = "ddm_moa"

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the counts on."""
        levels = float(self.warning_threshold), float(self.drift_threshold)
        state.numbers = _as_moa(errors, marks, state.numbers, self.warm_start, *levels)


@dataclass(frozen=True, kw_only=True)
class PaperDDM(DDM):
    """DDM by the letter of the paper: from row `warm_start` on it alarms *at* the threshold, not only above it.

    With no error or nothing but errors the deviation is 0, so that it alarms on a constant stream every `warm_start`
    rows. The paper stores rows from the warning on to learn from; counting starts again at 0 all the same.
    """

    domain: ClassVar[Domain] = Domain.BINARY
    name: str = "ddm_paper"

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the counts on."""
        levels = float(self.warning_threshold), float(self.drift_threshold)
        state.numbers = _as_paper(errors, marks, state.numbers, self.warm_start, *levels)


@kernel
def _as_river(errors: Floats, marks: Marks, numbers: Numbers, warm_start: int, warning: float, drift: float) -> Numbers:
    n, rate, low_rate, low_deviation = numbers
    for row in range(len(errors)):
        n += 1
        rate += (1.0 / n) * (errors[row] - rate)
        if n <= warm_start:
            continue
        deviation = math.sqrt(rate * (1 - rate) / n)
        level = rate + deviation
        if level <= low_rate + low_deviation:
            low_rate, low_deviation = rate, deviation
        if level > low_rate + drift * low_deviation:
            marks[row] = ALARM
            n, rate, low_rate, low_deviation = FRESH
        elif level > low_rate + warning * low_deviation:
            marks[row] = WARNING
    return n, rate, low_rate, low_deviation


@kernel
def _as_moa(errors: Floats, marks: Marks, numbers: Numbers, warm_start: int, warning: float, drift: float) -> Numbers:
    n, rate, low_rate, low_deviation = numbers
    for row in range(len(errors)):
        n += 1
        rate += (errors[row] - rate) / n
        if n < warm_start - 1:
            continue
        deviation = math.sqrt(rate * (1 - rate) / n)
        level = rate + deviation
        if level <= low_rate + low_deviation:
            low_rate, low_deviation = rate, deviation
        if n >= warm_start and level > low_rate + drift * low_deviation:
            marks[row] = ALARM
            n, rate, low_rate, low_deviation = FRESH
        elif level > low_rate + warning * low_deviation:
            marks[row] = WARNING
    return n, rate, low_rate, low_deviation


@kernel
def _as_paper(errors: Floats, marks: Marks, numbers: Numbers, warm_start: int, warning: float, drift: float) -> Numbers:
    n, n_errors, low_rate, low_deviation = numbers
    for row in range(len(errors)):
        n += 1
        n_errors += errors[row]
        if n < warm_start:
            continue
        rate = n_errors / n
        deviation = math.sqrt(rate * (1 - rate) / n)
        if rate + deviation < low_rate + low_deviation:
            low_rate, low_deviation = rate, deviation
        if rate + deviation >= low_rate + drift * low_deviation:
            marks[row] = ALARM
            n, n_errors, low_rate, low_deviation = FRESH
        elif rate + deviation >= low_rate + warning * low_deviation:
            marks[row] = WARNING
    return n, n_errors, low_rate, low_deviation
