"""Two shares of hits: independent ones, and those of the same trials."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, sentences, unknown_interval
from harness.inference.proportions import counts, wilson

MOST_TRIALS = 20_000
"""With more trials the conditional distribution of a table takes seconds, and soon minutes."""


@dataclass(frozen=True, kw_only=True)
class OddsRatio(Estimate):
    """The odds of the first over those of the second, tested against 1.

    Attributes:
        p: Fisher's two-sided p.
    """

    p: float


@dataclass(frozen=True, kw_only=True)
class McNemar(Estimate):
    """The difference of two shares of the same trials, first - second; `n` counts the trials.

    Attributes:
        p: the exact two-sided p.
        only_first: trials that the first alone hit.
        only_second: trials that the second alone hit.
    """

    p: float
    only_first: int
    only_second: int


def newcombe(hits_first: int, n_first: int, hits_second: int, n_second: int, *, level: float = 0.95) -> Estimate:
    """The difference of two independent shares, first - second, with Newcombe's interval from two of Wilson's.

    Args:
        hits_first: hits of the first, 0 or more.
        n_first: its trials.
        hits_second: hits of the second.
        n_second: its trials.
        level: of the interval.

    Returns:
        The difference; NaN, with a note, if one of them has no trial.

    Raises:
        ConfigError: more hits than trials, or what is no count.

    Source: Newcombe (1998), doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10.
    """
    a, b, c, d = _table(hits_first, n_first, hits_second, n_second)
    first, second = wilson(a, b, level=level), wilson(c, d, level=level)
    if not b or not d:
        return Estimate(estimate=math.nan, interval=unknown_interval(level), n=b + d, note=_no_trial(b, d))
    difference = first.estimate - second.estimate
    down = math.hypot(first.estimate - first.interval.low, second.interval.high - second.estimate)
    up = math.hypot(first.interval.high - first.estimate, second.estimate - second.interval.low)
    return Estimate(estimate=difference, interval=Interval(difference - down, difference + up, level), n=b + d)


def fisher_exact(hits_first: int, n_first: int, hits_second: int, n_second: int, *, level: float = 0.95) -> OddsRatio:
    """Fisher's exact test of two independent shares, with the conditional odds ratio, first over second, and its interval.

    The p sums all tables that are no more probable than the one at hand; the interval is exact and has equal tails. So the two
    may disagree at the edge, as in R. R's ratio and interval have three digits or so, since it ends its search early.

    Args:
        hits_first: hits of the first, 0 or more.
        n_first: its trials.
        hits_second: hits of the second.
        n_second: its trials.
        level: of the interval.

    Returns:
        The test. The ratio is 0 or infinite if a cell is empty; NaN, with a note, if all trials hit, or none did.

    Raises:
        ConfigError: more hits than trials, what is no count, or more than `MOST_TRIALS` trials.

    Source: Fisher (1935), The Logic of Inductive Inference, doi 10.2307/2342435; through `scipy.stats.fisher_exact` and
    `scipy.stats.contingency.odds_ratio`.
    """
    a, b, c, d = _table(hits_first, n_first, hits_second, n_second)
    inputs.level(level)
    n = b + d
    if n > MOST_TRIALS:
        raise ConfigError(f"{n} trials are too many for an exact table of at most {MOST_TRIALS}: take newcombe")
    if not b or not d:
        return _without_ratio(n, _no_trial(b, d), math.nan, level)
    if a + c in (0, n):
        every = f"All {n} trials are hits" if a else f"None of {n} trials is a hit"
        return _without_ratio(n, f"{every}: the odds ratio is unknown, and p = 1.", 1.0, level)
    table = [[a, b - a], [c, d - c]]
    ratio = stats.contingency.odds_ratio(table)
    ends = ratio.confidence_interval(level)
    return OddsRatio(
        estimate=float(ratio.statistic),
        interval=Interval(float(ends.low), float(ends.high), level),
        n=n,
        p=min(1.0, float(stats.fisher_exact(table).pvalue)),
    )


def _without_ratio(n: int, reason: str, p: float, level: float) -> OddsRatio:
    return OddsRatio(estimate=math.nan, interval=unknown_interval(level), n=n, note=reason, p=p)


def mcnemar(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> McNemar:
    """McNemar's exact test of two shares of the same trials, with their difference and Tango's score interval.

    A drifted stream and its twin without drift are such a pair: a detector hits the one, both, or neither. The interval is
    asymptotic, and the p exact and conditional, so they may disagree at the edge.

    Args:
        first: shape (n,), truth values, or 1 and 0: whether the trial hit. Pairs with a missing value are left out, with a
            note.
        second: shape (n,), of the same trials.
        level: of the interval.

    Returns:
        The test; p = 1 with a note if no pair differs.

    Raises:
        DataError: entries that are no truth values, or arrays of different lengths.

    Source: McNemar (1947), doi 10.1007/BF02295996; Tango (1998),
    doi 10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B.
    """
    inputs.level(level)
    one, other = inputs.hits(first, what="first"), inputs.hits(second, what="second")
    inputs.paired(first, second, names=("first", "second"))
    known = ~(np.isnan(one) | np.isnan(other))
    left_out = int((~known).sum())
    note = f"{left_out} of {len(known)} pairs lack a value and were left out." if left_out else ""
    only_first = int(np.sum((one == 1) & (other == 0)))
    only_second = int(np.sum((one == 0) & (other == 1)))
    n, differing = int(known.sum()), only_first + only_second
    if not n:
        return McNemar(
            estimate=math.nan,
            interval=unknown_interval(level),
            n=0,
            note=sentences(note, "There is no pair."),
            p=math.nan,
            only_first=0,
            only_second=0,
        )
    return McNemar(
        estimate=(only_first - only_second) / n,
        interval=_tango(only_first, only_second, n, level),
        n=n,
        note=note if differing else sentences(note, f"None of {n} pairs differs, so p = 1."),
        p=float(stats.binomtest(only_first, differing).pvalue) if differing else 1.0,
        only_first=only_first,
        only_second=only_second,
    )


def _tango(b: int, c: int, n: int, level: float) -> Interval:
    """The differences of shares that the score test of b against c of n pairs would not reject."""
    z = float(stats.norm.ppf((1 + level) / 2))
    return Interval(-_tango_reach(c, b, n, z), _tango_reach(b, c, n, z), level)


def _tango_reach(b: int, c: int, n: int, z: float) -> float:
    """The upper end, at which the score is -z."""
    if b == n:
        return 1.0

    def excess(difference: float) -> float:
        # The share of pairs of the second kind, at its most probable for that difference, solves a quadratic equation.
        linear = -b - c + (2 * n - b + c) * difference
        constant = -c * difference * (1 - difference)
        share = (math.sqrt(max(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
        variance = n * (2 * share + difference * (1 - difference))
        return b - c - n * difference + z * math.sqrt(max(variance, 0.0))

    start = (b - c) / n
    # Where all pairs are of the second kind, the score has no variance at the estimate itself.
    return float(optimize.brentq(excess, start + 1e-9 if c == n else start, 1.0))


def _table(hits_first: int, n_first: int, hits_second: int, n_second: int) -> tuple[int, int, int, int]:
    return (
        *counts(hits_first, n_first, what="hits_first", of="n_first"),
        *counts(hits_second, n_second, what="hits_second", of="n_second"),
    )


def _no_trial(n_first: int, n_second: int) -> str:
    if n_first and n_second:
        return ""
    return "One of the two has no trial." if n_first or n_second else "There is no trial."
