"""Whether named columns are the touched ones: by hand, and against chance."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import DataError
from harness.scoring import localise

COLUMNS = "abcde"
TOUCHED = frozenset("ad")


def test_named_columns_are_compared_as_they_are() -> None:
    named = localise(["d", "e", "c"], TOUCHED, 5)
    assert named.precision == pytest.approx(100 / 3)
    assert (named.recall, named.chance) == (50, 40)


def test_at_k_only_the_columns_that_moved_most_count() -> None:
    assert localise(["a", "b", "d"], TOUCHED, 5).at_k == 50
    assert localise(["d", "a", "b"], TOUCHED, 5).at_k == 100
    assert localise(["b", "c", "d"], TOUCHED, 5).at_k == 0


def test_a_place_that_no_named_column_takes_is_wrong() -> None:
    assert localise(["a"], TOUCHED, 5) == (100, 50, 50, 40)
    assert localise([], TOUCHED, 5)[1:] == (0, 0, 40)


def test_no_named_column_has_no_precision_and_no_touched_column_no_recall() -> None:
    assert math.isnan(localise([], TOUCHED, 5).precision)
    untouched = localise(["b"], frozenset(), 3)
    assert (untouched.precision, untouched.chance) == (0, 0)
    assert math.isnan(untouched.recall)
    assert math.isnan(untouched.at_k)


def test_chance_is_not_known_on_a_set_of_unknown_width() -> None:
    assert math.isnan(localise(["a"], TOUCHED, math.nan).chance)


def test_chance_is_the_mean_precision_over_every_choice_of_columns() -> None:
    for k in range(1, 6):
        every = [localise(names, TOUCHED, 5) for names in combinations(COLUMNS, k)]
        assert np.mean([each.precision for each in every]) == pytest.approx(every[0].chance)


@given(st.permutations(COLUMNS), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_columns_matters_at_k_alone(names: list[str], n_named: int, shuffler: Random) -> None:
    other = names[:n_named]
    shuffler.shuffle(other)
    first, second = localise(names[:n_named], TOUCHED, 5), localise(other, TOUCHED, 5)
    assert first._replace(at_k=0) == second._replace(at_k=0)


@given(st.permutations(COLUMNS))
def test_of_as_many_as_were_touched_precision_recall_and_at_k_agree(names: list[str]) -> None:
    named = localise(names[: len(TOUCHED)], TOUCHED, 5)
    assert named.precision == named.recall == named.at_k


def test_a_column_is_named_once() -> None:
    with pytest.raises(DataError, match="name each once"):
        localise(["a", "b", "a"], TOUCHED, 5)
