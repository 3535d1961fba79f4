"""Cells of text as what they stand for: missing values, numbers, codes that begin with a zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandas.api import types

from harness.data.columns import UnusableColumnError, holds_text
from harness.data.names import closest
from harness.data.numerals import PLAIN, Convention, convention_of, has_leading_zero, main_unit, units_of
from harness.data.overrides import override
from harness.data.sources.source import Reading

_CODE, _WHOLE = r"^\s*[-+]?(0[0-9xX]|[0-9]{20})", r"^\s*[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)\s*$"
_MARKS = {".": r"\.", ",": ",", " ": r"[\s\x{a0}\x{2009}\x{202f}]", "'": r"['\x{2019}]"}
_IN_DOUBT = r"^[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]*$"
_GROUPED, _FEW = r"^\s*[-+]?[1-9][0-9]{0,2}\.[0-9]{3}\s*$", 3


@dataclass(frozen=True)
class Habits:
    """How the cells of a file are written.

    Attributes:
        convention: how numbers are written.
        missing: the texts that mean "no value", beside empty ones in a text file.
        numbers: the columns whose cells are numbers, with a unit or leading zeros.
    """

    convention: Convention
    missing: Sequence[str]
    numbers: Sequence[str]


def typed(frame: pd.DataFrame, cells: pd.DataFrame | None, habits: Habits) -> Reading:
    """The columns of a file, each as what its cells stand for.

    Args:
        frame: the columns as they were read.
        cells: the same cells as they are written; None if the file has types.
        habits: how the cells are written.

    Raises:
        UnusableColumnError: a column that should be numbers is missing or holds something else.
    """
    names = [str(name).strip() for name in frame.columns]
    for name in habits.numbers:
        if name not in names:
            raise UnusableColumnError(f"there is no column '{name}' (dataset.numbers){closest(name, names)}")
    columns: list[pd.Series] = []
    missing: dict[str, dict[str, int]] = {}
    codes: dict[str, str] = {}
    examples: dict[str, str] = {}
    grouped: dict[str, str] = {}
    firm: dict[str, str] = {}
    for at, name in enumerate(names):
        column = frame.iloc[:, at]
        written = None if cells is None else cells.iloc[:, at]
        if written is not None and _holds_times(column):
            column = written
        if holds_text(column):
            if found := _found_missing(column if written is None else written, habits.missing):
                missing[name] = found
        elif written is not None and name not in habits.numbers and (example := _code(column, written)) is not None:
            column, codes[name] = written, example
        elif written is not None and (example := _grouped(column, written)) is not None:
            grouped[name] = example
        columns.append(_column(column, name, habits, empty_is_missing=cells is not None, is_code=name in codes))
        raw = column if written is None else written
        if types.is_float_dtype(columns[-1].dtype) and (shown := _firm(raw, habits.convention)) is not None:
            firm[name] = shown
        given = raw[columns[-1].notna().to_numpy()]
        examples |= {} if given.empty else {name: str(given.iloc[0]).strip()}
    read = pd.concat(columns, axis="columns") if columns else frame
    return Reading(read.set_axis(frame.columns, axis="columns"), missing, codes, examples, grouped, firm)


def _found_missing(cells: pd.Series, missing: Sequence[str]) -> dict[str, int]:
    """The texts among the cells that mean "no value", and the number of each."""
    meant = {text.strip() for text in missing} - {""}
    found: dict[str, int] = {}
    for cell, n in cells.value_counts(sort=False).items():
        if (text := _stripped(cell)) in meant:
            found[text] = found.get(text, 0) + int(n)
    return found


def _code(column: pd.Series, written: pd.Series) -> str | None:
    """A cell that begins with a superfluous zero or is too long for a number, if all cells are digits only; else None."""
    if not types.is_numeric_dtype(column.dtype) or types.is_bool_dtype(column.dtype):
        return None
    cells = written[column.notna().to_numpy()]
    coded = cells[_matching(cells, _CODE)]
    if coded.empty or not _matching(cells, _WHOLE).all():
        return None
    return str(coded.iloc[0]).strip()


def _grouped(column: pd.Series, written: pd.Series) -> str | None:
    """A cell with a point, if all such cells have three digits behind it and could mean thousands; else None."""
    if not types.is_float_dtype(column.dtype):
        return None
    pointed = written[_matching(written, r"\.")]
    if not _matching(pointed, _GROUPED).all() or pointed.nunique() < _FEW:
        return None
    return str(pointed.iloc[0]).strip()


def _firm(written: pd.Series, convention: Convention) -> str | None:
    """A cell whose marks can only mean what they are read as; `1.234` could be written with either mark."""
    if not holds_text(written):
        return None
    decimal, thousands = _MARKS[convention.decimal], _MARKS.get(convention.thousands or "")
    marked = written[_matching(written, f"{decimal}[0-9]" + (f"|[0-9]{thousands}[0-9]" if thousands else ""))]
    sure = marked[~_matching(marked, _IN_DOUBT)]
    return None if sure.empty else str(sure.iloc[0]).strip()


def _holds_times(column: pd.Series) -> bool:
    """Whether the reader of CSV has made dates or times of the cells. Their text is what the file holds."""
    if types.is_datetime64_any_dtype(column.dtype):
        return True
    return types.is_object_dtype(column.dtype) and bool(column.map(lambda cell: isinstance(cell, date | time)).any())


def _matching(cells: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """Which cells match a pattern of RE2. pandas would try them one by one."""
    matches = pc.match_substring_regex(pa.array(cells, pa.string()), pattern)
    return np.asarray(matches.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _column(column: pd.Series, name: str, habits: Habits, *, empty_is_missing: bool, is_code: bool) -> pd.Series:
    if types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype):
        return _without_numbers(column, habits.missing)
    if not holds_text(column):
        return column
    meant = {text.strip() for text in habits.missing} | ({""} if empty_is_missing else set())
    column = _mapped(column, lambda cell: None if _stripped(cell) in meant else cell) if meant else column
    if name in habits.numbers:
        return _numbers(column, name, habits.convention)
    if not is_code and (habits.convention != PLAIN or empty_is_missing):
        return _as_numbers(column, habits.convention)
    return column


def _without_numbers(column: pd.Series, missing: Sequence[str]) -> pd.Series:
    """The numbers without those that mean "no value", such as -999."""
    numbers = [number for text in missing if (number := PLAIN.number(text)) is not None]
    return column.mask(column.isin(numbers)) if numbers and column.isin(numbers).any() else column


def _as_numbers(column: pd.Series, convention: Convention) -> pd.Series:
    """The numbers of a column, or the column itself if a cell is none or begins with a superfluous zero."""
    cells = column.dropna().unique()
    if not len(cells) or any(convention.number(cell) is None or has_leading_zero(cell) for cell in cells):
        return column
    return _mapped(column, convention.number).astype(np.float64)


def _numbers(column: pd.Series, name: str, convention: Convention) -> pd.Series:
    """The numbers of a column whose cells have one unit. Raises `UnusableColumnError`."""
    cells = list(map(str, column.dropna().unique()))
    found = convention_of((cell.lstrip("0 ") or "0" for cell in cells), convention)
    in_force = replace(convention, unit=main_unit(cells))
    odd = next((cell for cell in cells if in_force.number(cell) is None), None)
    if odd is None:
        return _mapped(column, in_force.number).astype(np.float64)
    ways = [one for one in found if one.number(odd) is not None]
    if ways:
        words = [override("decimal", ways[0].decimal)] if ways[0].decimal != convention.decimal else []
        words += [override("thousands", ways[0].thousands)] if ways[0].thousands else []
        raise UnusableColumnError(f"column '{name}': '{odd}' is a number only with {' '.join(words)}: add it")
    if len([unit for unit in units_of(cells) if unit]) > 1:
        raise UnusableColumnError(f"column '{name}' (dataset.numbers) has several units, as in '{odd}': give it one")
    raise UnusableColumnError(
        f"column '{name}' (dataset.numbers): '{odd}' is no number{_like(cells, in_force)}; correct it, or name it "
        f"among the missing ones: {override('missing', [odd])}"
    )


def _like(cells: Sequence[str], convention: Convention) -> str:
    good = next((cell for cell in cells if convention.number(cell) is not None), None)
    return "" if good is None else f" like '{good}'"


def _mapped(column: pd.Series, change: Callable[[Any], Any]) -> pd.Series:
    """The column with every cell changed; each distinct cell is changed once, missing ones stay."""
    codes, values = pd.factorize(column)
    changed = np.array([*(change(value) for value in values), None], dtype=object)
    return pd.Series(changed[codes], index=column.index, name=column.name, dtype=object)


def _stripped(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell
