"""One sample described: how many, where, how wide, how lopsided."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import Estimate, Interval, agreement, is_constant, observed, sentences, unknown_interval

MAD_TO_SD = 1.4826
"""For normal values the median absolute deviation times this is their standard deviation."""

TRIMMED = 0.1
"""The share of values at each end that the trimmed mean leaves out."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """Descriptive statistics of the finite values of a sample.

    Attributes:
        n: the number of finite values.
        n_missing: the number of others.
        mean: their mean.
        sd: the standard deviation, with n - 1.
        standard_error: sd / sqrt(n).
        median: the middle value.
        trimmed_mean: the mean without the tenth of values at each end (the whole number below it).
        mad: 1.4826 times the median distance from the median, which for normal values is the SD.
        minimum: the smallest value.
        first_quartile: a quarter lies below it (R's type 7: places between values are interpolated).
        third_quartile: three quarters lie below it.
        maximum: the largest value.
        skewness: the third central moment (over n) / sd^3; 0 if symmetrical.
        excess_kurtosis: the fourth central moment (over n) / sd^4 - 3; 0 if normal.
        note: empty, or what is missing and why.
    """

    n: int
    n_missing: int
    mean: float
    sd: float
    standard_error: float
    median: float
    trimmed_mean: float
    mad: float
    minimum: float
    first_quartile: float
    third_quartile: float
    maximum: float
    skewness: float
    excess_kurtosis: float
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Median(Estimate):
    """A median.

    Attributes:
        coverage: the exact chance that such an interval holds the median, at least its level.
    """

    coverage: float


def describe(values: ArrayLike) -> Description:
    """What there is to say of a sample before any test.

    Args:
        values: shape (n,). Values that are not finite are counted and left out.

    Returns:
        The description. A number that the values do not have is NaN: all of an empty sample, the spread of one value, and the
        shape of a sample that does not vary. The note says so.

    Source: skewness b1 and kurtosis b2 of Joanes and Gill (1998), doi 10.1111/1467-9884.00122, as psych::describe (type 3);
    quartiles of type 7 in Hyndman and Fan (1996), doi 10.1080/00031305.1996.10473566, as R's quantile.
    """
    sample = observed(values)
    kept, n = sample.values, len(sample.values)
    n_missing = len(inputs.numbers(values, what="values")) - n
    if not n:
        unknown = {f.name: math.nan for f in fields(Description) if f.name not in ("n", "n_missing", "note")}
        return Description(n=0, n_missing=n_missing, note=sentences(sample.note, "There is no value."), **unknown)
    low, first, middle, third, high = map(float, np.quantile(kept, [0, 0.25, 0.5, 0.75, 1]))
    sd, skewness, kurtosis = _shape(kept)
    return Description(
        n=n,
        n_missing=n_missing,
        mean=float(kept.mean()),
        sd=sd,
        standard_error=sd / math.sqrt(n),
        median=middle,
        trimmed_mean=_trimmed(kept),
        mad=MAD_TO_SD * float(np.median(np.abs(kept - middle))),
        minimum=low,
        first_quartile=first,
        third_quartile=third,
        maximum=high,
        skewness=skewness,
        excess_kurtosis=kurtosis,
        note=sentences(sample.note, _on_spread(kept)),
    )


def median(values: ArrayLike, *, level: float = 0.95) -> Median:
    """The median with the exact interval between two of the ordered values, whatever their distribution.

    A value lies below the median with probability 1/2, so that the places of the two are quantiles of the binomial distribution
    of n and 1/2: near n/2 ± z sqrt(n)/2. Places at n/2 ± z sqrt(n/2), which are in use too, make an interval of 99.4 %.

    Args:
        values: shape (n,), independent values of a continuous distribution; ties make the interval cover more.
        level: the smallest coverage. Below six values 95 % is out of reach. The interval is then that from the smallest to the
            largest value, with its own level and a note.

    Source: Hollander, Wolfe and Chicken (2014), Nonparametric Statistical Methods, section 3.6; Thompson (1936),
    doi 10.1214/aoms/1177732502.
    """
    inputs.level(level)
    sample = observed(values)
    n = len(sample.values)
    if n < 2:
        note = sentences(sample.note, "There is one value, so no interval." if n else "There is no value.")
        only = float(sample.values[0]) if n else math.nan
        return Median(estimate=only, interval=unknown_interval(level), n=n, note=note, coverage=math.nan)
    ordered = np.sort(sample.values)
    below = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    outside = max(below, 1)
    coverage = 1 - 2 * float(stats.binom.cdf(outside - 1, n, 0.5))
    short = "" if below else f"With {n} values no interval of the median covers more than {coverage:.2%}."
    return Median(
        estimate=float(np.median(ordered)),
        interval=Interval(float(ordered[outside - 1]), float(ordered[n - outside]), level if below else coverage),
        n=n,
        note=sentences(sample.note, short),
        coverage=coverage,
    )


def _shape(kept: Floats) -> tuple[float, float, float]:
    """The SD, the skewness and the excess kurtosis."""
    if len(kept) < 2:
        return math.nan, math.nan, math.nan
    if is_constant(kept):
        return 0.0, math.nan, math.nan
    sd = float(kept.std(ddof=1))
    standardised = (kept - kept.mean()) / sd
    return sd, float(np.mean(standardised**3)), float(np.mean(standardised**4)) - 3


def _trimmed(kept: Floats) -> float:
    out = int(TRIMMED * len(kept))
    return float(np.sort(kept)[out : len(kept) - out].mean())


def _on_spread(kept: Floats) -> str:
    if len(kept) < 2:
        return "There is one value: it has no spread and no shape."
    value = float(kept[0])
    same = f"All {len(kept)} values equal {value:.6g}{agreement(kept, value)}: they have no shape."
    return same if is_constant(kept) else ""
