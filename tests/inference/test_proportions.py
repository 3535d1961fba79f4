"""Shares and rates against R, statsmodels and published numbers."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import test_poisson_2indep as poisson_2indep

from harness.errors import ConfigError, DataError
from harness.inference.event_rates import poisson_rate, rate_ratio
from harness.inference.proportions import clopper_pearson, jeffreys, korn_graubard, wilson
from harness.inference.two_proportions import fisher_exact, mcnemar, newcombe


def ends(result):
    return result.interval.low, result.interval.high


# R 4.2.2: prop.test(hits, n, correct = FALSE), binom.test(hits, n), qbeta(c(.025, .975), hits + .5, n - hits + .5).
ONE_SHARE = {
    (3, 20): (
        (0.0523687458962, 0.360418864741),
        (0.0320709371855, 0.378926826545),
        (0.0441313419752, 0.348577710858),
    ),
    (35, 120): (
        (0.21781563621, 0.378442349797),
        (0.212289748212, 0.381624281729),
        (0.216019091501, 0.377226448356),
    ),
    (0, 100): ((0, 0.036993498207), (0, 0.0362166926452), (0, 0.0247452700153)),
    (15, 15): ((0.796116698964, 1), (0.781980639089, 1), (0.848183337886, 1)),
}


@pytest.mark.parametrize("counts", ONE_SHARE)
def test_the_intervals_of_one_share_are_those_of_r(counts):
    for method, expected in zip((wilson, clopper_pearson, jeffreys), ONE_SHARE[counts], strict=True):
        assert ends(method(*counts)) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert method(*counts).estimate == counts[0] / counts[1]


@pytest.mark.parametrize(("method", "name"), [(wilson, "wilson"), (clopper_pearson, "beta"), (jeffreys, "jeffreys")])
def test_the_intervals_of_one_share_are_those_of_statsmodels(method, name):
    for hits in range(1, 17):
        assert ends(method(hits, 17, level=0.9)) == pytest.approx(proportion_confint(hits, 17, 0.1, name))


def test_no_alarm_in_a_hundred_streams_leaves_three_and_a_half_percent():
    assert clopper_pearson(0, 100).interval.high == pytest.approx(0.036, abs=5e-4)
    assert clopper_pearson(0, 300).interval.high == pytest.approx(0.012, abs=5e-4)


def test_the_pooled_interval_is_the_exact_one_of_the_effective_trials():
    """By the formulas, step by step, for six sets of twenty trials."""
    hits = np.array([1, 9, 3, 12, 6, 2])
    pooled = korn_graubard(hits, [20] * 6)
    p = hits.sum() / 120
    variance = np.var(hits / 20, ddof=1) / 6
    n = p * (1 - p) / variance * (stats.t.ppf(0.975, 119) / stats.t.ppf(0.975, 5)) ** 2
    assert pooled.standard_error == pytest.approx(math.sqrt(variance))
    assert pooled.design_effect == pytest.approx(variance / (p * (1 - p) / 120))
    assert pooled.effective_n == pytest.approx(n)
    low, high = stats.beta.ppf([0.025, 0.975], [n * p, n * p + 1], [n - n * p + 1, n - n * p])
    assert ends(pooled) == pytest.approx((low, high))
    assert (pooled.n, pooled.n_hits, pooled.n_trials, pooled.df) == (6, 33, 120, 5)


def test_data_sets_that_agree_count_no_more_trials_than_there_are():
    pooled = korn_graubard([10] * 8, [20] * 8)
    assert pooled.effective_n == pytest.approx(160 * (stats.t.ppf(0.975, 159) / stats.t.ppf(0.975, 7)) ** 2)
    assert pooled.effective_n < 160


def test_without_a_hit_the_data_sets_are_the_trials():
    pooled = korn_graubard([0] * 35, [100] * 35)
    assert ends(pooled) == ends(clopper_pearson(0, 35))
    assert pooled.note.startswith("No trial is a hit: the design effect is unknown")
    assert korn_graubard([100] * 35, [100] * 35).interval.low == clopper_pearson(35, 35).interval.low


def test_one_data_set_has_no_pooled_interval():
    pooled = korn_graubard([3, 0], [20, 0])
    assert pooled.estimate == 0.15
    assert not pooled.interval.is_known
    assert pooled.note == (
        "1 of 2 data sets have no trial and were left out. There is one data set: its design effect is unknown."
    )


def test_more_hits_than_trials_are_refused():
    with pytest.raises(ConfigError, match="no more hits than trials"):
        wilson(5, 4)
    with pytest.raises(DataError, match="hits has 5 and trials 4 as entry 1"):
        korn_graubard([1, 5], [4, 4])


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0000)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ],
)
def test_the_difference_of_shares_has_newcombes_interval(counts, expected):
    """Newcombe (1998), table II, method 10."""
    assert ends(newcombe(*counts)) == pytest.approx(expected, abs=5e-5)


def test_newcombes_interval_is_that_of_statsmodels():
    assert ends(newcombe(12, 17, 3, 19)) == pytest.approx(
        confint_proportions_2indep(12, 17, 3, 19, method="newcomb"), abs=1e-12
    )


def test_fishers_p_is_that_of_r_and_the_odds_ratio_exact():
    """R: fisher.test(matrix(c(3, 1, 1, 3), 2)) and of 12, 5; 3, 14, whose ratios and bounds have three digits."""
    tea, other = fisher_exact(3, 4, 1, 4), fisher_exact(12, 17, 3, 17)
    assert (tea.p, other.p) == pytest.approx((0.485714285714, 0.00489579257292), rel=1e-10)
    assert (tea.estimate, other.estimate) == pytest.approx((6.40830886701, 10.2573288193), rel=3e-4)
    assert ends(other) == pytest.approx((1.79426982976, 81.9053029598), rel=3e-4)
    # The ratio at which the expected cell is the one seen, and the bounds at which a tail is 2.5 %, from whole numbers.
    cells = np.arange(5)
    weights = np.array([math.comb(4, k) * math.comb(4, 4 - k) for k in cells]) * tea.estimate**cells
    assert np.sum(cells * weights) / np.sum(weights) == pytest.approx(3)
    for bound, tail in zip(ends(tea), (cells >= 3, cells <= 3), strict=True):
        weights = np.array([math.comb(4, k) * math.comb(4, 4 - k) for k in cells]) * bound**cells
        assert np.sum(weights[tail]) / np.sum(weights) == pytest.approx(0.025)


def test_an_empty_cell_makes_the_odds_ratio_infinite():
    test = fisher_exact(5, 5, 1, 5)
    assert (test.estimate, test.interval.high) == (math.inf, math.inf)
    assert fisher_exact(0, 5, 0, 5).note == "None of 10 trials is a hit: the odds ratio is unknown, and p = 1."


def pairs(only_first, only_second, n):
    rest = n - only_first - only_second
    return [1] * only_first + [0] * only_second + [1] * rest, [0] * only_first + [1] * only_second + [1] * rest


def test_mcnemar_and_tangos_interval_are_the_published_ones():
    """Fagerland, Lydersen and Laake (2014), airways before and after transplantation: p .0703, interval -.517 to -.026."""
    test = mcnemar(*pairs(1, 7, 21))
    assert test.p == pytest.approx(0.0703125)
    assert ends(test) == pytest.approx((-0.517, -0.026), abs=5e-4)
    assert (test.only_first, test.only_second, test.n) == (1, 7, 21)


# R: binom.test(b, b + c)$p.value, and the roots of Tango's score by uniroot(tol = 1e-13).
@pytest.mark.parametrize(
    ("counts", "p", "expected"),
    [
        ((12, 2, 50), 0.012939453125, (0.06111240619, 0.34470874828)),
        ((0, 5, 30), 0.0625, (-0.33564350506, -0.03423437463)),
        ((4, 4, 20), 1.0, (-0.2828901786, 0.2828901786)),
    ],
)
def test_mcnemar_is_that_of_r(counts, p, expected):
    test = mcnemar(*pairs(*counts))
    assert test.p == pytest.approx(p)
    assert ends(test) == pytest.approx(expected, abs=1e-9)


def test_pairs_that_all_point_one_way_end_at_one():
    test = mcnemar(*pairs(6, 0, 6))
    assert (test.estimate, test.interval.high) == (1.0, 1.0)
    # At the end of the interval n (1 - D)^2 = z^2 (1 - D^2), for then no pair is of the second kind.
    z = stats.norm.ppf(0.975) ** 2
    assert test.interval.low == pytest.approx((6 - z) / (6 + z))


def test_pairs_without_a_difference_have_p_1():
    test = mcnemar([1, 0, None, 1], [1, 0, 1, 1])
    assert (test.estimate, test.p, test.n) == (0.0, 1.0, 3)
    assert test.note == "1 of 4 pairs lack a value and were left out. None of 3 pairs differs, so p = 1."


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ((0, 100), (0, 0, 0.0368887945411)),
        ((5, 1000), (0.005, 0.00162348639012, 0.0116683320793)),
        ((17, 250.5), (0.0678642714571, 0.0395334390004, 0.108657272718)),
    ],
)
def test_the_interval_of_a_rate_is_that_of_r(counted, expected):
    """R: poisson.test(events, exposure)."""
    rate = poisson_rate(*counted)
    assert (rate.estimate, *ends(rate)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        ((11, 800, 21, 3011), (1.97148809524, 0.858426403392, 4.27726594365, 0.0796686330333)),
        ((5, 1000, 12, 900), (0.375, 0.103496084883, 1.14351654289, 0.0861839948575)),
        ((0, 10, 4, 10), (0, 0, 1.51486685937, 0.125)),
        ((3, 10, 0, 20), (math.inf, 0.826462710062, math.inf, 0.037037037037)),
    ],
)
def test_the_ratio_of_two_rates_is_that_of_r(counted, expected):
    """R: poisson.test(c(first, second), c(exposure, exposure))."""
    ratio = rate_ratio(*counted)
    assert (ratio.estimate, *ends(ratio), ratio.p) == pytest.approx(expected, rel=1e-10)


def test_the_p_of_two_rates_is_that_of_statsmodels():
    theirs = poisson_2indep(5, 1000, 12, 900, method="exact-cond")
    assert rate_ratio(5, 1000, 12, 900).p == pytest.approx(theirs.pvalue)


def test_without_an_event_there_is_no_ratio():
    assert rate_ratio(0, 10, 0, 20).note == "There is no event: the ratio of rates is unknown, and p = 1."


def test_an_exposure_is_above_zero():
    with pytest.raises(ConfigError, match="exposure is 0, but must be above 0"):
        poisson_rate(3, 0)
