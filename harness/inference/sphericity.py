"""Sphericity: whether all contrasts of a within factor vary alike, as the F test of repeated measures assumes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats


@dataclass(frozen=True)
class Sphericity:
    """The sphericity of one effect: how alike its contrasts vary.

    Attributes:
        greenhouse_geisser: epsilon, 1/d to 1 for d contrasts; 1 is sphericity.
        huynh_feldt: the less biased epsilon, at most 1.
        mauchly_w: Mauchly's W, 0 to 1; 1 is sphericity.
        mauchly_p: the p of Mauchly's test.
        note: empty, or why a value is missing.
    """

    greenhouse_geisser: float
    huynh_feldt: float
    mauchly_w: float
    mauchly_p: float
    note: str = ""


def sphericity(contrasts: Floats) -> Sphericity:
    """Both epsilons and Mauchly's test. The test is only reported: it does not choose the analysis.

    Args:
        contrasts: shape (n_blocks, d), orthonormal contrasts of each block's cells, at least two blocks.

    Returns:
        Epsilon 1 for a single contrast, which is spherical by definition (W = 1, p = 1). NaN with a note if the
        contrasts do not vary; without W, with a note, if there are no more blocks than contrasts.

    Raises:
        ConfigError: fewer than two blocks, no contrast, or values that are not finite.

    Source: Greenhouse and Geisser (1959), doi 10.1007/BF02289823; Huynh and Feldt (1976), doi
    10.3102/10769986001001069; Mauchly (1940), doi 10.1214/aoms/1177731915.
    """
    contrasts = inputs.grid(contrasts, what="contrasts", give="one row for each block and one column for each contrast")
    n, d = contrasts.shape
    if n < 2 or d < 1 or not np.isfinite(contrasts).all():
        raise ConfigError(
            f"contrasts has {n} rows and {d} columns: give two blocks or more, one contrast or more, all finite"
        )
    if d == 1:
        return Sphericity(1.0, 1.0, 1.0, 1.0)
    # No result depends on the unit. A power of two changes no digit and keeps squares of squares in range.
    exponent = math.frexp(float(np.ptp(contrasts, axis=0).max()))[1]
    covariance = np.cov(np.ldexp(contrasts, -exponent), rowvar=False)
    trace = float(np.trace(covariance))
    if trace == 0:
        return Sphericity(math.nan, math.nan, math.nan, math.nan, "The contrasts do not vary, so there is no epsilon.")
    epsilon = trace**2 / (d * float((covariance**2).sum()))
    return Sphericity(epsilon, _huynh_feldt(epsilon, n, d), *_mauchly(covariance, n))


def _huynh_feldt(epsilon: float, n: int, d: int) -> float:
    below = n - 1 - d * epsilon
    # At the pole and beyond it the estimate is past the upper end of its range.
    return min(1.0, (n * d * epsilon - 2) / (d * below)) if below > 0 else 1.0


def _mauchly(covariance: Floats, n: int) -> tuple[float, float, str]:
    """W, its p and a note. p is Box's chi-square series up to the second order.

    Source: Anderson (2003), An Introduction to Multivariate Statistical Analysis, section 10.7.4. R's `mauchly.test`
    differs in the third digit of p: one term of its series has the number of cells where this has that of contrasts.
    """
    d, df = len(covariance), n - 1
    if df < d:
        return math.nan, math.nan, f"Mauchly's test of {d} contrasts needs more than {d} blocks, and there are {n}."
    if np.linalg.matrix_rank(covariance, hermitian=True) < d:
        return 0.0, 0.0, "The covariance of the contrasts is singular, so Mauchly's W and its p are 0."
    # W is the product of many eigenvalues over their mean: it is found in logarithms, or it would leave the range of floats.
    log_w = min(0.0, float(np.linalg.slogdet(covariance * (d / np.trace(covariance))).logabsdet))
    rho = 1 - (2 * d**2 + d + 2) / (6 * d * df)
    weight = (d + 2) * (d - 1) * (d - 2) * (2 * d**3 + 6 * d**2 + 3 * d + 2) / (288 * (df * d * rho) ** 2)
    chi_square, freedom = -df * rho * log_w, d * (d + 1) / 2 - 1
    first, second = (float(stats.chi2.sf(chi_square, freedom + more)) for more in (0, 4))
    return math.exp(log_w), min(1.0, max(0.0, first + weight * (second - first))), ""
