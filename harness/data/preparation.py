"""A `DataTable` from the raw columns of any source. Unusable data are refused in one clear sentence."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harness.core import DataError, DataTable, Floats, Ints, Task
from harness.data.columns import UnusableColumnError, is_numeric, missing_cells, to_labels, to_numbers
from harness.data.fingerprint import checksum

MIN_ROWS = 10
_MANY_CLASSES = 20


@dataclass(frozen=True)
class Roles:
    """The roles of a set's columns.

    Attributes:
        task: classification or regression.
        target: the column to predict; None for the last one.
        drop: columns to leave out.
        nominal: columns of numbers that are labels, or "all".
        zero_is_missing: columns in which 0 stands for a missing value.
    """

    task: Task
    target: str | None
    drop: Sequence[str]
    nominal: Sequence[str] | str
    zero_is_missing: Sequence[str]

    def are_labels(self, column: str) -> bool:
        """Whether a column is read as labels, whatever it holds; "all" means all features."""
        return column != self.target if isinstance(self.nominal, str) else column in self.nominal


def prepare(raw: pd.DataFrame, roles: Roles, name: str) -> DataTable:
    """The data set in the form that the harness uses.

    Args:
        raw: all rows and columns, as the source gives them.
        roles: the roles of the columns.
        name: the set's name, for the messages.

    Raises:
        DataError: the set cannot be used. The message names the set, the column and the remedy.
    """
    raw = _with_checked_names(raw, name)
    if len(raw) < MIN_ROWS:
        raise DataError(f"Data set '{name}' has {len(raw)} rows; at least {MIN_ROWS} are needed.")
    target_name = _target_column(raw, roles, name)
    roles = replace(roles, target=target_name)
    features = _features(raw.drop(columns=[*roles.drop, target_name]), roles, name)
    target, classes = _target(raw[target_name], target_name, roles, name)
    return DataTable(name, roles.task, features, target, classes, checksum(features, target, classes))


def _with_checked_names(raw: pd.DataFrame, name: str) -> pd.DataFrame:
    names = [str(column).strip() for column in raw.columns]
    for position, column in enumerate(names):
        if not column:
            raise DataError(
                f"Data set '{name}': column {position + 1} has no name; name it, or leave it out of the file "
                "(`to_csv(index=False)`) if it only counts the rows."
            )
        if column in names[:position]:
            raise DataError(f"Data set '{name}' has two columns named '{column}': rename or remove one.")
    return raw.set_axis(names, axis="columns").reset_index(drop=True)


def _target_column(raw: pd.DataFrame, roles: Roles, name: str) -> str:
    columns = [str(column) for column in raw.columns]
    target = columns[-1] if roles.target is None else roles.target
    nominal = () if isinstance(roles.nominal, str) else roles.nominal
    named = {"target": [target], "drop": roles.drop, "nominal": nominal, "zero_is_missing": roles.zero_is_missing}
    for role, wanted in named.items():
        for column in wanted:
            if column not in columns:
                raise DataError(
                    f"Data set '{name}' has no column '{column}' (dataset.{role}){_existing(column, columns)}."
                )
            if column == target and role in ("drop", "zero_is_missing"):
                raise DataError(f"Data set '{name}': the target column '{target}' cannot be in dataset.{role} too.")
    return target


def _existing(column: str, columns: Collection[str]) -> str:
    in_lower_case = {existing.lower(): existing for existing in columns}
    close = difflib.get_close_matches(column.lower(), in_lower_case, n=1)
    guess = f"; did you mean '{in_lower_case[close[0]]}'?" if close else ";"
    shown = ", ".join(list(columns)[:20]) + (" ..." if len(columns) > 20 else "")
    separator = " (another separator? see dataset.separator)" if len(columns) == 1 else ""
    return f"{guess} it has: {shown}{separator}"


def _features(raw: pd.DataFrame, roles: Roles, name: str) -> pd.DataFrame:
    if raw.shape[1] == 0:
        raise DataError(f"Data set '{name}' has no feature left beside the target: drop fewer columns.")
    columns: dict[str, Floats | pd.Categorical[str]] = {}
    for column in map(str, raw.columns):
        try:
            columns[column] = _feature(raw[column], column, roles)
        except UnusableColumnError as error:
            raise DataError(f"Data set '{name}': column '{column}' {error}.") from error
    return pd.DataFrame(columns)


def _feature(raw: pd.Series, column: str, roles: Roles) -> Floats | pd.Categorical[str]:
    if raw.isna().all():
        raise UnusableColumnError(f"holds no value at all: leave it out (dataset.drop=[{column}])")
    if roles.are_labels(column) or not is_numeric(raw):
        return to_labels(raw)
    numbers = to_numbers(raw)
    return np.where(numbers == 0, np.nan, numbers) if column in roles.zero_is_missing else numbers


def _target(raw: pd.Series, column: str, roles: Roles, name: str) -> tuple[Ints | Floats, tuple[str, ...]]:
    try:
        if roles.task is Task.REGRESSION:
            return _numbers(raw), ()
        return _class_codes(raw, numeric=not roles.are_labels(column) and is_numeric(raw))
    except UnusableColumnError as error:
        raise DataError(f"Data set '{name}': the target column '{column}' {error}.") from error


def _class_codes(raw: pd.Series, *, numeric: bool) -> tuple[Ints, tuple[str, ...]]:
    labels = to_labels(raw)
    _refuse_missing(labels)
    n_classes = len(labels.categories)
    if n_classes < 2:
        raise UnusableColumnError("has one class only: choose another target")
    if numeric and n_classes > _MANY_CLASSES and (to_numbers(raw) % 1 != 0).any():
        raise UnusableColumnError(
            f"has {n_classes} distinct numbers, too many for classes: set dataset.task=regression"
        )
    if n_classes > len(raw) / 2:
        raise UnusableColumnError(
            f"has {n_classes} distinct values in {len(raw)} rows, too many for classes: choose another target"
        )
    return labels.codes.astype(np.int64), tuple(map(str, labels.categories))


def _numbers(raw: pd.Series) -> Floats:
    if not is_numeric(raw):
        raise UnusableColumnError("does not hold numbers: set dataset.task=classification or choose another target")
    numbers = to_numbers(raw)
    _refuse_missing(numbers)
    if (numbers == numbers[0]).all():
        raise UnusableColumnError("has the same value in every row: choose another target")
    return numbers


def _refuse_missing(values: Floats | pd.Categorical[str]) -> None:
    missing = missing_cells(values)
    if missing:
        raise UnusableColumnError(f"is empty in {len(missing)} rows (the first is row {missing[0] + 1}): remove them")
