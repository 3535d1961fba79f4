"""Paired tests over data sets against scipy, statsmodels and published numbers."""

import math

import numpy as np
import pytest
from scipy import special, stats
from statsmodels.stats.weightstats import ttost_paired

from harness.core import ConfigError
from harness.inference.paired import cohen_dz, equivalence, hedges_gz, paired_t
from harness.randomness import stream

# The `sleep` data of R (Cushny and Peebles 1905), used by Student in 1908.
FIRST = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SECOND = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
SLEEP = FIRST - SECOND


def test_the_sleep_data_give_the_numbers_of_rs_manual():
    test = paired_t(SLEEP)
    assert test.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert test.p == pytest.approx(0.002833, abs=5e-7)
    assert (test.interval.low, test.interval.high) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)
    assert (test.df, test.n, test.note) == (9, 10, "")


def test_the_test_is_scipys():
    ours, scipys = paired_t(SLEEP), stats.ttest_rel(FIRST, SECOND)
    assert (ours.statistic, ours.p) == pytest.approx((scipys.statistic, scipys.pvalue))


def test_the_sleep_data_give_the_published_effect_size():
    # effectsize (R): d = -1.28, 95 % CI [-2.12, -0.41].
    effect = cohen_dz(SLEEP)
    assert effect.estimate == pytest.approx(-1.28, abs=0.005)
    assert (effect.interval.low, effect.interval.high) == pytest.approx((-2.12, -0.41), abs=0.005)


@pytest.mark.parametrize("shift", [-30.0, -1.0, 0.0, 0.3, 100.0])
def test_at_each_end_of_the_interval_t_has_a_tail_of_two_and_a_half_percent(shift):
    values = stream(5, "effect").normal(size=12) + shift
    effect = cohen_dz(values)
    t = effect.estimate * math.sqrt(12)
    tails = [stats.nct.cdf(t, 11, end * math.sqrt(12)) for end in (effect.interval.low, effect.interval.high)]
    assert tails == pytest.approx([0.975, 0.025], abs=1e-5)


def test_the_interval_of_a_huge_effect_continues_that_of_a_large_one():
    values = stream(5, "effect").normal(size=12)
    values = (values - values.mean()) / values.std(ddof=1)
    below, above = (cohen_dz(values + d) for d in (999.9 / math.sqrt(12), 1000.1 / math.sqrt(12)))
    assert above.interval.low == pytest.approx(below.interval.low, rel=5e-4)
    assert above.interval.high == pytest.approx(below.interval.high, rel=5e-4)


def test_the_effect_size_excludes_zero_exactly_when_t_rejects():
    values = stream(6, "effect").normal(size=9)
    for shift in np.linspace(-1, 1, 21):
        assert (0.0 in cohen_dz(values + shift).interval) == (paired_t(values + shift).p >= 0.05)


def test_hedges_correction_is_the_ratio_of_gammas():
    factor = special.gamma(4.5) / (math.sqrt(4.5) * special.gamma(4.0))
    d, g = cohen_dz(SLEEP), hedges_gz(SLEEP)
    assert factor == pytest.approx(1 - 3 / (4 * 9 - 1), abs=1e-3)
    assert (g.estimate, g.interval.low, g.interval.high) == pytest.approx(
        (d.estimate * factor, d.interval.low * factor, d.interval.high * factor)
    )


@pytest.mark.parametrize("region", [0.5, 2.0, 3.0])
def test_equivalence_is_that_of_statsmodels(region):
    ours = equivalence(SLEEP, region=region)
    p, (t_low, p_low, _), (t_high, p_high, df) = ttost_paired(FIRST, SECOND, -region, region)
    assert (ours.p, ours.p_low, ours.p_high) == pytest.approx((p, p_low, p_high))
    assert (ours.statistic_low, ours.statistic_high, ours.df) == pytest.approx((t_low, t_high, df))


def test_methods_are_equivalent_exactly_when_the_ninety_percent_interval_is_inside_the_region():
    for region in np.linspace(0.1, 4.0, 40):
        test = equivalence(SLEEP, region=region)
        assert test.interval.level == pytest.approx(0.9)
        assert (test.p < 0.05) == (-region < test.interval.low and test.interval.high < region)


def test_equal_differences_get_the_p_of_the_exact_sign_test():
    test = paired_t([0.3] * 8)
    assert test.p == 2 / 2**8
    assert (test.interval.low, test.interval.high) == (pytest.approx(0.3), pytest.approx(0.3))
    assert "All 8 values equal 0.3" in test.note


def test_rounding_errors_are_no_difference():
    test = paired_t([0.1 + 0.2 - 0.3, 0.0, 0.7 + 0.1 - 0.8])
    assert (test.estimate, test.p) == (0.0, 1.0)
    assert "All 3 values equal 0" in test.note


def test_one_data_set_has_an_estimate_and_no_p():
    test = paired_t([2.5])
    assert test.estimate == 2.5
    assert math.isnan(test.p)
    assert test.note == "There is one value: without a spread it has neither interval nor p."


def test_two_data_sets_have_a_d_but_no_g():
    assert cohen_dz([1.0, 2.0]).estimate == pytest.approx(1.5 / math.sqrt(0.5))
    assert hedges_gz([1.0, 2.0]).note == "Hedges' correction does not exist for two values."


@pytest.mark.parametrize(("value", "p"), [(0.0, 2**-6), (0.9, 2**-6), (1.0, 1.0), (-1.5, 1.0)])
def test_equal_differences_are_equivalent_only_inside_the_region(value, p):
    test = equivalence([value] * 6, region=1.0)
    assert test.p == p
    assert "exact sign test" in test.note or "p = 1" in test.note


def test_a_region_without_width_is_refused():
    with pytest.raises(ConfigError, match="must be above 0"):
        equivalence(SLEEP, region=0.0)
