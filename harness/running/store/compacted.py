"""`trials.parquet`: all that is stored of a study in one file, trials on the same rows next to each other.

Factors, measurements and clock values are columns of their own kind within structs, so that any Parquet reader can query them.
Base specs, headers and counts stand in the file's metadata.
"""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness.core import HarnessError
from harness.running.provenance import SCHEMA_VERSION
from harness.running.store import legacy
from harness.running.store.reading import refuse_newer
from harness.running.store.rows import COLUMNS, NESTED, empty_table, text_column

NAME = "trials.parquet"
_ROWS_A_GROUP = 1 << 18
_PACKED = b"specs.xz"
"""Key of the base specs in the metadata: JSON, compressed by xz, in base 64. Older files have plain JSON under `specs`."""
_ZSTD_LEVEL = 15
"""Level 16 takes up to three quarters more time for files that are 3 % smaller."""


@dataclass(frozen=True)
class Compacted:
    """What the file holds.

    Attributes:
        table: one row a trial.
        specs: base specs by digest.
        headers: part headers by digest.
        torn: torn lines of the parts that were merged into it.
        superseded: records that were merged into it and gave way to another one of the same trial.
    """

    table: pa.Table
    specs: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    torn: int = 0
    superseded: int = 0


def read_compacted(folder: Path, columns: Sequence[str] = COLUMNS) -> Compacted:
    """Read a study's compacted file; an absent one is empty.

    Raises:
        HarnessError: it is damaged, or a newer harness wrote it.
    """
    path = folder / NAME
    if not path.exists():
        return Compacted(empty_table(columns))
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            metadata = _metadata(file)
            refuse_newer(path, metadata)
            table = _uniform(_rows(file, metadata, columns), columns)
        found = Compacted(
            table, metadata["specs"], metadata["headers"], metadata.get("torn", 0), metadata.get("superseded", 0)
        )
    except (pa.ArrowException, OSError, ValueError, KeyError, lzma.LZMAError) as error:
        raise _damage(path) from error
    if not (_all_known(table["spec"], found.specs) and _all_known(table["header"], found.headers)):
        raise _damage(path)
    return found


def _rows(file: pq.ParquetFile, metadata: Mapping[str, Any], columns: Sequence[str]) -> pa.Table:
    """These columns; codes are made of other columns where the file has none."""
    if "code" not in columns or not legacy.lacks_codes(metadata):
        return file.read(columns=list(columns))
    return legacy.completed(file.read(columns=[name for name in legacy.with_sources(columns) if name != "code"]))


def _metadata(file: pq.ParquetFile) -> dict[str, Any]:
    """What the file says beside its rows. Base specs repeat each other, so they are packed."""
    known = file.metadata.metadata or {}
    names = [name for name in ("schema", "specs", "headers", "torn", "superseded") if name.encode() in known]
    found = {name: json.loads(known[name.encode()]) for name in names}
    if _PACKED in known:
        found["specs"] = json.loads(lzma.decompress(base64.b64decode(known[_PACKED], validate=True)))
    return found


def _packed(specs: Mapping[str, Any]) -> str:
    return base64.b64encode(lzma.compress(json.dumps(specs, sort_keys=True).encode())).decode()


def _uniform(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    return pa.table({name: table[name] if name in NESTED else text_column(table[name], name) for name in columns})


def _all_known(column: pa.ChunkedArray, known: Mapping[str, Any]) -> bool:
    return set(column.unique().to_pylist()) <= known.keys()


def _damage(path: Path) -> HarnessError:
    return HarnessError(f"{path} is damaged; put back the published one, or move it away and run the sweep again.")


def write_compacted(file: IO[bytes], found: Compacted) -> None:
    """Write the file's content; equal stores give equal bytes."""
    counts = {"schema": SCHEMA_VERSION, "torn": found.torn, "superseded": found.superseded}
    metadata = {name: json.dumps(count) for name, count in counts.items()}
    specs, headers = (_used(found, name) for name in ("specs", "headers"))
    metadata |= {"headers": json.dumps(headers, sort_keys=True), _PACKED.decode(): _packed(specs)}
    table = _neighbours_together(_published(found.table))
    with pq.ParquetWriter(file, table.schema, compression="zstd", compression_level=_ZSTD_LEVEL) as writer:
        for start in range(0, len(table), _ROWS_A_GROUP):
            writer.write_table(table.slice(start, _ROWS_A_GROUP))
        writer.add_key_value_metadata(metadata)  # not in the schema, of which the file keeps a second copy


def _used(found: Compacted, name: str) -> dict[str, Any]:
    """The specs or headers that a row refers to."""
    digests = found.table[name.removesuffix("s")].unique().to_pylist()
    return {digest: getattr(found, name)[digest] for digest in digests}


def _neighbours_together(table: pa.Table) -> pa.Table:
    """The rows ordered by data set, then by the other factors, the one with most levels first.

    Trials on the same rows measure alike: in this order the file of a study of streams is half as large as by trial id.
    """
    factors = table["factors"].combine_chunks() if pa.types.is_struct(table["factors"].type) else None
    if factors is None or not len(table):
        return table
    levels = {name: pc.struct_field(factors, name) for name in factors.type.names}
    levels = {name: column for name, column in levels.items() if not pa.types.is_nested(column.type)}
    names = sorted(levels, key=lambda name: (name != "dataset", -pc.count_distinct(levels[name]).as_py(), name))
    keys = pa.table({**{name: levels[name] for name in names}, "": table["trial_id"]})
    return table.take(pc.sort_indices(keys, [(name, "ascending") for name in (*names, "")]))


def _published(table: pa.Table) -> pa.Table:
    """The rows with the plain kind of text, which is all that a reader needs to know."""
    for place, column in enumerate(table.schema):
        if pa.types.is_large_string(column.type):
            table = table.set_column(place, column.name, table[column.name].cast(pa.string()))
    return table


def fingerprint(path: Path) -> str:
    """What tells one compacted file from the next: the digest of its footer, which counts all rows; "" if there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(-8, 2)
            length = int.from_bytes(file.read(4), "little")
            file.seek(-8 - length, 2)
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""
