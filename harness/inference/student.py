"""Student's t for one mean, on which every comparison of two methods rests."""

from __future__ import annotations

import math
from functools import lru_cache

from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import (
    DECIMALS,
    Interval,
    Sample,
    TTest,
    agreement,
    is_constant,
    observed,
    sentences,
    unknown_interval,
)


def t_interval(centre: float, standard_error: float, *, df: float, level: float) -> Interval:
    """The interval centre ± t(df) standard_error."""
    reach = _quantile((1 + level) / 2, df) * standard_error
    return Interval(centre - reach, centre + reach, level)


@lru_cache(maxsize=1024)
def _quantile(probability: float, df: float) -> float:
    """Of Student's t. A family of comparisons asks for the same one again and again, and scipy takes its time."""
    return float(stats.t.ppf(probability, df))


def one_sample_t(values: ArrayLike, *, shared: float = 0.0, level: float = 0.95) -> TTest:
    """The test of a mean against zero, with Var(mean) = s^2 (1/n + shared) and n - 1 degrees of freedom.

    Args:
        values: shape (n,). Values that are not finite are left out, with a note.
        shared: the variance that averaging does not remove, in units of s^2; 0 if the values are independent.
        level: of the interval.

    Returns:
        The test. Below two values all numbers but the estimate are NaN. Without variance the interval has no width and t is
        NaN; p is 1 if all values are zero. Otherwise p is 2^(1-n), from the exact sign test, or NaN if the values are not
        independent. The note says so in each case.
    """
    inputs.level(level)
    if inputs.number(shared, what="shared") < 0:
        raise ConfigError(f"shared is {shared}, but a variance is 0 or more")
    sample = observed(values)
    n = len(sample.values)
    mean = float(sample.values.mean()) if n else math.nan
    if n < 2:
        return _too_few(mean, n, level, sample.note)
    if is_constant(sample.values):
        return _without_variance(sample, mean, math.nan if shared else 2.0 ** (1 - n), level)
    error = math.sqrt(float(sample.values.var(ddof=1)) * (1 / n + shared))
    return TTest(
        estimate=mean,
        interval=t_interval(mean, error, df=n - 1, level=level),
        n=n,
        note=sample.note,
        standard_error=error,
        statistic=mean / error,
        df=n - 1,
        p=2 * float(stats.t.sf(abs(mean) / error, n - 1)),
    )


def _too_few(mean: float, n: int, level: float, note: str) -> TTest:
    reason = "There is one value: without a spread it has neither interval nor p." if n else "There is no value."
    return TTest(
        estimate=mean,
        interval=unknown_interval(level),
        n=n,
        note=sentences(note, reason),
        standard_error=math.nan,
        statistic=math.nan,
        df=math.nan,
        p=math.nan,
    )


def _without_variance(sample: Sample, mean: float, constant_p: float, level: float) -> TTest:
    n = len(sample.values)
    all_zero = abs(mean) <= 10.0**-DECIMALS
    value = 0.0 if all_zero else mean
    p = 1.0 if all_zero else constant_p
    source = "p = 1" if all_zero else "there is no p" if math.isnan(p) else "p is the exact sign test's"
    equal = f"{value:.6g}{agreement(sample.values, value)}"
    reason = f"All {n} values equal {equal}: t is undefined, the interval has no width and {source}."
    return TTest(
        estimate=value,
        interval=Interval(value, value, level),
        n=n,
        note=sentences(sample.note, reason),
        standard_error=0.0,
        statistic=math.nan,
        df=n - 1,
        p=p,
    )
