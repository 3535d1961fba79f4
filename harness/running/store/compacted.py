"""`trials.parquet`: the whole store of a study in one file, with trials on the same rows next to each other.

Factors, measurements and clock values are typed columns within structs, so that any Parquet reader can query them. Base
specs, headers and counts stand in the file's metadata.
"""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness import places
from harness.core import HarnessError
from harness.running.provenance import SCHEMA_VERSION
from harness.running.store import legacy
from harness.running.store.reading import refuse_newer
from harness.running.store.rows import COLUMNS, NESTED, TEXTS, empty_table, text_column

NAME = "trials.parquet"
_ROWS_A_GROUP = 1 << 18
"""Rows in a group. To find one row its group is read, in about a second; smaller groups make the file larger."""

_BATCH = 1 << 12

_OF_ONE_TRIAL = ("trial_id", "predictions")
_ELEMENT = ".list.element"
_PACKED = b"specs.xz"
"""Key of the base specs in the metadata: JSON, compressed by xz, in base 64. Older files have plain JSON under `specs`."""
_LONGEST_SPECS = 1 << 30
"""Bytes of all base specs of a file; 285,000 trials have ten millions."""

_ZSTD_LEVEL = 19
"""Level 12 takes a quarter of the time (9 s instead of 40 s for 285,000 trials) for files that are 8 % larger."""


@dataclass(frozen=True)
class Compacted:
    """The content of the file.

    Attributes:
        table: one row a trial.
        specs: base specs by digest.
        headers: part headers by digest.
        torn: the number of torn lines in the merged parts.
        superseded: the number of merged records that another record of the same trial superseded.
        summary: what a published file keeps of its plan, as `harness.running.store.summary` writes it; empty in others.
    """

    table: pa.Table
    specs: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    torn: int = 0
    superseded: int = 0
    summary: Mapping[str, Any] = field(default_factory=dict)


def path_of(folder: Path) -> Path:
    """The compacted file of a study's folder; where a published tier has none of its own, as in a clone, the published one."""
    own, published = folder / NAME, places.published(folder)
    return published if published is not None and published.exists() and not own.exists() else own


def read_compacted(folder: Path, columns: Sequence[str] = COLUMNS) -> Compacted:
    """The content of a study's compacted file. An absent file is empty.

    Raises:
        HarnessError: it is damaged, or a newer harness wrote it.
    """
    return read_file(path_of(folder), columns)


def read_file(path: Path, columns: Sequence[str] = COLUMNS) -> Compacted:
    """The content of a compacted file, wherever it is. Raises as `read_compacted` does."""

    def read(file: pq.ParquetFile) -> Compacted:
        said = _metadata(file)
        table = _uniform(_rows(file, said, columns), columns)
        specs = json.loads(_text_of_specs(file))
        if not all(isinstance(spec, Mapping) for spec in specs.values()):
            raise ValueError("a base spec is none")
        counts = said.get("torn", 0), said.get("superseded", 0)
        return Compacted(table, specs, said["headers"], *counts, said.get("summary", {}))

    return _read(path, read) or Compacted(empty_table(columns))


def read_row(folder: Path, trial_id: str) -> Compacted:
    """One trial of a study's compacted file, with its base spec and header. Raises as `read_compacted` does."""

    def read(file: pq.ParquetFile) -> Compacted | None:
        said, table = _metadata(file), _row(file, trial_id)
        if table is None:
            return None
        specs = _some_of(_text_of_specs(file), table["spec"].to_pylist())
        table = legacy.completed(table) if legacy.lacks_codes(said) else table
        return Compacted(_uniform(table, COLUMNS), specs, said["headers"])

    return _read(path_of(folder), read) or Compacted(empty_table(COLUMNS))


def read_specs(folder: Path) -> dict[str, Any]:
    """The base specs of a study's compacted file by digest, without its rows. Raises as `read_compacted` does."""

    def read(file: pq.ParquetFile) -> Compacted:
        return Compacted(empty_table(COLUMNS), json.loads(_text_of_specs(file)))

    found = _read(path_of(folder), read)
    return dict(found.specs) if found else {}


