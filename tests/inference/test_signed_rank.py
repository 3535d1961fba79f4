"""Wilcoxon's test against all permutations, R and a published example."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.inference.signed_rank import hodges_lehmann, signed_rank
from harness.randomness import stream

# Hamilton depression scores before and after a first therapy: Hollander and Wolfe's example, in R's manual of wilcox.test.
BEFORE = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
TIED = st.lists(st.integers(-4, 4), min_size=2, max_size=8)


def test_the_published_example():
    test = signed_rank(BEFORE - AFTER)
    assert test.statistic == 40
    assert test.p == pytest.approx(0.0390625)
    assert test.estimate == pytest.approx(0.46)
    assert (test.interval.low, test.interval.high) == pytest.approx((0.010, 0.786))


@given(TIED.filter(lambda differences: np.count_nonzero(differences) > 1))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_p_is_that_of_all_permutations_under_ties_and_zeros(differences):
    everything = stats.PermutationMethod(n_resamples=np.inf)
    expected = stats.wilcoxon(np.array(differences, dtype=float), method=everything).pvalue
    assert signed_rank(differences).p == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n", [5, 20, 60])
def test_without_ties_p_is_scipys_exact_one(n):
    differences = stream(n, "signed rank").normal(0.2, 1.0, size=n)
    assert signed_rank(differences).p == pytest.approx(stats.wilcoxon(differences, method="exact").pvalue, rel=1e-10)


# R 4.2.2: wilcox.test(x, alternative = "greater", exact = TRUE), and for ties
# coin::wilcoxsign_test(x ~ rep(0, 12), distribution = "exact", alternative = "greater", zero.method = "Wilcoxon").
@pytest.mark.parametrize(
    ("differences", "greater", "less", "two_sided"),
    [
        ([1.2, -0.4, 0.9, 2.2, 0.3, -0.1, 1.7, 0.8, -0.6, 1.1], 0.0244140625, 0.9814453125, 0.048828125),
        ([1, -1, 2, 2, 0, -3, 1, 2, 1, 0, 3, 2], 0.068359375, 0.939453125, 0.13671875),
    ],
)
def test_one_sided_p_are_those_of_r(differences, greater, less, two_sided):
    test = signed_rank(differences)
    assert (test.p_greater, test.p_less, test.p) == pytest.approx((greater, less, two_sided), rel=1e-12)


def test_without_a_difference_either_side_has_p_one():
    test = signed_rank([0.0] * 6)
    assert (test.p_greater, test.p_less, test.p) == (1.0, 1.0, 1.0)


def test_many_tied_data_sets_are_exact_and_near_the_normal_limit():
    differences = stream(7, "signed rank").integers(-5, 7, size=300)
    approximate = stats.wilcoxon(differences, method="asymptotic", correction=True).pvalue
    assert signed_rank(differences).p == pytest.approx(approximate, rel=0.05)


@given(TIED)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_swapping_the_methods_changes_the_sign_and_nothing_else(differences):
    ours, swapped = signed_rank(differences), signed_rank([-each for each in differences])
    assert ours.p == pytest.approx(swapped.p)
    assert (ours.estimate, ours.rank_biserial) == pytest.approx((-swapped.estimate, -swapped.rank_biserial))


def test_differences_that_agree_to_nine_decimals_tie():
    assert signed_rank([0.1 + 0.2, 0.3, -0.3, 0.3]) == signed_rank([0.3, 0.3, -0.3, 0.3])
    assert signed_rank([0.1 + 0.2 - 0.3, 1.0, 2.0]).n_different == 2


def test_the_rank_biserial_correlation_is_the_difference_of_favourable_and_unfavourable_shares():
    # Ranks 1, 2, 3, 4, the first unfavourable: 9/10 - 1/10.
    assert signed_rank([-1.0, 2.0, 3.0, 4.0]).rank_biserial == pytest.approx(0.8)
    assert signed_rank([1.0, 2.0]).rank_biserial == 1.0


def test_a_value_inside_the_hodges_lehmann_interval_is_not_rejected_and_one_outside_is():
    values = stream(8, "hodges lehmann").normal(size=15)
    interval = hodges_lehmann(values).interval
    for inside in (interval.low + 1e-6, interval.high - 1e-6):
        assert signed_rank(values - inside).p >= 0.05
    for outside in (interval.low - 1e-6, interval.high + 1e-6):
        assert signed_rank(values - outside).p < 0.05


def test_the_median_of_the_walsh_averages_is_the_estimate():
    assert hodges_lehmann([1.0, 2.0, 6.0]).estimate == np.median([1, 1.5, 3.5, 2, 4, 6])


def test_five_data_sets_get_the_widest_interval_and_its_level():
    interval = hodges_lehmann([1.0, 2.0, 3.0, 4.0, 9.0])
    assert (interval.interval.low, interval.interval.high, interval.interval.level) == (1.0, 9.0, 1 - 2 / 32)
    assert "no signed-rank interval covers more than 93.75%" in interval.note


def test_too_few_differences_to_reject_are_named():
    assert "With 5 ranked differences p cannot be below 0.0625" in signed_rank([1.0, 2.0, 3.0, 4.0, 5.0]).note


def test_all_ties_give_p_one_and_say_so():
    test = signed_rank([0.0] * 12)
    assert (test.p, test.rank_biserial, test.estimate) == (1.0, 0.0, 0.0)
    assert test.note == "All 12 differences are zero, so p = 1."


def test_constant_differences_are_tested_and_named():
    test = signed_rank([2.0] * 10)
    assert test.p == 2 / 2**10
    assert test.note == "All 10 differences equal 2."


def test_without_data_sets_nothing_is_claimed():
    test = signed_rank([])
    assert math.isnan(test.p)
    assert test.note == "There is no value."
