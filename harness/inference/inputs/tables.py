"""Tables, their columns, and the names in them."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.errors import ConfigError, DataError
from harness.inference.inputs.entries import is_missing, is_number, shown
from harness.inference.inputs.samples import numbers


def frame(table: Any, what: str) -> pd.DataFrame:
    """The frame itself. Raises `ConfigError` if it is none."""
    if not isinstance(table, pd.DataFrame):
        raise ConfigError(f"{what} is {shown(table)}: give a pandas DataFrame")
    return table


def scores(table: Any) -> pd.DataFrame:
    """A table of data sets by methods, its columns named by text, its cells float64, NaN where missing.

    Raises:
        ConfigError: no frame.
        DataError: methods or data sets that share a name, or cells that are no numbers.
    """
    given = frame(table, "scores")
    methods = names(given.columns, what="scores (its columns)")
    if not given.index.is_unique:
        twice = given.index[given.index.duplicated()][0]
        raise DataError(
            f"scores has the row {twice} more than once: average it first, or give each row a name of its own"
        )
    cells = [numbers(given.iloc[:, i], what=f"scores of {name}") for i, name in enumerate(methods)]
    filled = np.column_stack(cells) if cells else np.empty((len(given), 0))
    return pd.DataFrame(filled, index=given.index, columns=list(methods))


def columns(table: Any, wanted: Sequence[Hashable]) -> pd.DataFrame:
    """The columns of a frame that are wanted, in that order.

    Raises:
        DataError: a column name that stands there twice.
        ConfigError: no frame, or a column that is not there or is wanted twice.
    """
    given = frame(table, "frame")
    known: list[Any] = list(given.columns)
    missing = [name for name in wanted if not any(_same(name, each) for each in known)]
    if missing:
        raise ConfigError(f"the frame has no column {_listed(missing)}: it has {_listed(known)}")
    if len(set(wanted)) < len(wanted):
        raise ConfigError(f"the columns {_listed(wanted)} were named: name a different one for each purpose")
    if any(known.count(name) > 1 for name in wanted):
        raise DataError(f"the frame has a column of {_listed(wanted)} more than once: rename one of them")
    return given[list(wanted)]


def names(values: Any, *, what: str) -> tuple[str, ...]:
    """The names as text.

    Raises:
        ConfigError: no list of names.
        DataError: a missing name, or two that read the same, such as 1 and "1".
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ConfigError(f"{what} is {shown(values)}: give a list of names")
    given = list(values)
    if any(is_missing(name) for name in given):
        raise DataError(f"{what} has an entry without a name: name each")
    texts = [str(name) for name in given]
    twice = sorted({text for text in texts if texts.count(text) > 1})
    if twice:
        raise DataError(f"{what} has the name {_listed(twice)} more than once: give each its own")
    return tuple(texts)


def levels(column: pd.Series[Any]) -> pd.Series[Any]:
    """The levels of a factor as text, None where the label is missing.

    Raises:
        DataError: labels that cannot be told apart, such as 1 and "1".
    """
    entries = column.astype(object)
    labels = [None if is_missing(label) else str(label) for label in entries]
    kinds = {(label, type(entry) is str) for label, entry in zip(labels, entries, strict=True) if label is not None}
    clash = sorted({label for label, is_text in kinds if is_text} & {label for label, is_text in kinds if not is_text})
    if clash:
        raise DataError(f"column {column.name} has the label {_listed(clash)} both as text and as number: keep one")
    return pd.Series(labels, index=column.index, dtype=object, name=column.name)


def declared(pairs: Any) -> list[tuple[str, str]]:
    """The pairs of names, as text. Raises `ConfigError` for what is no list of pairs."""
    if isinstance(pairs, str | bytes | Mapping) or not isinstance(pairs, Iterable):
        raise ConfigError(f"pairs is {shown(pairs)}: give a list of pairs of methods")
    return [_pair(pair) for pair in pairs]


def family(pairs: Any, methods: Sequence[str]) -> list[tuple[str, str]]:
    """The declared pairs of methods, by name; every pair if None are declared.

    Raises:
        ConfigError: no pair, something that is none, a method without scores or against itself, or a pair that stands twice,
            in whatever order: a family counts its tests.
    """
    found = list(itertools.combinations(methods, 2)) if pairs is None else declared(pairs)
    if not found and pairs is not None:
        raise ConfigError("there is no pair to compare: pairs is empty; name one or more, or give None for all of them")
    if not found:
        raise ConfigError("there is no pair to compare: give scores of at least two methods")
    unknown = sorted({name for pair in found for name in pair} - set(methods))
    if unknown:
        raise ConfigError(f"no scores of {_listed(unknown)}: the methods are {_listed(methods)}")
    seen: set[frozenset[str]] = set()
    for first, second in found:
        if first == second or frozenset((first, second)) in seen:
            reason = "is compared with itself" if first == second else f"and {second} are compared twice"
            raise ConfigError(f"pairs: {first} {reason}: name each pair of two methods once")
        seen.add(frozenset((first, second)))
    return found


def _pair(pair: Any) -> tuple[str, str]:
    if isinstance(pair, str | bytes) or not isinstance(pair, Sequence | np.ndarray) or len(pair) != 2:
        raise ConfigError(f"pairs has the entry {shown(pair)}: give two methods for each, (first, second)")
    return str(pair[0]), str(pair[1])


def _same(name: Any, other: Any) -> bool:
    return bool(type(name) is type(other) and name == other) or bool(is_number(name) and name == other)


def _listed(entries: Iterable[Any]) -> str:
    return ", ".join(map(str, entries))
