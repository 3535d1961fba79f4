"""Intervals of standardised effects: which noncentralities a t does not contradict, and the bias of d."""

from __future__ import annotations

import math

from scipy import special, stats

from harness.inference.estimate import Interval

LARGE_T = 1000.0
"""Beyond this t the noncentral t is replaced by its limit, in which only the SD varies: scipy takes minutes or fails."""


def noncentrality(t: float, df: float, level: float) -> Interval:
    """The interval of noncentralities that a test would not reject, given t. The interval of -t is that of t, mirrored."""
    tails = (1 + level) / 2, (1 - level) / 2
    low, high = (_inverted(abs(t), df, tail) for tail in tails)
    return Interval(low, high, level) if t >= 0 else Interval(-high, -low, level)


def unbiasing(df: float) -> float:
    """Hedges' J = Γ(df/2) / (sqrt(df/2) Γ((df-1)/2)), times which d is unbiased; `df` is 2 or more."""
    return math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)


def _inverted(t: float, df: float, probability: float) -> float:
    """The noncentrality at which P(T <= t) is `probability`, for t of 0 or more."""
    if t > LARGE_T:
        return t * math.sqrt(float(stats.chi2.isf(probability, df)) / df)
    return float(special.nctdtrinc(df, probability, t))
