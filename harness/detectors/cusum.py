"""CUSUM: excesses over a target, less a tolerance, have added up to more than a threshold (Page 1954)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from harness.core import ConfigError, Floats
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import at_least

Numbers = tuple[int, float, float]
"""Rows since the last alarm, the target, and the sum."""


@dataclass(frozen=True, kw_only=True)
class CUSUM(ErrorDetector):
    """The one-sided cumulative sum, with the running mean for a target, as MOA has it.

    S = max(0, S + x - mean - delta), alarm where S > threshold. Page 1954, doi 10.1093/biomet/41.1-2.100; MOA
    `CusumDM.java`, version 2024.07 and commit 35df76d.

    Attributes:
        min_instances: rows before the first alarm, less one.
        delta: excess that is tolerated.
        threshold: sum that alarms, in the unit of the signal times rows.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("threshold", loosest=0.0, strictest=1000.0)
    nested: ClassVar[bool] = True

    name: str = "cusum"
    min_instances: Annotated[int, at_least(0)] = 30
    delta: Annotated[float, at_least(0)] = 0.005
    threshold: Annotated[float, at_least(0)] = 50.0

    def fresh(self) -> State:
        """Nothing added yet."""
        return State((0, 0.0, 0.0))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the sum on."""
        setting = float(self.delta), float(self.threshold)
        state.numbers = _scan(errors, marks, state.numbers, self.min_instances, *setting, learns=True)


@dataclass(frozen=True, kw_only=True)
class PageCUSUM(CUSUM):
    """The one-sided cumulative sum as Page gave it: the target is known, here the mean of the reference errors.

    It keeps its target after an alarm. Warmed, its sum goes on from that of the reference.
    """

    name: str = "cusum_page"
    min_instances: int = 1

    def begin(
        self,
        reference: Floats | None,
        rng: np.random.Generator | None,  # noqa: ARG002 - nothing is drawn
    ) -> State:
        """The sum is 0 and the target is the mean of `reference`, shape (n_rows,).

        Raises:
            ConfigError: there is no reference.
        """
        if reference is None or len(reference) == 0:
            raise ConfigError(
                "CUSUM with a known target needs reference errors to take it from; give them to start(), or use cusum"
            )
        return State((0, float(self.checked_reference(reference).mean()), 0.0))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the sum on."""
        setting = float(self.delta), float(self.threshold)
        state.numbers = _scan(errors, marks, state.numbers, self.min_instances, *setting, learns=False)


@kernel
def _scan(
    errors: Floats, marks: Marks, numbers: Numbers, min_instances: int, delta: float, threshold: float, learns: bool
) -> Numbers:
    n, target, total = numbers
    for row in range(len(errors)):
        n += 1
        if learns:
            target += (errors[row] - target) / n
        total = max(0.0, total + errors[row] - target - delta)
        if n >= min_instances - 1 and total > threshold:
            marks[row] = ALARM
            n, total = 0, 0.0
            if learns:
                target = 0.0
    return n, target, total
