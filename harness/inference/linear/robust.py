"""Standard errors and tests of coefficients: classical, against unequal variances, and by clusters of rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from harness.inference.arrays import Floats, Ints
from harness.inference.estimate import TTest, unknown_interval
from harness.inference.linear.least_squares import Fit
from harness.inference.student import t_interval

DETERMINED = 1e-12
"""A share of variance so near to 0 is 0: the cluster alone determines the coefficient."""


@dataclass(frozen=True, kw_only=True)
class FTest:
    """A joint test of several coefficients.

    Attributes:
        statistic: F.
        df: numerator degrees of freedom: how many coefficients.
        df_error: denominator degrees of freedom.
        p: the p of F.
        note: empty, or why there is none.
    """

    statistic: float
    df: float
    df_error: float
    p: float
    note: str = ""


def f_test(statistic: float, df: float, df_error: float) -> FTest:
    """The test of an F statistic."""
    return FTest(statistic=statistic, df=df, df_error=df_error, p=float(stats.f.sf(statistic, df, df_error)))


def no_f_test(df: float, note: str) -> FTest:
    """A joint test without numbers, and why."""
    return FTest(statistic=math.nan, df=df, df_error=math.nan, p=math.nan, note=note)


def t_test(estimate: float, error: float, *, df: float, n: int, level: float, note: str = "") -> TTest:
    """Student's test of a coefficient with the given standard error; without numbers if that is not above 0."""
    if not (error > 0 and df > 0 and math.isfinite(error)):
        reason = note or "There is no standard error."
        return TTest(
            estimate=estimate,
            interval=unknown_interval(level),
            n=n,
            note=reason,
            standard_error=math.nan,
            statistic=math.nan,
            df=math.nan,
            p=math.nan,
        )
    return TTest(
        estimate=estimate,
        interval=t_interval(estimate, error, df=df, level=level),
        n=n,
        note=note,
        standard_error=error,
        statistic=estimate / error,
        df=df,
        p=2 * float(stats.t.sf(abs(estimate) / error, df)),
    )


def classical(fit: Fit) -> Floats:
    """The covariance of the coefficients if all errors have one variance, shape (p, p)."""
    return np.asarray(fit.weights @ fit.weights.T * (fit.error / fit.df))


def hc3(fit: Fit) -> Floats:
    """The covariance with squared residuals over (1 - leverage)^2, shape (p, p); NaN if a row determines its own value.

    Source: MacKinnon and White (1985), doi 10.1016/0304-4076(85)90158-7.
    """
    free = 1 - fit.leverage
    if free.min() <= DETERMINED**0.5:
        return np.full((len(fit.weights), len(fit.weights)), math.nan)
    scores = fit.basis * (fit.residuals / free)[:, None]
    return np.asarray(fit.weights @ (scores.T @ scores) @ fit.weights.T)


@dataclass(frozen=True)
class Clustered:
    """The CR2 estimate over m clusters, with what its degrees of freedom need; r is the rank of the model.

    Attributes:
        weights: coefficients from the basis, shape (p, r).
        scores: of each cluster, with its adjusted residuals, shape (m, r).
        own: each cluster's share of the expected covariance if it were alone, shape (m, r, r).
        shared: what it has in common with the others through the fit, shape (m, r, r).
        note: empty, or that some cluster determines a coefficient.
    """

    weights: Floats
    scores: Floats
    own: Floats
    shared: Floats
    note: str

    @property
    def covariance(self) -> Floats:
        """Of the coefficients, shape (p, p)."""
        each = self.scores @ self.weights.T
        return np.asarray(each.T @ each)

    def df(self, contrast: Floats) -> float:
        """Satterthwaite's degrees of freedom of one combination of coefficients, shape (p,)."""
        return self.hotelling_df(contrast[None, :])

    def hotelling_df(self, contrasts: Floats) -> float:
        """The degrees of freedom of the Wishart distribution that is nearest to the covariance of contrasts, (q, p).

        For one contrast they are Satterthwaite's. NaN if the covariance that is expected is singular.
        """
        rows = contrasts @ self.weights
        q = len(rows)
        own = rows @ self.own @ rows.T
        shared = rows @ self.shared
        expected = own.sum(axis=0) - np.einsum("mqr,msr->qs", shared, shared)
        values, vectors = np.linalg.eigh(expected)
        if values.min() <= DETERMINED * max(values.max(), 0.0) or values.max() <= 0:
            return math.nan
        root = vectors / np.sqrt(values)
        own, shared = root.T @ own @ root, root.T @ shared
        cross = -np.einsum("mqr,nsr->mnqs", shared, shared)
        at = np.arange(len(own))
        cross[at, at] += own
        squares = np.einsum("mnqs,mnsq->", cross, cross) + (np.einsum("mnqq->mn", cross) ** 2).sum()
        return float(q * (q + 1) / squares)


