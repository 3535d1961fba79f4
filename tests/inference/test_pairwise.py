"""The pairwise matrix and the groups that it leaves together."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from harness.core import ConfigError
from harness.inference.cliques import cliques
from harness.inference.multiplicity import holm
from harness.inference.pairwise import pairwise, pairwise_cliques
from harness.inference.signed_rank import signed_rank
from harness.randomness import stream

SCORES = pd.DataFrame(
    stream(0, "pairwise").normal(size=(20, 4)) + np.array([0.0, 0.1, 1.5, 1.6]),
    columns=["tree", "bag", "boost", "stack"],
)


def test_each_pair_has_its_own_test_and_holm_over_all():
    table = pairwise(SCORES)
    tests = [signed_rank(SCORES[pair.first] - SCORES[pair.second]).p for pair in table.pairs]
    assert [pair.p for pair in table.pairs] == tests
    assert [pair.p_holm for pair in table.pairs] == pytest.approx(list(holm(tests).p))
    assert len(table.pairs) == 6


def test_wins_draws_and_losses_are_counted_with_rounding_as_a_draw():
    scores = pd.DataFrame({"a": [0.1 + 0.2, 0.9, 0.8, 0.1], "b": [0.3, 0.5, 0.5, 0.4]})
    pair = pairwise(scores).pairs[0]
    assert (pair.wins, pair.draws, pair.losses) == (2, 1, 1)
    assert pair.difference == pytest.approx((0.4 + 0.3 - 0.3) / 4)


def test_a_declared_family_is_smaller_and_so_is_its_correction():
    declared = pairwise(SCORES, pairs=[("stack", "boost"), ("stack", "bag")])
    every = {frozenset((p.first, p.second)): p.p_holm for p in pairwise(SCORES).pairs}
    assert [(p.first, p.second) for p in declared.pairs] == [("stack", "boost"), ("stack", "bag")]
    assert declared.pairs[1].p_holm < every[frozenset(("stack", "bag"))]


def test_too_few_data_sets_give_a_sentence_instead_of_a_p():
    table = pairwise(SCORES.iloc[:7])
    assert all(math.isnan(pair.p_holm) and pair.p > 0 for pair in table.pairs)
    assert table.note == "7 data sets cannot reject any of 6 comparisons at 0.05: at least 8 are needed."


def test_groups_are_the_methods_that_wilcoxon_and_holm_leave_together():
    ranking = ["stack", "boost", "bag", "tree"]
    assert pairwise_cliques(pairwise(SCORES), ranking) == (("stack", "boost"), ("bag", "tree"))


def test_below_the_fewest_sets_nothing_is_told_apart():
    assert pairwise_cliques(pairwise(SCORES.iloc[:5]), list(SCORES)) == (tuple(SCORES),)


def test_groups_need_every_pair():
    with pytest.raises(ConfigError, match="bag and tree were not compared"):
        pairwise_cliques(pairwise(SCORES, pairs=[("stack", "bag"), ("stack", "tree")]), ["stack", "bag", "tree"])


def test_an_incomplete_data_set_is_left_out_and_named():
    holed = SCORES.copy()
    holed.loc[3, "bag"] = np.nan
    assert (pairwise(holed).n, pairwise(holed).note) == (19, "Left out, for lack of some values: 3.")


def test_unknown_methods_and_empty_families_are_refused():
    with pytest.raises(ConfigError, match="no scores of svm: the methods are tree, bag, boost, stack"):
        pairwise(SCORES, pairs=[("svm", "tree")])
    with pytest.raises(ConfigError, match="at least two methods"):
        pairwise(SCORES[["tree"]])


def test_a_group_need_not_be_a_run_of_the_ranking():
    alike = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=bool)
    assert cliques("abc", alike) == (("a", "c"),)


@pytest.mark.parametrize("seed", range(10))
def test_groups_are_the_maximal_cliques_of_an_exhaustive_search(seed):
    upper = np.triu(stream(seed, "cliques").random((8, 8)) < 0.6, 1)
    alike = upper | upper.T | np.eye(8, dtype=bool)
    subsets = itertools.chain.from_iterable(itertools.combinations(range(8), size) for size in range(2, 9))
    whole = [set(subset) for subset in subsets if alike[np.ix_(subset, subset)].all()]
    largest = [tuple(sorted(group)) for group in whole if not any(group < other for other in whole)]
    assert cliques(range(8), alike) == tuple(sorted(largest))


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["ab"], "give two methods for each"),
        ([("bag", "bag")], "bag is compared with itself"),
        ([("bag", "tree"), ("tree", "bag")], "tree and bag are compared twice"),
    ],
)
def test_a_family_counts_each_pair_of_two_methods_once(pairs, said):
    with pytest.raises(ConfigError, match=said):
        pairwise(SCORES, pairs=pairs)
