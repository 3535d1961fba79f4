"""Records as rows of a table, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

import pyarrow as pa

from harness.core import Record, Status
from harness.running.store.arrays import array_of, trimmed
from harness.running.store.columns import TEXT, as_text, plain

NESTED = ("factors", "measurements", "clock")
REQUIRED = ("trial_id", "study", "status", "spec", "header")
TEXTS = (*REQUIRED, "reason", "code", "error", "predictions")
STANDING = (*REQUIRED, "reason", "code")
"""The columns that tell how a study stands. Reading only these is fast."""

COLUMNS = tuple(field.name for field in fields(Record))

_LONG_TEXT = {"error": pa.large_string()}  # a million tracebacks exceed offsets of 32 bits
_CHUNK = 10_000


def table_of(records: Iterable[Record]) -> pa.Table:
    """The rows of records, in their order."""
    return table_of_rows([vars(record) for record in records], COLUMNS)


def table_of_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pa.Table:
    """A table of mappings with the fields of records. Absent text is empty."""
    arrays = {}
    for name in columns:
        values = [row.get(name) for row in rows]
        if name in NESTED:
            arrays[name] = array_of([plain(value) for value in values])
        else:
            arrays[name] = text_column(pa.array(map(as_text, values), TEXT), name)
    return pa.table(arrays)


def text_column(array: pa.Array | pa.ChunkedArray, name: str) -> pa.Array | pa.ChunkedArray:
    """The array as a column of text without nulls."""
    kind = _LONG_TEXT.get(name, TEXT)
    return (array if array.type == kind else array.cast(kind)).fill_null("")


def check_row(row: Mapping[str, Any]) -> None:
    """Raise `ValueError` unless the fields of the mapping, apart from "kind", are those of a record."""
    texts = [row.get(name, "") for name in TEXTS]
    if row.keys() - {"kind", *COLUMNS} or not all(isinstance(text, str) for text in texts):
        raise ValueError("not a record")
    if not all(isinstance(row.get(name, {}), Mapping) for name in NESTED):
        raise ValueError("not a record")
    if any(name not in row for name in REQUIRED) or row["status"] not in set(Status):
        raise ValueError("not a record")


def records_of(table: pa.Table) -> Iterator[Record]:
    """The records of a table that has all columns."""
    for batch in table.to_batches(max_chunksize=_CHUNK):
        for row in batch.to_pylist():
            yield _record(row)


def _record(row: dict[str, Any]) -> Record:
    nested = {name: plain(row[name]) or {} for name in NESTED}
    return Record(**{**row, **nested, "status": Status(row["status"])})


def empty_table(columns: Sequence[str]) -> pa.Table:
    """A table without rows."""
    return table_of_rows([], columns)


def tidy(table: pa.Table) -> pa.Table:
    """The table without factors, measurements and clock values that no row has."""
    for name in NESTED:
        if name in table.column_names:
            place, column = table.column_names.index(name), table[name].combine_chunks()
            table = table.set_column(place, name, trimmed(column))
    return table
