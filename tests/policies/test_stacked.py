"""Many banks at once tell what each tells alone."""

from __future__ import annotations

import numpy as np
import pytest

from harness.core import DataError, Floats
from harness.policies import Bank
from harness.policies.stacked import Stacked

N_BANKS, N_PERIODS = 5, 9
SCHEDULES = [(), (3,), (4, 6), (3, 4, 5, 8)]


@pytest.fixture
def losses() -> Floats:
    drawn = np.random.default_rng(0).random((N_BANKS, N_PERIODS, N_PERIODS))
    drawn[:, np.tri(N_PERIODS, k=-1, dtype=bool)] = np.nan
    return drawn


@pytest.mark.parametrize("late", [0, 2])
def test_every_total_is_that_of_the_bank_alone(losses: Floats, late: int) -> None:
    stacked, banks = Stacked.of(losses, late), [Bank(each).late(late) for each in losses]
    for name in ("random_totals", "periodic_totals"):
        np.testing.assert_allclose(getattr(stacked, name)(), [getattr(bank, name) for bank in banks])
    frontiers = [[plan.total for plan in bank.frontier()] for bank in banks]
    np.testing.assert_allclose(stacked.least_totals(), frontiers)


@pytest.mark.parametrize("late", [0, 2])
def test_inner_points_part_a_stream_into_equal_parts(losses: Floats, late: int) -> None:
    stacked, banks = Stacked.of(losses, late), [Bank(each).late(late) for each in losses]
    totals = stacked.inner_totals()
    few = {0: {1: [5], 2: [3, 6], 8: range(1, 9)}, 2: {1: [6], 2: [4, 7], 6: range(3, 9)}}[late]
    for number, schedule in few.items():
        np.testing.assert_allclose(totals[:, number], [bank.total(list(schedule)) for bank in banks])


@pytest.mark.parametrize("late", [0, 2])
def test_paths_are_those_of_the_bank_alone(losses: Floats, late: int) -> None:
    stacked, banks = Stacked.of(losses, late), [Bank(each).late(late) for each in losses]
    served = np.array([banks[0].served(schedule) for schedule in SCHEDULES])
    for schedule, row in zip(SCHEDULES, served, strict=True):
        paths = stacked.path(np.tile(row, (N_BANKS, 1)))
        np.testing.assert_allclose(paths, [bank.path(schedule) for bank in banks])
    totals = [[bank.total(schedule) for schedule in SCHEDULES] for bank in banks]
    np.testing.assert_allclose(stacked.totals(served), totals)


def test_points_without_a_model_are_none_of_any_schedule(losses: Floats) -> None:
    losses[:, 4] = np.nan
    stacked, banks = Stacked.of(losses), [Bank(each) for each in losses]
    np.testing.assert_allclose(stacked.random_totals(), [bank.random_totals for bank in banks])
    np.testing.assert_allclose(stacked.least_totals()[:, -1], [bank.frontier()[-1].total for bank in banks])


def test_no_banks_have_no_totals() -> None:
    assert Stacked.of(np.empty((0, N_PERIODS, N_PERIODS))).random_totals().shape == (0, 1)


def test_banks_that_differ_in_their_feasible_points_are_refused(losses: Floats) -> None:
    losses[0, 4] = np.nan
    with pytest.raises(DataError, match="differ in the points"):
        Stacked.of(losses)
