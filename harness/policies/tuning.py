"""Schedules that are chosen elsewhere: the calendar of the other data sets, the pattern after a drift of the other seeds.

What is chosen on the data on which it is judged is hindsight, and beats everything. So each unit, a data set or a seed, gets
what is best on the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from harness.errors import DataError
from harness.inference.arrays import Floats, Ints
from harness.policies import arguments
from harness.policies.bank import Bank

_ROUNDING = 1e-12


class TunedCalendar(NamedTuple):
    """The calendar that a data set gets.

    Attributes:
        weeks: from one retrain to the next.
        cost: its mean cost over the banks of this set, in loss-periods.
        regret: that less the mean cost of the oracle in hindsight; 0 or more.
    """

    weeks: int
    cost: float
    regret: float


def best_on_others(costs: ArrayLike) -> Ints:
    """The level that each unit gets: the one of least mean cost over the *other* units, each counted once.

    Args:
        costs: shape (n_units, n_levels). Levels stand in order of preference: of equal ones it is the first.

    Returns:
        Shape (n_units,), the column of each unit's level.

    Raises:
        DataError: fewer than two units, no level, or a cost that is not finite.
    """
    table = arguments.table_of_costs(costs)
    elsewhere, sizes = _sums_of_others(table), _sums_of_others(np.abs(table))
    best = elsewhere.argmin(axis=1)[:, np.newaxis]
    least, of_least = (np.take_along_axis(each, best, axis=1) for each in (elsewhere, sizes))
    return np.asarray(np.argmax(elsewhere <= least + _ROUNDING * (sizes + of_least), axis=1))


def _sums_of_others(table: Floats) -> Floats:
    """The sum over all units but one, shape (n_units, n_levels); what is left of a large cost after subtraction is rounding."""
    unit, other = np.arange(len(table))[:, np.newaxis], np.arange(len(table) - 1)
    return np.asarray(table[other + (other >= unit)].sum(axis=1))


def calendar_schedule(n_weeks: int, n_periods: int) -> tuple[int, ...]:
    """Every so many periods from the beginning on: n, 2 n and so on, before the end of the stream.

    Raises:
        ConfigError: no whole number of 1 or more.
    """
    weeks, end = arguments.count(n_weeks, "n_weeks", least=1), arguments.count(n_periods, "n_periods", least=1)
    return tuple(range(weeks, end, weeks))


def tuned_calendar(
    banks_by_set: Mapping[str, Sequence[Bank]], cost: float, periods: Sequence[int] = (1, 2, 4, 8, 12, 16)
) -> dict[str, TunedCalendar]:
    """The calendar of each data set: the interval of least mean cost over the other sets, each set counted once.

    A date at which there is no model passes. Of intervals that cost the same it is the longest.

    Args:
        banks_by_set: the banks of all scenarios and seeds of each set. Chosen for each scenario it would be hindsight.
        cost: of one retrain, in loss-periods.
        periods: the intervals to choose from.

    Raises:
        ConfigError: a cost below 0, or an interval below 1.
        DataError: fewer than two sets, a set without banks, or no interval.
    """
    empty = [name for name, banks in banks_by_set.items() if not banks]
    if empty:
        raise DataError(f"The sets {empty} have no bank: leave them out.")
    if len(banks_by_set) < 2:
        raise DataError(
            f"Give the banks of two sets or more, not of {len(banks_by_set)}: the calendar of each is chosen on the others."
        )
    weeks = sorted(arguments.several(periods, "The intervals"), reverse=True)
    costs = np.array([[_mean_cost(banks, each, cost) for each in weeks] for banks in banks_by_set.values()])
    tuned = {}
    for i, level in enumerate(best_on_others(costs).tolist()):
        name, banks = list(banks_by_set.items())[i]
        least = float(np.mean([bank.oracle(cost).cost for bank in banks]))
        tuned[name] = TunedCalendar(weeks[level], float(costs[i, level]), float(costs[i, level]) - least)
    return tuned


def _mean_cost(banks: Sequence[Bank], weeks: int, cost: float) -> float:
    schedules = [bank.only_feasible(calendar_schedule(weeks, bank.n_periods)) for bank in banks]
    return float(np.mean([bank.cost(schedule, cost) for bank, schedule in zip(banks, schedules, strict=True)]))


def informed_oracle(
    banks: Sequence[Bank], onsets: Sequence[int], cost: float, n_retrains: int = 2
) -> tuple[tuple[int, ...], ...]:
    """The schedule of each stream by who knows when the drift begins, and from the other streams what then is best.

    A pattern is a few numbers of periods after the onset. Each stream gets the pattern of least mean cost over the other
    streams of its cell. A point without a model is postponed (`Bank.postponed`), one after the end is no retrain. Of patterns
    that cost the same it is the one of fewest retrains, then of the latest.

    Args:
        banks: of the streams of one cell.
        onsets: of each stream, the first point at or after the beginning of its drift; its number of periods if it has none.
        cost: of one retrain, in loss-periods.
        n_retrains: at most so many.

    Returns:
        A schedule for each bank.

    Raises:
        ConfigError: a cost, an onset or a number below 0.
        DataError: fewer than two streams, or not one onset for each.
    """
    if len(banks) != len(onsets) or len(banks) < 2:
        raise DataError(f"There are {len(banks)} banks and {len(onsets)} onsets: give one for each bank, two or more.")
    patterns = _patterns(max(bank.n_periods for bank in banks), arguments.count(n_retrains, "n_retrains"))
    begins = [max(arguments.count(onset, "an onset"), 1) for onset in onsets]  # nobody retrains at point 0
    costs = np.stack([bank.costs(patterns + begin, cost) for bank, begin in zip(banks, begins, strict=True)])
    chosen = patterns[best_on_others(costs)]
    return tuple(
        bank.postponed([point for point in (begin + offsets).tolist() if point < bank.n_periods])
        for bank, begin, offsets in zip(banks, begins, chosen, strict=True)
    )


def _patterns(n_periods: int, n_retrains: int) -> Ints:
    """At most so many offsets, shape (n_patterns, n_retrains): fewest first, then the latest; filled with the end."""
    rows = [
        [*offsets, *[n_periods] * (n_retrains - number)]
        for number in range(n_retrains + 1)
        for offsets in sorted(combinations(range(n_periods), number), reverse=True)
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), n_retrains)
