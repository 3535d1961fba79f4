"""Survival of delays against published tables, statsmodels and closed forms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from harness.errors import ConfigError, DataError
from harness.inference.arrays import Bools, Floats
from harness.inference.survival import kaplan_meier

# Weeks in remission under 6-MP (Freireich et al. 1963), the example of most textbooks; + marks patients still in remission.
REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
WEEKS = np.array([int(week.rstrip("+")) for week in REMISSION.split()])
RELAPSED = np.array([not week.endswith("+") for week in REMISSION.split()])


def test_the_curve_of_the_remission_data_is_the_published_one() -> None:
    """Klein and Moeschberger (2003), Survival Analysis, table 4.1A."""
    curve = kaplan_meier(WEEKS, RELAPSED)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.n_detected.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival.round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.standard_error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


def test_the_band_of_the_remission_data_is_that_of_lifelines() -> None:
    """As KaplanMeierFitter of lifelines 0.30.3 gives it."""
    curve = kaplan_meier(WEEKS, RELAPSED)
    assert curve.low.round(6).tolist() == [0.619718, 0.563147, 0.5032, 0.43161, 0.367511, 0.267779, 0.188052]
    assert curve.high.round(6).tolist() == [0.951552, 0.922809, 0.889362, 0.849066, 0.804912, 0.746791, 0.680143]


delays = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@given(delays)
def test_curve_and_errors_are_those_of_statsmodels(drawn: list[tuple[int, bool]]) -> None:
    values, detected = (np.array(column) for column in zip(*drawn, strict=True))
    assume(detected.any())
    theirs, curve = SurvfuncRight(values, detected), kaplan_meier(values, detected)
    np.testing.assert_array_equal(curve.times, theirs.surv_times)
    np.testing.assert_array_equal(curve.at_risk, theirs.n_risk)
    np.testing.assert_array_equal(curve.n_detected, theirs.n_events)
    np.testing.assert_allclose(curve.survival, theirs.surv_prob, atol=1e-12)
    alive = curve.survival > 0  # at 0 Greenwood's formula has no value
    np.testing.assert_allclose(curve.standard_error[alive], np.asarray(theirs.surv_prob_se)[alive], atol=1e-12)


@given(delays)
def test_the_curve_falls_within_a_band_that_stays_within_0_and_1(drawn: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(*zip(*drawn, strict=True))
    assert (np.diff(curve.survival, prepend=1) < 0).all()
    assert ((curve.low >= 0) & (curve.low <= curve.survival)).all()
    assert ((curve.survival <= curve.high) & (curve.high <= 1)).all()


@given(delays, st.randoms(use_true_random=False))
def test_the_order_of_drifts_does_not_matter(drawn: list[tuple[int, bool]], shuffler: Random) -> None:
    other = list(drawn)
    shuffler.shuffle(other)
    first, second = (kaplan_meier(*zip(*each, strict=True)) for each in (drawn, other))
    np.testing.assert_array_equal(first.survival, second.survival)
    np.testing.assert_array_equal(first.high, second.high)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=30), st.integers(1, 15))
def test_without_a_miss_the_curve_is_the_share_that_is_later_and_its_area_the_mean(
    values: list[int], horizon: int
) -> None:
    curve = kaplan_meier(values, np.ones(len(values)))
    grid = np.arange(13)
    np.testing.assert_allclose(curve.at(grid), [np.mean(np.array(values) > delay) for delay in grid], atol=1e-12)
    assert curve.area(horizon) == pytest.approx(np.minimum(values, horizon).mean())


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_with_equal_windows_the_mean_with_misses_is_the_area_under_the_curve(values: list[int]) -> None:
    window = 12
    watched, detected = np.minimum(values, window), np.array(values) <= window
    assert kaplan_meier(watched, detected).area(window) == pytest.approx(watched.mean())


def test_a_short_window_makes_a_miss_look_quick_and_the_area_does_not() -> None:
    # Found at 10 and at 20, missed in a window of 5: whoever survives 5 is as those who were watched longer.
    values, detected = [10, 20, 5], [True, True, False]
    assert np.mean(values) == 35 / 3
    assert kaplan_meier(values, detected).area(20) == 15


def test_the_area_beyond_the_last_step_holds_what_is_left() -> None:
    curve = kaplan_meier([4, 10], [True, False])
    assert curve.area(2) == 2
    assert curve.area(4) == 4
    assert curve.area(10) == 4 + 6 / 2
    assert curve.at([3.9, 4, 100]).tolist() == [1, 0.5, 0.5]


def test_a_drift_found_where_another_is_censored_comes_first() -> None:
    assert kaplan_meier([5, 5], [True, False]).survival.tolist() == [0.5]


def test_where_all_are_found_the_band_ends_with_the_bound_before() -> None:
    curve = kaplan_meier([1, 2, 3], [True, True, True])
    assert (curve.survival[-1], curve.standard_error[-1], curve.low[-1]) == (0, 0, 0)
    assert curve.high[-1] == curve.high[-2] < 1
    assert kaplan_meier([0], [True]).high.tolist() == [1]


def test_if_nothing_was_found_the_curve_stays_at_1() -> None:
    curve = kaplan_meier([20, 20], [False, False])
    assert curve.times.tolist() == curve.survival.tolist() == []
    assert curve.area(20) == 20
    assert curve.at([0, 50]).tolist() == [1, 1]


def test_an_alarm_at_the_onset_is_a_step_at_0() -> None:
    curve = kaplan_meier([0, 3], [True, True])
    assert curve.at(0) == 0.5
    assert curve.area(3) == 1.5


def test_the_level_is_that_of_the_normal_distribution() -> None:
    curve = kaplan_meier(
        [1, 2], [True, False], level=0.6826894921370859
    )  # one standard error of log(-log S) either way
    spread = math.sqrt(1 / 2) / math.log(2)
    assert curve.low[0] == pytest.approx(0.5 ** math.exp(spread))
    assert curve.high[0] == pytest.approx(0.5 ** math.exp(-spread))


@pytest.mark.parametrize(
    ("values", "detected", "sentence"),
    [
        ([], [], "There is no drift"),
        ([-1], [True], "negative or missing"),
        ([math.nan], [True], "negative or missing"),
        ([1, 2], [True], r"shape \(2,\) and `detected` \(1,\)"),
    ],
)
def test_delays_that_are_none_are_refused(values: list[float], detected: list[bool], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        kaplan_meier(values, detected)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        kaplan_meier([1], [True], level=level)


@pytest.mark.parametrize("detected", [[1, math.nan], ["True", "False"], [0.5, 1], [2, 0], [None, True]])
def test_what_is_no_truth_value_is_not_found(detected: list[object]) -> None:
    with pytest.raises(DataError, match="detected"):
        kaplan_meier([1, 2], detected)


def test_zeros_and_ones_are_truth_values() -> None:
    as_numbers, as_truths = (kaplan_meier([1, 2, 4], detected) for detected in ([1, 0, 1], [True, False, True]))
    assert as_numbers.survival.tolist() == as_truths.survival.tolist()


def test_delays_and_what_was_found_are_paired_by_place() -> None:
    delays, detected = pd.Series([1, 2, 4]), pd.Series([True, False, True], index=[2, 1, 0])
    with pytest.raises(DataError, match="different indexes"):
        kaplan_meier(delays, detected)


def median(delays: Sequence[float] | Floats, detected: Sequence[float] | Bools | Floats) -> tuple[float, float, float]:
    found = kaplan_meier(delays, detected).median()
    return found.estimate, found.interval.low, found.interval.high


CONTROL = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23])


def test_the_medians_of_the_remission_data_are_those_of_r() -> None:
    """R: quantile(survfit(Surv(weeks, relapsed) ~ group, conf.type = "log-log"), .5)."""
    assert median(WEEKS, RELAPSED) == (23, 13, math.inf)
    assert median(CONTROL, np.ones(21)) == (8, 4, 11)


@pytest.mark.parametrize(
    ("values", "detected", "expected"),
    [
        ([1, 2, 3, 4], [1, 1, 1, 1], (2.5, 1, math.inf)),
        ([1, 2, 3, 4], [1, 1, 0, 0], (3, 1, math.inf)),
        ([1, 2, 5, 9], [1, 1, 0, 1], (5.5, 1, math.inf)),
        ([1, 2, 5, 9, 9], [1, 1, 0, 1, 1], (9, 1, math.inf)),
        (range(1, 21), [1] * 20, (10.5, 5, 15)),
        ([6, 6, 9, 9], [1, 1, 0, 0], (7.5, 6, math.inf)),
        (range(1, 21), [1, 0] * 10, (15, 9, math.inf)),
    ],
)
def test_a_curve_that_stays_at_one_half_has_its_median_in_the_middle_as_in_r(
    values: Sequence[float], detected: Sequence[float], expected: tuple[float, float, float]
) -> None:
    """R: quantile(survfit(Surv(values, detected) ~ 1, conf.type = "log-log"), .5), whose NA is infinity here."""
    assert median(list(values), detected) == expected


def test_a_median_that_is_not_reached_is_said_to_be_so() -> None:
    found = kaplan_meier([4, 10, 10], [True, False, False]).median()
    assert math.isnan(found.estimate)
    assert found.note == (
        "After 10, the longest delay watched, 67% are unnoticed: the median is not reached. "
        "The upper end of its interval is not reached, so it is infinite."
    )
    assert (found.interval.high, found.n) == (math.inf, 3)


def test_the_widest_interval_begins_where_nobody_looked_any_more() -> None:
    assert kaplan_meier([20] * 30, [False] * 30).median().interval.low == 20


@given(st.lists(st.integers(0, 12), min_size=1, max_size=31))
def test_without_a_miss_the_median_of_the_curve_is_that_of_the_delays(values: list[int]) -> None:
    assert median(values, [True] * len(values))[0] == np.median(values)
