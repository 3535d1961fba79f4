"""Two independent samples: whether their means differ, and by how many standard deviations.

Methods that ran on the same data sets are no independent samples: `paired` is for them. Here each value is a replicate of its
own, such as the scores of two groups of data sets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import (
    DECIMALS,
    Estimate,
    Interval,
    TTest,
    agreement,
    is_constant,
    observed,
    sentences,
    unknown_interval,
)
from harness.inference.noncentral import noncentrality, unbiasing
from harness.inference.student import t_interval


@dataclass(frozen=True, kw_only=True)
class TwoSampleT(TTest):
    """The difference of two means, first - second, tested against zero.

    Attributes:
        n_first: the number of finite values of the first sample.
        n_second: of the second; `n` is their sum.
    """

    n_first: int
    n_second: int


@dataclass(frozen=True)
class TwoSamples:
    """The finite values of both, shapes (n_first,) and (n_second,), and a note on the values that were left out."""

    first: Floats
    second: Floats
    note: str

    @property
    def sizes(self) -> tuple[int, int]:
        """How many values each has."""
        return len(self.first), len(self.second)


def both(first: ArrayLike, second: ArrayLike) -> TwoSamples:
    """Both samples as the tests of this kind read them."""
    one, other = observed(first, what="first"), observed(second, what="second")
    notes = [f"In the {which} sample {each.note}" for which, each in (("first", one), ("second", other)) if each.note]
    return TwoSamples(one.values, other.values, sentences(*notes))


def separated_p(n_first: int, n_second: int) -> float:
    """The two-sided p of the exact permutation test if every value of one sample lies above every value of the other."""
    return min(1.0, 2.0 / math.comb(n_first + n_second, n_first)) if n_first + n_second < 1000 else 0.0


def welch_t(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> TwoSampleT:
    """Welch's t test of the difference of two means, first - second, whatever the variances.

    Args:
        first: shape (n_first,), independent values. Values that are not finite are left out, with a note.
        second: shape (n_second,).
        level: of the interval of the difference.

    Returns:
        The test. With a single value in a sample there is a difference alone. If neither sample varies, t is NaN and p is that
        of the exact permutation test, or 1 if there is no difference. The note says so.

    Source: Welch (1947), doi 10.1093/biomet/34.1-2.28. `scipy.stats.ttest_ind(equal_var=False)` agrees; here neither large
    offsets nor samples without variance cost digits or warn.
    """
    inputs.level(level)
    samples = both(first, second)
    sizes = samples.sizes
    if min(sizes) < 2:
        return _without_spread(samples, level)
    difference = float(samples.first.mean()) - float(samples.second.mean())
    variances = [_variance(values) / len(values) for values in (samples.first, samples.second)]
    squared_error = sum(variances)
    if squared_error == 0:
        return _without_variance(samples, difference, level)
    error = math.sqrt(squared_error)
    share = variances[0] / squared_error  # or the squares of variances overflow
    df = 1 / (share**2 / (sizes[0] - 1) + (1 - share) ** 2 / (sizes[1] - 1))
    return TwoSampleT(
        estimate=difference,
        interval=t_interval(difference, error, df=df, level=level),
        n=sum(sizes),
        n_first=sizes[0],
        n_second=sizes[1],
        note=samples.note,
        standard_error=error,
        statistic=difference / error,
        df=df,
        p=2 * float(stats.t.sf(abs(difference) / error, df)),
    )


def cohen_d(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Cohen's d = (mean of first - mean of second) / pooled SD, with the exact interval from the noncentral t distribution.

    The interval assumes equal variances.

    Args:
        first: shape (n_first,), independent values.
        second: shape (n_second,).
        level: of the interval.

    Returns:
        A number without unit; NaN, with a note, if a sample is empty, no sample has two values, or neither varies.

    Source: Cumming and Finch (2001), doi 10.1177/0013164401614002.
    """
    inputs.level(level)
    samples = both(first, second)
    sizes = samples.sizes
    df = sum(sizes) - 2
    if min(sizes) < 1 or df < 1:
        return _no_effect(samples, level, "It takes a value in each sample and two in one of them.")
    squares = sum((len(values) - 1) * _variance(values) for values in (samples.first, samples.second))
    if squares == 0:
        return _no_effect(samples, level, "Neither sample varies.")
    d = (float(samples.first.mean()) - float(samples.second.mean())) / math.sqrt(squares / df)
    root = math.sqrt(sizes[0] * sizes[1] / sum(sizes))
    ends = noncentrality(d * root, df, level)
    return Estimate(
        estimate=d, interval=Interval(ends.low / root, ends.high / root, level), n=sum(sizes), note=samples.note
    )


