"""The checksum is that of the content, all of it and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.data.columns import to_labels
from harness.data.fingerprint import checksum

PINNED = "94a00c73b1df5b53380a9fdb2572a4f539acb111181f89bb44312f5f19c62791"
CLASSES = ("no", "yes")
TARGET = np.array([0, 1] * 6)
numbers = arrays(np.float64, (12, 3), elements=st.floats(-1e300, 1e300) | st.just(np.nan))


def of(matrix: np.ndarray, target: np.ndarray = TARGET, classes: tuple[str, ...] = CLASSES) -> str:
    return checksum(pd.DataFrame(matrix, columns=["a", "b", "c"]), target, classes)


def test_the_checksum_of_a_small_set_is_pinned_across_versions_and_platforms() -> None:
    features = pd.DataFrame({"länge": [1.0, np.nan, -0.5], "farbe": to_labels(pd.Series(["rot", None, "grün"]))})
    assert checksum(features, np.array([0, 1, 0]), CLASSES) == PINNED


@given(numbers, st.integers(0, 11), st.integers(0, 2))
def test_one_changed_cell_changes_the_checksum(matrix: np.ndarray, row: int, column: int) -> None:
    changed = matrix.copy()
    changed[row, column] = 1.0 if np.isnan(matrix[row, column]) else np.nextafter(matrix[row, column], np.inf)
    assert of(changed) != of(matrix)


@given(numbers)
def test_every_nan_counts_the_same(matrix: np.ndarray) -> None:
    other = matrix.copy()
    other.view(np.uint64)[np.isnan(matrix)] = 0xFFF8000000000001
    assert of(other) == of(matrix)


def test_names_order_kinds_labels_and_target_count() -> None:
    column = pd.Series(["1", "2"] * 6)
    base = pd.DataFrame({"a": to_labels(column), "b": np.arange(12.0)})
    variants = [
        checksum(base, TARGET, CLASSES),
        checksum(base.rename(columns={"a": "z"}), TARGET, CLASSES),
        checksum(base[["b", "a"]], TARGET, CLASSES),
        checksum(base.assign(a=column.astype(np.float64)), TARGET, CLASSES),
        checksum(base.assign(a=to_labels(column.replace("2", "3"))), TARGET, CLASSES),
        checksum(base.iloc[::-1], TARGET, CLASSES),
        checksum(base, TARGET[::-1], CLASSES),
        checksum(base, TARGET, ("no", "yes!")),
        checksum(base, TARGET.astype(np.float64), ()),
    ]
    assert len(set(variants)) == len(variants)


def test_neighbouring_names_and_labels_cannot_run_into_each_other() -> None:
    one, other = pd.DataFrame({"ab": [1.0], "c": [2.0]}), pd.DataFrame({"a": [1.0], "bc": [2.0]})
    assert checksum(one, np.array([0.0]), ()) != checksum(other, np.array([0.0]), ())