def cr2(fit: Fit, sets: Ints) -> Clustered:
    """The bias-reduced estimate over clusters: residuals of a cluster times (I - H)^(-1/2) of its block.

    It is unbiased if the errors are independent and of one variance, and asymptotically right whatever they are within
    clusters.

    Source: Bell and McCaffrey (2002), Survey Methodology 28(2); Pustejovsky and Tipton (2018),
    doi 10.1080/07350015.2016.1247004, also for fixed effects, which may be absorbed (theorem 2), and for the degrees of
    freedom.
    """
    order = np.argsort(sets, kind="stable")
    ends = np.cumsum(np.bincount(sets))[:-1]
    blocks = np.split(fit.basis[order], ends)
    residuals = np.split(fit.residuals[order], ends)
    scores, own, shared, determined = [], [], [], False
    for block, rest in zip(blocks, residuals, strict=True):
        left, d, right = np.linalg.svd(block, full_matrices=False)
        free = 1 - d**2
        determined |= bool((free <= DETERMINED).any())
        power = np.where(free > DETERMINED, 1 / np.sqrt(np.where(free > DETERMINED, free, 1.0)), 0.0)
        scores.append(right.T @ (d * power * (left.T @ rest)))
        own.append(right.T * (d * power) ** 2 @ right)
        shared.append(right.T * (d**2 * power) @ right)
    note = "A set alone determines some coefficient: its variance counts as 0 there." if determined else ""
    return Clustered(fit.weights, np.array(scores), np.array(own), np.array(shared), note)


def wald(estimates: Floats, covariance: Floats, at: Sequence[int], df_error: float) -> FTest:
    """The F test that the coefficients at these places are all zero, with a covariance of df_error degrees of freedom."""
    square = quadratic_form(estimates[list(at)], covariance[np.ix_(at, at)])
    if math.isnan(square) or not df_error > 0:
        return no_f_test(len(at), "The covariance of the coefficients is unknown or singular.")
    return f_test(square / len(at), len(at), df_error)


def approximate_hotelling(estimates: Floats, clustered: Clustered, at: Sequence[int]) -> FTest:
    """The joint test with CR2, by Hotelling's T^2 with the degrees of freedom nu of `Clustered.hotelling_df`.

    F = (nu - q + 1) / (nu q) Q has q and nu - q + 1 degrees of freedom; clubSandwich calls it HTZ.

    Source: Pustejovsky and Tipton (2018), doi 10.1080/07350015.2016.1247004, section 3.2.
    """
    q = len(at)
    square = quadratic_form(estimates[list(at)], clustered.covariance[np.ix_(at, at)])
    nu = clustered.hotelling_df(np.eye(len(estimates))[list(at)])
    if math.isnan(square) or not nu - q + 1 > 0:
        return no_f_test(q, "There are too few sets to test so many coefficients together.")
    return f_test((nu - q + 1) / (nu * q) * square, q, nu - q + 1)


def quadratic_form(estimates: Floats, covariance: Floats) -> float:
    """The estimates' squared distance from zero, by their covariance; NaN if the covariance is unknown or singular."""
    if not np.isfinite(covariance).all():
        return math.nan
    scale = np.sqrt(np.diag(covariance))
    if not scale.min() > 0:
        return math.nan
    correlation = covariance / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlation)
    if values.min() <= DETERMINED * values.max():
        return math.nan
    standard = vectors.T @ (estimates / scale)
    return float((standard**2 / values).sum())
