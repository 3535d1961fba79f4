"""The corrected resampled t test and its posterior."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.core import ConfigError
from harness.inference.within import corrected_mean, corrected_t, rope_posterior
from harness.randomness import stream

DIFFERENCES = stream(0, "within").normal(0.4, 1.0, size=100)


def test_the_variance_is_that_of_nadeau_and_bengio():
    test = corrected_t(DIFFERENCES, test_train_ratio=1 / 9)
    error = math.sqrt(DIFFERENCES.var(ddof=1) * (1 / 100 + 1 / 9))
    assert test.standard_error == pytest.approx(error)
    assert test.statistic == pytest.approx(DIFFERENCES.mean() / error)
    assert test.df == 99
    assert test.p == pytest.approx(2 * stats.t.sf(abs(test.statistic), 99))


def test_a_vanishing_test_set_gives_the_plain_t_test():
    test = corrected_t(DIFFERENCES, test_train_ratio=1e-12)
    plain = stats.ttest_1samp(DIFFERENCES, 0.0)
    assert test.p == pytest.approx(plain.pvalue)
    assert (test.interval.low, test.interval.high) == pytest.approx(tuple(plain.confidence_interval()))


def test_the_interval_excludes_zero_exactly_when_p_is_below_the_level():
    for shift in np.linspace(-1, 1, 41):
        test = corrected_t(DIFFERENCES + shift, test_train_ratio=1 / 9, level=0.9)
        assert (0.0 in test.interval) == (test.p >= 0.1)


def test_one_method_gets_the_same_interval_without_a_p():
    mean, test = (f(DIFFERENCES, test_train_ratio=0.25) for f in (corrected_mean, corrected_t))
    assert (mean.estimate, mean.interval, mean.n) == (test.estimate, test.interval, 100)


def test_the_posterior_is_cut_at_the_region():
    test = corrected_t(DIFFERENCES, test_train_ratio=1 / 9)
    posterior = rope_posterior(test, region=0.3)
    t = stats.t(test.df, loc=test.estimate, scale=test.standard_error)
    assert (posterior.left, posterior.rope, posterior.right) == pytest.approx(
        (t.cdf(-0.3), t.cdf(0.3) - t.cdf(-0.3), t.sf(0.3))
    )


def test_without_a_region_the_posterior_of_the_wrong_sign_is_half_of_p():
    test = corrected_t(DIFFERENCES, test_train_ratio=1 / 9)
    assert rope_posterior(test, region=0.0).left == pytest.approx(test.p / 2)


@pytest.mark.parametrize(("value", "expected"), [(-2.0, (1, 0, 0)), (0.5, (0, 1, 0)), (2.0, (0, 0, 1))])
def test_constant_differences_put_all_probability_on_one_side_and_have_no_p(value, expected):
    test = corrected_t([value] * 10, test_train_ratio=1 / 9)
    posterior = rope_posterior(test, region=1.0)
    assert (posterior.left, posterior.rope, posterior.right) == expected
    assert math.isnan(test.p)
    assert "there is no p" in test.note


def test_a_ratio_that_is_not_positive_is_refused():
    with pytest.raises(ConfigError, match="give 1/9 for ten folds"):
        corrected_t(DIFFERENCES, test_train_ratio=0.0)


def test_a_negative_region_is_refused():
    with pytest.raises(ConfigError, match="0 or more"):
        rope_posterior(corrected_t(DIFFERENCES, test_train_ratio=0.25), region=-1.0)
