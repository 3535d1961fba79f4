"""The restricted likelihood of a linear model with random effects that are nested in sets, and its derivatives.

The variance of the responses is sigma^2 (I + sum_k ratio_k Z_k Z_k'). All that the likelihood needs of n rows are the products
of the few columns Z of each set, so that the work does not grow with the rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from harness.inference.arrays import Floats, Ints

NEGLIGIBLE = 1e-9
"""A variance without which -2 log likelihood grows by no more counts as zero."""

STARTS = (0.01, 0.25, 4.0, 100.0)
"""Ratios of variances from the best of which the search starts."""

MOST_STEPS = 100
SETTLED = 1e-11
"""A step that changes ratios by no larger share is the last."""

LARGEST_RATIO = 1e8
"""The largest variance of an effect that is looked for, in units of the errors' variance."""


NO_VARIANCE = 1e-9
"""An error variance this small, of a response whose variance is about 1, is none: the likelihood has no maximum."""


@dataclass(frozen=True)
class Products:
    """What the likelihood needs of the data.

    Attributes:
        zz: of the random effects' columns of each set, shape (m, q, q).
        zx: with the model's orthonormal columns, shape (m, q, r).
        zy: with the response, shape (m, q).
        xy: of the model's columns with the response, shape (r,).
        yy: of the response with itself.
        effect: which random effect each of the q columns belongs to.
        n: the number of rows.
    """

    zz: Floats
    zx: Floats
    zy: Floats
    xy: Floats
    yy: float
    effect: Ints
    n: int

    @property
    def rank(self) -> int:
        """The number of coefficients."""
        return len(self.xy)


def products(basis: Floats, response: Floats, sets: Ints, inner: list[Ints]) -> Products:
    """The products for an effect of each set, and of each level of `inner` within a set, coded from 0, shape (n,) each."""
    n, m = len(response), int(sets.max()) + 1
    codes = [np.zeros(n, dtype=np.int64), *inner]
    widths = [int(code.max()) + 1 for code in codes]
    starts = np.cumsum([0, *widths[:-1]])
    at = np.stack([code + start for code, start in zip(codes, starts, strict=True)])
    q = sum(widths)
    zz, zx, zy = np.zeros((m, q, q)), np.zeros((m, q, basis.shape[1])), np.zeros((m, q))
    for one in at:
        np.add.at(zx, (sets, one), basis)
        np.add.at(zy, (sets, one), response)
        for other in at:
            np.add.at(zz, (sets, one, other), 1.0)
    effect = np.repeat(np.arange(len(widths)), widths)
    return Products(zz, zx, zy, basis.T @ response, float(response @ response), effect, n)


class Derivatives(NamedTuple):
    """By the variances of the effects and, last, of the errors.

    Attributes:
        gradient: of -2 log likelihood, shape (k + 1,).
        hessian: its second derivatives, shape (k + 1, k + 1).
        expected: what these are on average.
        covariance: of the coefficients' covariance, shape (k + 1, r, r).
    """

    gradient: Floats
    hessian: Floats
    expected: Floats
    covariance: Floats


