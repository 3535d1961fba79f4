"""Least totals by dynamic program, over what each model costs from its own point until the next.

A *node* is the initial model (0), a feasible point (1 to m) or the end (m + 1); a schedule leads from node to node.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.inference.arrays import Floats, Ints

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Segments:
    """What each model costs until the next one.

    Attributes:
        points: shape (m + 2,), the point of each node: 0, the feasible ones, and the number of periods.
        between: shape (m + 2, m + 2), the summed losses of the model of node i until the point of node j; inf unless i < j,
            but 0 from the end to the end.
        tie: totals that differ by no more count as equal. Floats that are added in another order differ in their last digits.
    """

    points: Ints
    between: Floats
    tie: float

    @cached_property
    def least(self) -> Floats:
        """The least total from node i on with r more retrains, shape (m + 1, m + 1), by r and i; inf where too few are left."""
        inner = self.between[:-1, :-1]
        least = np.full(inner.shape, np.inf)
        least[0] = self.between[:-1, -1]
        for more in range(1, len(least)):
            least[more] = (inner + least[more - 1]).min(axis=1)
        return least

    def least_totals(self, first: int = 1) -> Floats:
        """The least total of each number of retrains at nodes from `first` on, shape (m + 1,); inf where there are too few."""
        onwards = self.between[0, first:-1] + self.least[:-1, first:]
        return np.concatenate([self.between[0, -1:], onwards.min(axis=1, initial=np.inf)])

    def latest(self, n_retrains: int, first: int = 1) -> tuple[int, ...]:
        """The points of the least total; of equal ones the latest first point, then the latest second one, and so on."""
        node, chosen = 0, []
        for more in range(n_retrains - 1, -1, -1):
            onwards = self.between[node, first:-1] + self.least[more, first:]
            node = first + int(np.flatnonzero(onwards <= onwards.min() + self.tie)[-1])
            chosen.append(int(self.points[node]))
        return tuple(chosen)


def segments(losses: Floats, feasible: Ints) -> Segments:
    """The segments of a bank.

    Args:
        losses: shape (n, n), as a `Bank` holds them.
        feasible: shape (m,), ascending points.
    """
    n = len(losses)
    points = np.concatenate([[0], feasible, [n]])
    until = np.zeros((len(feasible) + 1, n + 1))
    until[:, 1:] = np.nancumsum(losses[points[:-1]], axis=1)
    between = np.full((len(points), len(points)), np.inf)
    between[:-1] = until[:, points]
    between[np.tri(len(points), dtype=bool)] = np.inf
    between[-1, -1] = 0.0
    return Segments(points, between, tie=_ROUNDING * n * float(np.nanmax(np.abs(losses))))
