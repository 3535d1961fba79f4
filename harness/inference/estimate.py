"""Results of inference: an estimate, its interval, and a note if the data were degenerate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats

DECIMALS = 9
"""Metrics that agree to this many decimals are equal. Smaller differences come from the rounding of sums."""

ROUNDING = 64 * float(np.finfo(np.float64).eps)
"""Numbers of any size that agree to this share of the largest are equal: more is not left after a few sums."""


@dataclass(frozen=True)
class Interval:
    """A range of values with its ends included. Both ends are NaN if the interval is unknown.

    Attributes:
        low: the lower end.
        high: the upper end.
        level: its coverage, 0 to 1.
    """

    low: float
    high: float
    level: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def within(self, limits: tuple[float, float]) -> Interval:
        """The part of the interval between the smallest and the largest possible value. Its coverage is the same.

        Raises:
            ConfigError: no part of it lies there, so that limits and interval are not in one unit.
        """
        least, largest = inputs.limits(limits)
        if not self.is_known:
            return self
        if self.low > largest + 10.0**-DECIMALS or self.high < least - 10.0**-DECIMALS:
            raise ConfigError(
                f"the interval from {self.low:g} to {self.high:g} lies outside of the limits {least:g} and {largest:g}: "
                "give both in one unit"
            )
        low, high = (min(max(end, least), largest) for end in (self.low, self.high))
        return Interval(low, high, self.level)

    @property
    def is_known(self) -> bool:
        """Whether both ends could be computed."""
        return not (math.isnan(self.low) or math.isnan(self.high))


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number learnt from `n` values.

    Attributes:
        estimate: the number, in the unit of the values.
        interval: the values that the data do not contradict.
        n: the number of finite values used.
        note: empty, or how the data were degenerate.
    """

    estimate: float
    interval: Interval
    n: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TTest(Estimate):
    """A mean tested against zero.

    Attributes:
        standard_error: the standard error of the mean, in the unit of the values.
        statistic: t = estimate / standard_error.
        df: the degrees of freedom of t.
        p: the two-sided p.
    """

    standard_error: float
    statistic: float
    df: float
    p: float

    @property
    def p_greater(self) -> float:
        """The one-sided p against a mean above zero; without a t that of the sign test, as `p` is, or NaN as `p`."""
        return self._one_sided(self.estimate > 0)

    @property
    def p_less(self) -> float:
        """The one-sided p against a mean below zero, as `p_greater`."""
        return self._one_sided(self.estimate < 0)

    def _one_sided(self, in_direction: bool) -> float:
        if math.isnan(self.statistic):
            return self.p if math.isnan(self.p) else self.p / 2 if in_direction and self.p < 1 else 1.0
        return self.p / 2 if in_direction else 1 - self.p / 2


class Sample(NamedTuple):
    """Finite values, and a note on the values that were left out."""

    values: Floats
    note: str


def observed(values: ArrayLike, *, what: str = "values") -> Sample:
    """The finite values in their order. The note counts the others; `what` names the values if they are refused."""
    every = inputs.numbers(values, what=what)
    kept = every[np.isfinite(every)]
    left_out = len(every) - len(kept)
    return Sample(kept, f"{left_out} of {len(every)} values are not finite and were left out." if left_out else "")


def is_constant(values: Floats) -> bool:
    """Whether all values (one or more) agree: to nine decimals, or to the rounding of float64 if they are large."""
    return bool(np.ptp(values) <= _tolerance(values))


def agreement(values: Floats, shown: float) -> str:
    """What a note adds where it says that all values equal the one shown: nothing if they do, else within how much."""
    return "" if (values == shown).all() else f" within {_tolerance(values):.0e}"


def _tolerance(values: Floats) -> float:
    return max(10.0**-DECIMALS, ROUNDING * float(np.abs(values).max()))


def sentences(*notes: str) -> str:
    """Several notes joined into one, without the empty ones."""
    return " ".join(note for note in notes if note)


def unknown_interval(level: float) -> Interval:
    """The interval of a quantity that cannot be estimated."""
    return Interval(math.nan, math.nan, level)