@dataclass(frozen=True)
class State:
    """The likelihood at given ratios of variances, shape (k,)."""

    data: Products
    ratios: Floats

    @cached_property
    def _inverse(self) -> tuple[Floats, float]:
        """S with V^-1 = I - Z S Z' in each set, and log |V|."""
        root = np.sqrt(self.ratios)[self.data.effect]
        inner = np.eye(len(root)) + root[:, None] * self.data.zz * root
        s = root[:, None] * np.linalg.inv(inner) * root
        return s, float(np.linalg.slogdet(inner)[1].sum())

    @cached_property
    def information(self) -> Floats:
        """X' V^-1 X, shape (r, r)."""
        s, _ = self._inverse
        return np.asarray(np.eye(self.data.rank) - _summed(self.data.zx, s @ self.data.zx))

    @cached_property
    def estimates(self) -> Floats:
        """The coefficients of the orthonormal columns."""
        s, _ = self._inverse
        right = self.data.xy - _summed(self.data.zx, s @ self.data.zy[..., None])[:, 0]
        return np.asarray(np.linalg.solve(self.information, right))

    @cached_property
    def variance(self) -> float:
        """sigma^2, the variance of the errors."""
        s, _ = self._inverse
        rest = (self.data.zy - self.data.zx @ self.estimates)[..., None]
        plain = self.data.yy - 2 * self.estimates @ self.data.xy + self.estimates @ self.estimates
        weighted = float(plain - _summed(rest, s @ rest)[0, 0])
        return max(weighted, 0.0) / (self.data.n - self.data.rank)

    @cached_property
    def criterion(self) -> float:
        """-2 log of the restricted likelihood, for orthonormal columns."""
        free = self.data.n - self.data.rank
        volume = self._inverse[1] + float(np.linalg.slogdet(self.information)[1])
        return free * (1 + math.log(2 * math.pi * max(self.variance, 1e-300))) + volume

    @cached_property
    def covariance(self) -> Floats:
        """Of the coefficients of the orthonormal columns."""
        return np.asarray(self.variance * np.linalg.inv(self.information))

    @cached_property
    def _projected(self) -> tuple[Floats, Floats, Floats]:
        """Z' V^-1 Z, Z' V^-1 X and Z' P y of each set, P being V^-1 without what the model explains."""
        data, (s, _) = self.data, self._inverse
        carry = data.zz @ s
        zz, zx = data.zz - carry @ data.zz, data.zx - carry @ data.zx
        zy = data.zy - (carry @ data.zy[..., None])[..., 0]
        return zz, zx, zy - zx @ self.estimates

    @cached_property
    def _single(self) -> tuple[Floats, Floats, Floats]:
        """For each effect: trace of P V_k, y' P V_k P y, and X' V^-1 V_k V^-1 X."""
        zz, zx, rest = self._projected
        effects = range(len(self.ratios))
        gram = np.array([_summed(zx[:, one], zx[:, one]) for one in map(self._of, effects)])
        own = np.bincount(self.data.effect, weights=np.einsum("mqq->q", zz), minlength=len(self.ratios))
        square = np.bincount(self.data.effect, weights=(rest**2).sum(axis=0), minlength=len(self.ratios))
        trace = np.asarray(own - np.einsum("rt,ktr->k", np.linalg.inv(self.information), gram))
        return trace, np.asarray(square, dtype=np.float64), gram

    def _of(self, effect: int) -> slice:
        first, last = np.searchsorted(self.data.effect, [effect, effect + 1])
        return slice(int(first), int(last))

    def derivatives(self) -> Derivatives:
        """By the variances themselves. Source: Searle, Casella and McCulloch (1992), Variance Components, section 6.6."""
        k, phi = len(self.ratios), np.linalg.inv(self.information)
        zz, zx, rest = self._projected
        trace, square, gram = self._single
        traces, squares = np.empty((k, k)), np.empty((k, k))
        for a in range(k):
            for b in range(k):
                one, other = self._of(a), self._of(b)
                block, carried = zz[:, one, other], rest[:, other, None]
                middle = np.trace(phi @ _summed(zx[:, one], block @ zx[:, other]))
                both = np.trace(phi @ gram[a] @ phi @ gram[b])
                traces[a, b] = (block**2).sum() - 2 * middle + both
                pulls = _summed(zx[:, one], rest[:, one, None]).T @ phi @ _summed(zx[:, other], carried)
                squares[a, b] = (_summed(rest[:, one, None], block @ carried) - pulls)[0, 0]
        free, sigma2 = self.data.n - self.data.rank, self.variance
        trace, traces = self._with_errors(trace, traces, free)
        square, squares = self._with_errors(square, squares, sigma2 * free)
        moved = phi @ gram @ phi
        moved = np.concatenate([moved, (phi - np.tensordot(self.ratios, moved, 1))[None]])
        return Derivatives(
            gradient=trace / sigma2 - square / sigma2**2,
            hessian=-traces / sigma2**2 + 2 * squares / sigma2**3,
            expected=traces / sigma2**2,
            covariance=moved,
        )

    def _with_errors(self, single: Floats, double: Floats, whole: float) -> tuple[Floats, Floats]:
        """First and second traces with the errors' variance appended: V = I + sum ratio_k V_k, and P V P = P."""
        last = whole - float(self.ratios @ single)
        cross = single - double @ self.ratios
        corner = last - float(self.ratios @ cross)
        return np.append(single, last), np.block([[double, cross[:, None]], [cross[None, :], np.array([[corner]])]])


def _summed(left: Floats, right: Floats) -> Floats:
    """The sum over sets of left' right, for shapes (m, q, a) and (m, q, b)."""
    return np.asarray(np.tensordot(left, right, axes=((0, 1), (0, 1))))


def most_likely(data: Products) -> State:
    """The state of the largest restricted likelihood, with ratios of 0 for effects without variance.

    Steps are Newton's where the likelihood is curved downwards, and Fisher's elsewhere, halved until they do not lose.
    """
    k = int(data.effect.max()) + 1
    state = min((State(data, np.full(k, ratio)) for ratio in STARTS), key=lambda each: each.criterion)
    for _ in range(MOST_STEPS):
        moved = None if state.variance <= NO_VARIANCE else _step(state)
        if moved is None:
            break
        settled = np.abs(moved.ratios - state.ratios).max() <= SETTLED * max(1.0, float(moved.ratios.max()))
        state = moved
        if settled:
            break
    return _without_negligible(state)


def _step(state: State) -> State | None:
    """The next state; None if there is no better one."""
    at = state.derivatives()
    variances = np.append(state.ratios, 1.0) * state.variance
    free = (variances > 0) | (at.gradient < 0)
    among = np.ix_(free, free)
    scale = np.maximum(variances, 1e-3 * state.variance)[free]
    curved = at.hessian[among] * np.outer(scale, scale)
    if np.linalg.eigvalsh(curved).min() <= 0:
        curved = at.expected[among] * np.outer(scale, scale)
    step = np.zeros(len(variances))
    step[free] = scale * np.linalg.lstsq(curved, scale * at.gradient[free])[0]
    for _ in range(30):
        tried = np.maximum(variances - step, 0.0)
        if tried[-1] > 0:
            moved = State(state.data, np.minimum(tried[:-1] / tried[-1], LARGEST_RATIO))
            if moved.criterion <= state.criterion:
                return moved
        step /= 2
    return None


def _without_negligible(state: State) -> State:
    """The state with ratios set to 0 that are nearly so and without which the likelihood is no smaller."""
    for i in np.flatnonzero((state.ratios > 0) & (state.ratios < 1e-3)):
        tried = State(state.data, np.where(np.arange(len(state.ratios)) == i, 0.0, state.ratios))
        if tried.criterion <= state.criterion + NEGLIGIBLE:
            state = tried
    return state
