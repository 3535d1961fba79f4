"""A `DataTable` from the raw columns of any source. Unusable data are refused in one clear sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from harness.core import DataError, DataTable, Floats, Ints, Task
from harness.data.columns import UnusableColumnError, is_numeric, to_labels, to_numbers
from harness.data.fingerprint import checksum
from harness.data.names import closest
from harness.data.notices import Notice, notices
from harness.data.overrides import override
from harness.data.roles import Roles
from harness.data.sources.source import Reading
from harness.data.suspicions import refuse_index, refuse_numbers_as_text

MIN_ROWS = 10
_MANY_CLASSES = 20


class Prepared(NamedTuple):
    """A data set in the form that the harness uses.

    Attributes:
        table: its content.
        target: the name of its target column.
        notices: what is worth knowing of its columns, a sentence each, with the column's name; "" for the whole set.
    """

    table: DataTable
    target: str
    notices: tuple[Notice, ...]


def prepare(reading: Reading, roles: Roles, name: str, source: object = None) -> Prepared:
    """The data set in the form that the harness uses.

    Args:
        reading: all rows and columns, as the source gives them.
        roles: the roles of the columns.
        name: the set's name, for the messages.
        source: the source. If its settings say how numbers are written, messages name those that mend a column.

    Raises:
        DataError: the set cannot be used. The message names the set, the column and the remedy.
    """
    raw = _with_checked_names(reading.frame, roles, name)
    if len(raw) < MIN_ROWS:
        raise DataError(f"Data set '{name}' has {len(raw)} rows; at least {MIN_ROWS} are needed.")
    target_name = _target_column(raw, roles, name)
    roles = replace(roles, target=target_name)
    used = raw.drop(columns=list(roles.drop)).reset_index(drop=True)
    try:
        refuse_numbers_as_text(used, roles, reading, source)
        refuse_index(used)
    except UnusableColumnError as error:
        raise DataError(f"Data set '{name}': {error}.") from error
    features = _features(used.drop(columns=target_name), roles, name)
    target, classes = _target(used[target_name], target_name, roles, name, reading)
    table = DataTable(name, roles.task, features, target, classes, checksum(features, target, classes))
    return Prepared(table, target_name, notices(raw, used, roles, reading))


def _with_checked_names(raw: pd.DataFrame, roles: Roles, name: str) -> pd.DataFrame:
    names = [str(column).strip() for column in raw.columns]
    for position, column in enumerate(names):
        if not column:
            names[position] = column = f"Unnamed: {position}"  # as pandas calls it
            if column not in roles.drop:
                raise DataError(
                    f"Data set '{name}': column {position + 1} has no name; name it, or leave it out "
                    f"({override('drop', [*roles.drop, column])}, or `to_csv(index=False)` if it only counts the rows)."
                )
        if column in names[:position]:
            raise DataError(f"Data set '{name}' has two columns named '{column}': rename or remove one.")
    return raw.set_axis(names, axis="columns")


def _target_column(raw: pd.DataFrame, roles: Roles, name: str) -> str:
    columns = [str(column) for column in raw.columns]
    target = columns[-1] if roles.target is None else roles.target
    check_columns(columns, replace(roles, target=target), name)
    return target


def check_columns(columns: Sequence[str], roles: Roles, name: str) -> None:
    """Raise `DataError` if a role names a column that is not there, or the target has two roles."""
    target = roles.target or ""
    nominal = () if isinstance(roles.nominal, str) else roles.nominal
    named = {"target": [target], "drop": roles.drop, "nominal": nominal, "zero_is_missing": roles.zero_is_missing}
    for role, wanted in named.items():
        for column in wanted:
            if column not in columns:
                raise DataError(
                    f"Data set '{name}' has no column '{column}' (dataset.{role}){closest(column, columns)}."
                )
            if column == target and role in ("drop", "zero_is_missing"):
                raise DataError(f"Data set '{name}': the target column '{target}' cannot be in dataset.{role} too.")


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
        raise UnusableColumnError(f"holds no value at all: leave it out ({override('drop', [*roles.drop, column])})")
    if roles.are_labels(column) or not is_numeric(raw):
        return to_labels(raw)
    numbers = to_numbers(raw)
    return np.where(numbers == 0, np.nan, numbers) if column in roles.zero_is_missing else numbers


def _target(
    raw: pd.Series, column: str, roles: Roles, name: str, reading: Reading
) -> tuple[Ints | Floats, tuple[str, ...]]:
    try:
        _refuse_missing(raw, reading.missing.get(column, {}))
        if roles.task is Task.REGRESSION:
            return _numbers(raw, reading.codes.get(column)), ()
        return _class_codes(raw, numeric=not roles.are_labels(column) and is_numeric(raw))
    except UnusableColumnError as error:
        raise DataError(f"Data set '{name}': the target column '{column}' {error}.") from error


def _class_codes(raw: pd.Series, *, numeric: bool) -> tuple[Ints, tuple[str, ...]]:
    labels = to_labels(raw)
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


def _numbers(raw: pd.Series, code: str | None = None) -> Floats:
    if code is not None:
        raise UnusableColumnError(
            f"holds codes such as '{code}': {override('numbers', [str(raw.name)])} makes them numbers, or set "
            "dataset.task=classification"
        )
    if not is_numeric(raw):
        raise UnusableColumnError("does not hold numbers: set dataset.task=classification or choose another target")
    numbers = to_numbers(raw)
    if (numbers == numbers[0]).all():
        raise UnusableColumnError("has the same value in every row: choose another target")
    return numbers


def _refuse_missing(raw: pd.Series, texts: Mapping[str, int]) -> None:
    missing = np.flatnonzero(raw.isna())
    if not missing.size:
        return
    first = f"is empty in {len(missing)} rows (the first is row {missing[0] + 1})"
    if not texts:
        raise UnusableColumnError(f"{first}: remove them")
    shown = ", ".join(f"'{text}' in {n}" for text, n in texts.items())
    raise UnusableColumnError(
        f"{first}, since a text counts as missing ({shown}): remove these rows, or, if it is a class, "
        f"say what is missing otherwise ({override('missing', [])} for empty cells only)"
    )
