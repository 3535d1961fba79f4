"""Numbers from whatever holds them: lists, arrays, Series, masked or with missing entries."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.errors import ConfigError, DataError
from harness.inference.arrays import Bools, Floats, Ints
from harness.inference.inputs.entries import LARGEST, as_float, is_missing, is_number, shown

_NO_NUMBERS = {"M": "dates", "m": "durations", "c": "complex numbers", "U": "text", "T": "text", "S": "bytes"}

LARGEST_WHOLE = 2.0**53
"""Beyond it float64 leaves out whole numbers."""


class Pair(NamedTuple):
    """Two arrays of the same length, shape (n,), whose entries belong together."""

    first: Floats
    second: Floats


def numbers(values: Any, *, what: str, give: str = "one number for each entry") -> Floats:
    """The numbers as an array of shape (n,), NaN where one is missing; infinities stay.

    Args:
        values: a list, an array, a Series.
        what: the name of the argument, for messages.
        give: what the caller should have given, for messages.

    Raises:
        ConfigError: what is no list or array, or of another shape.
        DataError: entries that are no numbers, or beyond `LARGEST`.
    """
    return _shaped(values, 1, what, give)


def grid(values: Any, *, what: str, give: str) -> Floats:
    """As `numbers`, of shape (n_rows, n_columns), from a list of rows, an array or a frame."""
    if isinstance(values, pd.DataFrame):
        columns = [numbers(values.iloc[:, i], what=what, give=give) for i in range(values.shape[1])]
        return np.column_stack(columns) if columns else np.empty(values.shape)
    return _shaped(values, 2, what, give)


def truths(values: Any, *, what: str) -> Bools:
    """Truth values from such, or from the numbers 0 and 1. Raises `DataError` for anything else, a missing value too."""
    array = hits(values, what=what)
    if np.isnan(array).any():
        raise DataError(
            f"{what} has no value as entry {int(np.isnan(array).argmax())}: give truth values, or 0 and 1, alone"
        )
    return np.asarray(array == 1)


def hits(values: Any, *, what: str) -> Floats:
    """As `truths` in numbers, 1 or 0, and NaN where a value is missing."""
    array = numbers(values, what=what, give="one truth value for each entry")
    wrong = (array != 0) & (array != 1) & ~np.isnan(array)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(f"{what} has {array[at]:g} as entry {at}: give truth values, or 0 and 1, alone")
    return array


def whole(values: Any, *, what: str, give: str = "one whole number for each entry") -> Ints:
    """Whole numbers, such as rows and codes, shape (n,). Raises `DataError` for others, missing or infinite ones."""
    if type(values) is np.ndarray and values.ndim == 1 and values.dtype == np.int64:
        return values
    array = numbers(values, what=what, give=give)
    if len(array) and _holds_truths(values):
        raise DataError(f"{what} holds truth values: give {give}")
    wrong = ~(np.abs(array) <= LARGEST_WHOLE) | (np.rint(array) != array)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(f"{what} has {array[at]:g} as entry {at}: give {give}")
    return array.astype(np.int64)


def paired(first: Any, second: Any, *, names: tuple[str, str]) -> Pair:
    """Two samples whose entries belong together by position.

    Raises:
        DataError: different lengths, or two Series with different indexes, which pandas would match by label.
    """
    both = Pair(*(numbers(each, what=name) for each, name in zip((first, second), names, strict=True)))
    if len(both.first) != len(both.second):
        raise DataError(
            f"{names[0]} has {len(both.first)} entries and {names[1]} {len(both.second)}: give both for the same"
        )
    if isinstance(first, pd.Series) and isinstance(second, pd.Series) and not first.index.equals(second.index):
        raise DataError(
            f"{names[0]} and {names[1]} have different indexes: bring both into one order, or give arrays to pair by place"
        )
    return both


def p_values(values: Any, *, what: str = "p_values") -> Floats:
    """The p of each test, NaN where there is none. Raises `DataError` for a number outside [0, 1]."""
    p = numbers(values, what=what, give="one p for each test")
    wrong = (p < 0) | (p > 1)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(f"{what} has {p[at]:g} as entry {at}, but a p lies between 0 and 1")
    return p


def _holds_truths(values: Any) -> bool:
    dtype = getattr(values, "dtype", None)
    return all(isinstance(each, bool | np.bool_) for each in values) if dtype is None else dtype.kind == "b"


def _shaped(values: Any, dimensions: int, what: str, give: str) -> Floats:
    array = values if type(values) is np.ndarray and values.dtype == np.float64 else _converted(values, what, give)
    if dimensions == 2 and array.shape == (0,):
        array = array.reshape(0, 0)
    if array.ndim != dimensions:
        raise ConfigError(f"{what} has shape {array.shape}: give {give}")
    largest = float(np.max(np.abs(array), where=np.isfinite(array), initial=0.0))
    if largest > LARGEST:
        raise DataError(
            f"{what} reaches {largest:g}, which is too large to be squared and summed: rescale to {LARGEST:g} at most"
        )
    return array


def _converted(values: Any, what: str, give: str) -> Floats:
    """The values as float64 of any shape."""
    array = _array(values, what, give)
    if array.dtype.kind in "biuf":
        with np.errstate(over="ignore"):  # a wider float may hold what float64 has only infinity for
            return array.astype(np.float64)
    if array.dtype.kind != "O":
        raise DataError(
            f"{what} has to hold numbers alone, and it holds {_NO_NUMBERS.get(array.dtype.kind, 'records')}"
        )
    found = np.empty(array.shape)
    for at, entry in enumerate(array.flat):
        if not is_missing(entry) and not is_number(entry):
            raise DataError(f"{what} has to hold numbers alone, and entry {at} is {shown(entry)}")
        found.flat[at] = math.nan if is_missing(entry) else as_float(entry)
    return found


def _array(values: Any, what: str, give: str) -> NDArray[Any]:
    """The values as an array of any kind, of objects if some are missing."""
    if isinstance(values, np.ma.MaskedArray):
        return without_mask(values) if values.dtype.kind in "biufO" else np.asarray(values.data)
    if isinstance(values, pd.DataFrame):
        raise ConfigError(f"{what} has shape {values.shape}: give {give}")
    if isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        return _of_pandas(values, what)
    if isinstance(values, np.ndarray | range) or (isinstance(values, Sequence) and not isinstance(values, str | bytes)):
        return _of_sequence(values, what, give)
    if isinstance(values, Iterable) or not hasattr(values, "__array__"):
        raise ConfigError(f"{what} is {shown(values)}: give a list or an array, {give}")
    return np.asarray(values)


def without_mask(values: np.ma.MaskedArray[Any, Any]) -> NDArray[Any]:
    """The entries as objects, None where one is masked."""
    entries = np.asarray(values.data).astype(object)  # numpy's own filling would put '?' for None
    entries[np.ma.getmaskarray(values)] = None
    return entries


def _of_pandas(values: Any, what: str) -> NDArray[Any]:
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        raise DataError(f"{what} has to hold numbers alone, and it holds categories")
    if isinstance(dtype, np.dtype):
        return np.asarray(values)
    if pd.api.types.is_complex_dtype(dtype):
        return np.empty(0, np.complex128)
    if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.asarray(values.astype(object))


def _of_sequence(values: Any, what: str, give: str) -> NDArray[Any]:
    if isinstance(values, Sequence) and any(entry is np.ma.masked for entry in values):
        values = [None if entry is np.ma.masked else entry for entry in values]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy warns of a masked entry deep inside, and goes on
            array = np.asarray(values)
        # A list of numbers and text is text to numpy: the entries themselves say which of them is the culprit.
        return np.asarray(values, dtype=object) if array.dtype.kind in "UST" else array
    except (ValueError, TypeError, OverflowError, UserWarning) as error:
        raise DataError(f"{what} has rows of different lengths or kinds: give {give}") from error
