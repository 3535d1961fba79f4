"""What a study could have seen."""

import math

import numpy as np
import pytest
from scipy import integrate, stats
from statsmodels.stats.power import TTestPower

from harness.core import ConfigError
from harness.inference.planning import minimal_detectable_difference, variance_components
from harness.randomness import stream


def test_thirty_five_sets_with_an_sd_of_two_point_two_see_a_point():
    assert minimal_detectable_difference(35, sd=2.2).estimate == pytest.approx(1.07, abs=0.005)


@pytest.mark.parametrize("n", [2, 3, 10, 35, 200])
@pytest.mark.parametrize("power", [0.1, 0.8, 0.99])
def test_at_that_difference_the_test_has_that_power(n, power):
    found = minimal_detectable_difference(n, sd=3.0, power=power)
    shift, critical, chi = found.estimate / 3.0 * math.sqrt(n), stats.t.isf(0.025, n - 1), stats.chi(n - 1)

    def rejected(scale):
        reach = critical * scale / math.sqrt(n - 1)
        return (stats.norm.sf(reach - shift) + stats.norm.cdf(-reach - shift)) * chi.pdf(scale)

    total, _ = integrate.quad(rejected, 0, chi.isf(1e-12), points=[chi.median()])
    assert total == pytest.approx(power, abs=1e-6)
    assert found.df == n - 1


def test_the_difference_is_that_of_statsmodels():
    expected = 2.2 * TTestPower().solve_power(nobs=35, power=0.8, alpha=0.05)
    assert minimal_detectable_difference(35, sd=2.2).estimate == pytest.approx(expected, rel=1e-5)


def test_many_data_sets_approach_the_normal_formula():
    normal = (stats.norm.isf(0.025) + stats.norm.isf(0.2)) / math.sqrt(10_000)
    assert minimal_detectable_difference(10_000, sd=1.0).estimate == pytest.approx(normal, rel=1e-3)


def test_one_data_set_detects_nothing():
    found = minimal_detectable_difference(1, sd=1.0)
    assert math.isnan(found.estimate)
    assert "at least two" in found.note


def test_a_power_below_the_level_is_refused():
    with pytest.raises(ConfigError, match="alpha < power"):
        minimal_detectable_difference(10, sd=1.0, power=0.01)


def test_components_are_the_mean_squares_of_a_one_way_anova():
    table = stream(0, "components").normal(size=(8, 5)) + stream(1, "components").normal(size=(8, 1))
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (8 * 4)
    between = 5 * ((table.mean(axis=1) - table.mean()) ** 2).sum() / 7
    found = variance_components(table)
    assert (found.within, found.between) == pytest.approx((within, (between - within) / 5))
    assert between / within == pytest.approx(stats.f_oneway(*table).statistic)


def test_a_study_of_the_same_size_has_the_observed_standard_error():
    table = stream(2, "components").normal(size=(9, 4)) + 3 * stream(3, "components").normal(size=(9, 1))
    observed = table.mean(axis=1).std(ddof=1) / 3
    assert variance_components(table).standard_error(9, 4) == pytest.approx(observed)


def test_past_the_worthwhile_seeds_data_sets_help_more():
    found = variance_components([[0.0, 2.0, 4.0], [3.0, 5.0, 7.0]])
    assert (found.within, found.between) == pytest.approx((4.0, 4.5 - 4 / 3))
    assert found.worthwhile_seeds == pytest.approx(4 / (4.5 - 4 / 3))
    assert found.standard_error(10, 1000) == pytest.approx(math.sqrt(found.between / 10), rel=1e-2)


def test_the_components_are_unbiased():
    rng = stream(4, "components")
    found = [variance_components(2 * rng.normal(size=(20, 1)) + 3 * rng.normal(size=(20, 4))) for _ in range(400)]
    assert np.mean([each.within for each in found]) == pytest.approx(9.0, rel=0.03)
    assert np.mean([each.between for each in found]) == pytest.approx(4.0, rel=0.08)


def test_data_sets_that_differ_less_than_their_seeds_have_no_variance_of_their_own():
    found = variance_components([[0.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
    assert (found.between, found.worthwhile_seeds) == (0.0, math.inf)
    assert "tau^2 is set to 0" in found.note


@pytest.mark.parametrize("table", [[[1.0, 2.0]], [[1.0], [2.0]], np.empty((0, 3))])
def test_one_data_set_or_one_seed_cannot_tell_them_apart(table):
    found = variance_components(table)
    assert math.isnan(found.between)
    assert "takes two of each" in found.note


def test_a_data_set_that_lacks_a_seed_is_left_out_and_counted():
    found = variance_components([[0.0, 2.0], [3.0, np.nan], [1.0, 5.0]])
    assert (found.n, found.note.startswith("1 of 3 data sets lack seeds")) == (2, True)


def test_a_list_of_means_is_refused():
    with pytest.raises(ConfigError, match="one row per data set"):
        variance_components([1.0, 2.0])
