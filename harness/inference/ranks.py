"""Ranks of methods over data sets: Friedman's test, and the mean ranks that differ by Nemenyi's test.

Scores are a table of data sets by methods. More is better, so change the sign of a loss. Rank 1 is the best. Scores that
agree to nine decimals tie and share their mean rank.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.blocks import complete
from harness.inference.cliques import cliques
from harness.inference.estimate import DECIMALS, sentences


@dataclass(frozen=True, kw_only=True)
class Friedman:
    """Friedman's test of whether the methods' mean ranks differ.

    Attributes:
        average_ranks: mean ranks by method, best first.
        statistic: Friedman's chi-square, corrected for ties (as scipy and R).
        statistic_uncorrected: without that correction (the formula in Demsar 2006); equal if nothing ties.
        df: degrees of freedom of either.
        p: of the corrected chi-square.
        p_uncorrected: of the one without that correction.
        kendall_w: Kendall's W, 0 to 1: how far data sets agree in their ranking; chi-square / (n (k - 1)), corrected for ties.
        f_statistic: Iman and Davenport's F, from the corrected chi-square; the F of a two-way anova of the ranks.
        f_df: its numerator degrees of freedom.
        f_df_error: its denominator degrees of freedom.
        f_p: of F; the one to report, chi-square being too conservative.
        n: the number of complete data sets.
        note: empty, or which data sets were left out and what was degenerate.
    """

    average_ranks: Mapping[str, float]
    statistic: float
    statistic_uncorrected: float
    df: float
    p: float
    p_uncorrected: float
    kendall_w: float
    f_statistic: float
    f_df: float
    f_df_error: float
    f_p: float
    n: int
    note: str = ""


@dataclass(frozen=True)
class RankDiagram:
    """What a critical-difference diagram draws.

    Attributes:
        average_ranks: mean ranks by method, best first.
        critical_difference: mean ranks that differ by at least this are told apart by Nemenyi's test.
        cliques: the largest groups of two or more methods that are not told apart, best first.
        n: the number of complete data sets.
        note: empty, or what was left out or degenerate.
    """

    average_ranks: Mapping[str, float]
    critical_difference: float
    cliques: tuple[tuple[str, ...], ...]
    n: int
    note: str = ""


def friedman(scores: pd.DataFrame) -> Friedman:
    """Friedman's test with Iman and Davenport's correction.

    Args:
        scores: data sets by methods, more is better. A data set without a score for every method is left out and named.

    Returns:
        The test. If every method ties on every data set, p = 1. If all data sets rank the methods alike, F is infinite
        and its p is the chance of that, (1/k!)^(n-1).

    Source: Friedman (1937), doi 10.1080/01621459.1937.10503522; Iman and Davenport (1980), doi
    10.1080/03610928008827904; ties: Conover (1999), Practical Nonparametric Statistics, section 5.8; W: Kendall and Babington
    Smith (1939), doi 10.1214/aoms/1177732186.
    """
    kept = complete(inputs.scores(scores))
    ranks = ranks_of(kept.cells)
    n, k = ranks.shape
    if n < 2 or k < 2:
        return _untested(_averages(kept.cells, ranks), n, sentences(kept.note, _too_few(n, k)))
    middle = (k + 1) / 2
    between = n * float(((ranks.mean(axis=0) - middle) ** 2).sum())
    within = float(((ranks - middle) ** 2).sum()) / (n * (k - 1))
    plain = between / (k * (k + 1) / 12)
    chi_square = between / within if within else 0.0
    f, f_p, note = _iman_davenport(chi_square, n, k)
    return Friedman(
        average_ranks=_averages(kept.cells, ranks),
        statistic=chi_square,
        statistic_uncorrected=plain,
        df=k - 1,
        p=float(stats.chi2.sf(chi_square, k - 1)),
        p_uncorrected=float(stats.chi2.sf(plain, k - 1)),
        kendall_w=chi_square / (n * (k - 1)),
        f_statistic=f,
        f_df=k - 1,
        f_df_error=(k - 1) * (n - 1),
        f_p=f_p,
        n=n,
        note=sentences(kept.note, note if within else "All methods tie on every data set, so p = 1."),
    )


def rank_diagram(scores: pd.DataFrame, *, alpha: float = 0.05) -> RankDiagram:
    """Mean ranks, Nemenyi's critical difference and the groups it does not tell apart.

    Whether two methods are told apart by mean ranks depends on which others are compared: show `pairwise` beside it.

    Args:
        scores: data sets by methods, more is better; incomplete data sets are left out and named.
        alpha: the chance of any false difference.

    Source: Demsar (2006), Journal of Machine Learning Research 7, 1-30, https://jmlr.org/papers/v7/demsar06a.html.
    """
    kept = complete(inputs.scores(scores))
    ranks = ranks_of(kept.cells)
    n, k = ranks.shape
    averages = _averages(kept.cells, ranks)
    inputs.alpha(alpha)
    if n < 2 or k < 2:
        return RankDiagram(averages, math.nan, (), n, sentences(kept.note, _too_few(n, k)))
    difference = critical_difference(k, n, alpha=alpha)
    place = np.array(list(averages.values()))
    alike = np.abs(place[:, None] - place) < difference
    return RankDiagram(averages, difference, cliques(tuple(averages), alike), n, kept.note)


def critical_difference(n_methods: int, n_sets: int, *, alpha: float = 0.05) -> float:
    """Nemenyi's critical difference of mean ranks: q sqrt(k (k + 1) / (6 n))."""
    inputs.count(n_sets, what="the number of data sets", least=1)
    return nemenyi_quantile(n_methods, alpha=alpha) * rank_error(n_methods, n_sets)


