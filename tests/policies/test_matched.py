"""Comparisons at equal numbers of retrains: what knows nothing gains nothing, and what knows the stream does."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ConfigError, DataError
from harness.policies import (
    Bank,
    against_periodic,
    against_periodic_at_mean,
    against_random,
    against_random_at_mean,
    calendar_schedule,
    shuffled,
)
from tests.policies.made_banks import PPM, Whole, drifting, whole_banks

few = settings(max_examples=60)


def cell(n_streams: int, without: tuple[int, ...] = ()) -> list[Bank]:
    return [drifting(seed, without=without) for seed in range(n_streams)]


@st.composite
def two_streams(draw: st.DrawFn) -> tuple[Whole, Whole]:
    """Two streams of one length on which the same points are feasible."""
    one, other = draw(whole_banks(5)), draw(whole_banks(5))
    n = min(one.n, other.n)
    known = [one.rows[k] is not None and other.rows[k] is not None for k in range(n)]
    first, second = (Whole(tuple(w.rows[k][:n] if known[k] else None for k in range(n))) for w in (one, other))
    return first, second


# ---- against random and periodic -------------------------------------------------------------------------------------


@few
@given(whole_banks())
def test_over_all_schedules_of_a_number_nothing_is_gained_over_random(whole: Whole) -> None:
    for n in range(len(whole.feasible) + 1):
        differences = [against_random(whole.bank, schedule) for schedule in whole.schedules(n)]
        assert np.mean(differences) == pytest.approx(0, abs=1e-12)


def test_a_difference_is_that_of_summed_losses_at_the_same_number_of_retrains() -> None:
    bank = drifting(0, n=7)
    assert against_random(bank, [1, 4]) == bank.total([1, 4]) - bank.random(2)
    assert against_periodic(bank, [1, 4]) == bank.total([1, 4]) - bank.periodic(2)
    phases = [against_periodic(bank, schedule) for schedule in ([1, 4], [2, 5], [3, 6])]
    assert np.mean(phases) == pytest.approx(0, abs=1e-12)


def test_random_alarms_gain_nothing_and_the_oracle_does() -> None:
    rng, banks = np.random.default_rng(0), cell(100)
    drawn = [bank.feasible[rng.random(len(bank.feasible)) < 1 / 8] for bank in banks]
    blind = [against_random(bank, schedule) for bank, schedule in zip(banks, drawn, strict=True)]
    assert abs(np.mean(blind)) < 4 * np.std(blind) / np.sqrt(100)
    assert np.std(blind) > 0.01
    best = [bank.best(2).schedule for bank in banks]
    assert np.mean([against_random(bank, schedule) for bank, schedule in zip(banks, best, strict=True)]) < -0.1


def test_a_mean_number_of_retrains_is_matched_by_a_mixture_of_two_whole_ones() -> None:
    banks = [drifting(0, n=6), drifting(1, n=6)]
    schedules = [[2], [1, 3, 4, 5]]  # 2.5 on average
    for totals, compare in (
        ("random_totals", against_random_at_mean),
        ("periodic_totals", against_periodic_at_mean),
    ):
        matched = [(getattr(bank, totals)[2] + getattr(bank, totals)[3]) / 2 for bank in banks]
        own = [bank.total(schedule) for bank, schedule in zip(banks, schedules, strict=True)]
        assert compare(banks, schedules) == pytest.approx(np.subtract(own, matched))


def test_at_equal_numbers_the_mean_number_is_each_streams_own() -> None:
    banks, schedules = cell(3), [[3, 9], [4, 11], [20, 23]]
    own = [against_random(bank, schedule) for bank, schedule in zip(banks, schedules, strict=True)]
    assert against_random_at_mean(banks, schedules) == pytest.approx(own)


# ---- shuffled over streams -------------------------------------------------------------------------------------------


def test_a_stream_is_compared_with_itself_under_the_schedules_of_the_others() -> None:
    banks = cell(3)
    schedules: list[list[int]] = [[5], [7, 20], []]
    for i, difference in enumerate(shuffled(banks, schedules)):
        others = [banks[i].total(schedule) for j, schedule in enumerate(schedules) if j != i]
        assert difference == pytest.approx(banks[i].total(schedules[i]) - np.mean(others))


def test_the_mean_is_also_that_of_each_schedule_on_its_own_stream_less_on_the_others() -> None:
    banks = cell(4)
    schedules: list[list[int]] = [[5], [7, 20], [], [1, 2, 23]]
    elsewhere = [
        banks[i].total(schedule) - np.mean([bank.total(schedule) for j, bank in enumerate(banks) if j != i])
        for i, schedule in enumerate(schedules)
    ]
    assert shuffled(banks, schedules).mean() == pytest.approx(np.mean(elsewhere))


@pytest.mark.parametrize("weeks", [1, 3, 4, 24])
def test_a_calendar_knows_nothing_by_construction(weeks: int) -> None:
    banks = cell(7)
    assert shuffled(banks, [calendar_schedule(weeks, 24)] * 7).tolist() == [0.0] * 7


@few
@given(two_streams())
def test_over_all_schedules_that_know_nothing_shuffling_changes_nothing(streams: tuple[Whole, Whole]) -> None:
    banks = [whole.bank for whole in streams]
    pairs = list(product(streams[0].every_schedule(), streams[1].every_schedule()))
    assert np.mean([shuffled(banks, pair) for pair in pairs], axis=0) == pytest.approx([0, 0], abs=1e-12)


def test_schedules_drawn_at_random_differ_from_shuffled_ones_by_chance_alone() -> None:
    rng, banks = np.random.default_rng(1), cell(12)
    means, against = [], []
    for _ in range(100):
        drawn = [bank.feasible[rng.random(len(bank.feasible)) < 1 / 8] for bank in banks]
        means.append(shuffled(banks, drawn).mean())
        against.append(np.mean([against_random(b, schedule) for b, schedule in zip(banks, drawn, strict=True)]))
    for each in (means, against):
        assert abs(np.mean(each)) < 4 * np.std(each) / np.sqrt(100)
        assert np.std(each) > 0.01


def test_what_knows_the_stream_gains_over_what_is_shuffled() -> None:
    banks = cell(30)
    assert shuffled(banks, [bank.best(2).schedule for bank in banks]).mean() < -0.1


def test_a_point_that_is_not_feasible_on_another_stream_is_postponed_there() -> None:
    banks = [drifting(0, n=8), drifting(1, n=8, without=(3, 4))]
    difference = shuffled(banks, [[3, 4], [7]])
    assert difference[0] == pytest.approx(banks[0].total([3, 4]) - banks[0].total([7]))
    assert difference[1] == pytest.approx(banks[1].total([7]) - banks[1].total([5, 6]))


# ---- many schedules at once ------------------------------------------------------------------------------------------


@few
@given(whole_banks(), st.lists(st.sets(st.integers(1, 7)), max_size=6), st.integers(0, PPM))
def test_costs_are_those_of_each_postponed_schedule(whole: Whole, asked: list[set[int]], cost: int) -> None:
    bank, width = whole.bank, max(map(len, asked), default=0)
    points = np.array([sorted(each) + [99] * (width - len(each)) for each in asked], dtype=np.int64)
    expected = [bank.cost(bank.postponed(sorted(each)), cost / PPM) for each in asked]
    assert bank.costs(points.reshape(len(asked), width), cost / PPM) == pytest.approx(expected)


# ---- the edges -------------------------------------------------------------------------------------------------------


def test_streams_and_schedules_have_to_belong_together() -> None:
    banks = [drifting(0, n=6), drifting(1, n=6)]
    with pytest.raises(DataError, match="2 banks and 1 schedules: give one schedule for each bank, 2 or more"):
        shuffled(banks, [[1]])
    with pytest.raises(DataError, match="1 banks and 1 schedules"):
        shuffled(banks[:1], [[1]])
    with pytest.raises(DataError, match="0 banks and 0 schedules"):
        against_random_at_mean([], [])
    with pytest.raises(DataError, match=r"The streams have \[5, 6\] periods"):
        shuffled([banks[0], drifting(2, n=5)], [[], []])
    with pytest.raises(ConfigError, match=r"points that are not among \[1, 2, 4, 5\]"):
        shuffled([drifting(0, n=6, without=(3,)), banks[1]], [[3], [3]])


def test_a_mean_number_beyond_a_banks_points_is_matched_by_all_of_them() -> None:
    banks = [drifting(0, n=6), drifting(1, n=6, without=(2, 3, 4, 5))]
    difference = against_random_at_mean(banks, [[1, 2, 3, 4, 5], [1]])
    assert difference[0] == pytest.approx(banks[0].total([1, 2, 3, 4, 5]) - banks[0].random(3))
    assert difference[1] == pytest.approx(0)
