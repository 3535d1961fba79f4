"""Intervals of thousands of specifications at once, each as `harness.inference` would give it alone.

Values have shape (n_specifications, n_sets), NaN where a specification does not know a data set. Weights say how often each
data set counts, shape (n_draws, n_sets); without them each counts once. Results have shape (n_specifications, n_draws).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from harness.analysis.frame import POINTS
from harness.claims.entries import Summary, Test
from harness.core import Floats, Ints
from harness.inference import proportions
from harness.inference.decision import RANKED, Verdict
from harness.inference.estimate import DECIMALS, ROUNDING
from harness.inference.trimmed import FEWEST

TRIMMED = 0.1
"""The share of data sets that is cut at either end."""


class Bounds(NamedTuple):
    """Estimates and the ends of their intervals, NaN where there is none, and the number of data sets."""

    estimate: Floats
    low: Floats
    high: Floats
    n: Floats


def bounds(
    values: Floats,
    *,
    test: Test,
    summary: Summary,
    level: float,
    against: float = np.nan,
    weights: Floats | None = None,
) -> Bounds:
    """The intervals of specifications with the same test and summary.

    Args:
        values: of data sets, positive in the claimed direction; 0 and 1 for a share.
        test: of the contrast.
        summary: of data sets; a share is one already.
        level: of the intervals.
        against: the share by chance.
        weights: how often each data set counts in each draw.
    """
    once = np.ones((1, values.shape[1])) if weights is None else weights
    if test is Test.SHARE:
        return _shares(values, once, level, against)
    if test is Test.STATED:
        return _predicted(values, once, level)
    of = {Summary.MEAN: _means, Summary.TRIMMED: _trimmed, Summary.MEDIAN: _medians}
    return of[summary](values, once, level)


def ranks(low: Floats, high: Floats, region: float) -> NDArray[np.int8]:
    """The verdicts of many intervals, as `harness.inference.decision.decide` would give them: places in `RANKED`."""
    within = (region > 0) & (low >= -region) & (high <= region)
    found = np.select(
        [within, (low > 0) & (low >= region), low > 0, high < 0],
        [RANKED.index(one) for one in (Verdict.NONE, Verdict.SUPPORTED, Verdict.FOR, Verdict.AGAINST)],
        RANKED.index(Verdict.OPEN),
    )
    return np.asarray(found, dtype=np.int8)


def _means(values: Floats, weights: Floats, level: float) -> Bounds:
    known = ~np.isnan(values)
    n = known.astype(float) @ weights.T
    centre = np.where(known.any(axis=1), np.nansum(values, axis=1) / np.maximum(known.sum(axis=1), 1), 0.0)[:, None]
    moved = np.where(known, values - centre, 0.0)  # so that squares lose no digits
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (moved @ weights.T) / n
        squares = (moved**2) @ weights.T - n * mean**2
        error = np.sqrt(np.maximum(squares, 0.0) / (n - 1) / n)
    return _ends(centre + mean, error, n, n - 1, level, _scale(values))


def _predicted(values: Floats, weights: Floats, level: float) -> Bounds:
    """Prediction intervals for a new data set: the standard error is sqrt(n + 1) times that of the mean."""
    mean = _means(values, weights, level)
    reach = (mean.high - mean.estimate) * np.sqrt(mean.n + 1)
    return Bounds(mean.estimate, mean.estimate - reach, mean.estimate + reach, mean.n)


def _trimmed(values: Floats, weights: Floats, level: float) -> Bounds:
    each = [_trimmed_once(values, draw, level) for draw in weights]
    return Bounds(*(np.stack([one[place] for one in each], axis=1) for place in range(4)))


def cut_at_an_end(n: Ints) -> Ints:
    """How many of n data sets a trimmed mean leaves out at either end, as `harness.inference.trimmed`: 0 below ten of them."""
    cut: Ints = (TRIMMED * n + 1e-9).astype(np.int64)
    return np.where(n - 2 * cut < FEWEST, 0, cut)


def _trimmed_once(values: Floats, draw: Floats, level: float) -> Bounds:
    """One draw; results of shape (n_specifications,)."""
    ordered = np.sort(np.repeat(values, draw.astype(int), axis=1), axis=1)  # NaN goes last
    n = (~np.isnan(ordered)).sum(axis=1)
    cut = cut_at_an_end(n)
    place = np.arange(ordered.shape[1])[None, :]
    left = n - 2 * cut
    kept = (place >= cut[:, None]) & (place < (n - cut)[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(kept, ordered, 0.0).sum(axis=1) / left
        row = np.arange(len(ordered))
        lowest, highest = ordered[row, np.minimum(cut, n - 1)], ordered[row, np.maximum(n - cut - 1, 0)]
        winsorised = np.clip(ordered, lowest[:, None], highest[:, None])
        known = place < n[:, None]
        centre = np.where(known, winsorised, 0.0).sum(axis=1) / n
        squares = np.where(known, (winsorised - centre[:, None]) ** 2, 0.0).sum(axis=1)
        share = np.where(cut > 0, TRIMMED, 0.0)
        error = np.sqrt(squares / (n - 1)) / ((1 - 2 * share) * np.sqrt(n))
    mean, error, size, df = (one[:, None] for one in (mean, error, n.astype(float), left - 1.0))
    return Bounds(*(one[:, 0] for one in _ends(mean, error, size, df, level, _scale(values))))


def _medians(values: Floats, weights: Floats, level: float) -> Bounds:
    """Medians with the exact interval between two of the ordered values; none where so few values cannot reach the level."""
    each = [_median_once(values, draw, level) for draw in weights]
    return Bounds(*(np.stack([one[place] for one in each], axis=1) for place in range(4)))


def _median_once(values: Floats, draw: Floats, level: float) -> Bounds:
    """One draw; results of shape (n_specifications,)."""
    ordered = np.sort(np.repeat(values, draw.astype(int), axis=1), axis=1)  # NaN goes last
    n = (~np.isnan(ordered)).sum(axis=1)
    outside = np.array([_outside(int(one), level) for one in n])
    row, last = np.arange(len(ordered)), np.maximum(n - 1, 0)
    if not ordered.shape[1]:
        unknown = np.full(len(ordered), np.nan)
        return Bounds(unknown, unknown, unknown, n.astype(float))
    middle = (ordered[row, last // 2] + ordered[row, (last + 1) // 2]) / 2
    is_reached = outside > 0
    low = np.where(is_reached, ordered[row, np.maximum(outside - 1, 0)], np.nan)
    high = np.where(is_reached, ordered[row, np.minimum(n - outside, last)], np.nan)
    return Bounds(middle, low, high, n.astype(float))


@lru_cache(maxsize=4096)
def _outside(n: int, level: float) -> int:
    """The place of the lower end among n ordered values, counted from 1; 0 where no place covers so much."""
    return int(stats.binom.ppf((1 - level) / 2, n, 0.5)) if n > 1 else 0


def _scale(values: Floats) -> Floats:
    """Below this spread values are equal, as in `harness.inference.estimate`; shape (n_specifications, 1)."""
    largest = np.abs(np.where(np.isnan(values), 0.0, values)).max(axis=1, initial=0.0)
    scale: Floats = np.maximum(10.0**-DECIMALS, ROUNDING * largest)[:, None]
    return scale


def _ends(estimate: Floats, error: Floats, n: Floats, df: Floats, level: float, scale: Floats) -> Bounds:
    reach = _quantiles(df, level) * np.where(error * np.sqrt(np.maximum(n, 1)) <= scale, 0.0, error)
    reach = np.where(n >= 2, reach, np.nan)
    return Bounds(np.where(n > 0, estimate, np.nan), estimate - reach, estimate + reach, n)


def _quantiles(df: Floats, level: float) -> Floats:
    """Student's, once for each number of degrees of freedom."""
    return _looked_up(partial(_quantile, level), df)


