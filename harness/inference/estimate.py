"""Results of inference: an estimate, its interval, and a note if the data were degenerate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from harness.errors import ConfigError
from harness.inference.arrays import Floats

DECIMALS = 9
"""Metrics that agree to this many decimals are equal. Smaller differences come from the rounding of sums."""


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
        """The part of the interval between the smallest and the largest possible value. Its coverage is the same."""
        least, largest = limits
        return Interval(max(self.low, least), min(self.high, largest), self.level) if self.is_known else self

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


class Sample(NamedTuple):
    """Finite values, and a note on the values that were left out."""

    values: Floats
    note: str


def observed(values: ArrayLike) -> Sample:
    """The finite values in their order. The note counts the others."""
    every = np.asarray(values, dtype=np.float64).ravel()
    kept = every[np.isfinite(every)]
    left_out = len(every) - len(kept)
    return Sample(kept, f"{left_out} of {len(every)} values are not finite and were left out." if left_out else "")


def is_constant(values: Floats) -> bool:
    """Whether all values (one or more) agree up to rounding: within 1e-9, relative to the largest if that exceeds 1."""
    return bool(np.ptp(values) <= 10.0**-DECIMALS * max(1.0, float(np.abs(values).max())))


def sentences(*notes: str) -> str:
    """Several notes joined into one, without the empty ones."""
    return " ".join(note for note in notes if note)


def unknown_interval(level: float) -> Interval:
    """The interval of a quantity that cannot be estimated."""
    return Interval(math.nan, math.nan, level)


def checked_level(level: float) -> float:
    """`level` itself. Raises `ConfigError` unless it lies strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ConfigError(f"the level of an interval is {level}, but must lie between 0 and 1: give 0.95 for 95 %")
    return level
