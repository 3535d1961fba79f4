"""HDDM_A: the mean of all errors has left the mean at its best cut point by more than Hoeffding's bound allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

from harness.core import Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, WARNING, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_most

Numbers = tuple[int, float, int, float, int, float]
"""Rows and mean (MOA: sum) since the last alarm, at the cut point for increases, and at the one for decreases."""
Logs = tuple[float, float, float]
"""ln(1 / drift confidence), ln(2 / drift confidence), ln(2 / warning confidence)."""

FRESH: Numbers = (0, 0.0, 0, 0.0, 0, 0.0)


@dataclass(frozen=True, kw_only=True)
class HDDMA(ErrorDetector):
    """Drift detection by Hoeffding's bound on averages, as river 0.26 has it.

    Frias-Blanco et al. 2015, doi 10.1109/TKDE.2014.2345382.

    Attributes:
        drift_confidence: level of the test that alarms.
        warning_confidence: level of the test that warns; below `drift_confidence` there are no warnings.
        two_sided_test: whether a fall of the errors alarms and warns, too.
    """

    domain: ClassVar[Domain] = Domain.UNIT
    knob: ClassVar[Knob | None] = Knob("drift_confidence", loosest=1.0, strictest=1e-12, logarithmic=True)

    name: str = "hddm_a"
    drift_confidence: Annotated[float, above(0), at_most(1)] = 0.001
    warning_confidence: Annotated[float, above(0), at_most(1)] = 0.005
    two_sided_test: bool = False

    def fresh(self) -> State:
        """Nothing counted yet."""
        return State(FRESH)

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the means on."""
        state.numbers = _as_river(errors, marks, state.numbers, self._logs(), self.two_sided_test)

    def _logs(self) -> Logs:
        drift, warning = self.drift_confidence, self.warning_confidence
        return math.log(1.0 / drift), math.log(2.0 / drift), math.log(2.0 / warning)


@dataclass(frozen=True, kw_only=True)
class MoaHDDMA(HDDMA):
    """HDDM_A as MOA has it: two-sided, that is, a fall of the errors starts it afresh without an alarm.

    MOA `HDDM_A_Test.java`, version 2024.07 and commit 3c092b5. One-sided it equals river's.
    """

    name: str = "hddm_a_moa"
    two_sided_test: bool = True

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the sums on."""
        state.numbers = _as_moa(errors, marks, state.numbers, self._logs(), self.two_sided_test)


@kernel
def _as_river(errors: Floats, marks: Marks, numbers: Numbers, logs: Logs, two_sided: bool) -> Numbers:
    n, mean, n_low, low, n_high, high = numbers
    log_cut, log_drift, log_warning = logs
    for row in range(len(errors)):
        n += 1
        mean += (1.0 / n) * (errors[row] - mean)
        bound = math.sqrt(1.0 / (2 * n) * log_cut)
        if n_low == 0 or low + math.sqrt(1.0 / (2 * n_low) * log_cut) >= mean + bound:
            n_low, low = n, mean
        spread = (n - n_low) / n_low * (1.0 / n)
        drifted = n_low != n and mean - low >= math.sqrt(spread / 2 * log_drift)
        warned = n_low != n and mean - low >= math.sqrt(spread / 2 * log_warning)
        if two_sided:
            if n_high == 0 or high - math.sqrt(1.0 / (2 * n_high) * log_cut) <= mean - bound:
                n_high, high = n, mean
            spread = (n - n_high) / n_high * (1.0 / n)
            drifted |= n_high != n and high - mean >= math.sqrt(spread / 2 * log_drift)
            warned |= n_high != n and high - mean >= math.sqrt(spread / 2 * log_warning)
        if drifted:
            marks[row] = ALARM
            n, mean, n_low, low, n_high, high = FRESH
        elif warned:
            marks[row] = WARNING
    return n, mean, n_low, low, n_high, high


@kernel
def _as_moa(errors: Floats, marks: Marks, numbers: Numbers, logs: Logs, two_sided: bool) -> Numbers:
    n, total, n_low, low, n_high, high = numbers
    log_cut, log_drift, log_warning = logs
    for row in range(len(errors)):
        n += 1
        total += errors[row]
        bound = math.sqrt(1.0 / (2 * n) * log_cut)
        if n_low == 0 or low / n_low + math.sqrt(1.0 / (2 * n_low) * log_cut) >= total / n + bound:
            n_low, low = n, total
        if n_high == 0 or high / n_high - math.sqrt(1.0 / (2 * n_high) * log_cut) <= total / n - bound:
            n_high, high = n, total
        rise, spread = total / n - low / n_low, (n - n_low) / n_low * (1.0 / n)
        if n_low != n and rise >= math.sqrt(spread / 2 * log_drift):
            marks[row] = ALARM
            n, total, n_low, low, n_high, high = FRESH
            continue
        if n_low != n and rise >= math.sqrt(spread / 2 * log_warning):
            marks[row] = WARNING
        fall, spread = high / n_high - total / n, (n - n_high) / n_high * (1.0 / n)
        if two_sided and n_high != n and fall >= math.sqrt(spread / 2 * log_drift):
            n, total, n_low, low, n_high, high = FRESH
    return n, total, n_low, low, n_high, high
