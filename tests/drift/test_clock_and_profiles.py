"""The clock and the courses of a drift: where things begin and end, and what counts as an event."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import Code, ConfigError, Skip
from harness.drift import Abrupt, Blip, Clock, Control, Incremental, Interval, Linear, Recurring, Seasonal, Sigmoid

CLOCK = Clock()
clocks = st.builds(Clock, rows_per_month=st.integers(2, 400))


@given(clocks, st.integers(0, 500), st.integers(0, 3))
def test_a_drawn_onset_lies_in_its_range_and_never_begins_a_month(clock: Clock, seed: int, draw: int) -> None:
    onset = clock.onset(seed, "wine", draw)
    assert int(1.5 * clock.rows_per_month) <= onset <= 3.5 * clock.rows_per_month
    assert onset % clock.rows_per_month


def test_onsets_are_uniform_and_at_the_same_moment_for_every_month_length() -> None:
    moments = np.array([CLOCK.onset(seed, "wine") for seed in range(2000)]) / 300
    assert np.histogram(moments, bins=4, range=(1.5, 3.5))[0] == pytest.approx(500, abs=80)
    long = Clock(rows_per_month=3000)
    assert [long.onset(seed, "wine") / 3000 for seed in range(50)] == pytest.approx(moments[:50], abs=0.01)


def test_onsets_of_two_data_sets_have_nothing_to_do_with_each_other() -> None:
    wine, iris = ([CLOCK.onset(seed, name) for seed in range(2000)] for name in ("wine", "iris"))
    assert abs(np.corrcoef(wine, iris)[0, 1]) < 0.1


def test_a_clock_counts_rows() -> None:
    assert (CLOCK.n_rows, CLOCK.row(2.5)) == (1800, 750)


@pytest.mark.parametrize("settings", [{"rows_per_month": 1}, {"months": 0}, {"latest": 7}, {"earliest": 4}])
def test_a_clock_that_makes_no_sense_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"^Clock: (rows_per_month|months|latest) has to be "):
        Clock(**settings)


def test_abrupt_is_on_from_its_onset() -> None:
    schedule = Abrupt().schedule(CLOCK, 700)
    assert schedule.truth == (Interval(700, 700),)
    np.testing.assert_array_equal(schedule.alpha, np.arange(1800) >= 700)


def test_a_sigmoid_is_bounded_and_runs_from_one_to_ninety_nine_hundredths() -> None:
    schedule = Sigmoid(width=1.0).schedule(CLOCK, 700)
    [(start, end)] = schedule.truth
    assert (start, end) == (700, 1000)
    assert schedule.alpha[[start, (start + end) // 2, end]] == pytest.approx([0.01, 0.5, 0.99])
    assert not schedule.alpha[:start].any()
    assert (schedule.alpha[end + 1 :] == 1).all()
    assert (np.diff(schedule.alpha) >= 0).all()


def test_a_linear_ramp_rises_evenly() -> None:
    schedule = Linear(width=0.5).schedule(CLOCK, 700)
    np.testing.assert_allclose(schedule.alpha[700:851], np.arange(151) / 150)
    assert (schedule.alpha[851:] == 1).all()


def test_a_ramp_is_cut_by_the_end_of_the_stream() -> None:
    schedule = Linear(width=2.0, onset=5.5).schedule(CLOCK, 0)
    assert schedule.truth == (Interval(1650, 1799),)
    assert schedule.alpha[-1] == pytest.approx(149 / 600)


def test_recurring_is_an_event_each_way() -> None:
    schedule = Recurring(length=1.0).schedule(CLOCK, 700)
    assert schedule.truth == (Interval(700, 700), Interval(1000, 1000))
    assert np.flatnonzero(schedule.alpha).tolist() == list(range(700, 1000))
    assert Recurring(length=5.0).schedule(CLOCK, 700).truth == (Interval(700, 700),)


@given(clocks)
def test_a_blip_has_no_event_and_lasts_a_twentieth_of_a_month_at_most(clock: Clock) -> None:
    schedule = Blip().schedule(clock, clock.onset(0, "wine"))
    assert schedule.truth == ()
    assert 1 <= schedule.alpha.sum() <= max(clock.rows_per_month / 20, 1)


def test_a_blip_long_enough_to_be_a_drift_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^Blip: length has to be above 0 and at most 0\.05, not 0\.5$"):
        Blip(length=0.5)


def test_a_season_has_no_event_and_returns_after_three_months() -> None:
    schedule = Seasonal().schedule(CLOCK, 700)
    assert schedule.truth == ()
    assert schedule.alpha[[0, 450, 900, 1350]] == pytest.approx([0, 1, 0, 1])
    np.testing.assert_allclose(schedule.alpha[:900], schedule.alpha[900:], atol=1e-12)


def test_the_control_is_never_on() -> None:
    schedule = Control().schedule(CLOCK, 700)
    assert schedule.truth == ()
    assert not schedule.alpha.any()


def test_incremental_reads_the_course_of_another_profile_as_strengths() -> None:
    schedule, course = Incremental(course=Sigmoid()).schedule(CLOCK, 700), Sigmoid().schedule(CLOCK, 700)
    assert schedule.incremental
    assert not course.incremental
    assert schedule.truth == course.truth
    np.testing.assert_array_equal(schedule.alpha, course.alpha)


def test_an_onset_of_ones_own_is_kept_off_the_first_row_of_a_month() -> None:
    assert Abrupt(onset=2.0).schedule(CLOCK, 700).truth == (Interval(601, 601),)
    assert Abrupt(later=1.0).schedule(CLOCK, 700).truth == (Interval(1000, 1000),)
    with pytest.raises(ConfigError, match="not within 1800 rows"):
        Abrupt(onset=7.0).schedule(CLOCK, 700)


def test_an_onset_that_is_drawn_too_late_for_a_second_drift_is_a_reason_to_skip() -> None:
    assert Abrupt(later=1.75).schedule(CLOCK, 1274).truth == (Interval(1799, 1799),)
    with pytest.raises(
        Skip, match="begins at row 1825 is not within 1800 rows: the onset was drawn too late"
    ) as caught:
        Abrupt(later=1.75).schedule(CLOCK, 1300)
    assert caught.value.code == Code.ONSET_TOO_LATE
    with pytest.raises(ConfigError, match="not within 1800 rows"):  # whatever is drawn
        Abrupt(later=5.0).schedule(CLOCK, 700)
