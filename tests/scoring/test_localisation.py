"""Whether named features are the touched ones: by hand, under ties and against chance."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import DataError
from harness.scoring.localisation import localise_flagged, localise_ranked

TOUCHED = np.array([True, False, False, True, False])


def test_the_k_highest_scores_are_named() -> None:
    scores = [0.9, 0.8, 0.1, 0.7, 0.0]
    named = [localise_ranked(scores, TOUCHED, k) for k in range(1, 6)]
    assert [each.precision for each in named] == [1, 1 / 2, 2 / 3, 2 / 4, 2 / 5]
    assert [each.recall for each in named] == [1 / 2, 1 / 2, 1, 1, 1]
    assert [each.chance_precision for each in named] == [2 / 5] * 5
    assert [each.chance_recall for each in named] == [1 / 5, 2 / 5, 3 / 5, 4 / 5, 1]


def test_equal_scores_give_chance() -> None:
    named = localise_ranked(np.zeros(5), TOUCHED, 2)
    assert named.precision == pytest.approx(named.chance_precision)
    assert named.recall == pytest.approx(named.chance_recall)


def test_features_that_cannot_be_read_rank_last() -> None:
    scores = [math.nan, -3.0, -5.0, -4.0, -math.inf]
    assert localise_ranked(scores, TOUCHED, 2).precision == 1 / 2
    assert localise_ranked(scores, TOUCHED, 3).precision == 1 / 3


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[int], np.ndarray, int]:
    n_features = draw(st.integers(1, 6))
    scores = draw(st.lists(st.integers(0, 3), min_size=n_features, max_size=n_features))
    touched = draw(st.lists(st.booleans(), min_size=n_features, max_size=n_features))
    return scores, np.array(touched), draw(st.integers(1, n_features))


@given(rankings())
def test_ties_are_averaged_over_every_way_to_break_them(drawn: tuple[list[int], np.ndarray, int]) -> None:
    scores, touched, k = drawn
    best = max(sum(scores[i] for i in named) for named in combinations(range(len(scores)), k))
    ways = [named for named in combinations(range(len(scores)), k) if sum(scores[i] for i in named) == best]
    expected = np.mean([touched[list(named)].sum() for named in ways])
    assert localise_ranked(scores, touched, k).precision == pytest.approx(expected / k)


@given(rankings(), st.randoms(use_true_random=False))
def test_the_order_of_features_does_not_matter(drawn: tuple[list[int], np.ndarray, int], shuffler: Random) -> None:
    scores, touched, k = drawn
    order = list(range(len(scores)))
    shuffler.shuffle(order)
    moved = localise_ranked(np.array(scores)[order], touched[order], k)
    assert moved == localise_ranked(scores, touched, k)


def test_flagged_features_are_compared_as_they_are() -> None:
    named = localise_flagged([3, 4, 2], TOUCHED)
    assert (named.precision, named.recall, named.chance_precision, named.chance_recall) == (1 / 3, 1 / 2, 2 / 5, 3 / 5)


def test_no_flag_has_no_precision_and_no_touched_feature_no_recall() -> None:
    assert localise_flagged([], TOUCHED).precision is None
    assert localise_flagged([], TOUCHED).recall == 0
    untouched = localise_flagged([1], np.zeros(3, dtype=bool))
    assert (untouched.precision, untouched.recall, untouched.chance_precision) == (0, None, 0)


@pytest.mark.parametrize("flagged", [[5], [-1], [2, 2]])
def test_a_flag_names_a_feature_once(flagged: list[int]) -> None:
    with pytest.raises(DataError, match="name each once, by its position among 5"):
        localise_flagged(flagged, TOUCHED)


@pytest.mark.parametrize(("n_scores", "k"), [(5, 0), (5, 6), (4, 2)])
def test_there_are_k_features_to_name(n_scores: int, k: int) -> None:
    with pytest.raises(DataError, match=f"There are {n_scores} scores for 5 features and k is {k}"):
        localise_ranked(np.arange(n_scores), TOUCHED, k)
