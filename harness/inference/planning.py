"""The power of a study: the smallest detectable difference, and whether more seeds or more data sets are worthwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import sentences

LARGEST_CRITICAL = 1e4
"""Beyond this t the noncentral F distribution, to which its square belongs, has no digits left."""


@dataclass(frozen=True)
class Detectable:
    """The smallest true mean difference that a paired t test finds with a given power.

    Attributes:
        estimate: the difference, in the unit of the standard deviation.
        power: the chance of finding it.
        alpha: the two-sided level of the test.
        df: the degrees of freedom of the test.
        n: the number of data sets.
        note: empty, or why there is no such difference.
    """

    estimate: float
    power: float
    alpha: float
    df: float
    n: int
    note: str = ""


@dataclass(frozen=True)
class VarianceComponents:
    """The variance of differences between two methods, split into that between data sets and that between seeds.

    Attributes:
        between: tau^2, the variance of a data set's true difference.
        within: sigma^2, the variance over seeds on one data set.
        n: the number of data sets.
        n_seeds: the number of seeds per data set.
        note: empty, or what was left out or cannot be estimated.
    """

    between: float
    within: float
    n: int
    n_seeds: int
    note: str = ""

    def standard_error(self, n_sets: int, n_seeds: int) -> float:
        """The standard error of the mean difference in a study of that size: sqrt(tau^2 / D + sigma^2 / (D S))."""
        inputs.count(n_sets, what="the number of data sets", least=1)
        inputs.count(n_seeds, what="the number of seeds", least=1)
        return math.sqrt((self.between + self.within / n_seeds) / n_sets)

    @property
    def worthwhile_seeds(self) -> float:
        """sigma^2 / tau^2: beyond so many seeds, add data sets instead. Infinite if tau^2 is 0."""
        return self.within / self.between if self.between else math.inf


def minimal_detectable_difference(n: int, *, sd: float, power: float = 0.8, alpha: float = 0.05) -> Detectable:
    """The difference that a two-sided paired t test over n data sets finds with the given power, exactly.

    Args:
        n: the number of data sets.
        sd: the standard deviation of the differences over data sets.
        power: above alpha and below 1.
        alpha: the level.

    Raises:
        ConfigError: if sd is negative or the power not between alpha and 1.

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, through the noncentral t distribution.
    """
    n, alpha = inputs.count(n, what="the number of data sets", least=0), inputs.alpha(alpha)
    sd, power = inputs.number(sd, what="sd"), inputs.number(power, what="power")
    if not sd >= 0 or not 0 < alpha < power < 1:
        raise ConfigError(f"sd {sd}, power {power}, alpha {alpha}: sd must be 0 or more, and 0 < alpha < power < 1")
    df = n - 1
    if df < 1:
        return Detectable(
            math.nan, power, alpha, math.nan, n, f"{n} data sets allow no t test: at least two are needed."
        )
    critical = float(stats.t.isf(alpha / 2, df))
    if critical > LARGEST_CRITICAL:
        reason = f"The test rejects beyond a t of {critical:.3g} only: choose a larger alpha, or more data sets."
        return Detectable(math.nan, power, alpha, df, n, reason)

    def shortfall(noncentrality: float) -> float:
        # t^2 has a noncentral F distribution. scipy is inexact in the far tail of the noncentral t itself.
        return 1 - float(special.ncfdtr(1, df, noncentrality**2, critical**2)) - power

    # At the critical value plus 4 the power exceeds .9999 with many data sets. With few it needs more.
    top = critical + 4
    while shortfall(top) < 0:
        top *= 2
    needed = float(optimize.brentq(shortfall, 0.0, top))
    return Detectable(needed * sd / math.sqrt(n), power, alpha, df, n)


def variance_components(differences: ArrayLike) -> VarianceComponents:
    """tau^2 and sigma^2, by the method of moments for a balanced one-way random-effects model.

    Args:
        differences: shape (n_sets, n_seeds), A - B. A data set without all of its seeds is left out and counted.

    Returns:
        The components. A negative tau^2 is set to 0, with a note. A component that cannot be estimated from one data set or
        one seed is NaN, with a note.

    Source: Searle, Casella and McCulloch (1992), Variance Components, section 3.5, doi 10.1002/9780470316856.
    """
    table = inputs.grid(differences, what="differences", give="one row per data set and one column per seed")
    complete = table[np.isfinite(table).all(axis=1)]
    n, seeds = complete.shape
    dropped = len(table) - n
    left_out = f"{dropped} of {len(table)} data sets lack seeds and were left out." if dropped else ""
    if n < 2 or seeds < 2:
        within = float(complete.var(axis=1, ddof=1).mean()) if n and seeds > 1 else math.nan
        reason = f"{n} data sets with {seeds} seeds cannot tell the two components apart: it takes two of each."
        return VarianceComponents(math.nan, within, n, seeds, sentences(left_out, reason))
    within = float(complete.var(axis=1, ddof=1).mean())
    between = float(complete.mean(axis=1).var(ddof=1)) - within / seeds
    negative = "Data sets vary no more than their seeds explain, so tau^2 is set to 0." if between < 0 else ""
    return VarianceComponents(max(between, 0.0), within, n, seeds, sentences(left_out, negative))
