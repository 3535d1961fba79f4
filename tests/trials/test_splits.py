"""Folds, nested subsets and label noise: properties over random targets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import Code, Ints, Skip, equal_rows
from harness.data.splits import dealt, folds, n_of_rarest, nested_subset, noisy_target
from harness.randomness import stream

counts = st.lists(st.integers(5, 40), min_size=2, max_size=4)
shares = st.floats(0, 0.99)
seeds = st.integers(0, 50)


def target(counts: list[int]) -> Ints:
    """Class codes with these counts, in a random order."""
    codes = np.repeat(np.arange(len(counts)), counts)
    return stream(0, "a test's target").permutation(codes)


def alone(codes: Ints) -> Ints:
    """Groups of rows none of which is equal to another."""
    return np.arange(len(codes))


@given(counts, st.integers(2, 5), seeds)
def test_folds_part_the_rows_and_keep_the_shares_of_the_classes(counts: list[int], k: int, seed: int) -> None:
    codes = target(counts)
    cuts = folds(codes, alone(codes), n_classes=len(counts), n_folds=k, random_state=seed)
    assert np.sort(np.concatenate([cut.test for cut in cuts])).tolist() == list(range(len(codes)))
    for train, test in cuts:
        assert np.sort(np.concatenate([train, test])).tolist() == list(range(len(codes)))
        found = np.bincount(codes[test], minlength=len(counts))
        assert (np.abs(found - np.array(counts) / k) < 1 + 1e-9).all()
    sizes = [len(cut.test) for cut in cuts]
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(5, 60), st.integers(2, 5), seeds)
def test_folds_of_values_part_the_rows_evenly(n: int, k: int, seed: int) -> None:
    cuts = folds(np.linspace(0, 1, n), np.arange(n), n_classes=0, n_folds=k, random_state=seed)
    assert np.sort(np.concatenate([cut.test for cut in cuts])).tolist() == list(range(n))
    assert {len(cut.test) for cut in cuts} <= {n // k, n // k + 1}


def test_too_few_rows_for_the_folds_are_skipped_with_the_reason() -> None:
    with pytest.raises(Skip, match="the rarest class has 2 different rows to cut into 3 folds") as caught:
        folds(np.array([0, 0, 0, 1, 1]), np.arange(5), n_classes=2, n_folds=3, random_state=0)
    assert caught.value.code == Code.RARE_CLASS
    with pytest.raises(Skip, match="the rarest class has 2 different rows to cut into 3 folds"):
        folds(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 3, 4, 4]), n_classes=2, n_folds=3, random_state=0)
    with pytest.raises(Skip, match="there are 2 different rows to cut into 3 folds") as caught:
        folds(np.array([0.0, 1.0]), np.arange(2), n_classes=0, n_folds=3, random_state=0)
    assert caught.value.code == Code.TOO_FEW_ROWS


@given(counts, st.floats(0.01, 1), st.floats(0.01, 1), seeds)
def test_a_smaller_subset_lies_within_a_larger_one(counts: list[int], one: float, other: float, seed: int) -> None:
    codes = target(counts)
    small, large = (
        nested_subset(codes, alone(codes), share=share, n_classes=len(counts), seed=seed, purpose="p")
        for share in sorted((one, other))
    )
    assert set(small) <= set(large)
    assert len(large) == round(max(one, other) * len(codes))
    assert (np.diff(large) > 0).all()


@given(counts, st.floats(0.2, 1), seeds)
def test_a_subset_keeps_the_shares_of_the_classes(counts: list[int], share: float, seed: int) -> None:
    codes = target(counts)
    kept = nested_subset(codes, alone(codes), share=share, n_classes=len(counts), seed=seed, purpose="p")
    found = np.bincount(codes[kept], minlength=len(counts))
    assert (np.abs(found - share * np.array(counts)) <= 1.5).all()


def test_all_rows_are_a_subset_in_their_order() -> None:
    kept = nested_subset(target([5, 9]), np.arange(14), share=1.0, n_classes=2, seed=0, purpose="p")
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
    first, second = (
        nested_subset(codes, alone(codes), share=0.5, n_classes=2, seed=0, purpose=str(i)) for i in range(2)
    )
    assert set(first) != set(second)
    one, other = (noisy_target(codes, share=0.3, n_classes=2, seed=0, purpose=str(i)) for i in range(2))
    assert (one != other).any()


# ---- equal rows -----------------------------------------------------------------------------------------------------


def groups_of(seed: int, sizes: list[int], n_classes: int) -> tuple[Ints, Ints]:
    """Class codes and groups of these sizes, in a random order; the first groups see to it that each class has five."""
    rng = np.random.default_rng(seed)
    sizes = sizes + [1] * 5 * n_classes
    of_group = np.append(rng.integers(n_classes, size=len(sizes) - 5 * n_classes), np.repeat(np.arange(n_classes), 5))
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return of_group[groups], groups


copies = st.lists(st.integers(1, 12), min_size=0, max_size=40)


def is_cut(groups: Ints, side: Ints) -> bool:
    """Whether a group is on two sides."""
    return len({*zip(groups.tolist(), side.tolist(), strict=True)}) > len({*groups.tolist()})


@given(copies, st.integers(1, 4), st.integers(2, 5), seeds)
def test_no_fold_cuts_a_group_and_every_class_is_in_every_fold(sizes: list[int], c: int, k: int, seed: int) -> None:
    codes, groups = groups_of(seed, sizes, c)
    cuts = folds(codes, groups, n_classes=c, n_folds=k, random_state=seed)
    fold = np.full(len(codes), -1)
    for number, cut in enumerate(cuts):
        fold[cut.test] = number
        assert np.array_equal(np.sort(np.concatenate(cut)), np.arange(len(codes)))
    assert not is_cut(groups, fold)
    for code in range(c):
        found = np.bincount(fold[codes == code], minlength=k)
        largest = np.bincount(groups[codes == code]).max()
        assert found.min() > 0
        assert np.ptp(found) <= 2 * largest


@given(copies, st.integers(1, 4), st.floats(0.01, 1), st.floats(0.01, 1), seeds)
def test_no_subset_cuts_a_group(sizes: list[int], c: int, one: float, other: float, seed: int) -> None:
    codes, groups = groups_of(seed, sizes, c)
    small, large = (
        nested_subset(codes, groups, share=share, n_classes=c, seed=seed, purpose="p") for share in sorted((one, other))
    )
    assert set(small) <= set(large)
    wanted = round(max(one, other) * len(codes))
    assert wanted <= len(large) < wanted + np.bincount(groups).max()
    assert not is_cut(groups, np.isin(np.arange(len(codes)), small).astype(np.int64))


@given(counts, st.integers(2, 4), seeds)
def test_parts_of_any_sizes_are_dealt_exactly_and_in_proportion(counts: list[int], k: int, seed: int) -> None:
    codes, n = target(counts), sum(counts)
    left = n - 2 * len(counts) * k
    sizes = 2 * len(counts) + np.random.default_rng(seed).multinomial(max(left, 0), np.ones(k) / k)
    if left < 0:
        return
    part = dealt(codes, alone(codes), sizes.tolist(), np.random.default_rng(seed))
    assert np.bincount(part, minlength=k).tolist() == sizes.tolist()
    for code, count in enumerate(counts):
        assert np.abs(np.bincount(part[codes == code], minlength=k) - count * sizes / n).max() < 2


def test_every_row_comes_to_every_part_equally_often() -> None:
    codes, groups = groups_of(0, [5, 3, 3, 2, 2], 2)
    sizes = [len(codes) // 3, len(codes) // 3, len(codes) - 2 * (len(codes) // 3)]
    drawn = np.array([dealt(codes, groups, sizes, np.random.default_rng(seed)) for seed in range(3000)])
    for part, size in enumerate(sizes):
        assert np.abs(np.mean(drawn == part, axis=0) - size / len(codes)).max() < 0.15


def test_rows_are_equal_by_values_and_label_and_missing_equals_missing() -> None:
    values = np.array([[1.0, np.nan], [0.0, 2.0], [1.0, -np.nan], [-0.0, 2.0], [1.0, np.nan], [1.0, 2.0]])
    assert equal_rows(values, np.array([0, 1, 0, 1, 1, 0])).tolist() == [0, 1, 0, 1, 2, 3]
    assert equal_rows(values, np.array([0.5, 1, 0.5, 1.5, 0.5, 0])).tolist() == [0, 1, 0, 2, 0, 3]


def test_the_rarest_class_is_counted_in_different_rows() -> None:
    codes, groups = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 2, 3])
    assert n_of_rarest(codes, groups, 2) == 2
    assert n_of_rarest(codes, groups, 3) == 0
    assert n_of_rarest(np.linspace(0, 1, 5), groups, 0) == 4
