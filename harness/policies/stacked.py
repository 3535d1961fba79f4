"""Banks of many streams at once: the totals of `Bank`, for thousands of streams in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from harness.errors import DataError
from harness.inference.arrays import Floats, Ints
from harness.policies.expected import inner_totals, periodic_totals, random_totals
from harness.policies.segments import segments


@dataclass(frozen=True)
class Stacked:
    """Banks with the same feasible points, so that a number of retrains means the same on each.

    Attributes:
        losses: shape (n_banks, n_periods, n_periods), each as a `Bank` holds it.
        feasible: shape (m,), the ascending points of all of them.
    """

    losses: Floats
    feasible: Ints

    @classmethod
    def of(cls, losses: Floats, late: int = 0) -> Stacked:
        """The banks with these losses, as they are if labels are so many periods late.

        Raises:
            DataError: they differ in their feasible points.
        """
        has_model = ~np.isnan(np.diagonal(losses, axis1=1, axis2=2))
        if not (has_model == has_model[:1]).all():
            raise DataError("The banks differ in the points at which there is a model: stack those that agree.")
        feasible = np.flatnonzero(has_model[0])[1:] if len(losses) else np.empty(0, np.int64)
        return cls(_late(losses, late), feasible[feasible + late < losses.shape[1]] + late)

    @property
    def n_periods(self) -> int:
        """How many periods each has."""
        return int(self.losses.shape[1])

    def path(self, served: Ints) -> Floats:
        """The loss of each period, shape (n_banks, n_periods); `served` has the same shape, as `Bank.served` gives it."""
        return np.asarray(np.take_along_axis(self.losses, served[:, np.newaxis, :], axis=1)[:, 0])

    def totals(self, served: Ints) -> Floats:
        """The summed loss of each bank under each of some schedules, shape (n_banks, n_schedules).

        Args:
            served: shape (n_schedules, n_periods), as `Bank.served` gives it.
        """
        return np.asarray(self.losses[:, served, np.arange(self.n_periods)].sum(axis=-1))

    def random_totals(self) -> Floats:
        """As `Bank.random_totals`, shape (n_banks, m + 1)."""
        return self._weighed(_random_weights(self.n_periods, tuple(self.feasible.tolist())))

    def periodic_totals(self) -> Floats:
        """As `Bank.periodic_totals`, shape (n_banks, m + 1)."""
        return self._weighed(_periodic_weights(self.n_periods, tuple(self.feasible.tolist())))

    def inner_totals(self) -> Floats:
        """The total under as many feasible points between equal parts of the stream, shape (n_banks, m + 1)."""
        return self._weighed(_inner_weights(self.n_periods, tuple(self.feasible.tolist())))

    def least_totals(self) -> Floats:
        """The least total at each number of retrains, as `Bank.frontier` has it, shape (n_banks, m + 1).

        The dynamic program of `Segments`, over all banks at once.
        """
        points = np.concatenate([[0], self.feasible, [self.n_periods]])
        until = np.zeros((len(self.losses), len(points) - 1, self.n_periods + 1))
        until[..., 1:] = np.nancumsum(self.losses[:, points[:-1]], axis=-1)
        between = np.where(np.tri(len(points) - 1, len(points), dtype=bool), np.inf, until[..., points])
        least, onwards = [between[:, 0, -1]], between[..., -1]
        for _ in self.feasible:
            onwards = (between[..., :-1] + onwards[:, np.newaxis, :]).min(axis=-1)
            least.append(onwards[:, 0])
        return np.stack(least, axis=1)

    def _weighed(self, weights: Floats) -> Floats:
        known = np.nan_to_num(self.losses).reshape(len(self.losses), self.n_periods**2)
        return np.asarray(known @ weights)


def _late(losses: Floats, late: int) -> Floats:
    """The losses if the model of point k is the one of so many periods before, as in `Bank.late`."""
    if not late:
        return losses
    n_periods = losses.shape[1]
    later = np.full_like(losses, np.nan)
    later[:, late + 1 :] = losses[:, 1 : max(n_periods - late, 1)]
    later[:, np.tri(n_periods, k=-1, dtype=bool)] = np.nan
    later[:, 0] = losses[:, 0]
    return later


@cache
def _random_weights(n_periods: int, feasible: tuple[int, ...]) -> Floats:
    return _weights(random_totals, n_periods, np.array(feasible, np.int64))


@cache
def _periodic_weights(n_periods: int, feasible: tuple[int, ...]) -> Floats:
    return _weights(_between(periodic_totals), n_periods, np.array(feasible, np.int64))


@cache
def _inner_weights(n_periods: int, feasible: tuple[int, ...]) -> Floats:
    return _weights(_between(inner_totals), n_periods, np.array(feasible, np.int64))


def _between(totals: Callable[[Floats], Floats]) -> Callable[[Floats, Ints], Floats]:
    """The same totals, of a bank's losses and feasible points."""
    return lambda losses, feasible: totals(segments(losses, feasible).between)


def _weights(totals: Callable[[Floats, Ints], Floats], n_periods: int, feasible: Ints) -> Floats:
    """What each loss of a bank adds to mean totals, which are sums of losses: shape (n_periods², m + 1)."""
    weights = np.zeros((n_periods, n_periods, len(feasible) + 1))
    for point in [0, *feasible.tolist()]:
        for period in range(point, n_periods):
            alone = np.zeros((n_periods, n_periods))
            alone[point, period] = 1.0
            weights[point, period] = totals(alone, feasible)
    return weights.reshape(n_periods**2, -1)
