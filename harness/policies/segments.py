"""Least totals by dynamic program, over what each model costs from its own point until the next.

A *node* is the initial model (0), a feasible point (1 to m) or the end (m + 1); a schedule leads from node to node.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.inference.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Segments:
    """What each model costs until the next one.

    Attributes:
        points: shape (m + 2,), the point of each node: 0, the feasible ones, and the number of periods.
        between: shape (m + 2, m + 2), the summed losses of the model of node i until the point of node j; inf unless i < j,
            but 0 from the end to the end.
        sizes: the same of the losses without their signs, by which sums are rounded; 0 where `between` is inf.
    """

    points: Ints
    between: Floats
    sizes: Floats

    def equal(self, totals: Floats, sizes: Floats) -> Bools:
        """Which totals are the least one, but for rounding: floats that are added in another order differ in their last digits.

        Args:
            totals: shape (n,), one of them finite.
            sizes: of these, as `sizes`. A large loss makes no others equal than those of which it is a part.
        """
        best = int(totals.argmin())
        tie = 4 * self.points[-1] * np.finfo(np.float64).eps  # twice what all sums of a total can be rounded by
        return np.asarray(totals <= totals[best] + tie * (sizes + sizes[best]))

    def least_totals(self, first: int = 1) -> tuple[Floats, Floats]:
        """The least total of each number of retrains at nodes from `first` on, shape (m + 1,), and its size.

        The total is inf where there are too few nodes.
        """
        totals, sizes = [self.between[0, -1]], [self.sizes[0, -1]]
        for more in range(len(self.points) - 2):
            onwards, of_them = self._onwards(0, more, first)
            totals.append(onwards.min(initial=np.inf))
            sizes.append(of_them[onwards.argmin()] if len(onwards) else 0.0)
        return np.array(totals), np.array(sizes)

    def latest(self, n_retrains: int, first: int = 1) -> tuple[int, ...]:
        """The points of the least total; of equal ones the latest first point, then the latest second one, and so on."""
        node, chosen = 0, []
        for more in range(n_retrains - 1, -1, -1):
            node = first + int(np.flatnonzero(self.equal(*self._onwards(node, more, first)))[-1])
            chosen.append(int(self.points[node]))
        return tuple(chosen)

    def _onwards(self, node: int, more: int, first: int) -> tuple[Floats, Floats]:
        """The least totals from a node on, by the next node from `first` on, with so many retrains more; and their sizes."""
        least, sizes = self._least
        return self.between[node, first:-1] + least[more, first:], self.sizes[node, first:-1] + sizes[more, first:]

    @cached_property
    def _least(self) -> tuple[Floats, Floats]:
        """The least total from node i on with r more retrains, shape (m + 1, m + 1), by r and i, and its size.

        The total is inf where too few nodes are left.
        """
        inner, inner_sizes = self.between[:-1, :-1], self.sizes[:-1, :-1]
        least, sizes = np.full(inner.shape, np.inf), np.zeros(inner.shape)
        least[0], sizes[0] = self.between[:-1, -1], self.sizes[:-1, -1]
        nodes = np.arange(len(least))
        for more in range(1, len(least)):
            onwards = inner + least[more - 1]
            best = onwards.argmin(axis=1)
            least[more] = onwards[nodes, best]
            sizes[more] = inner_sizes[nodes, best] + sizes[more - 1, best]
        return least, sizes


def segments(losses: Floats, feasible: Ints) -> Segments:
    """The segments of a bank.

    Args:
        losses: shape (n, n), as a `Bank` holds them.
        feasible: shape (m,), ascending points.
    """
    points = np.concatenate([[0], feasible, [len(losses)]])
    between, sizes = _sums(losses, points), _sums(np.abs(losses), points)
    is_none = np.tri(len(points), dtype=bool)
    between[is_none], sizes[is_none] = np.inf, 0.0
    between[-1, -1] = 0.0
    return Segments(points, between, sizes)


def _sums(losses: Floats, points: Ints) -> Floats:
    """The summed losses of the model of each point before each point, shape (m + 2, m + 2)."""
    until = np.zeros((len(points), len(losses) + 1))
    until[:-1, 1:] = np.nancumsum(losses[points[:-1]], axis=1)
    return until[:, points]
