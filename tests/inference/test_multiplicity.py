"""Adjustments of many p values."""

import itertools
import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from harness.core import ConfigError, DataError
from harness.inference.multiplicity import benjamini_hochberg, fewest_sets, holm
from harness.inference.signed_rank import signed_rank
from harness.randomness import stream


def test_holm_multiplies_the_smallest_by_the_family_and_never_decreases():
    assert holm([0.01, 0.04, 0.03]).p == pytest.approx((0.03, 0.06, 0.06))


@pytest.mark.parametrize("seed", range(5))
def test_both_adjustments_are_those_of_statsmodels(seed):
    p = stream(seed, "multiplicity").random(12).round(1) / 4
    assert holm(p).p == pytest.approx(tuple(multipletests(p, method="holm")[1]))
    assert benjamini_hochberg(p).p == pytest.approx(tuple(multipletests(p, method="fdr_bh")[1]))


def test_a_test_without_p_counts_in_the_family():
    adjusted = holm([0.01, np.nan, 0.03])
    assert adjusted.p == pytest.approx((0.03, math.nan, 0.06), nan_ok=True)
    assert adjusted.note == "1 of 3 tests gave no p; they count in the family."


def test_a_family_without_any_p_says_so():
    assert holm([]).note == "There is no test."
    assert holm([np.nan, np.nan]).note == "None of the 2 tests gave a p."


@pytest.mark.parametrize(("methods", "sets"), [(3, 7), (5, 9), (8, 11), (9, 11), (10, 11), (15, 13)])
def test_the_fewest_data_sets_for_all_pairs(methods, sets):
    assert fewest_sets(math.comb(methods, 2)) == sets


@pytest.mark.parametrize("methods", [3, 5, 8])
def test_at_the_fewest_sets_the_clearest_result_is_rejected_and_with_one_less_it_is_not(methods):
    family = len(list(itertools.combinations(range(methods), 2)))
    needed = fewest_sets(family)
    best = [min(holm([signed_rank(range(1, n + 1)).p] * family).p) for n in (needed, needed - 1)]
    assert best[0] < 0.05 <= best[1]


def test_an_empty_family_is_refused():
    with pytest.raises(ConfigError, match="declare at least one comparison"):
        fewest_sets(0)


@pytest.mark.parametrize("alpha", [0, -1, 1, math.nan])
def test_a_level_outside_of_zero_to_one_is_refused_and_never_waited_for(alpha):
    with pytest.raises(ConfigError, match=r"must lie between 0 and 1: give 0\.05 for 5 %"):
        fewest_sets(3, alpha=alpha)


def test_a_p_is_a_probability():
    with pytest.raises(DataError, match="p_values has 2 as entry 0, but a p lies between 0 and 1"):
        holm([2, -1])
