"""MMD: how far the window's rows lie from the reference's in the space of a Gaussian kernel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.contract import Knob
from harness.detectors.encoding import Cloud, encode, thinned
from harness.detectors.rules import WindowFindings, jointly
from harness.detectors.windows import Mask, WindowTest
from harness.settings import at_least, at_most

ROUNDING = 1e-12  # permutations that give the observed groups again must count as ties


@dataclass(frozen=True, kw_only=True)
class MMD(WindowTest):
    """Maximum mean discrepancy (Gretton et al. 2012, JMLR 13, 723-773) of all columns at once, by permutation.

    Window and reference are encoded together (`harness.detectors.encoding`). The kernel is Gaussian, exp(-d^2 / (2 s^2)), its
    width s the median distance between distinct points of both. The statistic is the squared biased estimate; the p-value is
    (1 + permutations that reach it) / (1 + permutations), exact at any size. A level at or below 1 / (1 + permutations) never
    alarms. A reference longer than the window is cut to `window` rows, drawn at the start, because the cost grows with the
    square of the rows. It names no columns.

    Attributes:
        level: below which the p-value alarms.
        permutations: 1 or more.
    """

    knob: ClassVar[Knob | None] = Knob("level", loosest=1.0, strictest=1e-4, logarithmic=True)
    draws: ClassVar[bool] = True

    name: str = "mmd"
    level: Annotated[float, at_least(0), at_most(1)] = 0.05
    permutations: Annotated[int, at_least(1)] = 499

    def _fit(self, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Cloud:
        cloud = Cloud.of(rows, columns, nominal, rng)
        return replace(cloud, rows=thinned(cloud.rows, self.window, cloud.rng))

    def _test(self, reference: Cloud, rows: Floats, ends: Ints) -> WindowFindings:
        windows = (rows[end - self.window + 1 : end + 1, reference.read] for end in ends)
        return jointly(np.array([self._p_value(reference, window) for window in windows]), level=self.level)

    def _p_value(self, reference: Cloud, window: Floats) -> float:
        similarity = _gaussian(encode(np.concatenate([reference.rows, window]), reference.nominal))
        n, m = len(reference.rows), len(window)
        weights = np.tile(np.repeat([1 / n, -1 / m], [n, m]), (1 + self.permutations, 1))
        reference.rng.permuted(weights[1:], axis=1, out=weights[1:])
        statistics = np.einsum("pi,pi->p", weights @ similarity, weights)  # the observed one and the permuted ones
        return float(np.mean(statistics >= statistics[0] - ROUNDING))


def _gaussian(points: Floats) -> Floats:
    """Similarities, shape (n, n); all 1 if all points are one."""
    squares = np.einsum("ij,ij->i", points, points)
    distances = np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0.0)
    distinct = distances[distances > ROUNDING]
    width = np.median(distinct) if len(distinct) else 1.0
    similarity: Floats = np.exp(distances / (-2 * width))
    return similarity
