"""Adjustments of many p values."""

import itertools
import math

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from harness.core import ConfigError, DataError
from harness.inference.multiplicity import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    fewest_sets,
    hochberg,
    holm,
    hommel,
    shaffer,
)
from harness.inference.signed_rank import signed_rank
from harness.randomness import stream


def test_holm_multiplies_the_smallest_by_the_family_and_never_decreases():
    assert holm([0.01, 0.04, 0.03]).p == pytest.approx((0.03, 0.06, 0.06))


@pytest.mark.parametrize("seed", range(5))
def test_both_adjustments_are_those_of_statsmodels(seed):
    p = stream(seed, "multiplicity").random(12).round(1) / 4
    assert holm(p).p == pytest.approx(tuple(multipletests(p, method="holm")[1]))
    assert benjamini_hochberg(p).p == pytest.approx(tuple(multipletests(p, method="fdr_bh")[1]))


# R 4.2.2: p.adjust(p, "bonferroni"), and so on.
P = (0.0004, 0.0201, 0.0121, 0.6, 0.0201, 0.35, 0.9, 0.04, 0.0049, 0.11)
R = {
    bonferroni: (0.004, 0.201, 0.121, 1, 0.201, 1, 1, 0.4, 0.049, 1),
    hochberg: (0.004, 0.1206, 0.0968, 0.9, 0.1206, 0.9, 0.9, 0.2, 0.0441, 0.44),
    hommel: (0.004, 0.12, 0.0726, 0.9, 0.12, 0.9, 0.9, 0.2, 0.0441, 0.44),
    benjamini_yekutieli: (
        *(0.011715873015873, 0.117744523809524, 0.117744523809524, 1, 0.117744523809524),
        *(1, 1, 0.19526455026455, 0.0717597222222222, 0.460266439909297),
    ),
}
FEW = (0.01, 0.02, 0.022, 0.09, 0.3)
R_FEW = {
    bonferroni: (0.05, 0.1, 0.11, 0.45, 1),
    hochberg: (0.05, 0.066, 0.066, 0.18, 0.3),
    hommel: (0.04, 0.06, 0.066, 0.18, 0.3),
    benjamini_yekutieli: (0.0837222222222222, 0.0837222222222222, 0.0837222222222222, 0.256875, 0.685),
}


@pytest.mark.parametrize("adjust", R)
def test_the_other_adjustments_are_those_of_r(adjust):
    assert adjust(P).p == pytest.approx(R[adjust], rel=1e-12)
    assert adjust(FEW).p == pytest.approx(R_FEW[adjust], rel=1e-12)
    assert adjust(FEW[::-1]).p == pytest.approx(R_FEW[adjust][::-1], rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_each_adjustment_rejects_what_the_one_before_does(seed):
    p = stream(seed, "multiplicity").random(15) / 10
    for weaker, stronger in itertools.pairwise((bonferroni, holm, hochberg, hommel, benjamini_hochberg)):
        assert np.all(np.array(weaker(p).p) >= np.array(stronger(p).p) - 1e-15)
    assert np.all(np.array(holm(p).p) >= shaffer(p).p)


# Garcia and Herrera (2008): five classifiers over 30 sets. Levels of their table are .05 over these numbers of hypotheses.
@pytest.mark.parametrize(
    ("methods", "factors"),
    [
        (2, [1]),
        (3, [3, 1, 1]),
        (4, [6, 3, 3, 3, 2, 1]),
        (5, [10, 6, 6, 6, 6, 4, 4, 3, 2, 1]),
        (6, [15, 10, 10, 10, 10, 10, 7, 7, 7, 6, 4, 4, 3, 2, 1]),
    ],
)
def test_shaffers_factors_are_the_most_pairs_that_can_be_alike(methods, factors):
    p = np.full(len(factors), 1e-4) * (1 + np.arange(len(factors)))
    expected = np.maximum.accumulate(p * factors)
    assert shaffer(p).p == pytest.approx(tuple(expected))
    groups = itertools.product(range(methods), repeat=methods)
    alike = {sum(math.comb(each.count(one), 2) for one in set(each)) for each in groups}
    assert factors == [max(a for a in alike if a <= left) for left in range(len(factors), 0, -1)]


def test_tests_that_are_not_all_pairs_have_no_shaffer():
    with pytest.raises(ConfigError, match="4 tests are not all pairs of any number of methods"):
        shaffer([0.1] * 4)


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
