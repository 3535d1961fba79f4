"""Tests of coefficients by what sets say of them, also where all sets say the same."""

from __future__ import annotations

import math

import numpy as np

from harness.inference.estimate import Interval, TTest
from harness.inference.linear.least_squares import Fit
from harness.inference.linear.robust import Clustered, FTest, approximate_hotelling, no_f_test, t_test

AGREED = 1e-9
"""A coefficient of which sets differ by no larger share of the residuals differs by rounding."""


def tested_by_sets(fit: Fit, clustered: Clustered, at: int, *, n_sets: int, level: float) -> TTest:
    """The CR2 test of one coefficient."""
    unit = float(fit.units[at])
    estimate, error = float(fit.estimates[at]), math.sqrt(float(clustered.covariance[at, at]))
    df = clustered.df(np.eye(len(clustered.weights))[at])
    if n_sets < 2 or not df > 0:
        reason = f"{n_sets} sets say nothing about the spread of this coefficient between sets."
        return t_test(estimate * unit, math.nan, df=df, n=n_sets, level=level, note=reason)
    if error <= AGREED * math.sqrt(fit.error):
        is_zero = abs(estimate) <= AGREED * math.sqrt(fit.error)
        return without_variance(estimate * unit, is_zero=is_zero, n=n_sets, df=df, level=level, who="sets")
    return t_test(estimate * unit, error * unit, df=df, n=n_sets, level=level)


def without_variance(estimate: float, *, is_zero: bool, n: int, df: float, level: float, who: str) -> TTest:
    """The test of a coefficient on which all agree, but for rounding."""
    shown = 0.0 if is_zero else estimate
    source = "p = 1" if is_zero else "there is no p"
    return TTest(
        estimate=shown,
        interval=Interval(shown, shown, level),
        n=n,
        note=f"All {who} agree on {shown:.6g}: the interval has no width and {source}.",
        standard_error=0.0,
        statistic=math.nan,
        df=df,
        p=1.0 if is_zero else math.nan,
    )


def jointly_by_sets(fit: Fit, clustered: Clustered, at: list[int]) -> FTest:
    """The CR2 test of several coefficients together."""
    if np.diag(clustered.covariance)[at].max() <= AGREED**2 * fit.error:
        return no_f_test(len(at), "All sets agree on these coefficients.")
    return approximate_hotelling(fit.estimates, clustered, at)
