"""Intervals of standardised effects: which noncentralities a t or an F does not contradict, and the bias of d."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import optimize, special, stats

from harness.inference.estimate import Interval

LARGE_T = 1000.0
"""Beyond this t the noncentral t is replaced by its limit, in which only the SD varies: scipy takes minutes or fails."""

LARGE_F = 1e5
"""Beyond this F the same is done: scipy's noncentral F has no digits left."""


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


def noncentrality_of_f(f: float, df: float, df_error: float, level: float) -> Interval:
    """The noncentralities with which F would neither be exceeded nor undercut too seldom; 0 at the least.

    Source: Steiger (2004), doi 10.1037/1082-989X.9.2.164.
    """
    tails = (1 + level) / 2, (1 - level) / 2
    if f > LARGE_F:
        ends = [f * df * float(stats.chi2.isf(tail, df_error)) / df_error for tail in tails]
    else:
        ends = [
            _root(lambda strength, tail=tail: float(special.ncfdtr(df, df_error, strength, f)) - tail, df * f + 1)  # type: ignore[misc]
            for tail in tails
        ]
    return Interval(ends[0], ends[1], level)


def _root(falling: Callable[[float], float], top: float) -> float:
    """Where a falling function of 0 and more is 0; 0 if it is never above."""
    if falling(0.0) <= 0:
        return 0.0
    while falling(top) > 0:
        top *= 2
    return float(optimize.brentq(falling, 0.0, top, xtol=1e-12, rtol=1e-13))
