"""HDDM_W: a weighted mean of the errors has left its level at the cut point by more than McDiarmid's bound allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_most, below

Sample = tuple[float, float]
"""An exponentially weighted mean (-1 before its first value) and the sum of its squared weights."""
Side = tuple[float, float, float, float, float]
"""The cut point, and the samples before and after it."""
Numbers = tuple[Sample, Side, Side]
"""All rows since the last alarm, the side that watches for increases, the side that watches for decreases."""

SMALLEST = 5e-324
"""Java's `Double.MIN_VALUE`, which MOA takes for the most negative number."""


@dataclass(frozen=True, kw_only=True)
class HDDMW(ErrorDetector):
    """Drift detection by McDiarmid's bound on weighted averages, as river 0.26 has it.

    Frias-Blanco et al. 2015, doi 10.1109/TKDE.2014.2345382. The sum of squared weights starts one step ahead of MOA's.

    Attributes:
        drift_confidence: level of the test that alarms.
        warning_confidence: level of the test that warns; below `drift_confidence` there are no warnings.
        lambda_val: weight of the newest row.
        two_sided_test: whether a fall of the errors alarms and warns, too.
    """

    domain: ClassVar[Domain] = Domain.UNIT
    knob: ClassVar[Knob | None] = Knob("drift_confidence", loosest=1.0, strictest=1e-12, logarithmic=True)

    name: str = "hddm_w"
    drift_confidence: Annotated[float, above(0), at_most(1)] = 0.001
    warning_confidence: Annotated[float, above(0), at_most(1)] = 0.005
    lambda_val: Annotated[float, above(0), below(1)] = 0.05
    two_sided_test: bool = False

    def fresh(self) -> State:
        """Nothing counted yet."""
        empty = (-1.0, 1.0)
        return State((empty, (math.inf, *empty, *empty), (-math.inf, *empty, *empty)))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the samples on."""
        state.numbers = _as_river(errors, marks, state.numbers, self._logs(), self.lambda_val, self.two_sided_test)

    def _logs(self) -> tuple[float, float]:
        return math.log(1 / self.drift_confidence), math.log(1 / self.warning_confidence)


@dataclass(frozen=True, kw_only=True)
class MoaHDDMW(HDDMW):
    """HDDM_W as MOA has it: the sum of squared weights starts at 1, and a fall of the errors never alarms.

    MOA `HDDM_W_Test.java`, version 2024.07 and commit 3c092b5. There all instances share their state by mistake; this
    is one instance alone. Two-sided, a fall starts it afresh without an alarm, and the row of an alarm already counts
    for the next fall.
    """

    name: str = "hddm_w_moa"

    def fresh(self) -> State:
        """Nothing counted yet."""
        empty = (-1.0, 0.0)
        return State((empty, (math.inf, *empty, *empty), (SMALLEST, *empty, *empty)))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the samples on."""
        state.numbers = _as_moa(errors, marks, state.numbers, self._logs(), self.lambda_val, self.two_sided_test)


@kernel
def _grown(sample: Sample, error: float, weight: float, first_squares: float) -> Sample:
    """The sample with one more row; `first_squares` is its sum of squared weights after the first."""
    mean, squares = sample
    if mean < 0:
        return error, first_squares
    return weight * error + (1 - weight) * mean, weight * weight + (1 - weight) * (1 - weight) * squares


@kernel
def _watched(
    side: Side, total: Sample, error: float, weight: float, first_squares: float, sign: float, log: float
) -> Side:
    """A side after one more row. The cut point moves to that row if its bound is the best so far."""
    cut, before, before_squares, after, after_squares = side
    level = total[0] + sign * math.sqrt(total[1] * log / 2)
    if sign * level < sign * cut:
        return level, total[0], total[1], -1.0, 1.0
    after, after_squares = _grown((after, after_squares), error, weight, first_squares)
    return cut, before, before_squares, after, after_squares


@kernel
def _moved(side: Side, sign: float, log: float) -> bool:
    """Whether the mean after the cut point has left the one before it, upwards (sign 1) or downwards (-1)."""
    _, before, before_squares, after, after_squares = side
    bound = math.sqrt((before_squares + after_squares) * log / 2)
    return before >= 0 and after >= 0 and sign * (after - before) > bound


@kernel
def _as_river(
    errors: Floats, marks: Marks, numbers: Numbers, logs: tuple[float, float], weight: float, two_sided: bool
) -> Numbers:
    total, up, down = numbers
    first = weight * weight + (1 - weight) * (1 - weight)
    for row in range(len(errors)):
        total = _grown(total, errors[row], weight, first)
        up = _watched(up, total, errors[row], weight, first, 1.0, logs[0])
        drifted, warned = _moved(up, 1.0, logs[0]), _moved(up, 1.0, logs[1])
        if two_sided:
            down = _watched(down, total, errors[row], weight, first, -1.0, logs[0])
            drifted |= _moved(down, -1.0, logs[0])
            warned |= _moved(down, -1.0, logs[1])
        if drifted:
            marks[row] = ALARM
            total = (-1.0, 1.0)
            up, down = (math.inf, -1.0, 1.0, -1.0, 1.0), (-math.inf, -1.0, 1.0, -1.0, 1.0)
        elif warned:
            marks[row] = WARNING
    return total, up, down


@kernel
def _as_moa(
    errors: Floats, marks: Marks, numbers: Numbers, logs: tuple[float, float], weight: float, two_sided: bool
) -> Numbers:
    total, up, down = numbers
    empty, empty_up = (-1.0, 0.0), (math.inf, -1.0, 0.0, -1.0, 0.0)
    for row in range(len(errors)):
        total = _grown(total, errors[row], weight, 1.0)
        up = _watched(up, total, errors[row], weight, 1.0, 1.0, logs[0])
        if _moved(up, 1.0, logs[0]):
            marks[row] = ALARM
            total, up, down = empty, empty_up, (SMALLEST, -1.0, 0.0, errors[row], 1.0)
            continue
        if _moved(up, 1.0, logs[1]):
            marks[row] = WARNING
        if two_sided:
            down = _watched(down, total, errors[row], weight, 1.0, -1.0, logs[0])
            if _moved(down, -1.0, logs[0]):
                marks[row] = 0
                total, up, down = empty, empty_up, (SMALLEST, -1.0, 0.0, -1.0, 0.0)
    return total, up, down
