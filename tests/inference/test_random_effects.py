"""The random-effects mean: metafor's numbers, statsmodels', and too few data sets."""

import math

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from harness.errors import ConfigError, DataError
from harness.inference.random_effects import random_effects
from tests.inference.linear.reference import numbers

METHODS = {"DL": "dersimonian-laird", "REML": "reml", "PM": "paule-mandel"}
FEW = ([0.1, 0.3, 0.35, 0.2, 0.28], [0.04, 0.09, 0.02, 0.05, 0.03])


def ends(interval):
    return [interval.low, interval.high]


@pytest.mark.parametrize("name", METHODS)
def test_thirteen_trials_of_a_vaccine_have_the_numbers_of_metafor(name):
    found = random_effects(numbers("bcg.effects"), numbers("bcg.variances"), method=METHODS[name])
    fit = [found.estimate, found.standard_error, found.statistic, found.p, *ends(found.interval)]
    assert fit == pytest.approx(numbers(f"bcg.{name}.fit"), rel=1e-10)
    assert ends(found.prediction) == pytest.approx(numbers(f"bcg.{name}.prediction"), rel=1e-10)
    spread = [found.tau2, 100 * found.i2, found.h2, found.q, found.q_p]
    assert spread == pytest.approx(numbers(f"bcg.{name}.heterogeneity"), rel=1e-10)
    assert found.inflation == pytest.approx(numbers(f"bcg.{name}.inflation")[0], rel=1e-10)
    # metafor searches the interval of tau2 to four digits only
    assert ends(found.tau2_interval) == pytest.approx(numbers(f"bcg.{name}.tau2.interval"), rel=3e-4)


def test_effects_that_agree_better_than_their_errors_allow_have_no_narrower_interval():
    found = random_effects(*FEW)
    estimate, plain, inflation, tau2, q = numbers("few.knha")
    assert [found.estimate, found.inflation, found.q] == pytest.approx([estimate, inflation, q], rel=1e-10)
    assert found.tau2 == tau2 == 0.0
    assert [found.standard_error, *ends(found.interval)] == pytest.approx(numbers("few.adhoc"), rel=1e-10)
    assert found.standard_error > plain
    assert (found.i2, found.h2) == (0.0, 1.0)


def test_paule_and_mandels_variance_is_statsmodels_iterated_one():
    effects, variances = numbers("bcg.effects"), numbers("bcg.variances")
    other = combine_effects(np.array(effects), np.array(variances), method_re="iterated", use_t=True)
    found = random_effects(effects, variances)
    assert found.tau2 == pytest.approx(other.tau2, rel=1e-5)
    assert found.estimate == pytest.approx(other.mean_effect_re, rel=1e-6)


def test_one_set_and_none_have_a_note():
    one, none = random_effects([2.0, math.nan], [1.0, 1.0]), random_effects([], [])
    assert (one.estimate, one.n) == (2.0, 1)
    assert one.note == (
        "1 of 2 data sets lack an effect or its variance and were left out. "
        "There is one data set: what differs between sets is unknown."
    )
    assert none.note == "There is no data set."


def test_variances_of_zero_and_unknown_methods_are_refused():
    with pytest.raises(DataError, match="variances has 0 among its entries"):
        random_effects([1.0, 2.0], [1.0, 0.0])
    with pytest.raises(ConfigError, match="method is 'ml', but must be one of paule-mandel"):
        random_effects(*FEW, method="ml")
