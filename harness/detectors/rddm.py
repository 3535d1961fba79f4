"""RDDM: a DDM that forgets old rows, so that it stays sensitive in a long concept (Barros et al. 2017)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import Bound, at_least, require

Stored = NDArray[np.uint8]
Counts = tuple[int, float, float, float]
"""Rows of the concept, their error rate, and the rate and deviation at which rate + deviation was lowest."""
Numbers = tuple[int, float, float, float, int, int, int, int, int]
"""The counts, then: slot of the newest stored error, errors stored, rows seen, slot and row of the first warning (or -1)."""

EMPTY: Counts = (0, 0.0, math.inf, math.inf)


@dataclass(frozen=True, kw_only=True)
class RDDM(ErrorDetector):
    """Reactive Drift Detection Method, as its authors published and implemented it.

    Barros et al. 2017, doi 10.1016/j.eswa.2017.08.023; MOA `RDDM.java` is theirs. After an alarm it counts again from
    the errors since the first warning. A concept that has grown too long is counted again from the errors it stores,
    without an alarm.

    Attributes:
        warm_start: rows of a concept during which it only counts.
        warning_level: deviations above the lowest level at which it warns.
        drift_level: deviations above the lowest level at which it alarms; the warning level or more, since warnings say from
            which error on it counts again.
        max_concept: rows after which a concept is cut back to the stored errors.
        stable_concept: errors stored.
        warning_limit: rows in a row spent warning that force an alarm.
        scale: multiplies both levels. With the drift level alone, long warnings would go on forcing alarms.
    """

    knob: ClassVar[Knob | None] = Knob("scale", loosest=0.0, strictest=50.0)

    name: str = "rddm"
    warm_start: Annotated[int, at_least(0)] = 129
    warning_level: Annotated[float, at_least(0)] = 1.773
    drift_level: Annotated[float, at_least(0)] = 2.258
    max_concept: Annotated[int, at_least(1)] = 40_000
    stable_concept: Annotated[int, at_least(1)] = 7_000
    warning_limit: Annotated[int, at_least(1)] = 1_400
    scale: Annotated[float, at_least(0)] = 1.0

    def __post_init__(self) -> None:
        """Refuse, with a `ConfigError`, a level of alarms below that of warnings, which no turn of the knob brings about."""
        super().__post_init__()
        least = self.warning_level
        require(self, "drift_level", Bound(f"at least warning_level, {least:g}", lambda level: bool(level >= least)))

    def fresh(self) -> State:
        """Nothing counted, nothing stored."""
        return State((*EMPTY, -1, 0, 0, -1, -1), (np.zeros(self.stable_concept, dtype=np.uint8),))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry counts and stored errors on."""
        levels = float(self.scale * self.warning_level), float(self.scale * self.drift_level)
        limits = self.warm_start, self.max_concept, self.warning_limit
        state.numbers = _scan(errors, marks, state.numbers, state.arrays[0], *levels, *limits)


@kernel
def _recount(stored: Stored, newest: int, n_stored: int, counts: Counts, warm_start: int, lowest_too: bool) -> Counts:
    """Count again from the stored errors; the lowest level is kept unless it is sought anew."""
    _, _, low_rate, low_deviation = EMPTY if lowest_too else counts
    n, rate = 0, 0.0
    for age in range(n_stored - 1, -1, -1):
        n += 1
        rate += (stored[newest - age] - rate) / n  # a slot below 0 counts from the end
        if lowest_too and n > warm_start:
            deviation = math.sqrt(rate * (1 - rate) / n)
            if rate + deviation < low_rate + low_deviation:
                low_rate, low_deviation = rate, deviation
    return n, rate, low_rate, low_deviation


@kernel
def _scan(
    errors: Floats,
    marks: Marks,
    numbers: Numbers,
    stored: Stored,
    warning_level: float,
    drift_level: float,
    warm_start: int,
    max_concept: int,
    warning_limit: int,
) -> Numbers:
    n, rate, low_rate, low_deviation, newest, n_stored, seen, warning_slot, warning_row = numbers
    for row in range(len(errors)):
        newest = newest + 1 if newest + 1 < len(stored) else 0
        stored[newest] = np.uint8(errors[row])
        if n_stored < len(stored):
            n_stored += 1
        elif warning_slot == newest:
            warning_slot = -1  # the error that started the warning has been overwritten
        n += 1
        seen += 1
        rate += (errors[row] - rate) / n
        if n < warm_start:
            continue
        deviation = math.sqrt(rate * (1 - rate) / n)
        level = rate + deviation
        if level < low_rate + low_deviation:
            low_rate, low_deviation = rate, deviation
        drifted = level > low_rate + drift_level * low_deviation
        warned = not drifted and level > low_rate + warning_level * low_deviation
        if drifted and warning_row < 0:
            n_stored = 1
        if warned:
            if 0 <= warning_row <= seen - warning_limit:
                drifted, n_stored, warning_slot = True, 1, -1
            elif warning_row < 0:
                warning_row, warning_slot = seen, newest
            marks[row] = WARNING
        elif not drifted:
            warning_row, warning_slot = -1, -1
        if drifted or (n >= max_concept and not warned):
            if drifted:
                marks[row] = ALARM
            if warning_slot >= 0:
                n_stored = (newest - warning_slot) % len(stored) + 1
            counts = n, rate, low_rate, low_deviation
            n, rate, low_rate, low_deviation = _recount(stored, newest, n_stored, counts, warm_start, drifted)
            warning_row, warning_slot = -1, -1
    return n, rate, low_rate, low_deviation, newest, n_stored, seen, warning_slot, warning_row
