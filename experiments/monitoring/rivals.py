"""What a policy is compared with on its stream: as many retrains that know nothing, and schedules that know much."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from experiments.monitoring.design import Design
from experiments.monitoring.records import HALF, MONTH, Recorded
from harness.core import Floats, Ints
from harness.policies import Bank, best_on_others
from harness.policies.stacked import Stacked
from harness.scoring.flat import Bools
from harness.trials.closed_loop.record import PERIODS, late_periods

MOST = 2
"""Retrains after a drift, at most, of who knows when it begins."""

NOTHING = 1e-9
"""Loss-periods that are nothing but rounding: losses are whole parts per million."""

AT_ONCE = 400
"""Streams whose patterns are added up together, for the sake of memory."""


@dataclass(frozen=True)
class Rivals:
    """Totals in loss-periods at one label delay; NaN where a stream has no bank.

    Attributes:
        random, periodic, calendar, least: by months of rows of a bank, shape (n_streams, n_periods): of as many retrains as
            the column says, at random, at equal distances from any start, between equal parts of the stream, and at best.
        never, always: shape (n_streams,), without a retrain, and with one at each point where labels are known, on a month's
        rows.
        costs: shape (n_streams, n_costs), of a retrain: those of the design, and its relative ones in units of what one saves
            in the cell; NaN where it saves nothing.
        informed: shape (n_streams, n_costs), the cost of the pattern after a drift that is best on the other streams of the
            cell: no bound, for a policy may do better.
        hindsight: the least cost that any schedule has.
    """

    random: Mapping[float, Floats]
    periodic: Mapping[float, Floats]
    calendar: Mapping[float, Floats]
    least: Mapping[float, Floats]
    never: Floats
    always: Floats
    costs: Floats
    informed: Floats
    hindsight: Floats

    @classmethod
    def of(cls, recorded: Recorded, delay: str, cell: Ints, design: Design) -> Rivals:
        """The rivals at a label delay; `cell` numbers the cell of each stream."""
        n_streams, size = len(cell), recorded.n_periods
        empty = np.full((n_streams, size), np.nan)
        random, periodic, calendar, least = ({months: empty.copy() for months in recorded.losses} for _ in range(4))
        never, always, points = (np.full(n_streams, np.nan) for _ in range(3))
        patterns = _Patterns.none(n_streams, size)
        for months, chosen, stacked in _groups(recorded, delay):
            n_counts = len(stacked.feasible) + 1
            random[months][chosen, :n_counts] = stacked.random_totals()
            periodic[months][chosen, :n_counts] = stacked.periodic_totals()
            calendar[months][chosen, :n_counts] = stacked.inner_totals()
            least[months][chosen, :n_counts] = stacked.least_totals()
            if months == MONTH:
                never[chosen], always[chosen] = random[months][chosen, 0], random[months][chosen, n_counts - 1]
                points[chosen] = n_counts - 1
            if months in (HALF, MONTH):
                patterns.add(months, chosen, stacked, _begins(recorded, chosen))
        costs = _costs(never, always, points, cell, design)
        informed = patterns.chosen(costs, cell)
        return cls(random, periodic, calendar, least, never, always, costs, informed, _hindsight(least, costs))


def _groups(recorded: Recorded, delay: str) -> Iterator[tuple[float, Ints, Stacked]]:
    """Streams whose banks have the same feasible points at a delay, by months of rows."""
    streams = recorded.streams
    late = [late_periods(int(delay), int(rows)) for rows in streams["rows_per_month"]] + streams["training_periods"]
    for months, losses in recorded.losses.items():
        has_model = ~np.isnan(np.diagonal(losses, axis1=1, axis2=2))
        known = np.flatnonzero(has_model[:, 0])
        kinds, number = np.unique(np.column_stack([late, has_model])[known], axis=0, return_inverse=True)
        for place, kind in enumerate(kinds):
            chosen = known[number.ravel() == place]
            yield months, chosen, Stacked.of(losses[chosen], int(kind[0]))


def _begins(recorded: Recorded, chosen: Ints) -> Ints:
    """The first point at or after the beginning of each drift; the number of periods where there is none."""
    streams = recorded.streams.iloc[chosen]
    point = np.ceil(streams["onset"].to_numpy() * PERIODS / streams["rows_per_month"].to_numpy())
    return np.asarray(np.nan_to_num(point, nan=recorded.n_periods).clip(1, recorded.n_periods), dtype=np.int64)


def _costs(never: Floats, always: Floats, points: Floats, cell: Ints, design: Design) -> Floats:
    """What a retrain costs, shape (n_streams, n_costs)."""
    known = ~np.isnan(never)
    saved, of = (
        np.bincount(cell[known], each[known], minlength=cell.max(initial=-1) + 1) for each in (never - always, points)
    )
    gain = np.full(len(of), np.nan)
    np.divide(saved, of, out=gain, where=(of > 0) & (saved > NOTHING))
    absolute = np.tile(np.array(design.costs), (len(cell), 1))
    return np.concatenate([absolute, gain[cell][:, np.newaxis] * np.array(design.relative_costs)], axis=1)


def _hindsight(least: Mapping[float, Floats], costs: Floats) -> Floats:
    """The least cost over all numbers of retrains and all banks, shape (n_streams, n_costs)."""
    found = np.full(costs.shape, np.nan)
    for totals in least.values():
        numbers = np.arange(totals.shape[1])
        for place in range(costs.shape[1]):
            priced = totals + costs[:, [place]] * numbers
            known = ~np.isnan(priced).all(axis=1)
            found[known, place] = np.fmin(found[known, place], np.nanmin(priced[known], axis=1))
    return found


@dataclass(frozen=True)
class _Patterns:
    """Every pattern of retrains after a drift, on half a month's rows or a month's: totals and numbers of retrains."""

    totals: Floats
    numbers: Ints
    n_each: int

    @classmethod
    def none(cls, n_streams: int, n_periods: int) -> _Patterns:
        n_each = len(_offsets(n_periods))
        return cls(np.full((n_streams, 2 * n_each), np.nan), np.zeros((n_streams, 2 * n_each), np.int64), n_each)

    def add(self, months: float, chosen: Ints, stacked: Stacked, begins: Ints) -> None:
        """Fill in what the patterns cost on these streams."""
        place = slice(0, self.n_each) if months == MONTH else slice(self.n_each, None)
        for begin in np.unique(begins):
            here = np.flatnonzero(begins == begin)
            served = _served_after(int(begin), stacked.n_periods, tuple(stacked.feasible.tolist()))
            self.numbers[chosen[here], place] = (np.diff(served, axis=1) > 0).sum(axis=1)
            for part in np.array_split(here, -(-len(here) // AT_ONCE)):
                some = Stacked(stacked.losses[part], stacked.feasible)
                self.totals[chosen[part], place] = some.totals(served)

    def chosen(self, costs: Floats, cell: Ints) -> Floats:
        """The cost of the pattern that is best on the other streams of the cell, shape (n_streams, n_costs)."""
        found = np.full(costs.shape, np.nan)
        whole = np.asarray(~np.isnan(self.totals).any(axis=1))
        for streams in _by_cell(cell, whole):
            for place in np.flatnonzero(~np.isnan(costs[streams[0]])):
                priced = self.totals[streams] + costs[streams, place, np.newaxis] * self.numbers[streams]
                found[streams, place] = priced[np.arange(len(streams)), best_on_others(priced)]
        return found


def _by_cell(cell: Ints, chosen: Bools) -> Iterator[Ints]:
    """The chosen streams of each cell that has two or more."""
    streams = np.flatnonzero(chosen)
    order = streams[np.argsort(cell[streams], kind="stable")]
    for found in np.split(order, np.flatnonzero(np.diff(cell[order])) + 1):
        if len(found) > 1:
            yield found


@cache
def _offsets(n_periods: int) -> tuple[tuple[int, ...], ...]:
    """Numbers of periods after a drift: the fewest retrains first, then the latest."""
    return tuple(
        offsets
        for number in range(MOST + 1)
        for offsets in sorted(itertools.combinations(range(n_periods), number), reverse=True)
    )


@cache
def _served_after(begin: int, n_periods: int, feasible: tuple[int, ...]) -> Ints:
    """Which model serves under each pattern, shape (n_patterns, n_periods); points without a model are postponed."""
    losses = np.full((n_periods, n_periods), np.nan)
    for point in (0, *feasible):
        losses[point, point:] = 0.0
    bank = Bank(losses)
    schedules = (
        [begin + offset for offset in offsets if begin + offset < n_periods] for offsets in _offsets(n_periods)
    )
    return np.array([bank.served(bank.postponed(schedule)) for schedule in schedules])