def read_summary(path: Path) -> dict[str, Any]:
    """What a published file keeps of its plan; empty if there is no file. Raises as `read_compacted` does."""

    def read(file: pq.ParquetFile) -> Compacted:
        return Compacted(empty_table(COLUMNS), summary=_metadata(file).get("summary", {}))

    found = _read(path, read)
    return dict(found.summary) if found else {}


def _read(path: Path, read: Callable[[pq.ParquetFile], Compacted | None]) -> Compacted | None:
    """The result of `read` for the file; None if there is no file."""
    if not path.exists():
        return None
    try:
        with pq.ParquetFile(path, memory_map=True) as file:
            refuse_newer(path, _metadata(file))
            found = read(file)
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        lzma.LZMAError,
    ) as error:
        raise damage(path) from error
    if found and not (
        _all_known(found.table["spec"], found.specs) and _all_known(found.table["header"], found.headers)
    ):
        raise damage(path)
    return found


def _rows(file: pq.ParquetFile, metadata: Mapping[str, Any], columns: Sequence[str]) -> pa.Table:
    """The columns asked for. If the file has no codes, they are made of other columns."""
    if "code" not in columns or not legacy.lacks_codes(metadata):
        return file.read(columns=list(columns))
    return legacy.completed(file.read(columns=[name for name in legacy.with_sources(columns) if name != "code"]))


def _row(file: pq.ParquetFile, trial_id: str) -> pa.Table | None:
    """The row of a trial. Only ids are read, then the columns of the one group with the trial, up to its row."""
    for group in range(file.num_row_groups):
        ids = file.read_row_group(group, columns=["trial_id"], use_threads=False)["trial_id"]
        place = pc.index(ids, trial_id).as_py()
        if place >= 0:
            return _row_at(file, group, place)
    return None


def _row_at(file: pq.ParquetFile, group: int, place: int) -> pa.Table:
    for batch in file.iter_batches(batch_size=_BATCH, row_groups=[group], use_threads=False):
        if place < len(batch):
            return pa.Table.from_batches([batch.slice(place, 1)])
        place -= len(batch)
    raise ValueError("a group is shorter than its column of ids")


def _metadata(file: pq.ParquetFile) -> dict[str, Any]:
    """The file's metadata without the base specs."""
    known = file.metadata.metadata or {}
    names = [name for name in ("schema", "headers", "torn", "superseded", "summary") if name.encode() in known]
    found = {name: json.loads(known[name.encode()]) for name in names}
    counts = (found.get("torn", 0), found.get("superseded", 0))
    if not all(isinstance(one, Mapping) for one in found["headers"].values()) or {*map(type, counts)} != {int}:
        raise ValueError("a header or a count is none")
    return found


def _text_of_specs(file: pq.ParquetFile) -> str:
    """The base specs by digest, as JSON. The file holds them compressed, since they repeat each other."""
    known = file.metadata.metadata or {}
    packed = known.get(_PACKED)
    return (_unpacked(packed) if packed else known[b"specs"]).decode()


def _unpacked(packed: bytes) -> bytes:
    """The bytes that `_packed` has made smaller. Raises ValueError if a small file would fill the memory."""
    lzma_file = lzma.LZMADecompressor()
    content = lzma_file.decompress(base64.b64decode(packed, validate=True), max_length=_LONGEST_SPECS)
    if not lzma_file.eof:
        raise ValueError("base specs are cut off, or longer than any that were written")
    return content


def _some_of(specs: str, digests: Sequence[str]) -> dict[str, Any]:
    """The base specs with these digests. The others are not parsed."""
    found = {}
    for digest in digests:
        key = f"{json.dumps(digest)}: "
        place = specs.find(key)
        if place < 0:  # absent, or written in another style of JSON
            return dict(json.loads(specs))
        found[digest] = json.JSONDecoder().raw_decode(specs, place + len(key))[0]
    return found


