"""One-sided tests and their power, beside other implementations and simulations."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from harness.core import ConfigError
from harness.inference.one_sided import mean_beyond, share_beyond
from harness.inference.paired import equivalence
from harness.inference.power import beyond_power, equivalence_power
from harness.inference.proportions import clopper_pearson
from harness.randomness import stream


def test_a_mean_is_tested_as_scipy_does():
    values = stream(3, "one sided").normal(0.5, 1, 15)
    for bound in (-1.0, 0.0, 0.4, 2.0):
        expected = stats.ttest_1samp(values, bound, alternative="greater")
        assert mean_beyond(values, bound=bound).p == pytest.approx(expected.pvalue, rel=1e-10)


def test_equal_values_are_tested_by_signs_and_one_value_not_at_all():
    assert mean_beyond([2.0] * 5, bound=1).p == 2**-5
    assert mean_beyond([2.0] * 5, bound=2).p == 1
    found = mean_beyond([2.0])
    assert math.isnan(found.p)
    assert "one value" in found.note


def test_a_share_is_tested_exactly_and_as_its_interval_says():
    assert share_beyond(9, 10, bound=0.5).p == pytest.approx(11 / 1024)
    for hits in range(13):
        for bound in (0.1, 0.3, 0.7):
            low = clopper_pearson(hits, 12, level=0.9).interval.low
            assert (share_beyond(hits, 12, bound=bound).p < 0.05) == (low > bound)
    assert (share_beyond(3, 3, bound=1.2).p, share_beyond(0, 3, bound=-0.1).p) == (1, 0)
    with pytest.raises(ConfigError, match="hits is 4, but there are 3 values"):
        share_beyond(4, 3, bound=0.5)


@pytest.mark.parametrize("n", [2, 5, 24, 300])
@pytest.mark.parametrize("alpha", [0.05, 0.004])
def test_the_power_beyond_a_bound_is_that_of_statsmodels(n, alpha):
    for mean in (-0.5, 1.0, 1.6):
        expected = TTestPower().power((mean - 1) / 1.5, nobs=n, alpha=alpha, alternative="larger")
        assert beyond_power(n, difference=mean, sd=1.5, bound=1, alpha=alpha).power == pytest.approx(expected, abs=1e-9)


def test_the_power_of_equivalence_is_how_often_it_is_found():
    assert equivalence_power(1000, difference=0, sd=1, region=1).power == pytest.approx(1)
    assert equivalence_power(10, difference=0, sd=1, region=0).power == 0
    for mean, n in ((0.0, 8), (0.4, 12)):
        draws = stream(n, "equivalence").normal(mean, 1.5, size=(1500, n))
        found = np.mean([equivalence(one, region=1.2).p < 0.05 for one in draws])
        assert equivalence_power(n, difference=mean, sd=1.5, region=1.2).power == pytest.approx(found, abs=0.04)


def test_one_data_set_has_no_power_and_a_note():
    for found in (beyond_power(1, difference=1, sd=1), equivalence_power(1, difference=0, sd=1, region=1)):
        assert math.isnan(found.power)
        assert "at least two" in found.note
