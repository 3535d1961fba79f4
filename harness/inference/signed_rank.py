"""Wilcoxon's signed-rank test over data sets, exact under ties and zeros and for any number of sets.

scipy's `auto` uses the normal approximation if differences tie, its `exact` ignores ties, and its permutation test needs
2^n of them. Here the null distribution is built rank by rank (`rank_sums`): doubled midranks are integers, and n sets have
only about n^2 different sums. Thousands of differences are too many for that; their note says what p is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.inference import inputs
from harness.inference.arrays import Floats, Ints
from harness.inference.estimate import (
    DECIMALS,
    Estimate,
    Interval,
    agreement,
    observed,
    sentences,
    unknown_interval,
)
from harness.inference.rank_sums import RankSums, of_whole_ranks

SORTED_AT_MOST = 5_000_000
"""So many averages of two values are sorted. More do not fit into memory well, and are counted instead."""


@dataclass(frozen=True, kw_only=True)
class SignedRank(Estimate):
    """Wilcoxon's test with the estimate and interval that belong to it.

    `estimate` is the Hodges-Lehmann pseudo-median, in the unit of the differences; `n` counts all of them.

    Attributes:
        statistic: W+, the sum of the ranks of the positive differences.
        p: the exact two-sided p.
        p_greater: the exact one-sided p against differences above zero; small where A is better.
        p_less: the exact one-sided p against differences below zero.
        n_different: the number of differences that are not zero, which are ranked.
        rank_biserial: the matched rank-biserial correlation (W+ - W-) / (W+ + W-), -1 to 1.
    """

    statistic: float
    p: float
    p_greater: float
    p_less: float
    n_different: int
    rank_biserial: float


def signed_rank(differences: ArrayLike, *, level: float = 0.95) -> SignedRank:
    """The exact Wilcoxon signed-rank test, its Hodges-Lehmann estimate and the matched rank-biserial correlation.

    Differences are rounded to nine decimals, so that equal metrics tie. Zeros are left out before ranking (Wilcoxon's
    rule, scipy's `zero_method="wilcox"`), and ties get midranks. The estimate and its interval keep the zeros.

    Args:
        differences: shape (n_sets,), A - B on each data set.
        level: the smallest level of the interval. Its ends are averages of two differences, so it is a little wider.

    Returns:
        The test; p = 1 with a note if no difference is left.

    Source: Wilcoxon (1945), doi 10.2307/3001968; Hodges and Lehmann (1963), doi 10.1214/aoms/1177704172; Kerby (2014),
    doi 10.2466/11.IT.3.1.
    """
    sample = observed(differences)
    rounded = np.round(sample.values, DECIMALS)
    centre = hodges_lehmann(rounded, level=level)
    kept = rounded[rounded != 0]
    ranks = stats.rankdata(np.abs(kept))
    positive, total = float(ranks[kept > 0].sum()), float(ranks.sum())
    p = greater = less = balance = math.nan
    null, parts = _null_of(ranks)
    if len(rounded):
        # Without any rank this gives p = 1 and a balance of 0, as it should.
        above = round(parts * positive)
        p, greater, less = null.two_sided(above), null.at_most(null.total - above), null.at_most(above)
        balance = (2 * positive - total) / max(total, 1.0)
    return SignedRank(
        estimate=centre.estimate,
        interval=centre.interval,
        n=centre.n,
        note=sentences(
            sample.note, centre.note, _on_ranks(kept, sample.values, level), _approximate("p", len(kept), null)
        ),
        statistic=positive,
        p=p,
        p_greater=greater,
        p_less=less,
        n_different=len(kept),
        rank_biserial=balance,
    )


class _Null(NamedTuple):
    """The distribution of the sum of the positive ranks, and in how many parts of a rank it counts."""

    sums: RankSums
    parts: int


def _null_of(ranks: Floats) -> _Null:
    if len(np.unique(ranks)) == len(ranks):
        return _Null(of_whole_ranks(len(ranks)), 1)
    return _Null(RankSums(np.rint(2 * ranks).astype(np.int64)), 2)


def hodges_lehmann(values: ArrayLike, *, level: float = 0.95) -> Estimate:
    """The median of all averages of two values (each with itself too), with the interval that inverts Wilcoxon's test.

    Args:
        values: shape (n,).
        level: the smallest level of the interval. Below six values 95 % is out of reach. The interval is then the widest
            possible one, with its own level and a note.

    Source: Hollander, Wolfe and Chicken (2014), Nonparametric Statistical Methods, sections 3.2 and 3.3.
    """
    inputs.level(level)
    sample = observed(values)
    n = len(sample.values)
    if n < 2:
        note = sentences(sample.note, "There is one value, so no interval." if n else "There is no value.")
        only = float(sample.values[0]) if n else math.nan
        return Estimate(estimate=only, interval=unknown_interval(level), n=n, note=note)
    values = np.sort(sample.values)
    null = of_whole_ranks(n)
    reach = null.lowest_with((1 - level) / 2 * (1 - 1e-12))
    attained = level if reach else 1 - 2.0 ** (1 - n)
    reach, count = max(reach, 1), n * (n + 1) // 2
    low, high, *middle = _averages(values, [reach, count - reach + 1, (count + 1) // 2, count // 2 + 1])
    note = "" if attained == level else f"With {n} values no signed-rank interval covers more than {attained:.2%}."
    return Estimate(
        estimate=float(np.mean(middle)),
        interval=Interval(low, high, attained),
        n=n,
        note=sentences(sample.note, note, _approximate("the interval", n, null)),
    )


def _averages(values: Floats, places: list[int]) -> list[float]:
    """The averages of two values that stand at these places, 1 for the smallest, among all of them; values ascend."""
    n = len(values)
    if n * (n + 1) // 2 > SORTED_AT_MOST:
        return [_counted(values, place) for place in places]
    rows, columns = _each_with_each(n)
    averages = np.sort((values[rows] + values[columns]) / 2)
    return [float(averages[place - 1]) for place in places]


@lru_cache(maxsize=64)
def _each_with_each(n: int) -> tuple[Ints, Ints]:
    """The positions of the two values of each average. A family of comparisons asks for the same ones again and again."""
    rows, columns = np.triu_indices(n)
    rows.flags.writeable = columns.flags.writeable = False
    return rows, columns


def _counted(values: Floats, place: int) -> float:
    """The average at this place: the smallest number that so many averages do not exceed, found by halving."""
    low, high = float(values[0]), float(values[-1])
    own = np.arange(len(values))
    while low < (middle := low + (high - low) / 2) < high:
        # For each value, how many of those from itself on make an average with it that is not above the middle.
        partners = np.searchsorted(values, 2 * middle - values, side="right") - own
        if int(np.maximum(partners, 0).sum()) >= place:
            high = middle
        else:
            low = middle
    partner = np.searchsorted(values, 2 * high - values, side="right") - 1
    # Sums were rounded in the search: the largest of the averages that it counted is the one.
    return float(((values + values[partner]) / 2)[partner >= own].max())


def _approximate(what: str, n: int, null: RankSums) -> str:
    if null.is_exact:
        return ""
    return f"With {n} ranks {what} is that of the normal approximation, corrected for kurtosis."


def _on_ranks(kept: Floats, values: Floats, level: float) -> str:
    n = len(values)
    if not n:
        return ""
    if not len(kept):
        return f"All {n} differences are zero{agreement(values, 0.0)}, so p = 1."
    zeros = f"{n - len(kept)} of {n} differences are zero and were not ranked." if len(kept) < n else ""
    constant = f"All {n} differences equal {kept[0]:.6g}." if n == len(kept) > 1 and np.ptp(kept) == 0 else ""
    smallest = 2.0 ** (1 - len(kept))
    blind = f"With {len(kept)} ranked differences p cannot be below {smallest:.4g}." if smallest >= 1 - level else ""
    return sentences(zeros, constant, blind)
