"""The power of t tests, two-sided and one-sided and of equivalence, and how many data sets it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from harness.errors import ConfigError
from harness.inference import inputs

LARGEST_SHIFT = 1e12
"""A larger shift of t, of so many standard errors, is found as surely."""

_SURE = 40.0
"""So many standard errors beyond twice the critical t the power is 0 or 1 to all digits."""

_STEPS = 2000
"""Of the integral over a sample's variance: four digits and more."""

_TOO_FEW = "{n} values allow no t test: at least two are needed."

MOST_SETS = 10**7
"""No study has more, and the search for their number ends there."""


@dataclass(frozen=True)
class Power:
    """The chance that a t test finds a difference.

    Attributes:
        power: that chance.
        n: the number of values, of each sample if there are two.
        difference: the true difference.
        sd: the standard deviation: of the differences if they are paired, else within each sample.
        alpha: the two-sided level of the test.
        note: empty, or what is degenerate.
    """

    power: float
    n: int
    difference: float
    sd: float
    alpha: float
    note: str = ""


def paired_power(n: int, *, difference: float, sd: float, alpha: float = 0.05) -> Power:
    """The power of a two-sided paired t test over n data sets, exactly.

    Args:
        n: the number of data sets.
        difference: the true mean difference.
        sd: the standard deviation of the differences over data sets, above 0.
        alpha: the level.

    Returns:
        The power, with both tails, as R's `power.t.test(type = "paired", strict = TRUE)`; NaN, with a note, below two data
        sets.

    Raises:
        ConfigError: an sd that is not above 0, or what is no number.

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, through the noncentral F distribution of t^2.
    """
    return _power(n, difference, sd, alpha, _paired)


def two_sample_power(n: int, *, difference: float, sd: float, alpha: float = 0.05) -> Power:
    """The power of a two-sided t test of two independent samples of n values each, with equal variances.

    Args:
        n: the number of values of each sample.
        difference: the true difference of means.
        sd: the standard deviation within each sample, above 0.
        alpha: the level.

    Returns:
        As `paired_power`; as R's `power.t.test(strict = TRUE)`.

    Raises:
        ConfigError: as `paired_power`.

    Source: as `paired_power`.
    """
    return _power(n, difference, sd, alpha, _two_sample)


def paired_sets(*, difference: float, sd: float, power: float = 0.8, alpha: float = 0.05) -> Power:
    """The smallest number of data sets with which a paired t test has the given power, and the power it then has.

    Args:
        difference: the true mean difference, not 0.
        sd: the standard deviation of the differences over data sets, above 0.
        power: above alpha and below 1.
        alpha: the level.

    Raises:
        ConfigError: a difference of 0, a power that is not between alpha and 1, or more than `MOST_SETS` data sets.

    Source: as `paired_power`.
    """
    return _smallest(difference, sd, power, alpha, _paired)


def two_sample_sets(*, difference: float, sd: float, power: float = 0.8, alpha: float = 0.05) -> Power:
    """The smallest number of values in each of two samples with which a t test has the given power.

    Args:
        difference: the true difference of means, not 0.
        sd: the standard deviation within each sample, above 0.
        power: above alpha and below 1.
        alpha: the level.

    Raises:
        ConfigError: as `paired_sets`.

    Source: as `paired_power`.
    """
    return _smallest(difference, sd, power, alpha, _two_sample)


def beyond_power(n: int, *, difference: float, sd: float, bound: float = 0.0, alpha: float = 0.05) -> Power:
    """The power of the one-sided t test that a mean over n data sets lies above a bound, exactly.

    Args:
        n: the number of data sets.
        difference: the true mean.
        sd: the standard deviation over data sets, above 0.
        bound: the largest mean of the null hypothesis.
        alpha: the one-sided level.

    Returns:
        The power, as R's `power.t.test(type = "one.sample", alternative = "one.sided")` of difference - bound; NaN, with a
        note, below two data sets.

    Raises:
        ConfigError: as `paired_power`.

    Source: Cohen (1988), through the noncentral t distribution.
    """
    n, sd, alpha = _design_of(n, sd, alpha)
    difference, bound = inputs.number(difference, what="difference"), inputs.number(bound, what="the bound")
    if n < 2:
        return Power(math.nan, n, difference, sd, alpha, _TOO_FEW.format(n=n))
    shift = min(max((difference - bound) / sd * math.sqrt(n), -LARGEST_SHIFT), LARGEST_SHIFT)
    critical = float(stats.t.isf(alpha, n - 1))
    if abs(shift) > _SURE + 2 * abs(critical):  # scipy has no digits there, and needs none
        return Power(float(shift > 0), n, difference, sd, alpha)
    return Power(float(stats.nct.sf(critical, n - 1, shift)), n, difference, sd, alpha)


