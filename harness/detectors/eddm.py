"""EDDM: errors follow each other at shorter distances than they did at best (Baena-Garcia et al. 2006)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least, at_most

Numbers = tuple[int, int, int, float, float, float, bool]
"""Rows and errors since the last alarm, row of the last error, mean distance of errors, its sum of squared deviations,
the longest mean + 2 deviations so far, and whether it is warning."""

FRESH: Numbers = (0, 0, 0, 0.0, 0.0, -1.0, False)


@dataclass(frozen=True, kw_only=True)
class EDDM(ErrorDetector):
    """Early Drift Detection Method, as river 0.26 has it.

    Baena-Garcia et al. 2006, "Early Drift Detection Method", 4th International Workshop on Knowledge Discovery from
    Data Streams (no doi). Deviations are those of a sample (divided by n - 1), and a warning lasts until an error ends
    it.

    Attributes:
        warm_start: it stays silent until it has read more than this many rows, and this many errors.
        alpha: share of the longest distance below which it warns.
        beta: share of the longest distance below which it alarms; above `alpha` there are no warnings.
    """

    knob: ClassVar[Knob | None] = Knob("beta", loosest=1.0, strictest=0.0)
    nested: ClassVar[bool] = True

    name: str = "eddm"
    warm_start: Annotated[int, at_least(0)] = 30
    alpha: Annotated[float, at_least(0), at_most(1)] = 0.95
    beta: Annotated[float, at_least(0), at_most(1)] = 0.9

    def fresh(self) -> State:
        """Nothing counted yet."""
        return State(FRESH)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the counts on."""
        shares = float(self.alpha), float(self.beta)
        state.numbers = _as_river(errors, marks, state.numbers, self.warm_start, *shares)


@dataclass(frozen=True, kw_only=True)
class MoaEDDM(EDDM):
    """EDDM as MOA has it: deviations of a population (divided by n); it may alarm from row 30 on instead of 31.

    MOA `EDDM.java`, version 2024.07 and commit 35df76d.
    """

    name: str = "eddm_moa"

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the counts on."""
        shares = float(self.alpha), float(self.beta)
        state.numbers = _as_moa(errors, marks, state.numbers, self.warm_start, *shares)


@kernel
def _as_river(errors: Floats, marks: Marks, numbers: Numbers, warm_start: int, alpha: float, beta: float) -> Numbers:
    n, n_errors, last, mean, squares, longest, warning = numbers
    for row in range(len(errors)):
        n += 1
        if errors[row] == 1.0:
            n_errors += 1
            before = mean
            mean += (1.0 / n_errors) * (n - last - mean)
            squares += (n - last - before) * (n - last - mean)
            last = n
            if n > warm_start:
                deviation = (squares / (n_errors - 1)) ** 0.5 if n_errors > 1 else 0.0
                length = mean + 2 * deviation
                if length > longest:
                    longest = length
                elif n_errors > warm_start:
                    if length / longest < beta:
                        marks[row] = ALARM
                        n, n_errors, last, mean, squares, longest, warning = FRESH
                        continue
                    warning = length / longest < alpha
        if warning:
            marks[row] = WARNING
    return n, n_errors, last, mean, squares, longest, warning


@kernel
def _as_moa(errors: Floats, marks: Marks, numbers: Numbers, warm_start: int, alpha: float, beta: float) -> Numbers:
    n, n_errors, last, mean, squares, longest, warning = numbers
    for row in range(len(errors)):
        n += 1
        if errors[row] == 1.0:
            n_errors += 1
            before = mean
            mean += (n - last - mean) / n_errors
            squares += (n - last - mean) * (n - last - before)
            last = n
            warning = False
            length = mean + 2 * math.sqrt(squares / n_errors)
            if length > longest:
                if n >= warm_start:
                    longest = length
            elif n >= warm_start and n_errors > warm_start:
                if length / longest < beta:
                    marks[row] = ALARM
                    n, n_errors, last, mean, squares, longest, warning = FRESH
                    continue
                warning = length / longest < alpha
        if warning:
            marks[row] = WARNING
    return n, n_errors, last, mean, squares, longest, warning