def hedges_g(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Hedges' g: d and its interval times J(n - 2) = Γ(f/2) / (sqrt(f/2) Γ((f-1)/2)), f = n - 2, which removes d's bias.

    Args:
        first: shape (n_first,), independent values.
        second: shape (n_second,).
        level: of the interval.

    Returns:
        As `cohen_d`; NaN with a note below four values in all, where the correction does not exist.

    Source: Hedges (1981), doi 10.3102/10769986006002107.
    """
    d = cohen_d(first, second, level=level)
    if math.isnan(d.estimate):
        return d
    if d.n < 4:
        note = sentences(d.note, "Hedges' correction does not exist for three values.")
        return Estimate(estimate=math.nan, interval=unknown_interval(level), n=d.n, note=note)
    factor = unbiasing(d.n - 2)
    interval = Interval(d.interval.low * factor, d.interval.high * factor, level)
    return Estimate(estimate=d.estimate * factor, interval=interval, n=d.n, note=d.note)


def _variance(values: Floats) -> float:
    """The variance, and 0 for values that agree or for a single one."""
    return 0.0 if is_constant(values) else float(values.var(ddof=1))


def _no_effect(samples: TwoSamples, level: float, reason: str) -> Estimate:
    note = sentences(samples.note, reason, "There is no standardised effect size.")
    return Estimate(estimate=math.nan, interval=unknown_interval(level), n=sum(samples.sizes), note=note)


def _without_spread(samples: TwoSamples, level: float) -> TwoSampleT:
    sizes = samples.sizes
    empty = min(sizes) < 1
    which = " and ".join(
        f"the {name} sample has {'no value' if size == 0 else 'one value'}"
        for name, size in zip(("first", "second"), sizes, strict=True)
        if size < 2
    )
    return _unspread(
        samples,
        math.nan if empty else float(samples.first.mean()) - float(samples.second.mean()),
        unknown_interval(level),
        f"{which[0].upper()}{which[1:]}: there is {'no difference' if empty else 'neither interval nor p'}.",
        p=math.nan,
    )


def _without_variance(samples: TwoSamples, difference: float, level: float) -> TwoSampleT:
    equal = abs(difference) <= 10.0**-DECIMALS or is_constant(np.concatenate([samples.first, samples.second]))
    difference = 0.0 if equal else difference
    within = agreement(samples.first, float(samples.first[0])) or agreement(samples.second, float(samples.second[0]))
    return _unspread(
        samples,
        difference,
        Interval(difference, difference, level),
        f"Neither sample varies{within}: t is undefined, the interval has no width and "
        f"{'p = 1' if equal else 'p is that of the exact permutation test'}.",
        p=1.0 if equal else separated_p(*samples.sizes),
    )


def _unspread(samples: TwoSamples, difference: float, interval: Interval, reason: str, *, p: float) -> TwoSampleT:
    return TwoSampleT(
        estimate=difference,
        interval=interval,
        n=sum(samples.sizes),
        n_first=samples.sizes[0],
        n_second=samples.sizes[1],
        note=sentences(samples.note, reason),
        standard_error=math.nan if math.isnan(p) else 0.0,
        statistic=math.nan,
        df=math.nan,
        p=p,
    )
