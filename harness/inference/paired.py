"""Two methods over many data sets: whether their mean difference is zero, its size, and whether it is practically zero.

Every function takes the differences A - B, one per data set.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, TTest, sentences, unknown_interval
from harness.inference.noncentral import noncentrality, unbiasing
from harness.inference.student import one_sample_t


@dataclass(frozen=True, kw_only=True)
class Equivalence(Estimate):
    """Two one-sided tests of whether a mean difference lies inside (-region, region).

    Attributes:
        region: half the width of the region of practical equivalence, in the unit of the differences.
        p: the larger of `p_low` and `p_high`; small means equivalent.
        p_low: the p of the null hypothesis that the mean is at most -region.
        p_high: the p of the null hypothesis that the mean is at least region.
        statistic_low: the t of (mean + region).
        statistic_high: the t of (mean - region).
        df: the degrees of freedom of both.
    """

    region: float
    p: float
    p_low: float
    p_high: float
    statistic_low: float
    statistic_high: float
    df: float


def paired_t(differences: ArrayLike, *, level: float = 0.95) -> TTest:
    """The paired t test.

    Args:
        differences: shape (n_sets,), A - B on each data set, seeds and folds averaged.
        level: of the interval of the mean difference.

    Returns:
        The test. `harness.inference.student.one_sample_t` describes the results for degenerate differences.
    """
    return one_sample_t(differences, level=level)


def cohen_dz(differences: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Cohen's d_z = mean / SD of the differences, with the exact interval from the noncentral t distribution.

    Args:
        differences: shape (n_sets,).
        level: of the interval.

    Returns:
        A number without unit. It measures consistency over data sets, not size: report the mean difference beside it.
        NaN, with a note, for fewer than two differences or if they do not vary.

    Source: Cumming and Finch (2001), doi 10.1177/0013164401614002.
    """
    return cohen_dz_of(one_sample_t(differences, level=level))


def cohen_dz_of(test: TTest) -> Estimate:
    """`cohen_dz` of differences whose paired t test there is already."""
    level = test.interval.level
    if math.isnan(test.statistic):
        note = sentences(test.note, "There is no standardised effect size.")
        return Estimate(estimate=math.nan, interval=unknown_interval(level), n=test.n, note=note)
    root = math.sqrt(test.n)
    ends = noncentrality(test.statistic, test.df, level)
    interval = Interval(ends.low / root, ends.high / root, level)
    return Estimate(estimate=test.statistic / root, interval=interval, n=test.n, note=test.note)


def hedges_gz(differences: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Hedges' g_z: d_z and its interval times J(df) = Γ(df/2) / (sqrt(df/2) Γ((df-1)/2)), which removes d_z's bias.

    Args:
        differences: shape (n_sets,).
        level: of the interval.

    Returns:
        As `cohen_dz`; NaN with a note below three differences, where the correction does not exist.

    Source: Hedges (1981), doi 10.3102/10769986006002107.
    """
    return hedges_gz_of(cohen_dz(differences, level=level))


def hedges_gz_of(d: Estimate) -> Estimate:
    """`hedges_gz` of differences whose d_z there is already."""
    level = d.interval.level
    df = d.n - 1
    if math.isnan(d.estimate):
        return d
    if df < 2:
        note = sentences(d.note, "Hedges' correction does not exist for two values.")
        return Estimate(estimate=math.nan, interval=unknown_interval(level), n=d.n, note=note)
    factor = unbiasing(df)
    interval = Interval(d.interval.low * factor, d.interval.high * factor, level)
    return Estimate(estimate=d.estimate * factor, interval=interval, n=d.n, note=d.note)


def equivalence(differences: ArrayLike, *, region: float, alpha: float = 0.05) -> Equivalence:
    """Schuirmann's two one-sided tests of whether the mean difference lies inside (-region, region).

    Args:
        differences: shape (n_sets,).
        region: half the width of the region of practical equivalence, above 0.
        alpha: the size of the test. The interval has level 1 - 2 alpha; it lies inside the region exactly if p < alpha.

    Returns:
        The tests. Without variance the p values are those of exact one-sided sign tests, with a note.

    Raises:
        ConfigError: if the region is not positive.

    Source: Schuirmann (1987), doi 10.1007/BF01068419.
    """
    if not inputs.region(region) > 0:
        raise ConfigError(f"the region of practical equivalence is {region}, but half its width must be above 0")
    if not inputs.alpha(alpha) < 0.5:
        raise ConfigError(
            f"alpha is {alpha}, but the interval of an equivalence test has level 1 - 2 alpha: stay below 0.5"
        )
    test = one_sample_t(differences, level=1 - 2 * alpha)
    low, high = test.estimate + region, test.estimate - region
    if test.standard_error > 0:
        t_low, t_high = low / test.standard_error, high / test.standard_error
        p_low, p_high = float(stats.t.sf(t_low, test.df)), float(stats.t.cdf(t_high, test.df))
    else:
        t_low = t_high = math.nan
        p_low, p_high = _sign_p(low, test.n), _sign_p(-high, test.n)
    return Equivalence(
        estimate=test.estimate,
        interval=test.interval,
        n=test.n,
        note=test.note,
        region=region,
        p=max(p_low, p_high),
        p_low=p_low,
        p_high=p_high,
        statistic_low=t_low,
        statistic_high=t_high,
        df=test.df,
    )


def _sign_p(distance: float, n: int) -> float:
    """The one-sided p of n equal values at this distance above their bound; NaN below two values, as for the t test."""
    if n < 2:
        return math.nan
    return 2.0**-n if distance > 0 else 1.0
