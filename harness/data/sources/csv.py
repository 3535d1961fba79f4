"""A reader of CSV for files and carriers.

pyarrow reads the same numbers to the last bit on every platform, which the checksums of the sets need. The default of
pandas has changed between versions.
"""

from __future__ import annotations

import contextlib
import csv as lines
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from pyarrow import csv

from harness.core import DataError
from harness.data.names import SEPARATORS
from harness.data.overrides import override

MISSING = ("?", " ?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>")
"""Cells that mean "no value", beside empty ones."""

_PROBED_ROWS, _PROBED_CHARACTERS = 200, 1 << 20
_HINT = re.compile(r'"?sep=([^\w"\s]|\t)"?\r?\n', re.IGNORECASE)
_LARGEST_BLOCK = 2**31 - 1
_MOST = 0.9


@dataclass(frozen=True)
class Layout:
    """How a CSV text is written.

    Attributes:
        separator: the character between two cells.
        decimal: the character before the decimals of a number.
        missing: the cells that mean "no value", beside empty ones.
        header: whether the first line holds names; otherwise columns are named f0, f1 ...
    """

    separator: str = ","
    decimal: str = "."
    missing: Sequence[str] = MISSING
    header: bool = True


def read_csv(content: bytes, name: str, layout: Layout = Layout()) -> pd.DataFrame:
    """All rows and columns. Names stay as they are written, even if repeated or empty. Cells may hold line breaks.

    Args:
        content: UTF-8 text.
        name: the name of the file, for the messages.
        layout: how the text is written.

    Raises:
        DataError: rows have different numbers of cells, or the text is not UTF-8.
    """
    missing = ["", *layout.missing]
    convert = csv.ConvertOptions(null_values=missing, strings_can_be_null=True, decimal_point=layout.decimal)
    table = _read(content, name, layout, convert)
    if any(pa.types.is_binary(kind) for kind in table.schema.types):
        raise DataError(f"{name} is not UTF-8 text: save it as UTF-8.")
    frame: pd.DataFrame = table.to_pandas()
    last = None if frame.empty else frame.iloc[-1, -1]
    if isinstance(last, str):
        _refuse_open_quote(last, content, name)
    return frame


def _refuse_open_quote(last: str, content: bytes, name: str) -> None:
    """Raise `DataError` if the last cell runs over the end of its line to that of the file, where no quote closes it."""
    if "\n" in last and not content.rstrip().endswith(b'"'):
        line = content.rstrip().count(b"\n") - last.rstrip().count("\n") + 1
        raise DataError(
            f"{name} is not a table in CSV format: line {line}: a quote is left open, and the rest of the file would be one "
            'cell; close it, or write a quote that belongs to a cell as """".'
        )


def read_cells(content: bytes, name: str, layout: Layout, columns: Sequence[str]) -> pd.DataFrame:
    """The columns of these names as text, every cell as it is written. Raises `DataError` as `read_csv` does."""
    types = dict.fromkeys(columns, pa.string())
    convert = csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False)
    frame: pd.DataFrame = _read(content, name, layout, convert).to_pandas()
    return frame


def _read(content: bytes, name: str, layout: Layout, convert: csv.ConvertOptions) -> pa.Table:
    damaged: list[csv.InvalidRow] = []

    def stop(row: csv.InvalidRow) -> str:
        damaged.append(row)
        return "error"

    block = min(max(len(content) + 1, 1 << 20), _LARGEST_BLOCK)  # in one block no cell is torn at its line breaks
    try:
        return csv.read_csv(
            io.BytesIO(content),
            csv.ReadOptions(autogenerate_column_names=not layout.header, use_threads=False, block_size=block),
            csv.ParseOptions(delimiter=layout.separator, newlines_in_values=True, invalid_row_handler=stop),
            convert,
        )
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not UTF-8 text: save it as UTF-8.") from error
    except pa.ArrowInvalid as error:
        reason = _damage(damaged[0], content, layout) if damaged else _reason(error, content)
        raise DataError(f"{name} is not a table in CSV format: {reason}.") from error


def _reason(error: Exception, content: bytes) -> str:
    if len(content.strip().splitlines()) < 2:
        return "it has one line, where a line of names and rows are needed"
    return str(error).splitlines()[0].rstrip(".")


def _damage(row: csv.InvalidRow, content: bytes, layout: Layout) -> str:
    """What is wrong with a row, and the separator with which there is nothing wrong."""
    text = content.decode("utf-8", "replace")
    line = _line_of(row, text, layout.separator)
    shown = row.text if len(row.text) <= 60 else f"{row.text[:57]}..."
    what = f"{line}: Expected {row.expected_columns} columns, got {row.actual_columns} ({shown!r})"
    found = separator_of(text)
    if layout.header and row.expected_columns == 1 and found is None:
        return f"{what}; the first line has to hold the names of the columns, and each other line a row"
    if found not in (None, layout.separator):
        return f"{what}; {override('separator', found)} reads it"
    if '"' in row.text and "\n" in row.text:
        return f"{what}; close a quote that is left open, or quote a cell that holds a {layout.separator!r}"
    return f"{what}; correct the line, or quote a cell that holds a {layout.separator!r}"


def _line_of(row: csv.InvalidRow, text: str, separator: str) -> str:
    """The line at which a row begins. Cells with line breaks make it another number than that of the row."""
    reader = lines.reader(io.StringIO(text, newline=""), delimiter=separator)
    begins = 1
    try:
        for cells in reader:
            if cells and len(cells) != row.expected_columns:
                return f"line {begins}"
            begins = reader.line_num + 1
    except lines.Error:  # a cell too long for the standard library
        pass
    return f"row {row.number}" if row.number is not None else "a row"


def without_hint(text: str, separator: str) -> str:
    """The text without a first line that tells this separator."""
    hint = _HINT.match(text)
    return text[hint.end() :] if hint and hint[1] == separator else text


def separator_of(text: str) -> str | None:
    """The separator with which nearly all of the first rows have as many cells as there are names, two or more; else None.

    Spreadsheets may tell it in a first line such as `sep=;`.
    """
    if hint := _HINT.match(text):
        return hint[1]
    rows = {separator: widths for separator in SEPARATORS if (widths := _widths(text, separator))}
    even = {one: widths[0] for one, widths in rows.items() if widths[0] > 1 and _share_of_first(widths) >= _MOST}
    return max(even, key=lambda separator: even[separator]) if even else None


def _share_of_first(widths: Sequence[int]) -> float:
    """The share of rows that are as wide as the line of names. A few may be damaged."""
    return sum(width == widths[0] for width in widths) / len(widths)


def _widths(text: str, separator: str) -> list[int]:
    """The number of cells of each of the first rows; the last one may be cut off and is left out."""
    head = text[:_PROBED_CHARACTERS]
    reader = lines.reader(io.StringIO(head, newline=""), delimiter=separator)
    widths: list[int] = []
    with contextlib.suppress(lines.Error):
        widths += [len(row) for row, _ in zip(reader, range(_PROBED_ROWS), strict=False) if row]
    return widths[:-1] if len(head) < len(text) and len(widths) < _PROBED_ROWS else widths
