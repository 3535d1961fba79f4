"""What a policy gains over schedules of as many retrains that know nothing: the difference that information makes.

A difference is the policy's summed loss less the other's, in loss-periods: below 0 the policy is better. What retrains cost
cancels, for their numbers are equal.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.errors import DataError
from harness.inference.arrays import Floats, Ints
from harness.policies.arguments import Schedule
from harness.policies.bank import Bank


def against_random(bank: Bank, schedule: Schedule) -> float:
    """The total under a schedule less the mean over all schedules of as many feasible points.

    Raises:
        ConfigError: a schedule that the bank does not have.
    """
    return bank.total(schedule) - bank.random(len(schedule))


def against_periodic(bank: Bank, schedule: Schedule) -> float:
    """The total under a schedule less the mean over the phases of as many points at equal distances.

    Raises:
        ConfigError: a schedule that the bank does not have.
    """
    return bank.total(schedule) - bank.periodic(len(schedule))


def against_random_at_mean(banks: Sequence[Bank], schedules: Sequence[Schedule]) -> Floats:
    """As `against_random`, but at the mean number of retrains of the cell instead of each stream's own number.

    So it also counts as information that a policy retrains more often where more is to be gained. A mean between two whole
    numbers is matched by a mixture of both, on a bank with fewer feasible points by all of them.

    Args:
        banks: of the streams of one cell.
        schedules: of one policy on each of them.

    Returns:
        Shape (n_streams,).

    Raises:
        ConfigError: a schedule that its bank does not have.
        DataError: no stream, or not one schedule for each bank.
    """
    return _at_mean(banks, schedules, [bank.random_totals for bank in banks])


def against_periodic_at_mean(banks: Sequence[Bank], schedules: Sequence[Schedule]) -> Floats:
    """As `against_periodic`, but at the mean number of retrains of the cell; see `against_random_at_mean`."""
    return _at_mean(banks, schedules, [bank.periodic_totals for bank in banks])


def _at_mean(banks: Sequence[Bank], schedules: Sequence[Schedule], totals: Sequence[Floats]) -> Floats:
    _check_pairs(banks, schedules, fewest=1)
    number = np.mean([len(schedule) for schedule in schedules])
    matched = [np.interp(number, np.arange(len(each)), each) for each in totals]
    own = [bank.total(schedule) for bank, schedule in zip(banks, schedules, strict=True)]
    return np.asarray(np.array(own) - np.array(matched))


def shuffled(banks: Sequence[Bank], schedules: Sequence[Schedule]) -> Floats:
    """The total under each stream's own schedule less the mean, on the same stream, under those of the other streams.

    Numbers and times of retrains are those of the policy: what is left is what it knew of this very stream. It is 0 for a
    calendar, by construction. Its expectation is 0, as that of `against_random`, for schedules that are drawn at random
    and know nothing of the streams. A point that is not feasible on another stream is postponed there (`Bank.postponed`).
    The mean over the cell is the same as that of each schedule on its own stream less the mean of that schedule on the others.

    Args:
        banks: of the streams of one cell, of equally many periods.
        schedules: of one policy on each of them.

    Returns:
        Shape (n_streams,).

    Raises:
        ConfigError: a schedule that its bank does not have.
        DataError: fewer than two streams, not one schedule for each bank, or banks of other lengths.
    """
    _check_pairs(banks, schedules, fewest=2)
    lengths = sorted({bank.n_periods for bank in banks})
    if len(lengths) > 1:
        raise DataError(f"The streams have {lengths} periods: shuffle schedules over streams of one length.")
    for bank, schedule in zip(banks, schedules, strict=True):
        bank.served(schedule)
    points = _side_by_side(schedules, filler=lengths[0])
    totals = np.stack([bank.costs(points, 0.0) for bank in banks])
    differences = totals.diagonal()[:, np.newaxis] - totals
    return np.asarray(differences.sum(axis=1) / (len(banks) - 1))


def _side_by_side(schedules: Sequence[Schedule], filler: int) -> Ints:
    """Schedules as rows of one array, filled up with a point that no stream reaches."""
    points = np.full((len(schedules), max(map(len, schedules))), filler)
    for row, schedule in zip(points, schedules, strict=True):
        row[: len(schedule)] = schedule
    return points


def _check_pairs(banks: Sequence[Bank], schedules: Sequence[Schedule], fewest: int) -> None:
    if len(banks) != len(schedules) or len(banks) < fewest:
        raise DataError(
            f"There are {len(banks)} banks and {len(schedules)} schedules: give one schedule for each bank, {fewest} or more."
        )
