"""Mean delays up to a horizon, from curves with censored delays: their errors, and the difference of two.

With censoring only at the horizon the restricted mean is that of min(delay, horizon) per data set, and a comparison over data
sets is the paired t of those: that is what verdicts rest on. What is here takes every delay as a replicate of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, sentences, unknown_interval
from harness.inference.survival import Survival, kaplan_meier


@dataclass(frozen=True, kw_only=True)
class RestrictedMean(Estimate):
    """A mean of min(delay, horizon); `n` counts drifts, found or missed.

    Attributes:
        standard_error: of the mean, in the unit of the delays.
        horizon: the longest delay that counts.
    """

    standard_error: float
    horizon: float


@dataclass(frozen=True, kw_only=True)
class RestrictedMeanDifference(Estimate):
    """The difference of two restricted means, first - second, tested against zero; `n` counts the drifts of both.

    Attributes:
        standard_error: of the difference, in the unit of the delays.
        statistic: z = estimate / standard_error.
        p: the two-sided p.
        first: the restricted mean of the first.
        second: of the second.
    """

    standard_error: float
    statistic: float
    p: float
    first: RestrictedMean
    second: RestrictedMean


def restricted_mean(delays: ArrayLike, detected: ArrayLike, *, horizon: float, level: float = 0.95) -> RestrictedMean:
    """The area under the Kaplan-Meier curve from 0 to the horizon, with its standard error and normal interval.

    Args:
        delays: shape (n_events,), each 0 or more; the window's length where the drift was missed.
        detected: shape (n_events,), whether it was found (or 1 and 0).
        horizon: the longest delay that counts, above 0. Beyond the longest delay watched the curve is taken as flat, with a
            note.
        level: of the interval, which is cut off at 0 and the horizon.

    Returns:
        The mean. With 50 drifts its interval of 95 % holds the truth in .94, with 100 in .95. Without a drift found before the
        horizon it is the horizon, without error, and the note says so.

    Raises:
        DataError: as `kaplan_meier`.
        ConfigError: a horizon that is not above 0, or a level outside (0, 1).

    Source: Var = Σ A(t)² d / (n (n - d)) with A the area from t to the horizon: Klein and Moeschberger (2003), Survival
    Analysis, section 4.5, doi 10.1007/b97377; `survival::survfit` with `rmean` agrees.
    """
    if not inputs.number(horizon, what="horizon") > 0:
        raise ConfigError(f"horizon is {horizon}, but must be above 0: give the longest delay that counts")
    curve = kaplan_meier(delays, detected, level=level)
    mean, error = curve.area(horizon), _error(curve, horizon)
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    notes = (
        f"No delay was watched beyond {curve.longest:g}, and the curve is taken as flat from there to {horizon:g}."
        if curve.longest < horizon and curve.at(curve.longest) > 0
        else "",
        "Delays do not vary before the horizon: the error is 0, and the interval has no width." if error == 0 else "",
    )
    return RestrictedMean(
        estimate=mean,
        interval=Interval(max(mean - reach, 0.0), min(mean + reach, horizon), level),
        n=curve.n_events,
        note=sentences(*notes),
        standard_error=error,
        horizon=horizon,
    )


def restricted_mean_difference(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], *, horizon: float, level: float = 0.95
) -> RestrictedMeanDifference:
    """The difference of two restricted means, first - second, with the normal test and interval for independent drifts.

    Drifts of one data set are not independent, and two detectors on the same streams are not either. For those take `paired_t`
    of the means of min(delay, horizon) per data set: it rejects a true null hypothesis in 5 % of studies, and this one in far
    more.

    Args:
        first: delays and detected, as `restricted_mean` takes them.
        second: delays and detected of the other.
        horizon: the longest delay that counts, above 0, one for both.
        level: of the interval.

    Returns:
        The test. Without any variance z is NaN, and p too unless the means are equal; the note says so.

    Raises:
        DataError: as `kaplan_meier`.
        ConfigError: a horizon that is not above 0, a level outside (0, 1), or what is no pair of arrays.

    Source: Royston and Parmar (2013), doi 10.1186/1471-2288-13-152.
    """
    one, other = (
        restricted_mean(*_curve_of(each, what), horizon=horizon, level=level)
        for each, what in ((first, "first"), (second, "second"))
    )
    difference = one.estimate - other.estimate
    error = math.hypot(one.standard_error, other.standard_error)
    notes = [f"In the {which}: {each.note}" for which, each in (("first", one), ("second", other)) if each.note]
    reach = float(stats.norm.ppf((1 + level) / 2)) * error
    return RestrictedMeanDifference(
        estimate=difference,
        interval=Interval(difference - reach, difference + reach, level) if error else unknown_interval(level),
        n=one.n + other.n,
        note=sentences(*notes, "" if error else "There is no variance, so neither z nor interval."),
        standard_error=error,
        statistic=difference / error if error else math.nan,
        p=2 * float(stats.norm.sf(abs(difference) / error)) if error else 1.0 if difference == 0 else math.nan,
        first=one,
        second=other,
    )


def _error(curve: Survival, horizon: float) -> float:
    """The standard error of the area up to the horizon. A step to 0 leaves no area behind it, and adds none."""
    inner = curve.times < horizon
    areas = curve.area(horizon) - np.array([curve.area(float(time)) for time in curve.times[inner]])
    n, d = curve.at_risk[inner], curve.n_detected[inner]
    terms = np.where(n > d, areas**2 * d / (n * np.maximum(n - d, 1.0)), 0.0)
    return math.sqrt(float(terms.sum()))


def _curve_of(given: tuple[ArrayLike, ArrayLike], what: str) -> tuple[ArrayLike, ArrayLike]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ConfigError(f"{what} is {inputs.shown(given)}: give delays and detected, two arrays of one length")
    return given[0], given[1]
