"""The mean over data sets."""

import numpy as np
import pytest
from scipy import stats

from harness.core import ConfigError
from harness.inference.mean import bootstrap_t, mean, prediction_interval
from harness.randomness import stream

VALUES = stream(1, "mean").gamma(2.0, size=12)


def test_the_interval_of_the_mean_is_students():
    estimate = mean(VALUES, level=0.9)
    low, high = stats.ttest_1samp(VALUES, 0.0).confidence_interval(0.9)
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((low, high))
    assert (estimate.estimate, estimate.n, estimate.note) == (pytest.approx(VALUES.mean()), 12, "")


def test_the_prediction_interval_has_the_closed_form():
    reach = stats.t.ppf(0.975, 11) * VALUES.std(ddof=1) * np.sqrt(1 + 1 / 12)
    interval = prediction_interval(VALUES).interval
    assert (interval.low, interval.high) == pytest.approx((VALUES.mean() - reach, VALUES.mean() + reach))


def test_the_bootstrap_agrees_with_student_on_symmetric_values():
    values = stats.norm.ppf((np.arange(200) + 0.5) / 200)
    ours, student = bootstrap_t(values, rng=stream(2, "bootstrap")).interval, mean(values).interval
    assert (ours.low, ours.high) == pytest.approx((student.low, student.high), abs=0.01)


def test_the_bootstrap_reaches_further_on_the_long_side():
    values = stats.expon.ppf((np.arange(20) + 0.5) / 20)
    estimate = bootstrap_t(values, rng=stream(3, "bootstrap"))
    assert estimate.interval.high - estimate.estimate > 1.3 * (estimate.estimate - estimate.interval.low)


def test_the_same_generator_gives_the_same_bootstrap():
    first, second = (bootstrap_t(VALUES, rng=stream(4, "bootstrap"), n_resamples=200) for _ in range(2))
    assert first == second


def test_values_that_are_not_finite_are_left_out_and_counted():
    estimate = mean([*VALUES, np.nan, np.inf])
    assert estimate.interval == mean(VALUES).interval
    assert estimate.note == "2 of 14 values are not finite and were left out."


def test_a_level_given_in_percent_is_refused():
    with pytest.raises(ConfigError, match=r"give 0\.95 for 95 %"):
        mean(VALUES, level=95)
