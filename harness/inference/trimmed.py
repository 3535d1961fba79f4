"""The trimmed mean: what most data sets say, whatever a few say."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import TTest, is_constant, observed, sentences
from harness.inference.student import one_sample_t, t_interval

FEWEST = 3
"""Values that have to be left to have a spread worth the name."""


def trimmed_mean(values: ArrayLike, *, share: float = 0.1, level: float = 0.95) -> TTest:
    """The mean without the smallest and the largest values, with its interval and its test against zero.

    With g = floor(share n) values cut at either end and h = n - 2g left: standard error s_w / ((1 - 2 share) sqrt(n)), where
    s_w is the standard deviation of the winsorised values, and h - 1 degrees of freedom. Choosing sets to leave out by their
    distance from the mean and then testing the rest is wrong: this knows what was cut.

    Args:
        values: shape (n,). Values that are not finite are left out, with a note.
        share: of the values cut at either end, 0 or more and below 0.5.
        level: of the interval.

    Returns:
        The test; that of the mean if nothing is cut. Without variance of what is left, t is NaN, as for the mean.

    Source: Yuen (1974), The two-sample trimmed t for unequal population variances, doi 10.1093/biomet/61.1.165; Wilcox (2012),
    Introduction to Robust Estimation and Hypothesis Testing, section 4.3.
    """
    share, level = inputs.number(share, what="share"), inputs.level(level)
    if not 0 <= share < 0.5:
        raise ConfigError(f"share is {share}, but what is cut at either end is 0 or more and below 0.5")
    sample = observed(values)
    n = len(sample.values)
    cut = int(share * n + 1e-9)
    if cut == 0 or n - 2 * cut < FEWEST:
        plain = one_sample_t(values, level=level)
        reason = "Nothing is cut from so few values: this is the mean." if share else ""
        return replace(plain, note=sentences(plain.note, reason))
    ordered = np.sort(sample.values)
    kept = ordered[cut : n - cut]
    if is_constant(kept):
        reason = f"What is left of {n} values is constant: t is undefined, and the interval has no width."
        return replace(one_sample_t(kept, level=level), n=n, note=sentences(sample.note, reason))
    error = _standard_error(ordered, cut, share)
    centre, df = float(kept.mean()), len(kept) - 1
    return TTest(
        estimate=centre,
        interval=t_interval(centre, error, df=df, level=level),
        n=n,
        note=sample.note,
        standard_error=error,
        statistic=centre / error,
        df=df,
        p=2 * float(stats.t.sf(abs(centre) / error, df)),
    )


def _standard_error(ordered: Floats, cut: int, share: float) -> float:
    winsorised = np.clip(ordered, ordered[cut], ordered[-cut - 1])
    return float(winsorised.std(ddof=1)) / ((1 - 2 * share) * math.sqrt(len(ordered)))
