"""The settings with which a file can be read, found by looking at it, and what is understood with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas.api import types

from harness.core import DataError, Task
from harness.data.columns import UnusableColumnError, holds_text, is_numeric, to_labels
from harness.data.dataset import Dataset
from harness.data.numerals import Convention
from harness.data.own import from_file
from harness.data.preparation import Prepared, check_columns
from harness.data.roles import Roles
from harness.data.sources import File, Reading
from harness.data.sources.csv import separator_of
from harness.data.sources.decoding import UTF_8
from harness.data.suspicions import MANY_CLASSES, counts_rows, numbers_as_text, refuse_two_ways

_SHOWN = 4
_ROUNDS = 3
"""Decimals and thousands are found first, then the columns with units, then the task."""


@dataclass(frozen=True)
class Column:
    """What is understood of a column.

    Attributes:
        name: its name.
        role: "feature", "target" or "dropped".
        kind: "numbers", "labels", "classes", "nothing" or "unusable".
        values: the range of its numbers, or the number of its labels and some of them.
        missing: the number of its cells without a value.
        example: a cell.
    """

    name: str
    role: str
    kind: str
    values: str
    missing: int
    example: str


@dataclass(frozen=True)
class Findings:
    """What is understood of a file.

    Attributes:
        dataset: the data set, with the given and the found settings.
        found: the settings that were found, beside those that were given.
        n_rows: the number of rows.
        columns: each column of the file.
        prepared: the content and its notices; None if it cannot be used.
        trouble: why it cannot be used; "" if it can.
    """

    dataset: Dataset
    found: Mapping[str, Any]
    n_rows: int
    columns: tuple[Column, ...]
    prepared: Prepared | None
    trouble: str


def look_at(path: str, given: Mapping[str, Any]) -> Findings:
    """What a file holds under the given settings and those that are found for all others.

    Raises:
        ConfigError: a given setting makes no sense.
        DataError: the file cannot be read at all, or a given setting names a column that it does not have.
    """
    settings: dict[str, Any] = {"task": str(Task.CLASSIFICATION), **given}
    settings = _with_layout(path, settings)
    reading = _source(path, settings).reading()
    settings = {"target": _last(reading), **settings}
    _check_columns(path, settings, reading)
    for _ in range(_ROUNDS):
        better = _with_numbers(path, settings, reading, given)
        if better == settings:
            break
        settings, reading = better, _source(path, better).reading()
    settings = _with_roles(settings, reading, given)
    dataset = from_file(path=path, **settings)
    by_default = {"task": str(Task.CLASSIFICATION)}
    found = {name: value for name, value in settings.items() if name not in given and by_default.get(name) != value}
    try:
        prepared, trouble = dataset.prepared(), ""
    except DataError as error:
        prepared, trouble = None, str(error)
    columns = tuple(_column(reading, at, name, settings) for at, name in enumerate(_names(reading)))
    return Findings(dataset, found, len(reading.frame), columns, prepared, trouble)


def _check_columns(path: str, settings: Mapping[str, Any], reading: Reading) -> None:
    """Raise `DataError` if a given setting names a column that is not there."""
    dataset = from_file(path=path, **settings)
    roles = Roles(dataset.task, dataset.target, dataset.drop, dataset.nominal, dataset.zero_is_missing)
    check_columns(_names(reading), roles, dataset.name)


def _source(path: str, settings: Mapping[str, Any]) -> File:
    source = from_file(path=path, **settings).source
    assert isinstance(source, File)
    return source


def _with_layout(path: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Encoding and separator, which have to be right before anything can be read."""
    source = _source(path, settings)
    if not source.is_text:
        return settings
    encoding = settings.get("encoding") or source.guessed_encoding() or UTF_8
    settings = {**settings, "encoding": encoding} if encoding != UTF_8 else settings
    separator = settings.get("separator") or separator_of(_source(path, settings).text()) or ","
    return {**settings, "separator": separator} if separator != "," else settings


