"""What inference returns: an estimate, its interval, and a note wherever the data were degenerate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from harness.errors import ConfigError
from harness.inference.arrays import Floats

DECIMALS = 9
"""Metrics that agree to so many decimals are equal: what is left is the rounding of sums."""


@dataclass(frozen=True)
class Interval:
    """A range of values, ends included; both ends are NaN when it cannot be had.

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
        """Its part between the least and the largest possible value; it covers the truth as often."""
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
        interval: the values of the quantity that the data do not contradict.
        n: the number of finite values it rests on.
        note: empty, or what was degenerate about the data.
    """

    estimate: float
    interval: Interval
    n: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TTest(Estimate):
    """A mean tested against zero.

    Attributes:
        standard_error: of the mean, in the unit of the values.
        statistic: t = estimate / standard_error.
        df: its degrees of freedom.
        p: two-sided.
    """

    standard_error: float
    statistic: float
    df: float
    p: float


class Sample(NamedTuple):
    """The finite ones among some values, and a note on the rest."""

    values: Floats
    note: str


def observed(values: ArrayLike) -> Sample:
    """The finite values, in their order; the note counts those left out."""
    every = np.asarray(values, dtype=np.float64).ravel()
    kept = every[np.isfinite(every)]
    left_out = len(every) - len(kept)
    return Sample(kept, f"{left_out} of {len(every)} values are not finite and were left out." if left_out else "")


def is_constant(values: Floats) -> bool:
    """Whether one or more values agree up to rounding: within 1e-9, relative to the largest where that exceeds 1."""
    return bool(np.ptp(values) <= 10.0**-DECIMALS * max(1.0, float(np.abs(values).max())))


def sentences(*notes: str) -> str:
    """One note of several, the empty ones left out."""
    return " ".join(note for note in notes if note)


def unknown_interval(level: float) -> Interval:
    """The interval of something that cannot be estimated."""
    return Interval(math.nan, math.nan, level)


def checked_level(level: float) -> float:
    """`level` itself. Raises `ConfigError` unless it lies strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ConfigError(f"the level of an interval is {level}, but must lie between 0 and 1: give 0.95 for 95 %")
    return level
