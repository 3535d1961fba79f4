"""One trial, found without reading the rest of the store: only lines that contain its id are parsed."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from harness.running.store import journal, legacy
from harness.running.store.compacted import read_row
from harness.running.store.lines import parse
from harness.running.store.merging import Sources
from harness.running.store.parts import part_paths
from harness.running.store.reading import Part, damaged_line, refuse_newer
from harness.running.store.rows import COLUMNS, check_row, table_of_rows


def gather_trial(folder: Path, trial_id: str) -> Sources:
    """The rows of one trial, as `merging.gather` gives them.

    Raises:
        HarnessError: a line with the id or a line that it refers to is damaged, or a newer harness wrote a file.
    """
    found, merged = Sources([], {}, {}), journal.merged_bytes(folder)
    for path in part_paths(folder):
        try:
            part = find_in_part(path, trial_id, skip=merged.get(path.name, 0))
        except FileNotFoundError:  # merged meanwhile
            continue
        found.add(part.tables, part.specs, part.headers)
    compacted = read_row(folder, trial_id)
    found.add([], compacted.specs, compacted.headers)
    found.tables.insert(0, compacted.table)
    return found


def find_in_part(path: Path, trial_id: str, *, skip: int = 0) -> Part:
    """The records of one trial in a part, as `reading.read_part` gives them. Raises `HarnessError` and `FileNotFoundError`."""
    part = Part(path)
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                _Search(part, content).take(trial_id, skip)
    return part


def _table(rows: Sequence[Mapping[str, Any]], headers: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    table = table_of_rows(rows, COLUMNS)
    return legacy.completed(table) if any(map(legacy.lacks_codes, headers.values())) else table


class _Line(NamedTuple):
    place: int
    text: bytes


class _Search:
    """A search for lines in the bytes of a part. What it finds is added to a `Part`."""

    def __init__(self, part: Part, content: mmap.mmap) -> None:
        self.part, self.content = part, content

    def take(self, trial_id: str, skip: int) -> None:
        """Add the records of a trial that begin at `skip` or later, with their specs and headers."""
        self._check_layout()
        rows = []
        for line in self._lines_with(trial_id, skip):
            row = self._parsed(line)
            if row.get("kind") == "record" and row.get("trial_id") == trial_id:
                self._take_record(row, line)
                rows.append(row)
        self.part.tables += [_table(rows, self.part.headers)] if rows else []

    def _check_layout(self) -> None:
        first = next(self._lines_with('"kind"', 0), None)
        content = self._parsed(first) if first else {}
        if content.get("kind") == "header":
            refuse_newer(self.part.path, content)

    def _take_record(self, row: dict[str, Any], line: _Line) -> None:
        try:
            check_row(row)
        except ValueError as error:
            raise self._damage(line) from error
        for kind, known in (("spec", self.part.specs), ("header", self.part.headers)):
            if row[kind] not in known:
                known[row[kind]] = self._head(kind, row[kind], line)

    def _head(self, kind: str, digest: str, line: _Line) -> Any:
        """The spec or header with this digest, to which a line refers."""
        for one in self._lines_with(digest, 0):
            content = self._parsed(one)
            if (content.get("kind"), content.get("digest")) == (kind, digest):
                if kind == "spec":
                    return content["spec"]
                refuse_newer(self.part.path, content)
                return {key: value for key, value in content.items() if key not in ("kind", "digest")}
        raise self._damage(line)

    def _lines_with(self, text: str, start: int) -> Iterator[_Line]:
        """The lines from `start` on that contain a text literally."""
        sought, content = text.encode(), self.content
        place = content.find(sought, start)
        while place >= 0:
            begin, end = content.rfind(b"\n", 0, place) + 1, content.find(b"\n", place)
            end = len(content) if end < 0 else end
            yield _Line(begin, content[begin:end])
            place = content.find(sought, end)

    def _parsed(self, line: _Line) -> dict[str, Any]:
        """The content of a line; an empty mapping for a last line that was cut off."""
        try:
            return parse(line.text)
        except ValueError as error:
            if line.place + len(line.text) == len(self.content):
                return {}
            raise self._damage(line) from error

    def _damage(self, line: _Line) -> Exception:
        return damaged_line(self.part.path, self.content[: line.place].count(b"\n") + 1)
