"""A part, read as tables: by pyarrow if its lines allow it, otherwise line by line with the same result."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from harness.core import HarnessError
from harness.running.provenance import SCHEMA_VERSION
from harness.running.store import legacy
from harness.running.store.lines import RECORD, parse
from harness.running.store.parsing import Parser
from harness.running.store.rows import COLUMNS, check_row, table_of_rows

BLOCK_BYTES = 32 << 20
THREADS = min(8, os.cpu_count() or 1)
LEAST_LINES = 500
"""The fewest lines for which a thread pays."""


class Size(NamedTuple):
    """The bytes of a part: those of its complete lines, and all."""

    whole: int
    all: int


@dataclass
class Part:
    """The content of a part.

    Attributes:
        path: its file.
        tables: its records in their order, in several tables.
        specs: base specs by digest.
        headers: its header by digest.
        is_torn: whether its last line was cut off.
        size: the bytes read.
    """

    path: Path
    tables: list[pa.Table] = field(default_factory=list)
    specs: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    is_torn: bool = False
    size: Size = field(default_factory=lambda: Size(0, 0))


def read_part(path: Path, columns: Sequence[str] = COLUMNS, *, skip: int = 0) -> Part:
    """The content of a part.

    Args:
        path: its file.
        columns: columns of text that include `rows.REQUIRED`, which is faster; or all columns.
        skip: the number of bytes at the head, complete lines, whose records are left out.

    Raises:
        HarnessError: a newer harness wrote the part, or a line before the last is damaged or refers to an absent line.
        FileNotFoundError: the part no longer exists.
    """
    part, number, parser = Part(path), 0, Parser(legacy.with_sources(columns))
    with ThreadPoolExecutor(THREADS) as pool:
        for content in _blocks(path, skip):
            *lines, rest = content.split(b"\n")
            is_torn = bool(rest) and not _is_line(rest)
            if rest and not is_torn:
                lines.append(rest)
            block = _Block(part, lines, number)
            block.take_heads()
            if part.size.all >= skip:
                block.take_records(parser, pool)
                part.is_torn = is_torn
            number += len(lines)
            part.size = Size(part.size.all + len(content) - len(rest), part.size.all + len(content))
    if "code" in columns and any(map(legacy.lacks_codes, part.headers.values())):
        part.tables = [legacy.completed(table) for table in part.tables]
    part.tables = [table.select(list(columns)) for table in part.tables]
    return part


def _blocks(path: Path, skip: int) -> Iterator[bytes]:
    """The file in blocks of complete lines. One block ends at `skip`. Only the last block may end within a line."""
    with path.open("rb") as file:
        rest, size = b"", file.seek(0, 2)
        file.seek(0)
        for end in (skip, size):
            while chunk := file.read(min(BLOCK_BYTES, end - file.tell())):
                cut = chunk.rfind(b"\n") + 1
                if cut:
                    yield rest + chunk[:cut]
                rest = chunk[cut:] if cut else rest + chunk
        yield rest


def _is_line(rest: bytes) -> bool:
    try:
        parse(rest)
    except ValueError:
        return False
    return True


class _Block:
    """Consecutive lines of a file, to be added to a `Part`."""

    def __init__(self, part: Part, lines: list[bytes], number: int) -> None:
        self.part, self.lines, self.number = part, lines, number

    def take_heads(self) -> None:
        """Add headers and base specs. Records in another style of JSON are rewritten in ours."""
        for place, line in enumerate(self.lines):
            if line and not line.startswith(RECORD):
                try:
                    content = parse(line)
                except ValueError as error:
                    raise self._damage(place) from error
                if content["kind"] == "record":
                    self.lines[place] = orjson.dumps({"kind": content.pop("kind"), **content})
                else:
                    self._keep(content)

    def _keep(self, content: dict[str, Any]) -> None:
        if content.pop("kind") == "spec":
            self.part.specs[content["digest"]] = content["spec"]
        else:
            refuse_newer(self.part.path, content)
            self.part.headers[content.pop("digest")] = content

    def take_records(self, parser: Parser, pool: Executor) -> None:
        """Add the records as tables, which the threads of the pool parse."""
        records = [place for place, line in enumerate(self.lines) if line.startswith(RECORD)]
        share = max(LEAST_LINES, -(-len(records) // THREADS))
        shares = [records[start : start + share] for start in range(0, len(records), share)]
        run = pool.map if len(shares) > 1 else map
        for table in run(lambda places: self._table(parser, places), shares):
            self._check_references(table)
            self.part.tables.append(table)

    def _table(self, parser: Parser, places: Sequence[int]) -> pa.Table:
        table = parser.table_of([self.lines[place] for place in places])
        return self._one_by_one(places, parser.columns) if table is None else table

    def _one_by_one(self, places: Sequence[int], columns: Sequence[str]) -> pa.Table:
        rows = []
        for place in places:
            try:
                rows.append(parse(self.lines[place]))
                check_row(rows[-1])
            except ValueError as error:
                raise self._damage(place) from error
        return table_of_rows(rows, columns)

    def _check_references(self, table: pa.Table) -> None:
        for column, known in (("spec", self.part.specs), ("header", self.part.headers)):
            lost = set(table[column].unique().to_pylist()) - known.keys()
            if lost:
                quoted = [f'"{column}":"{digest}"'.encode() for digest in lost]
                places = (place for place, line in enumerate(self.lines) if any(text in line for text in quoted))
                raise self._damage(next(places, 0))

    def _damage(self, place: int) -> HarnessError:
        return damaged_line(self.part.path, self.number + place + 1)


def damaged_line(path: Path, line: int) -> HarnessError:
    """The error for a line of a part, counted from 1, that cannot be read. Its remedy keeps the other lines."""
    return HarnessError(
        f"line {line} of {path} is damaged; move that file away, put a copy without that line in its place and give the same "
        "command again: what that line held is measured anew, all other records stay."
    )


def refuse_newer(path: Path, header: Mapping[str, Any]) -> None:
    """Raise `HarnessError` if this version does not know the layout of the file."""
    schema = header.get("schema", 1)
    if not isinstance(schema, int) or schema > SCHEMA_VERSION:
        raise HarnessError(
            f"{path} was written by a newer harness (layout {schema}; this one reads up to {SCHEMA_VERSION}): upgrade it."
        )
