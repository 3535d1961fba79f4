"""Two independent samples against R, scipy and closed forms."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.inference.dominance import brunner_munzel, cliffs_delta
from harness.inference.two_samples import cohen_d, hedges_g, welch_t
from harness.randomness import stream

# Miles per gallon in R's mtcars, manual (am == 1) and automatic.
MANUAL = [21, 21, 22.8, 32.4, 30.4, 33.9, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4]
AUTOMATIC = [
    *[21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3],
    *[15.2, 10.4, 10.4, 14.7, 21.5, 15.5, 15.2, 13.3, 19.2],
]

# Pain after shoulder surgery, from Brunner and Munzel (2000), table 1.
WITH_SUCTION = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
WITHOUT = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]


def numbers(result, *names):
    return [getattr(result, name) for name in names] + [result.interval.low, result.interval.high]


def test_welch_is_that_of_r():
    """R 4.2.2: t.test(mpg ~ am == 0, mtcars)."""
    test = welch_t(MANUAL, AUTOMATIC)
    assert numbers(test, "statistic", "df", "p", "standard_error") == pytest.approx(
        [3.76712314514493, 18.33225163840046, 0.00137363833307, 1.92320213385972, 3.20968418746996, 11.28019435504016],
        rel=1e-11,
    )
    assert (test.n, test.n_first, test.n_second, test.note) == (32, 13, 19, "")


def test_welch_is_that_of_scipy():
    ours, scipys = welch_t(AUTOMATIC, MANUAL), stats.ttest_ind(AUTOMATIC, MANUAL, equal_var=False)
    assert (ours.statistic, ours.df, ours.p) == pytest.approx((scipys.statistic, scipys.df, scipys.pvalue), rel=1e-12)


def test_d_and_g_are_those_of_effectsize():
    """R: effectsize::cohens_d(manual, automatic), hedges_g(manual, automatic); its search ends at about 1e-7."""
    d, g = cohen_d(MANUAL, AUTOMATIC), hedges_g(MANUAL, AUTOMATIC)
    assert d.estimate == pytest.approx(1.4779470958, rel=1e-9)
    assert numbers(d) == pytest.approx([0.670568416311, 2.26597326718], rel=1e-6)
    assert g.estimate == pytest.approx(1.4406354024, rel=1e-9)
    assert numbers(g) == pytest.approx([0.653639499692, 2.2087673631], rel=1e-6)


def test_cliffs_delta_and_a12_are_those_of_effectsize():
    """R: effectsize::cliffs_delta, vd_a."""
    assert cliffs_delta(MANUAL, AUTOMATIC).estimate == pytest.approx(0.65991902834)
    assert brunner_munzel(MANUAL, AUTOMATIC).estimate == pytest.approx(0.82995951417)


def test_the_pain_data_give_the_published_test():
    """Brunner and Munzel (2000): W = 3.137, df = 17.683, p = .0058, relative effect .789, interval .595 to .983."""
    test = brunner_munzel(WITHOUT, WITH_SUCTION)
    assert numbers(test, "estimate", "statistic", "df", "p") == pytest.approx(
        [0.78896103896104, 3.13746748230295, 17.68284197948155, 0.00578620866615, 0.59521686425374, 0.98270521366834],
        rel=1e-10,
    )


def test_brunner_munzel_is_that_of_scipy_with_the_sign_of_first_above_second():
    ours, scipys = brunner_munzel(MANUAL, AUTOMATIC), stats.brunnermunzel(MANUAL, AUTOMATIC)
    assert (ours.statistic, ours.p) == pytest.approx((-scipys.statistic, scipys.pvalue))


def test_a12_counts_pairs():
    first, second = stream(0, "pairs").integers(5, size=(2, 11))
    gaps = np.sign(np.subtract.outer(first, second))
    assert brunner_munzel(first, second).estimate == pytest.approx(np.mean((gaps + 1) / 2))
    assert cliffs_delta(first, second).estimate == pytest.approx(np.mean(gaps))


@pytest.mark.parametrize("effect", [welch_t, cohen_d, hedges_g, cliffs_delta])
def test_exchanged_samples_change_the_sign(effect):
    one, other = effect(MANUAL, AUTOMATIC), effect(AUTOMATIC, MANUAL)
    assert (one.estimate, *numbers(one)) == pytest.approx((-other.estimate, *[-end for end in numbers(other)][::-1]))


def test_the_interval_of_delta_excludes_zero_exactly_where_the_test_rejects():
    values = stream(1, "delta").normal(size=(2, 9))
    for shift in np.linspace(-2, 2, 21):
        test = cliffs_delta(values[0] + shift, values[1])
        if not test.note:
            assert (0.0 in test.interval) == (test.p >= 0.05)


def test_at_each_end_of_the_interval_of_d_t_has_a_tail_of_two_and_a_half_percent():
    d, root = cohen_d(MANUAL, AUTOMATIC), math.sqrt(13 * 19 / 32)
    tails = [stats.nct.cdf(d.estimate * root, 30, end * root) for end in numbers(d)]
    assert tails == pytest.approx([0.975, 0.025], abs=1e-6)


def test_samples_that_do_not_overlap_have_the_exact_p_and_no_certainty():
    test = brunner_munzel([4, 5, 6], [1, 2, 3])
    assert (test.estimate, test.p) == (1.0, 0.1)
    assert (test.interval.low, test.interval.high) == (pytest.approx(0.025 ** (1 / 3)), 1.0)
    assert test.note.startswith("The samples do not overlap: p is that of the exact permutation test")
    assert brunner_munzel([1, 2, 3], [4, 5, 6]).interval.high == pytest.approx(1 - 0.025 ** (1 / 3))


def test_equal_values_are_as_probable_above_as_below():
    test = cliffs_delta([0.1 + 0.2, 0.3], [0.3, 0.3, 0.3])
    assert (test.estimate, test.p, test.note) == (0.0, 1.0, "All 5 values are equal: there is no interval, and p = 1.")


def test_samples_that_do_not_vary_have_the_p_of_the_permutations():
    test = welch_t([2, 2, 2], [1, 1, 1])
    assert (test.estimate, test.p, test.standard_error) == (1.0, 0.1, 0.0)
    assert (test.interval.low, test.interval.high) == (1.0, 1.0)
    assert welch_t([2, 2], [2, 2]).p == 1.0


def test_a_sample_that_does_not_vary_leaves_the_test_to_the_other():
    test, alone = welch_t([3.0] * 4, [1.0, 2.0, 4.0]), stats.ttest_1samp([1.0, 2.0, 4.0], 3.0)
    assert (test.df, test.p) == (pytest.approx(2), pytest.approx(alone.pvalue))


@pytest.mark.parametrize(
    ("first", "second", "note"),
    [
        ([], [1, 2], "The first sample has no value: there is no difference."),
        ([1, 2], [5], "The second sample has one value: there is neither interval nor p."),
        ([math.nan, 1, 2], [3, 4], "In the first sample 1 of 3 values are not finite and were left out."),
    ],
)
def test_a_note_says_which_sample_is_short(first, second, note):
    assert welch_t(first, second).note == note


def test_a_large_offset_costs_no_digits():
    moved = welch_t(np.array(MANUAL) + 1e9, np.array(AUTOMATIC) + 1e9)
    assert moved.statistic == pytest.approx(welch_t(MANUAL, AUTOMATIC).statistic, rel=1e-6)