def _packed(specs: Mapping[str, Any]) -> str:
    return base64.b64encode(lzma.compress(json.dumps(specs, sort_keys=True).encode())).decode()


def _uniform(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    return pa.table({name: table[name] if name in NESTED else text_column(table[name], name) for name in columns})


def _all_known(column: pa.ChunkedArray, known: Mapping[str, Any]) -> bool:
    return set(column.unique().to_pylist()) <= known.keys()


def damage(path: Path) -> HarnessError:
    """What is raised of a file that is not as it was written."""
    return HarnessError(f"{path} is damaged; put back the published one, or move it away and run the sweep again.")


def write_compacted(file: IO[bytes], found: Compacted) -> None:
    """Write the content to the file. Equal stores give equal bytes."""
    counts = {"schema": SCHEMA_VERSION, "torn": found.torn, "superseded": found.superseded}
    metadata = {name: json.dumps(count) for name, count in counts.items()}
    specs, headers = (_used(found, name) for name in ("specs", "headers"))
    metadata |= {"summary": json.dumps(found.summary, sort_keys=True)} if found.summary else {}
    metadata |= {"headers": json.dumps(headers, sort_keys=True), _PACKED.decode(): _packed(specs)}
    table = _neighbours_together(_published(found.table))
    repeating, counted = _repeating(table.schema), _counted(table.schema)
    with pq.ParquetWriter(
        file,
        table.schema,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=repeating,
        column_encoding=dict.fromkeys(counted, "BYTE_STREAM_SPLIT"),
        write_statistics=repeating,
    ) as writer:
        for start in range(0, len(table), _ROWS_A_GROUP):
            writer.write_table(table.slice(start, _ROWS_A_GROUP))
        writer.add_key_value_metadata(metadata)  # in the schema it would be kept twice


def _repeating(schema: pa.Schema) -> list[str]:
    """The columns whose values repeat: texts, but for those that each trial has for itself, and all factors."""
    factors = [path for path, _ in _leaves("factors", schema.field("factors").type)]
    measured = [path for path, kind in _leaves("measurements", schema.field("measurements").type) if _is_text(kind)]
    return [*(name for name in TEXTS if name not in _OF_ONE_TRIAL), *factors, *measured]


def _counted(schema: pa.Schema) -> list[str]:
    """The lists of whole numbers, such as times of alarms: their bytes apart compress better by a tenth to a quarter."""
    leaves = _leaves("measurements", schema.field("measurements").type)
    return [path for path, kind in leaves if path.endswith(_ELEMENT) and pa.types.is_integer(kind)]


def _leaves(path: str, kind: pa.DataType) -> Iterator[tuple[str, pa.DataType]]:
    """The paths of the columns within a nested one, as Parquet has them, each with its type."""
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(f"{path}.{field.name}", field.type)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _leaves(f"{path}{_ELEMENT}", kind.value_type)
    else:
        yield path, kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _used(found: Compacted, name: str) -> dict[str, Any]:
    """The specs or headers to which a row refers."""
    digests = found.table[name.removesuffix("s")].unique().to_pylist()
    return {digest: getattr(found, name)[digest] for digest in digests}


def _neighbours_together(table: pa.Table) -> pa.Table:
    """The rows ordered by data set, then by the other factors; of these the factor with the most levels comes first.

    Trials on the same rows measure similar values. So this order halves the file of a study of streams, compared with trial
    ids.
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
    """The rows with plain text columns, which every Parquet reader knows."""
    for place, column in enumerate(table.schema):
        if pa.types.is_large_string(column.type):
            table = table.set_column(place, column.name, table[column.name].cast(pa.string()))
    return table


def fingerprint(path: Path) -> str:
    """The digest of a compacted file's footer, which differs from file to file; "" if there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(-8, 2)
            length = int.from_bytes(file.read(4), "little")
            file.seek(-8 - length, 2)
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""
