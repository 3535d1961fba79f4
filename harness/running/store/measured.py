"""Which factors were measured under which base spec, without the measurements."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import PROTOCOL_VERSION, Status
from harness.running.store.arrays import joined
from harness.running.store.columns import column_type
from harness.running.store.compacted import read_compacted
from harness.running.store.parts import part_paths
from harness.running.store.reading import read_part

_COLUMNS = ("spec", "status", "header", "factors")


@dataclass(frozen=True)
class Measured:
    """The factors of trials that are ok under the present protocol.

    Attributes:
        table: the columns spec and factors; a trial of several records may stand there several times.
    """

    table: pa.Table

    @cached_property
    def _firsts(self) -> dict[str, int]:
        """The first row of each base spec."""
        digests = self.table["spec"].to_pylist()
        return {digest: len(digests) - 1 - place for place, digest in enumerate(reversed(digests))}

    def example(self, digest: str) -> dict[str, Any] | None:
        """The factors of one trial with this base spec; None if there is none."""
        place = self._firsts.get(digest)
        return None if place is None else _levels(self.table["factors"][place].as_py())

    def levels(self, digest: str) -> list[dict[str, Any]]:
        """The factors of all trials with this base spec."""
        rows = self.table.filter(pc.equal(self.table["spec"], digest))
        return [_levels(levels) for levels in rows["factors"].to_pylist()]


def read_measured(folder: Path) -> Measured:
    """The factors of a study's trials that are ok.

    Raises:
        HarnessError: a part or the compacted file is damaged, or a newer harness wrote it.
    """
    compacted = read_compacted(folder, _COLUMNS)
    found = [_ok(compacted.table, compacted.headers)]
    for path in part_paths(folder):
        with contextlib.suppress(FileNotFoundError):  # merged meanwhile
            part = read_part(path)
            found += [_ok(table.select(_COLUMNS), part.headers) for table in part.tables]
    columns = {name: [table[name].combine_chunks() for table in found] for name in ("spec", "factors")}
    return Measured(
        pa.table({name: joined(each, column_type(one.type for one in each)) for name, each in columns.items()})
    )


def _ok(table: pa.Table, headers: Any) -> pa.Table:
    """The rows that are ok under the present protocol."""
    present = [key for key, header in headers.items() if header.get("protocol") == PROTOCOL_VERSION]
    is_present = pc.is_in(table["header"], pa.array(present, pa.string()))
    return table.filter(pc.and_(pc.equal(table["status"], Status.OK), is_present))


def _levels(levels: Any) -> dict[str, Any]:
    return {name: level for name, level in (levels or {}).items() if level is not None}
