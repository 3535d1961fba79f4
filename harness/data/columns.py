"""Raw columns converted to the two kinds of the harness: numbers (float64) and labels (`category`)."""

from __future__ import annotations

from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from harness.core import Floats
from harness.data.overrides import override

_OTHER_TYPE = "turn them into numbers or text, or drop the column"


class UnusableColumnError(ValueError):
    """An error of a column and its remedy, as the end of a sentence that begins with the column's name."""


def holds_text(column: pd.Series) -> bool:
    """Whether all cells that are not missing are texts, and there is one at least. Categories are no texts."""
    if not (types.is_object_dtype(column.dtype) or types.is_string_dtype(column.dtype)):
        return False
    return (
        set(column.dropna().map(type)) == {str} if types.is_object_dtype(column.dtype) else bool(column.notna().any())
    )


def is_numeric(column: pd.Series) -> bool:
    """Whether the cells are numbers. Truth values, texts and categories are no numbers.

    Raises:
        UnusableColumnError: the cells are neither numbers nor labels, or are of several kinds.
    """
    if types.is_bool_dtype(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype):
        return False
    if types.is_numeric_dtype(column.dtype) and not types.is_complex_dtype(column.dtype):
        return True
    if not (types.is_object_dtype(column.dtype) or types.is_string_dtype(column.dtype)):
        raise UnusableColumnError(f"holds values of type {column.dtype}: {_OTHER_TYPE}")
    return _kind_of_cells(column.dropna()) == "numbers"


def _kind_of_cells(cells: pd.Series) -> str:
    """The kind of all cells. Texts count as a mixture if only some of them read as numbers."""
    examples = {_kind(cell): cell for cell in cells[~cells.map(type).duplicated()]}
    if len(examples) == 1 and "text" in examples:
        readable = pd.to_numeric(cells, errors="coerce").notna()
        if readable.any() and not readable.all():
            examples = {"numbers": cells[readable].iloc[0], "text": cells[~readable].iloc[0]}
    if len(examples) > 1:
        shown = " and ".join(f"{kind} ('{example}')" for kind, example in sorted(examples.items()))
        raise UnusableColumnError(
            f"mixes {shown}: correct it, or read all as labels ({override('nominal', [str(cells.name)])})"
        )
    return next(iter(examples), "text")


def _kind(cell: Any) -> str:
    match cell:
        case str():
            return "text"
        case bool() | np.bool_():
            return "truth values"
        case Real() | Decimal():
            return "numbers"
    raise UnusableColumnError(f"holds values of type {type(cell).__name__}: {_OTHER_TYPE}")


def to_numbers(column: pd.Series) -> Floats:
    """The cells as float64, missing ones as NaN.

    Raises:
        UnusableColumnError: a value is infinite.
    """
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.flatnonzero(np.isinf(numbers))
    if infinite.size:
        raise UnusableColumnError(f"holds an infinite value (the first in row {infinite[0] + 1}): correct or remove it")
    return numbers


def to_labels(column: pd.Series) -> pd.Categorical[str]:
    """The cells as text labels. The categories are those that occur, sorted as text. Missing cells have code -1."""
    codes, values = pd.factorize(column)
    texts = [label(value) for value in values]
    categories = sorted(set(texts))
    position = {text: code for code, text in enumerate(categories)}
    lookup = np.array([*(position[text] for text in texts), -1], dtype=np.int64)  # code -1 selects the last entry
    return pd.Categorical.from_codes(lookup[codes], categories=pd.Index(categories))


def label(value: Any) -> str:
    """The text of a label: whole numbers without a decimal point, texts without blanks around them."""
    if _kind(value) != "numbers":
        return str(value).strip()
    is_whole = isinstance(value, Integral) or float(value).is_integer()
    return str(int(value)) if is_whole else repr(float(value))