def equivalence_power(n: int, *, difference: float, sd: float, region: float, alpha: float = 0.05) -> Power:
    """The power of Schuirmann's two one-sided tests over n data sets, exactly.

    Args:
        n: the number of data sets.
        difference: the true mean.
        sd: the standard deviation over data sets, above 0.
        region: half the width of the region of practical equivalence.
        alpha: the level of each one-sided test, below .5.

    Returns:
        The power: the chance that the mean lies within the region by t(alpha) standard errors on either side, integrated over
        the sample's variance. NaN, with a note, below two data sets.

    Raises:
        ConfigError: as `paired_power`, or a region below 0.

    Source: Phillips (1990), doi 10.1007/BF01063556, of the test of Schuirmann (1987), doi 10.1007/BF01068419.
    """
    n, sd, alpha = _design_of(n, sd, alpha)
    difference, region = inputs.number(difference, what="difference"), inputs.region(region)
    if n < 2:
        return Power(math.nan, n, difference, sd, alpha, _TOO_FEW.format(n=n))
    error, df = sd / math.sqrt(n), n - 1
    critical = max(float(stats.t.isf(alpha, df)), 0.0)
    # of the sample's variance in units of the true one: beyond `most` no mean is near enough to 0
    most = df * min(region / (critical * error), LARGEST_SHIFT) ** 2 if critical else math.inf
    quantiles = (np.arange(_STEPS) + 0.5) / _STEPS * stats.chi2.cdf(most, df)
    reach = region - critical * error * np.sqrt(stats.chi2.ppf(quantiles, df) / df)
    inside = stats.norm.cdf((reach - difference) / error) - stats.norm.cdf((-reach - difference) / error)
    power = float(np.mean(inside) * stats.chi2.cdf(most, df))
    return Power(min(1.0, max(0.0, power)), n, difference, sd, alpha)


def _design_of(n: int, sd: float, alpha: float) -> tuple[int, float, float]:
    _effect(0.0, sd)
    return inputs.count(n, what="n", least=0), inputs.number(sd, what="sd"), inputs.alpha(alpha)


Design = Callable[[int], tuple[float, float]]
"""From n to the degrees of freedom, and the factor from difference / sd to the noncentrality."""


def _paired(n: int) -> tuple[float, float]:
    return n - 1, math.sqrt(n)


def _two_sample(n: int) -> tuple[float, float]:
    return 2 * n - 2, math.sqrt(n / 2)


def _power(n: int, difference: float, sd: float, alpha: float, design: Design) -> Power:
    n, effect = inputs.count(n, what="n", least=0), _effect(difference, sd)
    inputs.alpha(alpha)
    if n < 2:
        return Power(math.nan, n, difference, sd, alpha, _TOO_FEW.format(n=n))
    return Power(_chance(n, effect, alpha, design), n, difference, sd, alpha)


def _chance(n: int, effect: float, alpha: float, design: Design) -> float:
    """The power for an effect of so many standard deviations, of either sign."""
    df, factor = design(n)
    noncentrality, critical = min(effect * factor, LARGEST_SHIFT) ** 2, float(stats.t.isf(alpha / 2, df)) ** 2
    if noncentrality > 1e4 and noncentrality > 4 * critical:
        return 1.0  # scipy takes long there, and the chance to miss is below 1e-100
    return float(min(1.0, max(0.0, 1 - special.ncfdtr(1, df, noncentrality, critical))))


def _smallest(difference: float, sd: float, power: float, alpha: float, design: Design) -> Power:
    effect = _effect(difference, sd)
    inputs.alpha(alpha)
    if not alpha < inputs.number(power, what="power") < 1:
        raise ConfigError(f"power is {power}, but must lie between alpha, {alpha}, and 1: give 0.8 for 80 %")
    if effect == 0:
        raise ConfigError("the difference is 0, which no number of data sets finds: give the smallest that matters")
    high = 2
    while _chance(high, effect, alpha, design) < power:
        high *= 2
        if high > MOST_SETS:
            raise ConfigError(f"a difference of {difference} at an sd of {sd} takes more than {MOST_SETS} data sets")
    low = high // 2
    while high - low > 1:  # the power grows with n; `low` is too few, or 1
        middle = (low + high) // 2
        low, high = (low, middle) if _chance(middle, effect, alpha, design) >= power else (middle, high)
    return Power(_chance(high, effect, alpha, design), high, difference, sd, alpha)


def _effect(difference: float, sd: float) -> float:
    if not inputs.number(sd, what="sd") > 0:
        raise ConfigError(f"sd is {sd}, but must be above 0: give the standard deviation of what is tested")
    return abs(inputs.number(difference, what="difference")) / sd
