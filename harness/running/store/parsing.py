"""A parser of many record lines at once, by pyarrow's JSON reader.

The reader differs from ours in some cases, so its result is checked:

- It reads text that looks like a date as a point in time. If a list begins with null before the type of its entries is
known, it drops that null (apache/arrow#51305), which a validation of the result shows. In both cases the lines are read
again with stated types.
- It refuses values of one field that differ in kind. They are turned into text, as everywhere.
- It splits its input and reads the pieces in threads, but can crash if their types do not match. So it gets one piece at a
time, and the threads are ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from harness.core import Status
from harness.running.store.columns import as_text, without_times
from harness.running.store.rows import COLUMNS, NESTED, REQUIRED, TEXTS, text_column

_STATUSES = [str(status) for status in Status]
_DIFFERS = re.compile(rf"Column\(/({'|'.join(NESTED)})/(.*)\) changed from \w+ to \w+ in row (\d+)", re.DOTALL)


class Field(NamedTuple):
    """A factor, measurement or clock value."""

    column: str
    name: str


class Parser:
    """A parser from record lines to tables. Threads may share it.

    Attributes:
        columns: the columns of the tables.
        mixed: the fields known to hold values of several kinds.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.mixed: set[Field] = set()

    def table_of(self, lines: Sequence[bytes]) -> pa.Table | None:
        """The table of the lines; None if they have to be read one by one."""
        while True:
            mixed = frozenset(self.mixed)
            try:
                table = self._parsed([_with_text(line, mixed) for line in lines] if mixed else lines)
            except pa.ArrowInvalid as error:
                field = _differing(str(error), lines)
                if field is None or field in mixed:
                    return None
                self.mixed.add(field)
            except (pa.ArrowException, ValueError, TypeError):
                return None
            else:
                return self._selected(table) if _is_as_expected(table, len(lines)) else None

    def _parsed(self, lines: Sequence[bytes]) -> pa.Table:
        """A valid table of the lines, without points in time."""
        content = b"\n".join(lines)
        texts = pa.schema([(name, pa.string()) for name in ("kind", *TEXTS) if name in ("kind", *self.columns)])
        table = _read(content, texts, "infer" if set(NESTED) & set(self.columns) else "ignore")
        types = pa.schema([(field.name, without_times(field.type)) for field in table.schema])
        if types != table.schema or not _is_valid(table):
            table = _read(content, types, "error")
            table.validate(full=True)
        return table

    def _selected(self, table: pa.Table) -> pa.Table:
        nothing = pa.nulls(table.num_rows)
        found = {name: table[name] if name in table.column_names else nothing for name in self.columns}
        return pa.table({name: text_column(found[name], name) if name in TEXTS else found[name] for name in found})


def _read(content: bytes, types: pa.Schema, others: str) -> pa.Table:
    return pj.read_json(
        pa.BufferReader(content),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(content) + 1),
        parse_options=pj.ParseOptions(explicit_schema=types, unexpected_field_behavior=others),
    )


def _differing(message: str, lines: Sequence[bytes]) -> Field | None:
    """The field whose values differ in kind, according to pyarrow. Its message may name a path within the field."""
    found = _DIFFERS.search(message)
    if found is None:
        return None
    column, path, row = found.groups()
    names = orjson.loads(lines[int(row)])[column]
    steps = path.split("/")
    starts = ("/".join(steps[: n + 1]) for n in range(len(steps)))
    return next((Field(column, start) for start in starts if start in names), None)


def _with_text(line: bytes, fields: frozenset[Field]) -> bytes:
    """The line with these fields turned into text."""
    content = orjson.loads(line)
    for column, name in fields:
        mapping = content.get(column, {})
        if name in mapping:
            mapping[name] = as_text(mapping[name])
    return orjson.dumps(content)


def _is_valid(table: pa.Table) -> bool:
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_as_expected(table: pa.Table, n_lines: int) -> bool:
    known = {"kind", *COLUMNS}
    mappings = (table[name].type for name in NESTED if name in table.column_names)
    return (
        table.num_rows == n_lines
        and set(table.column_names) <= known
        and all(pa.types.is_struct(kind) or pa.types.is_null(kind) for kind in mappings)
        and not any(table[name].null_count for name in REQUIRED)
        and pc.all(pc.is_in(table["status"], pa.array(_STATUSES))).as_py()
    )
