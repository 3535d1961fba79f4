"""Random effects: the mean of effects that are known with different precision, and how much they differ in truth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from harness.errors import ConfigError, DataError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import Interval, TTest, sentences, unknown_interval
from harness.inference.student import t_interval

METHODS = ("paule-mandel", "dersimonian-laird", "reml")
"""Ways to estimate the variance between data sets."""


@dataclass(frozen=True, kw_only=True)
class RandomEffects(TTest):
    """The mean effect over data sets of which those at hand are a sample; a `TTest` by Hartung and Knapp.

    Attributes:
        prediction: where the effect of a new data set lies, estimate ± t(n - 1) sqrt(tau2 + standard_error^2).
        tau2: the variance of true effects between data sets.
        tau2_interval: by inverting Cochran's Q (Q profile).
        i2: the share of the variance of effects that is not their own error, 0 to 1.
        h2: 1 / (1 - i2).
        q: Cochran's Q, chi-square with n - 1 degrees of freedom if all effects are equal.
        q_p: its p.
        inflation: Hartung and Knapp's factor on the variance of the mean; below 1 it counts as 1.
    """

    prediction: Interval
    tau2: float
    tau2_interval: Interval
    i2: float
    h2: float
    q: float
    q_p: float
    inflation: float


def random_effects(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "paule-mandel", level: float = 0.95
) -> RandomEffects:
    """The random-effects mean by Hartung and Knapp, its interval never narrower than the plain one; and the prediction.

    Args:
        effects: shape (n_sets,), one effect per data set.
        variances: shape (n_sets,), the squared standard error of each, above 0. A set without one of both is left out.
        method: "paule-mandel" (the iterated method of statsmodels' `combine_effects`), "dersimonian-laird" or "reml".
        level: of the intervals.

    Raises:
        ConfigError: an unknown method or level.
        DataError: entries that are no numbers, arrays of different lengths, or variances that are not above 0.

    Source: Hartung and Knapp (2001), doi 10.1002/sim.1009; the factor of 1 at least: Röver, Knapp and Friede (2015),
    doi 10.1186/s12874-015-0091-1; Paule and Mandel (1982), doi 10.6028/jres.087.022; DerSimonian and Laird (1986),
    doi 10.1016/0197-2456(86)90046-2; Q profile: Viechtbauer (2007), doi 10.1002/sim.2514. Numbers are those of R's metafor,
    whose prediction interval has n - 1 degrees of freedom too; Higgins et al. (2009) take n - 2. statsmodels has no interval of
    the mean with that floor, no prediction interval, no restricted likelihood and no interval of tau2.
    """
    inputs.level(level)
    if not isinstance(method, str) or method not in METHODS:
        raise ConfigError(f"method is {inputs.shown(method)}, but must be one of {', '.join(METHODS)}")
    both = inputs.paired(effects, variances, names=("effects", "variances"))
    finite = np.isfinite(both.first) & np.isfinite(both.second)
    y, v = both.first[finite], both.second[finite]
    if (v <= 0).any():
        raise DataError(f"variances has {v[v <= 0][0]:g} among its entries, but a squared standard error is above 0")
    lost = len(finite) - len(y)
    note = f"{lost} of {len(finite)} data sets lack an effect or its variance and were left out." if lost else ""
    if len(y) < 2:
        return _too_few(y, level, note)
    tau2 = _tau2(y, v, method)
    return _result(y, v, tau2, level, note)


def _result(y: Floats, v: Floats, tau2: float, level: float, note: str) -> RandomEffects:
    n = len(y)
    df = n - 1
    weights = 1 / (v + tau2)
    mean = _mean(y, weights)
    inflation = _q(y, v, tau2) / df
    error = math.sqrt(max(1.0, inflation) / float(weights.sum()))
    q = _q(y, v, 0.0)
    plain = 1 / v
    typical = df * float(plain.sum()) / float(plain.sum() ** 2 - (plain**2).sum())
    return RandomEffects(
        estimate=mean,
        interval=t_interval(mean, error, df=df, level=level),
        n=n,
        note=note,
        standard_error=error,
        statistic=mean / error,
        df=df,
        p=2 * float(stats.t.sf(abs(mean) / error, df)),
        prediction=t_interval(mean, math.sqrt(tau2 + error**2), df=df, level=level),
        tau2=tau2,
        tau2_interval=_profile(y, v, level),
        i2=tau2 / (tau2 + typical),
        h2=(tau2 + typical) / typical,
        q=q,
        q_p=float(stats.chi2.sf(q, df)),
        inflation=inflation,
    )


def _mean(y: Floats, weights: Floats) -> float:
    return float((weights / weights.sum()) @ y)


def _q(y: Floats, v: Floats, tau2: float) -> float:
    """The weighted sum of squares about the mean, which falls with tau2."""
    weights = 1 / (v + tau2)
    return float(weights @ (y - _mean(y, weights)) ** 2)


def _tau2(y: Floats, v: Floats, method: str) -> float:
    df = len(y) - 1
    if method == "dersimonian-laird":
        w = 1 / v
        spread = float(w.sum() - (w**2).sum() / w.sum())
        return max(0.0, (_q(y, v, 0.0) - df) / spread)
    if method == "paule-mandel":
        return _where(lambda tau2: _q(y, v, tau2) - df, y, v)
    return _reml(y, v)


def _where(falling: Callable[[float], float], y: Floats, v: Floats) -> float:
    """Where a falling function of tau2 is 0; 0 if it is below from the start."""
    if falling(0.0) <= 0:
        return 0.0
    top = max(float(y.var()), float(v.max()))
    while falling(top) > 0:
        top *= 4
    return float(optimize.brentq(falling, 0.0, top, xtol=1e-15 * top, rtol=1e-14))


def _reml(y: Floats, v: Floats) -> float:
    """tau2 of the largest restricted likelihood: the best of a grid, refined by the root of its slope."""

    def slope(tau2: float) -> float:
        w = 1 / (v + tau2)
        rest = y - _mean(y, w)
        return float((w**2) @ rest**2 - w.sum() + (w**2).sum() / w.sum())

    def loss(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(np.log(v + tau2).sum() + math.log(w.sum()) + w @ (y - _mean(y, w)) ** 2)

    top = max(float(np.ptp(y)) ** 2, float(v.max()))
    grid = np.append(0.0, np.geomspace(1e-8 * top, 4 * top, 80))
    best = int(np.argmin([loss(float(each)) for each in grid]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    if not slope(low) > 0 > slope(high):
        return float(grid[best])
    return float(optimize.brentq(slope, low, high, xtol=1e-15 * top, rtol=1e-14))


def _profile(y: Floats, v: Floats, level: float) -> Interval:
    """The values of tau2 at which Q is no unlikely chi-square."""
    df = len(y) - 1
    ends = []
    for p in ((1 + level) / 2, (1 - level) / 2):
        bound = float(stats.chi2.ppf(p, df))
        ends.append(_where(lambda tau2, bound=bound: _q(y, v, tau2) - bound, y, v))  # type: ignore[misc]
    return Interval(ends[0], ends[1], level)


def _too_few(y: Floats, level: float, note: str) -> RandomEffects:
    nan = math.nan
    reason = "There is one data set: what differs between sets is unknown." if len(y) else "There is no data set."
    return RandomEffects(
        estimate=float(y[0]) if len(y) else nan,
        interval=unknown_interval(level),
        n=len(y),
        note=sentences(note, reason),
        standard_error=nan,
        statistic=nan,
        df=nan,
        p=nan,
        prediction=unknown_interval(level),
        tau2=nan,
        tau2_interval=unknown_interval(level),
        i2=nan,
        h2=nan,
        q=nan,
        q_p=nan,
        inflation=nan,
    )
