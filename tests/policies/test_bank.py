"""Every method of a bank against brute force over all schedules, in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ConfigError, DataError
from harness.policies import Bank
from tests.policies.made_banks import PPM, Whole, drifting, whole_banks

NAN = np.nan
few = settings(max_examples=60)
COSTS = st.one_of(st.sampled_from([0, 10_000, 40_000, 160_000, 100_000, 200_000]), st.integers(0, PPM))


def mean(whole: Whole, schedules: list[tuple[int, ...]]) -> float:
    return float(Fraction(sum(map(whole.total, schedules)), len(schedules) * PPM))


# ---- one schedule ----------------------------------------------------------------------------------------------------


def test_a_model_serves_from_its_point_until_the_next_one() -> None:
    bank = Bank([[0.1, 0.2, 0.3], [NAN, 0.4, 0.5], [NAN, NAN, 0.6]])
    assert bank.path([]).tolist() == [0.1, 0.2, 0.3]
    assert bank.path([1]).tolist() == [0.1, 0.4, 0.5]
    assert bank.path(np.array([1, 2])).tolist() == [0.1, 0.4, 0.6]
    assert bank.served((2,)).tolist() == [0, 0, 2]
    assert bank.total([2]) == pytest.approx(0.9)
    assert bank.cost([1, 2], 0.04) == pytest.approx(1.1 + 0.08)


@few
@given(whole_banks())
def test_totals_are_those_of_every_schedule(whole: Whole) -> None:
    for schedule in whole.every_schedule():
        assert whole.bank.total(schedule) * PPM == pytest.approx(whole.total(schedule))


# ---- the best schedules ----------------------------------------------------------------------------------------------


@few
@given(whole_banks(), COSTS)
def test_the_oracle_is_the_best_of_all_schedules(whole: Whole, cost: int) -> None:
    plan = whole.bank.oracle(cost / PPM)
    assert plan.schedule == whole.best_of(whole.every_schedule(), cost)
    assert plan.total == whole.bank.total(plan.schedule)
    assert plan.cost == whole.bank.cost(plan.schedule, cost / PPM)


def test_a_large_loss_makes_no_others_equal() -> None:
    """Of ten periods, the model of the sixth loses a thousand millions once: no schedule that leaves it out changes."""
    for seed in range(20):
        losses = np.random.default_rng(seed).integers(100_000, 400_000, (10, 10)) / PPM
        losses[np.tri(10, k=-1, dtype=bool)] = NAN
        large, without = losses.copy(), losses.copy()
        large[5, 5], without[5] = 1e9, NAN
        for cost in (0.0, 0.04):
            assert Bank(large).oracle(cost) == Bank(without).oracle(cost)
        assert Bank(large).frontier()[:-1] == Bank(without).frontier()
        assert Bank(large).best(2, after=4) == Bank(without).best(2, after=4)


def test_a_large_loss_that_all_share_leaves_the_others_as_they_are() -> None:
    assert Bank([[1e12, 1], [NAN, 0]]).oracle(0) == ((1,), 1e12, 1e12)


def test_losses_that_cancel_are_as_equal_as_their_sizes_are_rounded() -> None:
    plan = Bank([[0.1, 0.2, -0.3], [NAN, 0.2, -0.3], [NAN, NAN, -0.3]]).oracle(0)
    assert plan.schedule == ()  # .1 + .2 - .3 is not the same float in another order


@few
@given(whole_banks())
def test_the_frontier_has_the_best_schedule_of_each_number(whole: Whole) -> None:
    expected = [whole.best_of(whole.schedules(n)) for n in range(len(whole.feasible) + 1)]
    assert [plan.schedule for plan in whole.bank.frontier()] == expected


@few
@given(whole_banks(), st.integers(0, 7), st.integers(0, 7))
def test_the_best_of_few_late_retrains_is_the_best_of_those_schedules(whole: Whole, most: int, after: int) -> None:
    allowed = [plan for plan in whole.every_schedule() if len(plan) <= most and all(k >= after for k in plan)]
    assert whole.bank.best(most, after).schedule == whole.best_of(allowed)


def test_the_oracle_stays_exact_on_a_stream_of_many_periods() -> None:
    bank = drifting(3, n=60, without=(7, 8, 30))
    least = np.zeros(61)  # another dynamic program: backwards over points, one cost, no numbers of retrains
    for k in range(59, -1, -1):
        ends = [j for j in bank.feasible.tolist() if j > k]
        ways = [np.nansum(bank.losses[k, k:j]) + 0.04 + least[j] for j in ends]
        least[k] = min([np.nansum(bank.losses[k, k:]), *ways])
    assert bank.oracle(0.04).cost == pytest.approx(least[0], abs=1e-12)


def test_retraining_that_harms_or_that_costs_too_much_is_not_done() -> None:
    assert Bank([[0.1, 0.1], [NAN, 0.2]]).oracle(0.0).schedule == ()
    assert Bank([[0.1, 0.3], [NAN, 0.2]]).oracle(0.09).schedule == (1,)
    assert Bank([[0.1, 0.3], [NAN, 0.2]]).oracle(0.1).schedule == ()  # .3 - .2 is not .1 in floats


# ---- schedules that know nothing -------------------------------------------------------------------------------------


@few
@given(whole_banks())
def test_random_is_the_mean_over_all_schedules_of_that_number(whole: Whole) -> None:
    for n in range(len(whole.feasible) + 1):
        assert whole.bank.random(n) == pytest.approx(mean(whole, whole.schedules(n)), abs=1e-12)


@few
@given(whole_banks())
def test_periodic_is_the_mean_over_starts_of_a_systematic_sample(whole: Whole) -> None:
    m = len(whole.feasible)
    for n in range(1, m + 1):
        starts = [Fraction(2 * i + 1, 6 * n) for i in range(3 * m)]  # a fine grid over the interval m / n
        samples = [tuple(whole.feasible[floor(start + Fraction(i * m, n))] for i in range(n)) for start in starts]
        assert whole.bank.periodic(n) == pytest.approx(mean(whole, samples), abs=1e-12)


def test_a_calendar_with_one_phase_or_whole_intervals_is_as_one_expects() -> None:
    bank = drifting(1, n=13)
    assert bank.periodic(12) == pytest.approx(bank.total(range(1, 13)))
    assert bank.periodic(4) == pytest.approx(np.mean([bank.total(range(first, 13, 3)) for first in (1, 2, 3)]))
    assert bank.periodic(0) == bank.random(0) == pytest.approx(bank.total([]))


def test_random_holds_for_more_points_than_anyone_can_enumerate() -> None:
    bank = drifting(2, n=400)
    rng = np.random.default_rng(0)
    drawn = [bank.total(np.sort(rng.choice(bank.feasible, 200, replace=False))) for _ in range(400)]
    assert abs(np.mean(drawn) - bank.random(200)) < 4 * np.std(drawn) / 20
    assert bank.random(399) == pytest.approx(bank.total(bank.feasible))


# ---- other conditions ------------------------------------------------------------------------------------------------


@few
@given(whole_banks(), st.integers(0, 7))
def test_late_labels_give_the_model_of_an_earlier_point(whole: Whole, late: int) -> None:
    bank = whole.bank.late(late)
    assert bank.losses[0].tolist() == whole.bank.losses[0].tolist()
    assert bank.feasible.tolist() == [k + late for k in whole.feasible if k + late < whole.n]
    for k in bank.feasible.tolist():
        assert bank.losses[k, k:].tolist() == whole.bank.losses[k - late, k:].tolist()


@few
@given(whole_banks(), st.integers(0, 3), st.integers(0, 3))
def test_delays_of_labels_and_of_training_add_up(whole: Whole, labels: int, training: int) -> None:
    both, apart = whole.bank.late(labels + training), whole.bank.late(labels).late(training)
    np.testing.assert_array_equal(both.losses, apart.losses)


def test_who_comes_to_a_point_without_a_model_waits_for_the_next_free_one() -> None:
    bank = drifting(0, n=8, without=(1, 2, 5))  # feasible: 3, 4, 6, 7
    assert bank.postponed([3, 6]) == (3, 6)
    assert bank.postponed([1, 2, 3]) == (3, 4, 6)
    assert bank.postponed([5, 7]) == (6, 7)
    assert bank.postponed([5, 6, 7, 8, 30]) == (6, 7)
    assert bank.postponed([]) == ()


@few
@given(whole_banks(), st.sets(st.integers(1, 8)))
def test_a_postponed_schedule_is_feasible_and_never_early(whole: Whole, asked: set[int]) -> None:
    moved = whole.bank.postponed(sorted(asked))
    whole.bank.served(moved)
    assert len(moved) <= len(asked)
    assert all(new >= old for new, old in zip(moved, sorted(asked), strict=False))


# ---- the edges -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bank", [Bank([[0.25]]), Bank([[0.25, 0.0], [NAN, NAN]])], ids=["one period", "no points"])
def test_a_bank_without_points_knows_one_schedule(bank: Bank) -> None:
    assert bank.feasible.tolist() == []
    assert bank.oracle(0.0) == bank.best(2) == bank.frontier()[0] == ((), 0.25, 0.25)
    assert [bank.random_totals.tolist(), bank.periodic_totals.tolist()] == [[0.25], [0.25]]
    assert bank.late(1).feasible.tolist() == []


def test_a_bank_is_not_changed_from_outside() -> None:
    given = np.array([[0.1, 0.2], [NAN, 0.3]])
    bank = Bank(given)
    given[0, 0] = 9.0
    assert bank.total([]) == pytest.approx(0.3)
    with pytest.raises(ValueError, match="read-only"):
        bank.losses[0, 0] = 9.0


def test_frames_and_whole_numbers_are_losses() -> None:
    assert Bank(pd.DataFrame([[1.0, 2.0], [NAN, 1.0]])).total([1]) == 2.0
    assert Bank([[3]]).total([]) == 3.0


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ([[0.1, 0.2], [0.3, 0.1]], r"losses\[1, 0\] is 0.3, but that model is not in service so early"),
        ([[0.1, NAN], [NAN, 0.1]], r"losses\[0, 1\] is nan, but the initial model serves from the start"),
        ([[0, 0, 0], [NAN, 0, NAN], [NAN, NAN, 0]], r"losses\[1, 2\] is nan, but a row is known from the diagonal on"),
        ([[0, 0, 0], [NAN, NAN, 0], [NAN, NAN, 0]], r"losses\[1, 1\] is nan, but a row is known from the diagonal on"),
        ([[0.1, np.inf], [NAN, 0.1]], r"losses\[0, 1\] is inf, but give a finite loss"),
        ([[0.1, 1e308], [NAN, 0.1]], r"losses\[0, 1\] is 1e\+308, but losses as large as this cannot be summed"),
        ([[0.1, 0.2]], r"shape \(1, 2\): give a square matrix"),
        ([], r"shape \(0,\)"),
        (np.empty((0, 0)), r"shape \(0, 0\)"),
        (0.5, r"shape \(\)"),
        ([["0.1"]], "of type <U3, not numbers"),
        ([[None]], "of type object, not numbers"),
        ([[0.1, 0.2], [0.1]], "rows of different lengths"),
        (np.ma.masked_invalid([[0.1]]), "masked: fill them with NaN first"),
    ],
)
def test_a_matrix_that_is_no_bank_is_refused_in_one_sentence(losses: object, words: str) -> None:
    with pytest.raises(DataError, match=words) as refused:
        Bank(losses)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ([2, 1], "has to ascend"),
        ([1, 1], "has to ascend"),
        ([0], "from 1 or more"),
        ([2, 3], r"points that are not among \[1, 2\]"),
        ([4], r"points that are not among \[1, 2\]"),
        ([1.0], "no list of points"),
        ("12", "no list of points"),
        ([[1, 2]], "no list of points"),
        ([[1], [2, 3]], "no list of points"),
        ([True, True], "no list of points"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(schedule: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        drifting(0, n=4, without=(3,)).path(schedule)


def test_numbers_that_make_no_sense_are_refused() -> None:
    bank = drifting(0, n=4, without=(3,))
    for method in (bank.random, bank.periodic):
        with pytest.raises(ConfigError, match="3 retrains are too many: the bank has 2 feasible points"):
            method(3)
        with pytest.raises(ConfigError, match="n is -1; give a whole number of 0 or more"):
            method(-1)
        with pytest.raises(ConfigError, match="n is True; give a whole number of 0 or more"):
            method(True)
    for cost in (-0.1, NAN, np.inf, "0.1", True):
        with pytest.raises(ConfigError, match="The cost of a retrain is"):
            bank.oracle(cost)
    with pytest.raises(ConfigError, match="n_retrains is 1"):
        bank.best(1.5)
    with pytest.raises(ConfigError, match="periods is -1"):
        bank.late(-1)


@pytest.mark.parametrize(
    ("schedules", "words"),
    [
        ([[2, 1]], r"The schedule \[2, 1\] has to ascend from 1 or more"),
        ([[1, 2], [-5, 1]], r"The schedule \[-5, 1\] has to ascend from 1 or more"),
        ([[0, 1]], r"The schedule \[0, 1\] has to ascend from 1 or more"),
        ([[1, 1]], "without a point before 4 twice"),
        ([[5, 4]], "has to ascend"),
        ([[1.5]], "no table of points"),
        ([[NAN]], "no table of points"),
        ([1, 2], "no table of points"),
        ([[1], [2, 3]], "no table of points"),
    ],
)
def test_schedules_that_cannot_be_are_refused(schedules: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        drifting(0, n=4).costs(schedules, 0.04)


def test_a_list_of_schedules_is_filled_up_with_what_comes_after_the_end() -> None:
    bank = drifting(0, n=4)
    costs = bank.costs([[4, 4], [2, 9], [1, 2]], 0.04)
    assert costs == pytest.approx([bank.cost(schedule, 0.04) for schedule in ([], [2], [1, 2])])


def test_what_a_bank_gives_cannot_be_written_to() -> None:
    bank = drifting(0, n=4)
    for given_away in (bank.losses, bank.feasible, bank.random_totals, bank.periodic_totals):
        with pytest.raises(ValueError, match="read-only"):
            given_away[0] = 1
