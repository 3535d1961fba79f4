"""Descriptions, medians, 5x2cv and power against R and closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.errors import ConfigError
from harness.inference.descriptives import describe, median
from harness.inference.five_by_two import five_by_two_f, five_by_two_t
from harness.inference.paired import paired_t
from harness.inference.planning import minimal_detectable_difference
from harness.inference.power import paired_power, paired_sets, two_sample_power, two_sample_sets

# Miles per gallon of the manual cars in R's mtcars.
MANUAL = [21, 21, 22.8, 32.4, 30.4, 33.9, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4]
SLEEP = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]) - np.array(
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
)
FOLDS = np.array([0.02, 0.01, 0.015, 0.03, -0.01, 0.02, 0.005, 0.012, 0.018, 0.022]).reshape(5, 2)


def test_a_description_is_that_of_psych_and_r():
    """R: psych::describe(manual), quantile(manual)."""
    found = describe(MANUAL)
    assert (found.n, found.mean, found.sd, found.median, found.trimmed_mean) == pytest.approx(
        (13, 24.3923076923077, 6.1665038093533, 22.8, 24.3818181818182)
    )
    assert (found.mad, found.minimum, found.maximum, found.standard_error) == pytest.approx(
        (6.6717, 15, 33.9, 1.7102804365360)
    )
    assert (found.skewness, found.excess_kurtosis) == pytest.approx((0.0525611777423, -1.4553520046110))
    assert (found.first_quartile, found.third_quartile) == (21.0, 30.4)


def test_what_values_do_not_have_is_said():
    assert describe([2.0]).note == "There is one value: it has no spread and no shape."
    assert describe([2.0] * 3).note == "All 3 values equal 2: they have no shape."
    assert (describe([2.0] * 3).sd, describe([math.nan, 1, 2]).n_missing) == (0.0, 1)


# R: k <- qbinom(.025, n, .5); 1 - 2 * pbinom(k - 1, n, .5).
@pytest.mark.parametrize(
    ("n", "place", "coverage"),
    [(6, 1, 0.96875), (10, 2, 0.978515625), (19, 5, 0.98078918457), (35, 12, 0.959040408488)],
)
def test_the_ends_of_the_median_are_ordered_values_with_exact_coverage(n, place, coverage):
    found = median(range(1, n + 1))
    assert (found.interval.low, found.interval.high) == (place, n + 1 - place)
    assert found.coverage == pytest.approx(coverage)
    assert found.interval.level == 0.95


def test_the_places_of_a_median_are_not_those_of_the_root_of_half_of_n():
    """For a hundred values they are 40 and 61 (Conover 1999, Practical Nonparametric Statistics, 3.2), not 36 and 65."""
    found = median(range(1, 101))
    assert (found.interval.low, found.interval.high) == (40, 61)
    assert found.coverage == pytest.approx(0.9648, abs=5e-5)
    assert 1 - 2 * stats.binom.cdf(35, 100, 0.5) == pytest.approx(0.9965, abs=5e-4)


def test_five_values_have_no_interval_of_95_percent():
    found = median([3, 1, 2, 5, 4])
    assert (found.interval.low, found.interval.high, found.interval.level) == (1, 5, 0.9375)
    assert found.note == "With 5 values no interval of the median covers more than 93.75%."


def test_the_tests_of_five_by_two_are_those_of_r():
    """R: s2 <- rowSums((p - rowMeans(p))^2); p[1, 1] / sqrt(mean(s2)); sum(p^2) / (2 * sum(s2)), pt and pf."""
    t, f = five_by_two_t(FOLDS), five_by_two_f(FOLDS)
    assert (t.estimate, t.statistic, t.df, t.p) == pytest.approx((0.02, 1.760901812651, 5, 0.138562239576))
    assert (f.mean_difference, f.statistic, f.p) == pytest.approx((0.0142, 2.404651162791, 0.172482901745))
    assert (f.df, f.df_error) == (10, 5)


def test_the_order_of_folds_matters_to_dietterichs_test_alone():
    turned = FOLDS[:, ::-1]
    assert five_by_two_t(turned).p != pytest.approx(five_by_two_t(FOLDS).p)
    assert five_by_two_f(turned).p == pytest.approx(five_by_two_f(FOLDS).p)


def test_folds_that_agree_leave_no_statistic():
    assert five_by_two_f(np.zeros((5, 2))).p == 1.0
    assert five_by_two_t(np.ones((5, 2))).note == (
        "Both folds of every repeat agree: the statistic is undefined, and there is no p."
    )


@pytest.mark.parametrize("given", [np.ones((2, 5)), np.ones(10), np.full((5, 2), math.nan)])
def test_five_by_two_takes_ten_finite_differences(given):
    with pytest.raises(ConfigError, match="differences has"):
        five_by_two_f(given)


def test_the_power_is_that_of_r():
    """R: power.t.test(n = 20, delta = 1, sd = 1, strict = TRUE), and with type = "paired"."""
    assert two_sample_power(20, difference=1, sd=1).power == pytest.approx(0.868953027725)
    assert paired_power(20, difference=0.5, sd=1.2).power == pytest.approx(0.424434419228)
    assert paired_power(5, difference=-0.1, sd=1).power == pytest.approx(0.0535554378735)


def test_the_number_of_data_sets_is_that_of_r_rounded_up():
    """R: power.t.test(power = .9, delta = 1, sd = 1, strict = TRUE): 22.02; paired, power .8, delta .5, sd 1.5: 72.58."""
    assert two_sample_sets(difference=1, sd=1, power=0.9).n == 23
    assert paired_sets(difference=0.5, sd=1.5).n == 73
    assert paired_power(72, difference=0.5, sd=1.5).power < 0.8 <= paired_sets(difference=0.5, sd=1.5).power


def test_a_detectable_difference_is_found_with_the_power_it_was_asked_for():
    detectable = minimal_detectable_difference(35, sd=2.2)
    assert paired_power(35, difference=detectable.estimate, sd=2.2).power == pytest.approx(0.8)
    assert paired_sets(difference=detectable.estimate * 1.0001, sd=2.2).n == 35


def test_no_difference_is_found_in_five_percent_of_studies_and_by_no_number_of_data_sets():
    assert paired_power(12, difference=0, sd=1).power == pytest.approx(0.05)
    with pytest.raises(ConfigError, match="the difference is 0"):
        paired_sets(difference=0, sd=1)


def test_a_one_sided_p_is_that_of_r():
    """R: t.test(extra ~ group, sleep, paired = TRUE, alternative = "less" and "greater")."""
    test = paired_t(SLEEP)
    assert (test.p_less, test.p_greater) == pytest.approx((0.00141644509869, 0.998583554901))


def test_a_one_sided_p_without_variance_is_that_of_the_sign_test():
    up, zero, alone = paired_t([0.3] * 8), paired_t([0.0] * 8), paired_t([0.3])
    assert (up.p_greater, up.p_less) == (2**-8, 1.0)
    assert (zero.p_greater, zero.p_less) == (1.0, 1.0)
    assert math.isnan(alone.p_greater)
