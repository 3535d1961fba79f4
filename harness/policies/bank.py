"""A bank of models: what every schedule of retraining would have cost on one stream."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.errors import ConfigError
from harness.inference.arrays import Floats, Ints
from harness.policies import arguments
from harness.policies.arguments import Schedule
from harness.policies.expected import periodic_totals, random_totals
from harness.policies.segments import Segments, segments

T = TypeVar("T", bound=np.generic)


class Plan(NamedTuple):
    """A schedule that is best in some respect.

    Attributes:
        schedule: its points, ascending; empty for never.
        cost: what was made least, in loss-periods: the total and what its retrains cost. Where they are free it is the total.
        total: its summed loss alone, in loss-periods.
    """

    schedule: tuple[int, ...]
    cost: float
    total: float


class Bank:
    """The losses of every model that could have served, in every period of one stream.

    A schedule is an ascending list of feasible points; the initial model serves until the first. Of schedules with equal
    costs every method names the one with the fewest retrains, and of those the one with the latest first
    point, then the latest second one, and so on. Sums that differ by rounding alone are equal (`Segments.equal`).

    Args:
        losses: shape (n_periods, n_periods). losses[k, t] is the expected loss in period t of the model in service from point k
            on, in any unit. k = 0 is the initial model. NaN for t < k; a row that is NaN throughout is a point at which no
            model can be had.

    Attributes:
        losses: a copy that cannot be written to.
        n_periods: how many periods there are.
        feasible: ascending points k >= 1 at which there is a model.

    Raises:
        DataError: a matrix that is not so.
    """

    def __init__(self, losses: ArrayLike) -> None:
        self.losses: Floats = arguments.matrix_of_losses(losses)
        self.n_periods: int = len(self.losses)
        self._has_model = ~np.isnan(self.losses.diagonal())
        self.feasible: Ints = _kept(np.flatnonzero(self._has_model)[1:])
        self._periods = np.arange(self.n_periods)

    def __repr__(self) -> str:
        return f"Bank({self.n_periods} periods, {len(self.feasible)} feasible points)"

    # ---- one schedule -----------------------------------------------------------------------------------------------

    def served(self, schedule: Schedule) -> Ints:
        """The point from which the model of each period serves, shape (n_periods,).

        Raises:
            ConfigError: a schedule that does not ascend, or has a point that is not feasible.
        """
        points = arguments.points(schedule)
        if points.size and (points[-1] >= self.n_periods or not self._has_model[points].all()):
            raise ConfigError(f"The schedule {points.tolist()} has points that are not among {self.feasible.tolist()}.")
        served = np.zeros(self.n_periods, np.int64)
        served[points] = points
        return np.maximum.accumulate(served)

    def path(self, schedule: Schedule) -> Floats:
        """The loss of each period under a schedule, shape (n_periods,). Raises `ConfigError` as `served`."""
        return self.losses[self.served(schedule), self._periods]

    def total(self, schedule: Schedule) -> float:
        """The summed loss under a schedule, in loss-periods. Raises `ConfigError` as `served`."""
        return float(self.path(schedule).sum())

    def cost(self, schedule: Schedule, cost: float) -> float:
        """The summed loss under a schedule and what its retrains cost, in loss-periods.

        Args:
            schedule: ascending feasible points.
            cost: of one retrain, 0 or more.

        Raises:
            ConfigError: as `served`, or another cost.
        """
        return self.total(schedule) + arguments.price(cost) * len(schedule)

    # ---- the best schedules -----------------------------------------------------------------------------------------

    def oracle(self, cost: float) -> Plan:
        """The schedule of least cost in hindsight, exactly: a bound that no policy can beat.

        Args:
            cost: of one retrain, 0 or more.

        Raises:
            ConfigError: another cost.
        """
        return self._least(arguments.price(cost), *self._segments.least_totals())

    def frontier(self) -> tuple[Plan, ...]:
        """The schedule of least total at each number of retrains, from none to all feasible points; exact."""
        return tuple(self._plan(n) for n in range(len(self.feasible) + 1))

    def best(self, n_retrains: int, after: int = 0) -> Plan:
        """The schedule of least total with at most so many retrains, at feasible points from `after` on; exact.

        Raises:
            ConfigError: numbers that are not whole, or below 0.
        """
        n_retrains = arguments.count(n_retrains, "n_retrains")
        first = 1 + int(np.searchsorted(self.feasible, arguments.count(after, "after")))
        totals, sizes = self._segments.least_totals(first)
        return self._least(0.0, totals[: n_retrains + 1], sizes[: n_retrains + 1], first)

    def _least(self, cost: float, totals: Floats, sizes: Floats, first: int = 1) -> Plan:
        """The best of the least totals by number of retrains; ties go to the fewest."""
        retrains = cost * np.arange(len(totals))
        fewest = int(np.flatnonzero(self._segments.equal(totals + retrains, sizes + retrains))[0])
        return self._plan(fewest, first, cost)

    def _plan(self, n_retrains: int, first: int = 1, cost: float = 0.0) -> Plan:
        schedule = self._segments.latest(n_retrains, first)
        total = self.total(schedule)
        return Plan(schedule, total + cost * n_retrains, total)

    @cached_property
    def _segments(self) -> Segments:
        return segments(self.losses, self.feasible)

    # ---- schedules that know nothing of the stream --------------------------------------------------------------------

    @cached_property
    def random_totals(self) -> Floats:
        """The mean total over all schedules of n feasible points, for every n from none to all of them; exact."""
        return _kept(random_totals(self.losses, self.feasible))

    @cached_property
    def periodic_totals(self) -> Floats:
        """The mean total over the phases of a systematic sample of n feasible points, for every n; `expected` has the rule."""
        return _kept(periodic_totals(self._segments.between))

    def random(self, n: int) -> float:
        """The mean total over all schedules of n feasible points, exact.

        Raises:
            ConfigError: more retrains than feasible points.
        """
        return float(self.random_totals[self._at_most_feasible(n)])

    def periodic(self, n: int) -> float:
        """The mean total over the phases of a systematic sample of n of the feasible points.

        Raises:
            ConfigError: more retrains than feasible points.
        """
        return float(self.periodic_totals[self._at_most_feasible(n)])

    def _at_most_feasible(self, n: int) -> int:
        if arguments.count(n, "n") > len(self.feasible):
            raise ConfigError(f"{n} retrains are too many: the bank has {len(self.feasible)} feasible points.")
        return n

    # ---- other conditions ---------------------------------------------------------------------------------------------

    def late(self, periods: int) -> Bank:
        """The bank if labels, or training, are so many periods late: at point k there is the model of point k - periods.

        Points up to `periods` are not feasible, for no label is known there. The initial model stays as it is.

        Raises:
            ConfigError: a number that is not whole, or below 0.
        """
        late = arguments.count(periods, "periods")
        if not late:
            return self
        later = np.full_like(self.losses, np.nan)
        later[late + 1 :] = self.losses[1 : max(self.n_periods - late, 1)]
        later[np.tri(self.n_periods, k=-1, dtype=bool)] = np.nan
        later[0] = self.losses[0]
        return Bank(later)

    # ---- schedules of elsewhere ---------------------------------------------------------------------------------------

    def only_feasible(self, schedule: Schedule) -> tuple[int, ...]:
        """The points of a schedule at which there is a model: the others pass.

        Raises:
            ConfigError: a schedule that does not ascend from 1 or more.
        """
        return tuple(np.intersect1d(arguments.points(schedule), self.feasible).tolist())

    def postponed(self, schedule: Schedule) -> tuple[int, ...]:
        """The schedule if who comes to a point without a model waits for the next.

        A point that is not feasible is moved to the next feasible one that is free; where none is left, there is no retrain.

        Raises:
            ConfigError: a schedule that does not ascend from 1 or more.
        """
        nodes = self._nodes(arguments.points(schedule)[np.newaxis])[0]
        return tuple(self.feasible[nodes[nodes < len(self.feasible)]].tolist())

    def costs(self, schedules: ArrayLike, cost: float) -> Floats:
        """The cost of many schedules at once, postponed where that is needed, shape (n_schedules,).

        Args:
            schedules: shape (n_schedules, n), each ascending. Points after the end of the stream are no retrains: with them
                shorter schedules are filled up.
            cost: of one retrain, 0 or more.

        Raises:
            ConfigError: schedules that do not ascend as far as they are before the end, or another cost.
        """
        points = arguments.table_of_points(schedules, self.n_periods)
        n_schedules, n = points.shape
        end = len(self.feasible) + 1
        way = np.full((n_schedules, n + 2), end)
        way[:, 0] = 0
        way[:, 1:-1] = 1 + self._nodes(points)
        parts = self._segments.between[way[:, :-1], way[:, 1:]]
        return np.asarray(parts.sum(axis=1) + arguments.price(cost) * (way[:, 1:-1] < end).sum(axis=1))

    def _nodes(self, schedules: Ints) -> Ints:
        """Which of the feasible points each point becomes, shape (n_schedules, n); their number for none."""
        nodes = np.searchsorted(self.feasible, schedules)
        for i in range(1, nodes.shape[1]):
            nodes[:, i] = np.maximum(nodes[:, i], nodes[:, i - 1] + 1)
        return np.minimum(nodes, len(self.feasible))


def _kept(values: NDArray[T]) -> NDArray[T]:
    """The values, which cannot be written to: who is given them is given what the bank keeps."""
    values.flags.writeable = False
    return values