def bonferroni_dunn_difference(n_methods: int, n_sets: int, *, alpha: float = 0.05) -> float:
    """Bonferroni and Dunn's critical difference of mean ranks between a control and the other methods.

    A method whose mean rank is at least so far from the control's is told apart from it. Other pairs are not tested.
    """
    inputs.count(n_sets, what="the number of data sets", least=1)
    return bonferroni_dunn_quantile(n_methods, alpha=alpha) * rank_error(n_methods, n_sets)


def rank_error(n_methods: int, n_sets: int) -> float:
    """The standard error of the difference of two mean ranks under no difference and no ties: sqrt(k (k + 1) / (6 n))."""
    return math.sqrt(n_methods * (n_methods + 1) / (6 * n_sets))


def nemenyi_quantile(n_methods: int, *, alpha: float = 0.05) -> float:
    """The quantile q for all pairs of k methods: that of the studentised range at infinite df, over sqrt(2).

    Raises:
        ConfigError: fewer than two methods, or so many (millions) that the quantile cannot be integrated.
    """
    _check(n_methods, alpha)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # scipy says so when it cannot integrate
            return float(stats.studentized_range.ppf(1 - alpha, n_methods, np.inf)) / math.sqrt(2)
    except Warning as error:
        raise ConfigError(
            f"the quantile for {n_methods} methods at alpha {alpha} cannot be computed: compare fewer"
        ) from error


def bonferroni_dunn_quantile(n_methods: int, *, alpha: float = 0.05) -> float:
    """The quantile q for k - 1 methods against one control: the normal's at 1 - alpha / (2 (k - 1)).

    For nine methods it is 2.734 at 5 %; a widely copied table prints 2.724.
    """
    _check(n_methods, alpha)
    return float(stats.norm.isf(alpha / (2 * (n_methods - 1))))


def _check(n_methods: int, alpha: float) -> None:
    inputs.alpha(alpha)
    if inputs.count(n_methods, what="the number of methods", least=0) < 2:
        raise ConfigError(f"a comparison of {n_methods} methods was asked for, but it takes at least two")


def ranks_of(scores: pd.DataFrame) -> Floats:
    """The rank of each method on each data set, 1 for the best; what agrees to nine decimals shares its mean rank."""
    values = np.round(scores.to_numpy(dtype=np.float64), DECIMALS)
    ranks: Floats = stats.rankdata(-values, axis=1) if values.size else values
    return ranks


def _averages(scores: pd.DataFrame, ranks: Floats) -> dict[str, float]:
    means = ranks.mean(axis=0) if len(ranks) else np.full(ranks.shape[1], math.nan)
    named = zip(scores.columns, map(float, means), strict=True)
    return dict(sorted(named, key=lambda pair: pair[1]))


def _iman_davenport(chi_square: float, n: int, k: int) -> tuple[float, float, str]:
    room = n * (k - 1) - chi_square
    if room <= 1e-9 * n * k:
        chance = math.exp(-(n - 1) * math.lgamma(k + 1))
        return math.inf, chance, f"All {n} data sets rank the methods alike: F is infinite, its p the chance of that."
    f = (n - 1) * chi_square / room
    return f, float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))), ""


def _too_few(n: int, k: int) -> str:
    return f"There are {n} complete data sets and {k} methods: a comparison of ranks takes at least two of each."


def _untested(average_ranks: Mapping[str, float], n: int, note: str) -> Friedman:
    nan = math.nan
    return Friedman(
        average_ranks=average_ranks,
        statistic=nan,
        statistic_uncorrected=nan,
        df=nan,
        p=nan,
        p_uncorrected=nan,
        kendall_w=nan,
        f_statistic=nan,
        f_df=nan,
        f_df_error=nan,
        f_p=nan,
        n=n,
        note=note,
    )
