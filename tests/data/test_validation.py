"""What cannot be used is refused with one sentence that names the set, the column and the remedy."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.core import ConfigError, DataError, DataTable
from harness.data import Dataset

N = 20


@dataclass(frozen=True)
class Frame:
    """A source that gives a frame made for the test."""

    columns: dict[str, Any]

    def read(self) -> pd.DataFrame:
        return pd.DataFrame(self.columns)


def load(columns: dict[str, Any], **settings: Any) -> DataTable:
    settings = {"name": "mine", "task": "classification", "target": "y", "source": Frame(columns), **settings}
    return Dataset(**settings).load()


def good(**columns: Any) -> dict[str, Any]:
    return {"x": np.arange(N) / 2, "y": ["no", "yes"] * (N // 2), **columns}


def refused(message: str) -> Any:
    return pytest.raises(DataError, match=message)


def test_a_good_set_is_taken() -> None:
    table = load(good(z=[True, None] * 10, c=["b", "a"] * 10, g=pd.Categorical([3, 10] * 10)))
    assert table.classes == ("no", "yes")
    assert table.target.tolist() == [0, 1] * 10
    assert table.nominal == ("z", "c", "g")
    assert table.features["x"].dtype == np.float64
    assert list(table.features["c"].cat.categories) == ["a", "b"]
    assert list(table.features["g"].cat.categories) == ["10", "3"]
    assert table.features["z"].isna().sum() == 10


def test_missing_features_are_kept_for_the_fold_to_impute() -> None:
    table = load(good(x=[np.nan, 1.0] * 10, i=pd.array([1, None] * 10, dtype="Int64"), d=[Decimal(1), None] * 10))
    assert table.features.isna().sum().tolist() == [10, 10, 10]
    assert set(table.features.dtypes) == {np.dtype(np.float64)}


def test_whole_numbers_make_the_same_labels_whatever_their_type() -> None:
    kinds = [np.array([1, 2] * 10), np.array([1.0, 2.0] * 10), np.array([1, 2] * 10, dtype=object), ["1 ", " 2"] * 10]
    assert {load(good(y=kind)).classes for kind in kinds} == {("1", "2")}
    assert len({load(good(y=kind)).checksum for kind in kinds}) == 1


def test_long_identifiers_keep_their_last_digit() -> None:
    assert load(good(y=[2**60, 2**60 + 1] * 10)).classes == (str(2**60), str(2**60 + 1))


def test_columns_of_numbers_can_be_labels() -> None:
    columns = good(code=[1, 2] * 10)
    assert load(columns, nominal=["code"]).nominal == ("code",)
    assert load(columns, nominal="all").nominal == ("x", "code")


def test_the_target_is_the_last_column_unless_named() -> None:
    assert list(load(good(), target=None).features.columns) == ["x"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": "label"}, r"'mine' has no column 'label' \(dataset\.target\); it has: x, y"),
        ({"target": "Y"}, r"no column 'Y' \(dataset\.target\); did you mean 'y'\?"),
        ({"target": "yy"}, r"no column 'yy' \(dataset\.target\); did you mean 'y'\?"),
        ({"drop": ["id"]}, r"no column 'id' \(dataset\.drop\)"),
        ({"nominal": ["code"]}, r"no column 'code' \(dataset\.nominal\)"),
        ({"zero_is_missing": ["z"]}, r"no column 'z' \(dataset\.zero_is_missing\)"),
        ({"drop": ["y"]}, r"target column 'y' cannot be in dataset\.drop too"),
        ({"drop": ["x"]}, "no feature left beside the target"),
    ],
)
def test_a_role_that_fits_no_column_is_refused(settings: dict[str, Any], message: str) -> None:
    with refused(message):
        load(good(), **settings)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (["no"] * N, "target column 'y' has one class only"),
        (["no", None] * 10, r"target column 'y' is empty in 10 rows \(the first is row 2\)"),
        (["no", 1] * 10, r"target column 'y' mixes numbers \('1'\) and text \('no'\): .*dataset\.nominal=\[y\]"),
        (["no", "1"] * 10, r"target column 'y' mixes numbers \('1'\) and text \('no'\)"),
        (np.linspace(0, 1, N), "target column 'y' has 20 distinct values in 20 rows"),
        ([f"id{i}" for i in range(N)], "target column 'y' has 20 distinct values in 20 rows"),
        ([[1], [2]] * 10, "target column 'y' holds values of type list"),
    ],
    ids=["one class", "missing", "mixed", "mixed text", "too many numbers", "too many texts", "lists"],
)
def test_a_target_that_is_no_class_is_refused(target: Any, message: str) -> None:
    with refused(message):
        load(good(y=target))


def test_a_continuous_target_hints_at_regression() -> None:
    with refused(r"target column 'y' has 25 distinct numbers, too many for classes: set dataset\.task=regression"):
        load({"x": np.arange(100), "y": np.repeat(np.arange(25) / 7, 4)})


def test_many_whole_numbers_are_classes() -> None:
    assert load({"x": np.arange(100), "y": np.repeat(np.arange(25.0), 4)}).n_classes == 25


def test_a_mixed_target_is_taken_as_labels_on_purpose() -> None:
    assert load(good(y=["no", "1"] * 10), nominal=["y"]).classes == ("1", "no")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (["a", "b"] * 10, r"does not hold numbers: set dataset\.task=classification"),
        ([True, False] * 10, "does not hold numbers"),
        ([1.0, np.nan] * 10, "is empty in 10 rows"),
        ([1.0, np.inf] * 10, r"holds an infinite value \(the first in row 2\)"),
        ([1.0] * N, "has the same value in every row"),
    ],
    ids=["text", "truth", "missing", "infinite", "constant"],
)
def test_a_target_that_is_no_number_is_refused_for_regression(target: Any, message: str) -> None:
    with refused(message):
        load(good(y=target), task="regression")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([1.0, -np.inf] * 10, r"'mine': column 'z' holds an infinite value \(the first in row 2\)"),
        ([1, "a"] * 10, r"column 'z' mixes numbers \('1'\) and text \('a'\): .*dataset\.nominal=\[z\]"),
        (["3.5", "low"] * 10, r"column 'z' mixes numbers \('3\.5'\) and text \('low'\)"),
        ([True, "a"] * 10, r"column 'z' mixes text \('a'\) and truth values \('True'\)"),
        ([None] * N, r"column 'z' holds no value at all: leave it out \('dataset\.drop=\[z\]'\)"),
        ([np.nan] * N, "column 'z' holds no value at all"),
        (pd.date_range("2020", periods=N), r"column 'z' holds values of type datetime64\[.*\]: turn them into numbers"),
        ([datetime.time(1)] * N, "column 'z' holds values of type time"),
        ([1j] * N, "column 'z' holds values of type complex128"),
    ],
    ids=["infinite", "mixed", "mixed text", "truth and text", "nothing", "only nan", "dates", "times", "complex"],
)
def test_a_feature_that_cannot_be_used_is_refused(column: Any, message: str) -> None:
    with refused(message):
        load(good(z=column))


def test_a_mixed_feature_is_taken_as_labels_on_purpose() -> None:
    table = load(good(z=["3.5", "low"] * 10), nominal=["z"])
    assert list(table.features["z"].cat.categories) == ["3.5", "low"]


def test_an_unusable_column_may_be_dropped() -> None:
    assert list(load(good(z=[None] * N), drop=["z"]).features.columns) == ["x"]


def test_two_columns_of_one_name_are_refused() -> None:
    with refused("'mine' has two columns named 'x'"):
        load(good(**{" x": [1] * N}))


def test_a_column_without_a_name_is_refused() -> None:
    with refused("column 3 has no name; .*index=False"):
        load(good(**{"": range(N)}))


def test_fewer_than_ten_rows_are_refused() -> None:
    with refused("'mine' has 9 rows; at least 10 are needed"):
        load({"x": range(9), "y": [0, 1, 0, 1, 0, 1, 0, 1, 0]})


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"rows": 21}, "rows should be 21 but is 20"),
        ({"features": 2}, "features should be 2 but is 1"),
        ({"classes": {"no": 9, "yes": 11}}, r"classes should be .* but is \{'no': 10, 'yes': 10\}"),
        ({"checksum": "f" * 64}, r"checksum should be f+ but is [0-9a-f]{64}; .*dataset\.checksum=null"),
    ],
)
def test_a_set_that_is_not_what_its_yaml_states_is_refused(stated: dict[str, Any], message: str) -> None:
    with refused(f"'mine' is not what its YAML states: {message}"):
        load(good(), **stated)


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(ConfigError, match="mine: unknown task 'clustering'; choose one of classification, regression"):
        load(good(), task="clustering")


def test_a_single_nominal_column_must_be_in_a_list() -> None:
    with pytest.raises(ConfigError, match=r"dataset\.nominal is 'code', not 'all' or a list"):
        load(good(), nominal="code")


def test_writing_into_a_loaded_table_does_not_change_the_next_one() -> None:
    dataset = Dataset(name="mine", task="classification", source=Frame(good()))
    table = dataset.load()
    table.target[:] = 0
    table.features.loc[0, "x"] = 99.0
    assert dataset.load().target.tolist() == [0, 1] * 10
    assert dataset.load().features.loc[0, "x"] == 0.0
