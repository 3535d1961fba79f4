"""ECDD: a chart of the exponentially weighted error rate has left its control limit (Ross et al. 2012)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_least, below

Numbers = tuple[int, float, float]
"""Rows since the last alarm, their number of errors, and the weighted error rate."""
Limit = tuple[float, float, float, float, float]
"""Coefficients of p to the powers 0, 1, 3, 5 and 7."""

LIMITS: dict[int, Limit] = {
    100: (2.76, -6.23, 18.12, -312.45, 1002.18),
    400: (3.97, -6.56, 48.73, -330.13, 848.18),
    1000: (1.17, 7.56, -21.24, 112.12, -987.23),
}
"""The published control limits by run length, for a weight of 0.2, as printed.

They are polynomials that grow without bound at high error rates. The one for 1000 is below the one for 400 at rates under a
quarter, which cannot be meant.
"""


@dataclass(frozen=True, kw_only=True)
class ECDD(ErrorDetector):
    """EWMA for concept drift detection, as published.

    Ross et al. 2012, doi 10.1016/j.patrec.2011.08.019. It alarms where the weighted rate is above p + L(p) deviations,
    with the error rate p estimated by (number of errors) / (rows + 1), and warns at half that limit.

    Attributes:
        weight: of the newest row (lambda in the paper).
        run_length: rows between false alarms that the limit was made for: 100, 400 or 1000.
        scale: factor on the limit L; 1 is the published one.
        warm_start: rows before it may alarm or warn. The paper names none; 30 is MOA's.
    """

    domain: ClassVar[Domain] = Domain.UNIT
    knob: ClassVar[Knob | None] = Knob("scale", loosest=0.0, strictest=10.0)

    name: str = "ecdd"
    weight: Annotated[float, above(0), below(1)] = 0.2
    run_length: Literal[100, 400, 1000] = 400
    scale: Annotated[float, at_least(0)] = 1.0
    warm_start: Annotated[int, at_least(0)] = 30

    extra_rows: ClassVar[int] = 1
    """Added to the number of rows in the estimate of the error rate."""

    def fresh(self) -> State:
        """Nothing counted yet."""
        return State((0, 0.0, 0.0))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the chart on."""
        setting = float(self.weight), float(self.scale), self.warm_start, self.extra_rows
        state.numbers = _scan(errors, marks, state.numbers, LIMITS[self.run_length], *setting)


@dataclass(frozen=True, kw_only=True)
class MoaECDD(ECDD):
    """ECDD as MOA has it: the error rate is (number of errors) / rows, and warnings start one row before alarms.

    MOA `EWMAChartDM.java`, version 2024.07 and commit 35df76d, which has the limit for 400 alone.
    """

    domain: ClassVar[Domain] = Domain.BINARY
    name: str = "ecdd_moa"

    extra_rows: ClassVar[int] = 0


@kernel
def _scan(
    errors: Floats,
    marks: Marks,
    numbers: Numbers,
    limit: Limit,
    weight: float,
    scale: float,
    warm_start: int,
    extra_rows: int,
) -> Numbers:
    n, n_errors, level = numbers
    for row in range(len(errors)):
        n += 1
        n_errors += errors[row]
        level += weight * (errors[row] - level)
        if n < warm_start - 1:
            continue
        p = n_errors / (n + extra_rows)
        settling = 1.0 - math.pow(1.0 - weight, 2.0 * n)
        deviation = math.sqrt(p * (1.0 - p) * weight * settling / (2.0 - weight))
        factor = scale * (
            limit[0] + limit[1] * p + limit[2] * math.pow(p, 3) + limit[3] * math.pow(p, 5) + limit[4] * math.pow(p, 7)
        )
        if n >= warm_start and level > p + factor * deviation:
            marks[row] = ALARM
            n, n_errors, level = 0, 0.0, 0.0
        elif level > p + 0.5 * factor * deviation:
            marks[row] = WARNING
    return n, n_errors, level
