"""Degrees of freedom of combinations of coefficients whose covariance is made of estimated variances."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from harness.inference.arrays import Floats
from harness.inference.estimate import TTest
from harness.inference.linear.likelihood import State
from harness.inference.linear.robust import FTest, f_test, no_f_test, quadratic_form, t_test


@dataclass(frozen=True)
class Satterthwaite:
    """The covariance of coefficients, how it moves with the variances, and how uncertain these are.

    Attributes:
        covariance: shape (p, p).
        moved: its derivative by each variance that is not 0, shape (k, p, p).
        uncertainty: the covariance of those variances, shape (k, k).
    """

    covariance: Floats
    moved: Floats
    uncertainty: Floats

    @classmethod
    def of(cls, state: State, weights: Floats) -> Satterthwaite:
        """From the largest likelihood."""
        at = state.derivatives()
        free = np.append(state.ratios > 0, True)
        scale = np.append(state.ratios * state.variance, state.variance)[free]
        inverse = np.linalg.pinv(at.hessian[np.ix_(free, free)] * np.outer(scale, scale), hermitian=True)
        moved = weights @ at.covariance[free] @ weights.T
        return cls(weights @ state.covariance @ weights.T, moved, 2 * inverse * np.outer(scale, scale))

    def df(self, contrast: Floats) -> float:
        """The degrees of freedom of a combination of coefficients, shape (p,)."""
        variance = float(contrast @ self.covariance @ contrast)
        gradient = np.einsum("p,kpq,q->k", contrast, self.moved, contrast)
        spread = float(gradient @ self.uncertainty @ gradient)
        return 2 * variance**2 / spread if spread > 0 else math.nan

    def one(self, at: int, estimate: float, unit: float, *, n: int, level: float) -> TTest:
        """The test of one coefficient, given and estimated in the unit of the model, shown in its own."""
        df = self.df(np.eye(len(self.covariance))[at])
        error = math.sqrt(max(float(self.covariance[at, at]), 0.0))
        return t_test(estimate * unit, error * unit, df=df, n=n, level=level)

    def joint(self, at: list[int], estimates: Floats, units: Floats) -> FTest:
        """The F test that the coefficients at these places are zero; its degrees of freedom match E(F) of independent t^2.

        The t^2 are those of the principal axes of the coefficients in their own units, as in lmerTest.
        """
        part = self.covariance[np.ix_(at, at)]
        square = quadratic_form(estimates[at], part)
        if math.isnan(square):
            return no_f_test(len(at), "The covariance of the coefficients is singular.")
        own = units[at] / units[at].max()
        axes = own[:, None] * np.linalg.eigh(part * np.outer(own, own))[1]
        each = np.array([self.df(np.eye(len(self.covariance))[at].T @ axis) for axis in axes.T])
        return f_test(square / len(at), len(at), _pooled(each))


def _pooled(df: Floats) -> float:
    """The denominator of an F whose numerator averages squares of t with these degrees of freedom."""
    if np.ptp(df) < 1e-8:
        return float(df.mean())
    if df.min() <= 2:
        return 2.0
    expected = float((df / (df - 2)).sum())
    return 2 * expected / (expected - len(df))
