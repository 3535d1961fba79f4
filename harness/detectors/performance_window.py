"""Windowed performance: the accuracy over the newest rows has fallen by a set number of points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least

Numbers = tuple[int, float, float]
"""Rows since the last alarm, the sum of the errors in the window, and the rate to compare with (NaN if unknown)."""

ROUNDING = 1e-9
"""Added to a sum, so that a fall by exactly the set number of points alarms."""


@dataclass(frozen=True, kw_only=True)
class PerformanceWindow(ErrorDetector):
    """The plain monitor of practice: accuracy over the last `window` rows against the accuracy that was promised.

    What was promised is the accuracy on the reference errors or, without any, that of the first `window` rows. After an
    alarm the window starts empty and the promise stands. Warmed, it begins with the newest reference errors in its window.
    For a loss, a point is a hundredth of its unit.

    Attributes:
        window: rows over which the accuracy is taken.
        points: fall of the accuracy, in percentage points, that alarms.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("points", loosest=0.0, strictest=100.0)
    nested: ClassVar[bool] = True

    name: str = "performance_window"
    window: Annotated[int, at_least(1)] = 200
    points: Annotated[float, at_least(0)] = 5.0

    def begin(
        self,
        reference: Floats | None,
        rng: np.random.Generator | None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """An empty window; the errors of `reference`, shape (n_rows,), give the accuracy to compare with."""
        return State((0, 0.0, self.rate_of(reference)), (np.zeros(self.window),))

    def fresh(self) -> State:
        """As `begin` without a reference."""
        return self.begin(None, None)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the window on."""
        fall = self.points / 100 * self.window - ROUNDING
        state.numbers = _scan(errors, marks, state.numbers, state.arrays[0], fall)


@kernel
def _scan(errors: Floats, marks: Marks, numbers: Numbers, window: Floats, fall: float) -> Numbers:
    n, total, promised = numbers
    size = len(window)
    for row in range(len(errors)):
        slot = n % size
        total += errors[row] - (window[slot] if n >= size else 0.0)
        window[slot] = errors[row]
        n += 1
        if n < size:
            continue
        if np.isnan(promised):
            promised = total / size
        elif total - promised * size >= fall:
            marks[row] = ALARM
            n, total = 0, 0.0
    return n, total, promised
