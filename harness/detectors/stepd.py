"""STEPD: the accuracy of the newest rows differs from that of all rows before them (Nishida and Yamauchi 2007)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_least, below

Numbers = tuple[int, int, int]
"""Rows since the last alarm, errors among the newest rows, errors among the older ones."""


@dataclass(frozen=True, kw_only=True)
class STEPD(ErrorDetector):
    """Statistical Test of Equal Proportions, as published: a fall of the newest rows' accuracy alarms.

    Nishida and Yamauchi 2007, doi 10.1007/978-3-540-75488-6_27. One-sided test of equal proportions with a correction
    for continuity. It tests once there are as many older rows as newest ones, and starts afresh after an alarm.

    Attributes:
        window_size: number of newest rows.
        alpha_drift: level of the test that alarms.
        alpha_warning: level of the test that warns; below `alpha_drift` there are no warnings.
    """

    knob: ClassVar[Knob | None] = Knob("alpha_drift", loosest=0.5, strictest=1e-30, logarithmic=True)
    nested: ClassVar[bool] = True

    name: str = "stepd"
    window_size: Annotated[int, at_least(1)] = 30
    alpha_drift: Annotated[float, above(0), below(1)] = 0.003
    alpha_warning: Annotated[float, above(0), below(1)] = 0.05

    two_sided: ClassVar[bool] = False

    def fresh(self) -> State:
        """An empty window."""
        return State((0, 0, 0), (np.zeros(self.window_size, dtype=np.uint8),))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the window on."""
        tail = 2 if self.two_sided else 1
        drift, warning = (-NormalDist().inv_cdf(alpha / tail) for alpha in (self.alpha_drift, self.alpha_warning))
        state.numbers = _scan(errors, marks, state.numbers, state.arrays[0], drift, warning, self.two_sided)


@dataclass(frozen=True, kw_only=True)
class MoaSTEPD(STEPD):
    """STEPD as MOA has it: a two-sided test, by which a rise of the accuracy alarms as well.

    MOA `STEPD.java`, version 2024.07 and commit 619c3ad. Where the correction for continuity exceeds the difference the
    statistic is negative, and its absolute value counts: with very few errors it alarms although nothing differs.
    """

    knob: ClassVar[Knob | None] = Knob("alpha_drift", loosest=0.999, strictest=1e-30, logarithmic=True)

    name: str = "stepd_moa"

    two_sided: ClassVar[bool] = True


@kernel
def _scan(
    errors: Floats,
    marks: Marks,
    numbers: Numbers,
    window: NDArray[np.uint8],
    drift: float,
    warning: float,
    two_sided: bool,
) -> Numbers:
    n, n_recent, n_older = numbers
    size = len(window)
    for row in range(len(errors)):
        slot = n % size
        if n >= size:
            n_recent -= window[slot]
            n_older += window[slot]
        window[slot] = np.uint8(errors[row])
        n_recent += int(errors[row])
        n += 1
        if n < 2 * size:
            continue
        older = n - size
        difference = (older - n_older) / older - (size - n_recent) / size
        inverted = 1.0 / older + 1.0 / size
        p = (n - n_older - n_recent) / n
        statistic = (abs(difference) - inverted / 2.0) / math.sqrt(p * (1.0 - p) * inverted)
        if two_sided:
            statistic = abs(statistic)
        elif difference <= 0:
            statistic = -math.inf
        if statistic > drift:
            marks[row] = ALARM
            n, n_recent, n_older = 0, 0, 0
        elif statistic > warning:
            marks[row] = WARNING
    return n, n_recent, n_older
