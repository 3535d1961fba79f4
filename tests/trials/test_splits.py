"""Folds, nested subsets and label noise: properties over random targets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import Ints, Skip
from harness.data.splits import folds, nested_subset, noisy_target
from harness.randomness import stream

counts = st.lists(st.integers(5, 40), min_size=2, max_size=4)
shares = st.floats(0, 0.99)
seeds = st.integers(0, 50)


def target(counts: list[int]) -> Ints:
    """Class codes with these counts, in a random order."""
    codes = np.repeat(np.arange(len(counts)), counts)
    return stream(0, "a test's target").permutation(codes)


@given(counts, st.integers(2, 5), seeds)
def test_folds_part_the_rows_and_keep_the_shares_of_the_classes(counts: list[int], k: int, seed: int) -> None:
    codes = target(counts)
    cuts = folds(codes, n_classes=len(counts), n_folds=k, random_state=seed)
    assert np.sort(np.concatenate([cut.test for cut in cuts])).tolist() == list(range(len(codes)))
    for train, test in cuts:
        assert np.sort(np.concatenate([train, test])).tolist() == list(range(len(codes)))
        found = np.bincount(codes[test], minlength=len(counts))
        assert (np.abs(found - np.array(counts) / k) < 1 + 1e-9).all()


@given(st.integers(5, 60), st.integers(2, 5), seeds)
def test_folds_of_values_part_the_rows_evenly(n: int, k: int, seed: int) -> None:
    cuts = folds(np.linspace(0, 1, n), n_classes=0, n_folds=k, random_state=seed)
    assert np.sort(np.concatenate([cut.test for cut in cuts])).tolist() == list(range(n))
    assert {len(cut.test) for cut in cuts} <= {n // k, n // k + 1}


def test_too_few_rows_for_the_folds_are_skipped_with_the_reason() -> None:
    with pytest.raises(Skip, match="the rarest class has 2 rows to cut into 3 folds"):
        folds(np.array([0, 0, 0, 1, 1]), n_classes=2, n_folds=3, random_state=0)
    with pytest.raises(Skip, match="there are 2 rows to cut into 3 folds"):
        folds(np.array([0.0, 1.0]), n_classes=0, n_folds=3, random_state=0)


@given(counts, st.floats(0.01, 1), st.floats(0.01, 1), seeds)
def test_a_smaller_subset_lies_within_a_larger_one(counts: list[int], one: float, other: float, seed: int) -> None:
    codes = target(counts)
    small, large = (
        nested_subset(codes, share=share, n_classes=len(counts), seed=seed, purpose="p")
        for share in sorted((one, other))
    )
    assert set(small) <= set(large)
    assert len(large) == round(max(one, other) * len(codes))
    assert (np.diff(large) > 0).all()


@given(counts, st.floats(0.2, 1), seeds)
def test_a_subset_keeps_the_shares_of_the_classes(counts: list[int], share: float, seed: int) -> None:
    codes = target(counts)
    kept = nested_subset(codes, share=share, n_classes=len(counts), seed=seed, purpose="p")
    found = np.bincount(codes[kept], minlength=len(counts))
    assert (np.abs(found - share * np.array(counts)) <= 1.5).all()


def test_all_rows_are_a_subset_in_their_order() -> None:
    kept = nested_subset(target([5, 9]), share=1.0, n_classes=2, seed=0, purpose="p")
    assert kept.tolist() == list(range(14))


@given(counts, shares, shares, seeds)
def test_noise_is_exact_and_nested(counts: list[int], one: float, other: float, seed: int) -> None:
    codes = target(counts)
    before = codes.copy()
    less, more = (
        noisy_target(codes, share=share, n_classes=len(counts), seed=seed, purpose="p")
        for share in sorted((one, other))
    )
    np.testing.assert_array_equal(codes, before)
    assert np.count_nonzero(more != codes) == round(max(one, other) * len(codes))
    wrong = less != codes
    np.testing.assert_array_equal(less[wrong], more[wrong])
    assert set(more) <= set(range(len(counts)))


def test_a_wrong_label_is_every_other_class_equally_often() -> None:
    codes = np.zeros(30_000, dtype=np.int64)
    noisy = noisy_target(codes, share=0.99, n_classes=4, seed=0, purpose="p")
    found = np.bincount(noisy, minlength=4)[1:]
    assert (np.abs(found - 9_900) < 5 * np.sqrt(9_900)).all()


@given(st.integers(2, 60), shares, seeds)
def test_noise_gives_a_value_that_another_row_has(n: int, share: float, seed: int) -> None:
    values = np.linspace(0, 1, n)
    noisy = noisy_target(values, share=share, n_classes=0, seed=seed, purpose="p")
    assert np.count_nonzero(noisy != values) == round(share * n)
    assert set(noisy) <= set(values)


def test_two_purposes_draw_two_subsets_and_two_noises() -> None:
    codes = target([30, 30])
    first, second = (nested_subset(codes, share=0.5, n_classes=2, seed=0, purpose=str(i)) for i in range(2))
    assert set(first) != set(second)
    one, other = (noisy_target(codes, share=0.3, n_classes=2, seed=0, purpose=str(i)) for i in range(2))
    assert (one != other).any()