@lru_cache(maxsize=4096)
def _quantile(level: float, df: float) -> float:
    return float(stats.t.ppf((1 + level) / 2, df)) if df >= 1 else float("nan")


def _looked_up(function: Callable[[float], float], arguments: Floats) -> Floats:
    each, place = np.unique(arguments, return_inverse=True)
    found: Floats = np.array([function(float(one)) for one in each])[place].reshape(arguments.shape)
    return found


def _shares(values: Floats, weights: Floats, level: float, against: float) -> Bounds:
    known = ~np.isnan(values)
    n: Ints = np.rint(known.astype(float) @ weights.T).astype(int)
    hits: Ints = np.rint(np.where(known, values, 0.0) @ weights.T).astype(int)
    base = int(n.max(initial=0)) + 1
    low, high = (_looked_up(partial(_of_code, base, level, side), (hits * base + n).astype(float)) for side in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / n
    estimate, low, high = (POINTS * (one - against) for one in (share, low, high))
    return Bounds(estimate, low, high, n.astype(float))


def _of_code(base: int, level: float, side: int, code: float) -> float:
    hits, n = divmod(int(code), base)
    return clopper_pearson(hits, n, level)[side] if n else np.nan


@lru_cache(maxsize=4096)
def clopper_pearson(hits: int, n: int, level: float) -> tuple[float, float]:
    """The exact interval of a share."""
    ends = proportions.clopper_pearson(hits, n, level=level).interval
    return ends.low, ends.high
