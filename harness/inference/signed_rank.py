"""Wilcoxon's signed-rank test over data sets, exact under ties and zeros and for any number of sets.

scipy's `auto` uses the normal approximation if differences tie, its `exact` ignores ties, and its permutation test needs
2^n of them. Here the null distribution is built rank by rank: doubled midranks are integers, and n sets have only about n^2
different sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.inference.arrays import Floats, Ints
from harness.inference.estimate import (
    DECIMALS,
    Estimate,
    Interval,
    checked_level,
    observed,
    sentences,
    unknown_interval,
)


@dataclass(frozen=True, kw_only=True)
class SignedRank(Estimate):
    """Wilcoxon's test with the estimate and interval that belong to it.

    `estimate` is the Hodges-Lehmann pseudo-median, in the unit of the differences; `n` counts all of them.

    Attributes:
        statistic: W+, the sum of the ranks of the positive differences.
        p: the exact two-sided p.
        n_different: the number of differences that are not zero, which are ranked.
        rank_biserial: the matched rank-biserial correlation (W+ - W-) / (W+ + W-), -1 to 1.
    """

    statistic: float
    p: float
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
    p = balance = math.nan
    if len(rounded):
        # Without any rank this gives p = 1 and a balance of 0, as it should.
        p, balance = _two_sided(positive, 2 * ranks), (2 * positive - total) / max(total, 1.0)
    return SignedRank(
        estimate=centre.estimate,
        interval=centre.interval,
        n=centre.n,
        note=sentences(sample.note, centre.note, _on_ranks(kept, len(rounded), level)),
        statistic=positive,
        p=p,
        n_different=len(kept),
        rank_biserial=balance,
    )


def hodges_lehmann(values: ArrayLike, *, level: float = 0.95) -> Estimate:
    """The median of all averages of two values (each with itself too), with the interval that inverts Wilcoxon's test.

    Args:
        values: shape (n,).
        level: the smallest level of the interval. Below six values 95 % is out of reach. The interval is then the widest
            possible one, with its own level and a note.

    Source: Hollander, Wolfe and Chicken (2014), Nonparametric Statistical Methods, sections 3.2 and 3.3.
    """
    checked_level(level)
    sample = observed(values)
    n = len(sample.values)
    if n < 2:
        note = sentences(sample.note, "There is one value, so no interval." if n else "There is no value.")
        only = float(sample.values[0]) if n else math.nan
        return Estimate(estimate=only, interval=unknown_interval(level), n=n, note=note)
    rows, columns = np.triu_indices(n)
    averages = np.sort((sample.values[rows] + sample.values[columns]) / 2)
    below = np.cumsum(_null_distribution(np.arange(1, n + 1)))
    reach = int(np.searchsorted(below, (1 - level) / 2 * (1 - 1e-12)))
    attained = level if reach else 1 - 2.0 ** (1 - n)
    reach = max(reach, 1)
    interval = Interval(float(averages[reach - 1]), float(averages[len(averages) - reach]), attained)
    note = "" if attained == level else f"With {n} values no signed-rank interval covers more than {attained:.2%}."
    return Estimate(estimate=float(np.median(averages)), interval=interval, n=n, note=sentences(sample.note, note))


def _null_distribution(ranks: Ints) -> Floats:
    """P(sum of the positive ranks = w) for w = 0 .. ranks.sum(), where each rank is positive with probability 1/2."""
    probability = np.zeros(int(ranks.sum()) + 1)
    probability[0] = 1.0
    reached = 0
    for rank in map(int, ranks):
        shifted = probability[: reached + 1].copy()
        probability[: reached + 1] *= 0.5
        probability[rank : reached + rank + 1] += 0.5 * shifted
        reached += rank
    return probability


def _two_sided(positive: float, doubled_ranks: Floats) -> float:
    probability = _null_distribution(np.rint(doubled_ranks).astype(np.int64))
    w = round(2 * positive)
    return min(1.0, 2 * min(float(probability[: w + 1].sum()), float(probability[w:].sum())))


def _on_ranks(kept: Floats, n: int, level: float) -> str:
    if not n:
        return ""
    if not len(kept):
        return f"All {n} differences are zero, so p = 1."
    zeros = f"{n - len(kept)} of {n} differences are zero and were not ranked." if len(kept) < n else ""
    constant = f"All {n} differences equal {kept[0]:.6g}." if n == len(kept) > 1 and np.ptp(kept) == 0 else ""
    smallest = 2.0 ** (1 - len(kept))
    blind = f"With {len(kept)} ranked differences p cannot be below {smallest:.4g}." if smallest >= 1 - level else ""
    return sentences(zeros, constant, blind)
