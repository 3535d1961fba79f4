"""The parts and the compacted file of a study, merged into one row for each trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from harness.core import Status
from harness.running.store import journal, plans, summary
from harness.running.store.arrays import joined
from harness.running.store.columns import column_type, plain
from harness.running.store.compacted import read_compacted
from harness.running.store.levels import read_levels
from harness.running.store.parts import part_paths
from harness.running.store.reading import Size, read_part
from harness.running.store.rows import COLUMNS, tidy
from harness.running.store.stored import Stored, code_in, dataset_of


@dataclass
class Sources:
    """The unmerged content of a study's folder.

    Attributes:
        tables: the rows: first those of the compacted file, then those of each part, the oldest part first.
        specs: base specs by digest.
        headers: headers by digest.
        sizes: the bytes read of each part, by file name.
        torn_parts: the file names of parts whose last line was cut off.
        torn: the number of torn lines in parts that were merged before.
        superseded: the number of superseded records in parts that were merged before.
        newest: when a part with records was last written to; None without any.
    """

    tables: list[pa.Table]
    specs: dict[str, Any]
    headers: dict[str, Any]
    sizes: dict[str, Size] = field(default_factory=dict)
    torn_parts: set[str] = field(default_factory=set)
    torn: int = 0
    superseded: int = 0
    newest: datetime | None = None

    def add(self, tables: Sequence[pa.Table], specs: Mapping[str, Any], headers: Mapping[str, Any]) -> None:
        """Append younger rows, with the specs and headers to which they refer."""
        self.tables += tables
        self.specs |= specs
        self.headers |= headers


def gather(folder: Path, columns: Sequence[str] = COLUMNS) -> Sources:
    """The unmerged content of a study's folder.

    Parts are read before the compacted file, since a simultaneous compaction moves records from parts to that file.

    Args:
        folder: the study's folder.
        columns: columns of text that include `rows.REQUIRED`, or all columns.

    Raises:
        HarnessError: a file is damaged, or a newer harness wrote it.
    """
    found, merged = Sources([], {}, {}), journal.merged_bytes(folder)
    for path in part_paths(folder):
        try:
            part = read_part(path, columns, skip=merged.get(path.name, 0))
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # merged in the meantime
            continue
        found.add(part.tables, part.specs, part.headers)
        if any(map(len, part.tables)):
            found.newest = max(written, found.newest or written)
        found.sizes[path.name] = part.size
        found.torn_parts |= {path.name} if part.is_torn else set()
    compacted = read_compacted(folder, columns)
    found.add([], compacted.specs, compacted.headers)
    found.tables.insert(0, compacted.table)
    found.torn, found.superseded = compacted.torn, compacted.superseded
    return found


class Merged(NamedTuple):
    """One row for each trial, sorted by id, and the number of superseded records; None if more columns are needed to tell."""

    table: pa.Table
    superseded: int | None


def merge(tables: list[pa.Table]) -> Merged:
    """One row for each trial: the newest record, but the newest that is ok if there is one.

    Args:
        tables: the rows, the oldest first. The list is emptied, since two copies of the rows may not fit into memory.
    """
    columns = {name: [chunk for table in tables for chunk in table[name].chunks] for name in tables[0].column_names}
    tables.clear()
    kinds = {name: column_type(chunk.type for chunk in chunks) for name, chunks in columns.items()}
    ranked = _rank(*(joined(list(columns[name]), kinds[name]) for name in ("trial_id", "status")))
    table = pa.table({name: joined(columns.pop(name), kinds[name], ranked.order) for name in kinds})
    if ranked.is_last.all():
        return Merged(tidy(table), 0)
    superseded = _n_superseded(table, ranked.is_last)
    return Merged(tidy(table.filter(pa.array(ranked.is_last))), superseded)


class _Ranked(NamedTuple):
    """Rows ordered by trial id and, within a trial, by precedence: the last row is kept.

    Attributes:
        order: the positions of the rows in that order; None if they are already in order.
        is_last: for each row in that order, whether it is the last of its trial, which is kept.
    """

    order: pa.Array | None
    is_last: NDArray[np.bool_]


def _rank(ids: pa.Array, status: pa.Array) -> _Ranked:
    if pc.all(pc.less(ids[:-1], ids[1:])).as_py():
        return _Ranked(None, np.ones(len(ids), dtype=bool))
    keys = pa.table({"id": ids, "ok": pc.equal(status, Status.OK), "age": np.arange(len(ids))})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    ids = ids.take(order)
    is_last = pc.not_equal(ids[:-1], ids[1:]).to_numpy(zero_copy_only=False)
    return _Ranked(order, np.append(is_last, True))


def _n_superseded(table: pa.Table, is_last: NDArray[np.bool_]) -> int | None:
    """The number of superseded records; equal records of a trial count once."""
    if len(table.column_names) < len(COLUMNS):
        return None
    is_first = np.append(True, is_last[:-1])
    contents: dict[str, set[bytes]] = {}
    for batch in table.filter(pa.array(~(is_first & is_last))).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            contents.setdefault(row["trial_id"], set()).add(orjson.dumps(plain(row), option=orjson.OPT_SORT_KEYS))
    return sum(len(different) - 1 for different in contents.values())


def assembled(folder: Path, sources: Sources, merged: Merged) -> Stored:
    """The merged store, with the specs and headers of its records, and what newer plans say of its data and classes."""
    specs = {key: sources.specs[key] for key in merged.table["spec"].unique().to_pylist()}
    return Stored(
        merged.table,
        specs,
        {key: sources.headers[key] for key in merged.table["header"].unique().to_pylist()},
        torn=sources.torn + len(sources.torn_parts),
        duplicates=sources.superseded + (merged.superseded or 0),
        data=plans.newest_data(folder, {dataset_of(spec)[0] for spec in specs.values()}),
        newest=max((time for time in (sources.newest, summary.read(folder).newest) if time), default=None),
        code=plans.newest_code(folder, {target for spec in specs.values() for target in code_in(spec)}),
        levels=read_levels(folder),
    )
