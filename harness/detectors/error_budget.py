"""Error budget: errors beyond those that were promised have added up to more than is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from harness.core import ConfigError, Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_least, at_most

Numbers = tuple[int, float, float, float]
"""Rows since the last account, their errors, what is spent, and the rate that was promised."""


@dataclass(frozen=True, kw_only=True)
class ErrorBudget(ErrorDetector):
    """An account of errors, as service levels have it: what exceeds the promise is spent, what stays below it is paid back.

    Every `step` rows with e errors A = max(0, A + e - (promised + slack) step), alarm where A >= budget; the account then
    starts at 0. The promise is the error rate of the reference. With a step of 1 it is Page's cumulative sum (1954,
    doi 10.1093/biomet/41.1-2.100), and `cusum_page` but for the bound. For a loss, the budget is in its unit times rows.

    Attributes:
        step: rows from one account to the next.
        slack: the rate of errors above the promise that costs nothing.
        budget: errors that may be spent.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("budget", loosest=1e-3, strictest=1e6, logarithmic=True)
    nested: ClassVar[bool] = True

    name: str = "error_budget"
    step: Annotated[int, at_least(1)] = 75
    slack: Annotated[float, at_least(0), at_most(1)] = 0.01
    budget: Annotated[float, above(0)] = 15.0

    def begin(
        self,
        reference: Floats | None,
        rng: np.random.Generator | None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """Nothing is spent; the errors of `reference`, shape (n_rows,), give the promise.

        Raises:
            ConfigError: there is no reference.
        """
        if reference is None or len(reference) == 0:
            who = self.name or type(self).__name__
            raise ConfigError(f"{who} needs reference errors, whose rate is the promise: give them to start()")
        return State((0, 0.0, 0.0, float(self.checked_reference(reference).mean())))

    def fresh(self) -> State:
        """As `begin` without a reference, which it refuses."""
        return self.begin(None, None)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the account on."""
        state.numbers = _scan(errors, marks, state.numbers, self.step, float(self.slack), float(self.budget))


@kernel
def _scan(errors: Floats, marks: Marks, numbers: Numbers, step: int, slack: float, budget: float) -> Numbers:
    n, found, spent, promised = numbers
    for row in range(len(errors)):
        n += 1
        found += errors[row]
        if n < step:
            continue
        spent = max(0.0, spent + found - (promised + slack) * step)
        n, found = 0, 0.0
        if spent >= budget:
            marks[row] = ALARM
            spent = 0.0
    return n, found, spent, promised
