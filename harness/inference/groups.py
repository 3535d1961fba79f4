"""Independent groups: whether their means, ranks or variances differ, and whether values are normal."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import DECIMALS, is_constant, observed, sentences
from harness.inference.observations import observations

MOST_FOR_NORMALITY = 5000
"""Royston's approximation of Shapiro and Wilk's p was made for so many values."""


@dataclass(frozen=True, kw_only=True)
class GroupTest:
    """A test of one statistic.

    Attributes:
        statistic: F, chi-square (H of Kruskal and Wallis, K^2 of Bartlett) or W of Shapiro and Wilk.
        df: its (numerator) degrees of freedom; 0 for W.
        df_error: the denominator degrees of freedom of F; 0 for the others.
        p: small if the null hypothesis does not hold.
        effect_size: epsilon squared of Kruskal and Wallis, H / (n - 1); 0 for the others, which have none.
        n: the number of values used.
        note: empty, or what was left out or degenerate.
    """

    statistic: float
    df: float
    df_error: float
    p: float
    n: int
    effect_size: float = 0.0
    note: str = ""


def welch(frame: pd.DataFrame, *, value: str, factor: str) -> GroupTest:
    """Welch's test of whether means differ, for groups of unequal variance.

    Args:
        frame: one row per observation; rows without a finite value or a group are left out and counted.
        value: the column of numbers.
        factor: the column of groups.

    Raises:
        ConfigError: a column that is not there or named twice.
        DataError: values that are no numbers, or labels that cannot be told apart.

    Source: Welch (1951), doi 10.1093/biomet/38.3-4.330.
    """
    groups, n, note = _groups(frame, value, factor)
    problem = untestable(groups, fewest=2) or _flat(groups)
    if problem:
        return _nothing(n, sentences(note, problem))
    k = len(groups)
    weights = np.array([len(group) / group.var(ddof=1) for group in groups])
    shares, means = weights / weights.sum(), np.array([group.mean() for group in groups])
    lost = float((((1 - shares) ** 2) / np.array([len(group) - 1 for group in groups])).sum())
    between = float((weights * (means - shares @ means) ** 2).sum()) / (k - 1)
    f = between / (1 + 2 * (k - 2) * lost / (k**2 - 1))
    df_error = (k**2 - 1) / (3 * lost)
    return GroupTest(statistic=f, df=k - 1, df_error=df_error, p=float(stats.f.sf(f, k - 1, df_error)), n=n, note=note)


def levene(frame: pd.DataFrame, *, value: str, factor: str, centre: str = "median") -> GroupTest:
    """Levene's test of whether variances differ: F of the distances from each group's centre.

    Args:
        frame: as `welch`.
        value: the column of numbers.
        factor: the column of groups.
        centre: "median" (Brown and Forsythe), which holds its level without normality, or "mean" (Levene).

    Raises:
        ConfigError, DataError: as `welch`, and a `ConfigError` for another centre.

    Source: Levene (1960); Brown and Forsythe (1974), doi 10.1080/01621459.1974.10482955.
    """
    if not isinstance(centre, str) or centre not in ("median", "mean"):
        raise ConfigError(f"centre is {inputs.shown(centre)}, but must be median or mean")
    groups, n, note = _groups(frame, value, factor)
    middle = np.median if centre == "median" else np.mean
    problem = untestable(groups, fewest=1)
    if not problem and n <= len(groups):
        problem = "No group has two values: there are no variances."
    distances = [np.abs(group - middle(group)) for group in groups]
    if not problem and all(is_constant(each) for each in distances):
        problem = "The distances from the centres do not vary within groups: F is undefined."
    if problem:
        return _nothing(n, sentences(note, problem))
    found = stats.f_oneway(*distances)
    k = len(groups)
    return GroupTest(statistic=float(found.statistic), df=k - 1, df_error=n - k, p=float(found.pvalue), n=n, note=note)


def bartlett(frame: pd.DataFrame, *, value: str, factor: str) -> GroupTest:
    """Bartlett's test of whether variances differ. It rejects heavy tails too: prefer `levene` unless values are normal.

    Args:
        frame: as `welch`.
        value: the column of numbers.
        factor: the column of groups.

    Raises:
        ConfigError, DataError: as `welch`.

    Source: Bartlett (1937), doi 10.1098/rspa.1937.0109, through `scipy.stats.bartlett`.
    """
    groups, n, note = _groups(frame, value, factor)
    problem = untestable(groups, fewest=2) or _flat(groups)
    if problem:
        return _nothing(n, sentences(note, problem))
    found = stats.bartlett(*groups)
    return GroupTest(
        statistic=float(found.statistic), df=len(groups) - 1, df_error=0, p=float(found.pvalue), n=n, note=note
    )


def kruskal_wallis(frame: pd.DataFrame, *, value: str, factor: str) -> GroupTest:
    """Kruskal and Wallis's test of whether groups differ in rank, corrected for ties, by its chi-square approximation.

    Args:
        frame: as `welch`. Values that agree to nine decimals are tied.
        value: the column of numbers.
        factor: the column of groups.

    Raises:
        ConfigError, DataError: as `welch`.

    Source: Kruskal and Wallis (1952), doi 10.1080/01621459.1952.10483441, through `scipy.stats.kruskal`; effect size: Tomczak
    and Tomczak (2014), Trends in Sport Sciences 21(1).
    """
    groups, n, note = _groups(frame, value, factor)
    problem = untestable(groups, fewest=1)
    if problem:
        return _nothing(n, sentences(note, problem))
    if is_constant(np.concatenate(groups)):
        reason = f"All {n} values are equal to {DECIMALS} decimals: H is 0 and p = 1."
        return GroupTest(statistic=0.0, df=len(groups) - 1, df_error=0, p=1.0, n=n, note=sentences(note, reason))
    found = stats.kruskal(*(np.round(group, DECIMALS) for group in groups))
    h = float(found.statistic)
    return GroupTest(
        statistic=h, df=len(groups) - 1, df_error=0, p=float(found.pvalue), n=n, effect_size=h / (n - 1), note=note
    )


def shapiro_wilk(values: ArrayLike) -> GroupTest:
    """Shapiro and Wilk's test of whether values, or residuals, are normal. It is reported and never chooses a test.

    Args:
        values: shape (n,). Values that are not finite are left out, with a note.

    Source: Shapiro and Wilk (1965), doi 10.1093/biomet/52.3-4.591; Royston (1995), doi 10.2307/2986146, through
    `scipy.stats.shapiro`.
    """
    sample = observed(values)
    n = len(sample.values)
    if not 3 <= n <= MOST_FOR_NORMALITY:
        return _nothing(n, sentences(sample.note, f"There are {n} values: W takes 3 to {MOST_FOR_NORMALITY}."))
    if is_constant(sample.values):
        return _nothing(n, sentences(sample.note, f"All {n} values are equal: there is no shape to test."))
    centred = sample.values - sample.values.mean()
    found = stats.shapiro(centred / np.abs(centred).max())
    return GroupTest(statistic=float(found.statistic), df=0, df_error=0, p=float(found.pvalue), n=n, note=sample.note)


def _groups(frame: pd.DataFrame, value: str, factor: str) -> tuple[list[Floats], int, str]:
    plain, note = observations(frame, value=value, factors=(factor,))
    return [group.to_numpy() for _, group in plain.groupby("f0")["value"]], len(plain), note


def untestable(groups: list[Floats], *, fewest: int) -> str:
    """Why groups of at least so many values cannot be compared; empty if they can."""
    if len(groups) < 2:
        return "The factor has fewer than two levels with values: there is nothing to compare."
    if min(map(len, groups)) < fewest:
        return f"Some group has fewer than {fewest} values: its variance is unknown."
    return ""


def _flat(groups: list[Floats]) -> str:
    flat = sum(is_constant(group) for group in groups)
    return f"{flat} of {len(groups)} groups have no variance: the statistic is undefined." if flat else ""


def _nothing(n: int, reason: str) -> GroupTest:
    nan = math.nan
    return GroupTest(statistic=nan, df=nan, df_error=nan, p=nan, n=n, effect_size=nan, note=reason)