def _with_numbers(path: str, settings: dict[str, Any], reading: Reading, given: Mapping[str, Any]) -> dict[str, Any]:
    """Decimals, thousands and the columns with units, from columns of text that hold numbers."""
    source, used = _source(path, settings), _used(reading, settings)
    found = numbers_as_text(used, _roles(settings), reading, source)
    if not found or _is_written_in_two_ways(used, found, settings, reading):
        return settings
    # a column that can be read in one way only decides for those that can be read in two
    ways = min(found.values(), key=len)
    best = ways[-1] if len(ways) > 1 and source.separator == ";" else ways[0]
    changed = {"decimal": best.decimal, "thousands": best.thousands or source.thousands}
    changed = {name: value for name, value in changed.items() if name not in given and value != getattr(source, name)}
    if changed or "numbers" in given:
        return {**settings, **changed}
    whole = [
        name
        for name, (way, *_) in found.items()
        if (way.unit or not source.is_text) and all(way.number(cell) is not None for cell in used[name].dropna())
    ]
    return {**settings, "numbers": [*source.numbers, *whole]} if whole else settings


def _is_written_in_two_ways(
    used: pd.DataFrame, found: Mapping[str, Sequence[Convention]], settings: Mapping[str, Any], reading: Reading
) -> bool:
    try:
        refuse_two_ways(used, found, _roles(settings), reading)
    except UnusableColumnError:
        return True
    return False


def _with_roles(settings: dict[str, Any], reading: Reading, given: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that only count the rows are left out; a target of many numbers is one of regression."""
    frame = reading.frame.set_axis(_names(reading), axis="columns")
    written_out = [name for name in frame.columns if name.startswith("Unnamed: ") and _is_idle(frame[name])]
    if written_out and "drop" not in given:
        settings = {**settings, "drop": written_out}
    target = frame.get(settings["target"])
    if "task" not in given and isinstance(target, pd.Series) and _is_continuous(target):
        return {**settings, "task": str(Task.REGRESSION)}
    return settings


def _names(reading: Reading) -> list[str]:
    return [str(name).strip() or f"Unnamed: {at}" for at, name in enumerate(reading.frame.columns)]


def _last(reading: Reading) -> str:
    names = _names(reading)
    return names[-1] if names else ""


def _roles(settings: Mapping[str, Any]) -> Roles:
    drop, nominal = settings.get("drop") or (), settings.get("nominal") or ()
    return Roles(Task(settings["task"]), settings["target"], drop, nominal, ())


def _used(reading: Reading, settings: Mapping[str, Any]) -> pd.DataFrame:
    frame = reading.frame.set_axis(_names(reading), axis="columns")
    frame = frame.loc[:, ~frame.columns.duplicated()]
    return frame.drop(columns=list(settings.get("drop") or ()), errors="ignore")


def _is_idle(column: pd.Series) -> bool:
    return bool(column.isna().all()) or counts_rows(column)


def _is_continuous(column: pd.Series) -> bool:
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        return False
    return column.nunique() > min(MANY_CLASSES, len(column) / 2)


# ---- columns ------------------------------------------------------------------------------------------------------------


def _column(reading: Reading, at: int, name: str, settings: Mapping[str, Any]) -> Column:
    column, drop = reading.frame.iloc[:, at], settings.get("drop") or ()
    role = "dropped" if name in drop else "target" if name == settings["target"] else "feature"
    kind, values = _understood(column, name, settings)
    return Column(name, role, kind, values, int(column.isna().sum()), reading.examples.get(name, ""))


def _understood(column: pd.Series, name: str, settings: Mapping[str, Any]) -> tuple[str, str]:
    """The kind of a column and its values."""
    if column.isna().all():
        return "nothing", ""
    roles = _roles(settings)
    is_class = name == roles.target and roles.task is Task.CLASSIFICATION
    try:
        if not is_class and not roles.are_labels(name) and is_numeric(column):
            return "numbers", f"{column.min():g} to {column.max():g}"
        levels = list(to_labels(column).categories)
    except UnusableColumnError:
        return "unusable", "numbers and text" if holds_text(column) else f"values of type {column.dtype}"
    shown = ", ".join(levels[:_SHOWN]) + (" ..." if len(levels) > _SHOWN else "")
    return "classes" if is_class else "labels", f"{len(levels)}: {shown}"
