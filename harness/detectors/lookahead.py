"""Lookahead: a straight line through the last accuracies crosses the least that is allowed within a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from harness.core import ROWS_PER_MONTH, Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least

Numbers = tuple[int, float, float]
"""Rows since the last alarm, the sum of the errors in the window, and the rate to compare with (NaN if unknown)."""


@dataclass(frozen=True, kw_only=True)
class Lookahead(ErrorDetector):
    """A forecast by the least-squares line through the error rates of the last `tests` windows.

    A window is read when it is full and then every `step` rows; from the `tests`-th on, the line is drawn out by `ahead` rows,
    and alarms where the accuracy there would be `points` below the promise, or lower. The promise is the accuracy on the
    reference errors or, without any, that of the first `window` rows. After an alarm everything but the promise starts empty.
    Windows overlap, and a slope is less sure than a level, so that a forecast alarms more often than the accuracy itself. For
    a loss, a point is a hundredth of its unit.

    Attributes:
        window: rows over which an accuracy is taken.
        step: rows from one window to the next.
        tests: windows that the line goes through.
        ahead: rows by which it is drawn out.
        points: fall of the accuracy that alarms, in percentage points.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("points", loosest=0.0, strictest=300.0)
    nested: ClassVar[bool] = True

    name: str = "lookahead"
    window: Annotated[int, at_least(1)] = ROWS_PER_MONTH
    step: Annotated[int, at_least(1)] = ROWS_PER_MONTH // 4
    tests: Annotated[int, at_least(2)] = 5
    ahead: Annotated[int, at_least(0)] = ROWS_PER_MONTH
    points: Annotated[float, at_least(0)] = 5.0

    def begin(
        self,
        reference: Floats | None,
        rng: np.random.Generator | None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """An empty window; the errors of `reference`, shape (n_rows,), give the accuracy to compare with."""
        return State((0, 0.0, self.rate_of(reference)), (np.zeros(self.window), np.zeros(self.tests)))

    def fresh(self) -> State:
        """As `begin` without a reference."""
        return self.begin(None, None)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry window and rates on."""
        fall, ahead = self.points / 100, self.ahead / self.step
        window, rates = state.arrays
        state.numbers = _scan(errors, marks, state.numbers, window, rates, self.step, ahead, fall)


@kernel
def _scan(
    errors: Floats, marks: Marks, numbers: Numbers, window: Floats, rates: Floats, step: int, ahead: float, fall: float
) -> Numbers:
    n, total, promised = numbers
    size, tests = len(window), len(rates)
    spread = tests * (tests * tests - 1) / 12
    for row in range(len(errors)):
        slot = n % size
        total += errors[row] - (window[slot] if n >= size else 0.0)
        window[slot] = errors[row]
        n += 1
        if n < size or (n - size) % step:
            continue
        if np.isnan(promised):
            promised = total / size
        for test in range(tests - 1):
            rates[test] = rates[test + 1]
        rates[-1] = total / size
        if (n - size) // step < tests - 1:
            continue
        mean = rates.mean()
        slope = 0.0
        for test in range(tests):
            slope += (test - (tests - 1) / 2) * (rates[test] - mean) / spread
        if mean + slope * ((tests - 1) / 2 + ahead) - promised >= fall:
            marks[row] = ALARM
            n, total = 0, 0.0
    return n, total, promised
