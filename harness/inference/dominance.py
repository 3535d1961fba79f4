"""How probably a value of one sample exceeds one of another, with the test that this is as probable as not.

It takes ordered values alone, so it suits answers on a scale. The interval allows for unequal variances and ties.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import DECIMALS, Estimate, Interval, sentences, unknown_interval
from harness.inference.student import t_interval
from harness.inference.two_samples import TwoSamples, both, separated_p


@dataclass(frozen=True, kw_only=True)
class Dominance(Estimate):
    """How far one sample stands above another, as a probability (`brunner_munzel`) or as Cliff's delta (`cliffs_delta`).

    Attributes:
        standard_error: of the estimate.
        statistic: (estimate - its value for samples that stand alike) / standard_error.
        df: Satterthwaite's degrees of freedom.
        p: the two-sided p.
        n_first: the number of finite values of the first sample.
        n_second: of the second; `n` is their sum.
    """

    standard_error: float
    statistic: float
    df: float
    p: float
    n_first: int
    n_second: int


def brunner_munzel(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Dominance:
    """P(first > second) + P(first = second) / 2, Vargha and Delaney's A12, and Brunner and Munzel's test that it is 1/2.

    Values are rounded to nine decimals, so that equal metrics tie.

    Args:
        first: shape (n_first,), independent values. Values that are not finite are left out, with a note.
        second: shape (n_second,).
        level: of the interval, which is cut off at 0 and 1.

    Returns:
        The test, its estimate 0 to 1. If the samples do not overlap there is no variance: p is then that of the exact
        permutation test, and the interval holds every probability A at which min(n_first, n_second) independent pairs would all
        point one way with a chance of at least (1 - level) / 2. The note says so.

    Source: Brunner and Munzel (2000), doi 10.1002/(SICI)1521-4036(200001)42:1<17::AID-BIMJ17>3.0.CO;2-U; Vargha and Delaney
    (2000), doi 10.3102/10769986025002101. `scipy.stats.brunnermunzel` has the same test, but no interval, and p = 0 or NaN for
    samples that do not overlap.
    """
    inputs.level(level)
    samples = both(first, second)
    if min(samples.sizes) < 1:
        return _unvaried(samples, math.nan, unknown_interval(level), math.nan, "A sample has no value.")
    above, below = _placements(samples)
    a = float(above.mean())
    if min(samples.sizes) < 2:
        reason = "A sample has one value: there is neither interval nor p."
        return _unvaried(samples, a, unknown_interval(level), math.nan, reason)
    if np.ptp(above) == 0 and np.ptp(below) == 0:
        return _without_overlap(samples, a, level)
    parts = float(above.var(ddof=1)) / len(above), float(below.var(ddof=1)) / len(below)
    squared_error = sum(parts)
    df = squared_error**2 / sum(part**2 / (n - 1) for part, n in zip(parts, samples.sizes, strict=True))
    error = math.sqrt(squared_error)
    return Dominance(
        estimate=a,
        interval=t_interval(a, error, df=df, level=level).within((0.0, 1.0)),
        n=sum(samples.sizes),
        note=samples.note,
        standard_error=error,
        statistic=(a - 0.5) / error,
        df=df,
        p=2 * float(stats.t.sf(abs(a - 0.5) / error, df)),
        n_first=samples.sizes[0],
        n_second=samples.sizes[1],
    )


def cliffs_delta(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Dominance:
    """Cliff's delta = P(first > second) - P(first < second), -1 to 1: 2 A12 - 1, with the test of `brunner_munzel`.

    So its interval excludes 0 exactly where that test rejects, and allows for unequal variances. The interval that R's
    effectsize prints rests on the variance of samples that stand alike.

    Args:
        first: shape (n_first,), independent values.
        second: shape (n_second,).
        level: of the interval.

    Source: Cliff (1993), doi 10.1037/0033-2909.114.3.494.
    """
    found = brunner_munzel(first, second, level=level)
    interval = Interval(2 * found.interval.low - 1, 2 * found.interval.high - 1, level)
    return replace(found, estimate=2 * found.estimate - 1, interval=interval, standard_error=2 * found.standard_error)


def _placements(samples: TwoSamples) -> tuple[Floats, Floats]:
    """For each value the share of the other sample that lies below it, ties counted half; shapes (n_first,), (n_second,)."""
    first, second = (np.round(values, DECIMALS) for values in (samples.first, samples.second))
    return _share_below(first, second), _share_below(second, first)


def _share_below(values: Floats, others: Floats) -> Floats:
    ordered = np.sort(others)
    shares: Floats = (
        np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right")
    ) / (2 * len(ordered))
    return shares


def _without_overlap(samples: TwoSamples, a: float, level: float) -> Dominance:
    """The result where all placements are alike: all values equal, or one sample above the other."""
    if a == 0.5:
        reason = f"All {sum(samples.sizes)} values are equal: there is no interval, and p = 1."
        return _unvaried(samples, a, unknown_interval(level), 1.0, reason)
    smaller = min(samples.sizes)
    reach = ((1 - level) / 2) ** (1 / smaller)
    interval = Interval(reach, 1.0, level) if a > 0.5 else Interval(0.0, 1 - reach, level)
    reason = (
        "The samples do not overlap: p is that of the exact permutation test, "
        f"and the interval that of {smaller} independent pairs."
    )
    return _unvaried(samples, a, interval, separated_p(*samples.sizes), reason)


def _unvaried(samples: TwoSamples, a: float, interval: Interval, p: float, reason: str) -> Dominance:
    return Dominance(
        estimate=a,
        interval=interval,
        n=sum(samples.sizes),
        note=sentences(samples.note, reason),
        standard_error=math.nan if math.isnan(p) else 0.0,
        statistic=math.nan,
        df=math.nan,
        p=p,
        n_first=samples.sizes[0],
        n_second=samples.sizes[1],
    )
