"""Schedules that are chosen elsewhere, against brute force, and the regret of any."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ConfigError, DataError
from harness.policies import (
    Bank,
    best_on_others,
    calendar_schedule,
    gain_of_a_retrain,
    informed_oracle,
    regret,
    tuned_calendar,
)
from tests.policies.made_banks import PPM, Whole, drifting, whole_banks

NAN = np.nan
few = settings(max_examples=60)


def ageing(slope: float, n: int = 12) -> Bank:
    """A bank whose models lose by the slope with each period of age."""
    k, t = np.ogrid[:n, :n]
    return Bank(np.where(t >= k, 0.1 + slope * (t - k), NAN))


# ---- the level that is best elsewhere --------------------------------------------------------------------------------


@given(st.integers(2, 5), st.integers(1, 4), st.data())
def test_each_unit_gets_the_level_of_least_cost_over_the_others(
    n_units: int, n_levels: int, data: st.DataObject
) -> None:
    row = st.lists(st.sampled_from([0, 1, 2, 3, 7]), min_size=n_levels, max_size=n_levels)
    costs = np.array(data.draw(st.lists(row, min_size=n_units, max_size=n_units)))
    for unit, level in enumerate(best_on_others(costs / 10)):
        elsewhere = np.delete(costs, unit, axis=0).sum(axis=0)
        assert level == elsewhere.tolist().index(elsewhere.min())


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([[1.0, 2.0]], r"shape \(1, 2\)"),
        ([[], []], r"shape \(2, 0\)"),
        ([[1.0, 2.0], [1.0, NAN]], r"costs\[1, 1\] is nan"),
        ([1.0, 2.0], r"shape \(2,\)"),
        ([[1], [1, 2]], "rows of different lengths"),
        ([["1"], ["2"]], "of type <U1, not numbers"),
    ],
)
def test_without_others_or_costs_nothing_can_be_chosen(costs: list[object], words: str) -> None:
    with pytest.raises(DataError, match=f"{words}.* give finite ones of two units or more, and a level or more"):
        best_on_others(costs)


def test_a_large_cost_of_one_level_or_of_one_unit_makes_no_others_equal() -> None:
    level, unit = np.array([[0.2, 0.1, 1e12]] * 3), np.array([[0.2, 0.1], [0.2, 0.1], [1e12, 1e12]])
    assert best_on_others(level).tolist() == [1, 1, 1]
    assert best_on_others(unit)[2] == 1


# ---- calendars -------------------------------------------------------------------------------------------------------


def test_a_calendar_acts_every_so_many_periods_and_not_at_the_end() -> None:
    assert calendar_schedule(4, 12) == (4, 8)
    assert calendar_schedule(5, 12) == (5, 10)
    assert calendar_schedule(1, 3) == (1, 2)
    assert calendar_schedule(24, 24) == ()
    with pytest.raises(ConfigError, match="n_weeks is 0; give a whole number of 1 or more"):
        calendar_schedule(0, 12)


def test_intervals_and_costs_that_are_no_lists_are_refused() -> None:
    with pytest.raises(ConfigError, match="The intervals are 4; give a list of them"):
        tuned_calendar({"one": [ageing(0.05)], "other": [ageing(0.1)]}, 0.1, 4)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"The costs of a retrain are 0\.04; give a list of them"):
        regret(ageing(0.05), [1], 0.04)  # type: ignore[arg-type]


def test_a_set_gets_the_calendar_of_the_others_even_if_another_one_is_better_for_itself() -> None:
    banks = {"fast": [ageing(0.05)], "slow": [ageing(0.0), ageing(0.001)], "still": [ageing(0.0)]}
    tuned = tuned_calendar(banks, 0.1, periods=(1, 4, 12))
    assert tuned["fast"].weeks == 12
    assert tuned["slow"].weeks == tuned["still"].weeks == 4
    assert tuned["fast"].cost == pytest.approx(banks["fast"][0].total([]))
    assert tuned["fast"].regret == pytest.approx(banks["fast"][0].total([]) - banks["fast"][0].oracle(0.1).cost)
    expected = np.mean([bank.cost([4, 8], 0.1) for bank in banks["slow"]])
    assert tuned["slow"].cost == pytest.approx(expected)


def test_calendars_of_equal_cost_are_the_longest_and_a_date_without_a_model_passes() -> None:
    flat = {"a": [ageing(0.0)], "b": [ageing(0.0)]}
    assert tuned_calendar(flat, 0.0, periods=(2, 8, 4))["a"].weeks == 8
    late = {"a": [ageing(0.05).late(4)], "b": [ageing(0.05).late(4)]}
    tuned = tuned_calendar(late, 0.0, periods=(4,))
    assert tuned["a"].cost == pytest.approx(late["a"][0].total([8]))


def test_a_calendar_needs_other_sets_and_banks() -> None:
    with pytest.raises(DataError, match=r"The sets \['b'\] have no bank"):
        tuned_calendar({"a": [ageing(0.0)], "b": []}, 0.0)
    with pytest.raises(DataError, match="Give the banks of two sets or more, not of 1"):
        tuned_calendar({"a": [ageing(0.0)]}, 0.0)
    with pytest.raises(DataError, match="a level or more"):
        tuned_calendar({"a": [ageing(0.0)], "b": [ageing(0.0)]}, 0.0, periods=())


# ---- who knows when a drift begins -----------------------------------------------------------------------------------


def after(whole: Whole, onset: int, offsets: tuple[int, ...]) -> tuple[int, ...]:
    """A pattern on a stream, one point after the other: each waits for the next free feasible one, if there is one."""
    chosen: list[int] = []
    for offset in offsets:
        free = [point for point in whole.feasible if point >= max(onset, 1) + offset and point not in chosen]
        chosen += free[:1]
    return tuple(chosen)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(whole_banks(5), st.integers(0, 6)), min_size=2, max_size=4),
    st.integers(0, 2),
    st.integers(0, PPM),
)
def test_the_informed_oracle_has_the_pattern_that_is_best_on_the_other_streams(
    streams: list[tuple[Whole, int]], most: int, cost: int
) -> None:
    longest = max(whole.n for whole, _ in streams)
    patterns = [p for n in range(most + 1) for p in sorted(combinations(range(longest), n), reverse=True)]
    schedules = [{pattern: after(whole, onset, pattern) for pattern in patterns} for whole, onset in streams]
    expected = []
    for own in range(len(streams)):
        elsewhere = {
            pattern: sum(
                whole.total(schedules[i][pattern]) + cost * len(schedules[i][pattern])
                for i, (whole, _) in enumerate(streams)
                if i != own
            )
            for pattern in patterns
        }
        expected.append(schedules[own][min(patterns, key=elsewhere.__getitem__)])
    banks, onsets = [whole.bank for whole, _ in streams], [onset for _, onset in streams]
    assert informed_oracle(banks, onsets, cost / PPM, n_retrains=most) == tuple(expected)


def test_the_informed_oracle_retrains_when_the_new_concept_has_been_learned() -> None:
    banks, onsets = [], [3, 7, 10]
    for onset in onsets:  # after the onset models are wrong by half, unless they are of two periods later
        k, t = np.ogrid[:14, :14]
        losses = np.where((t >= onset) & (k < onset + 2), 0.5, 0.1)
        banks.append(Bank(np.where(t >= k, losses, NAN)))
    assert informed_oracle(banks, onsets, 0.04) == ((5,), (9,), (12,))
    assert informed_oracle(banks, [14, 14, 14], 0.04) == ((), (), ())


def test_the_informed_oracle_needs_other_streams_and_their_onsets() -> None:
    with pytest.raises(DataError, match="1 banks and 1 onsets"):
        informed_oracle([drifting(0)], [3], 0.0)
    with pytest.raises(ConfigError, match="an onset is -1"):
        informed_oracle([drifting(0), drifting(1)], [3, -1], 0.0)


# ---- regret ----------------------------------------------------------------------------------------------------------


@few
@given(whole_banks(5))
def test_regret_is_to_the_best_of_all_schedules_at_each_cost(whole: Whole) -> None:
    costs = (0, 40_000, 300_000)
    least = [min(whole.total(s) + c * len(s) for s in whole.every_schedule()) for c in costs]
    for schedule in whole.every_schedule():
        own = [whole.total(schedule) + cost * len(schedule) for cost in costs]
        asked = regret(whole.bank, schedule, [cost / PPM for cost in costs])
        assert asked * PPM == pytest.approx(np.subtract(own, least), abs=1e-6)


def test_the_gain_of_a_retrain_is_what_all_save_divided_by_their_number() -> None:
    bank = Bank([[0.1, 0.2, 0.3], [NAN, 0.1, 0.2], [NAN, NAN, 0.1]])
    assert gain_of_a_retrain([bank]) == pytest.approx((0.6 - 0.3) / 2)
    assert gain_of_a_retrain([bank, Bank([[0.1, 0.2], [NAN, 0.8]])]) == pytest.approx((0.3 - 0.6) / 3)
    with pytest.raises(DataError, match="No bank has a feasible point"):
        gain_of_a_retrain([Bank([[0.1]])])
