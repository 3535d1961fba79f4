"""The results store: append-only parts, read back as records, compacted to one Parquet file.

A part belongs to one process and holds one JSON object a line: a header, then base specs and records as they come. Parts are
never reopened, so that a line torn by a crash can only be a part's last; a reader drops and counts it.
"""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from harness.core import PROTOCOL_VERSION, HarnessError, Record, Status
from harness.running import files, predictions
from harness.running.identity import digest

SYNC_EVERY_SECONDS = 5.0


class PartWriter:
    """Appends records to a new part of one study's store; used by one process."""

    def __init__(self, folder: Path, header: Mapping[str, Any]) -> None:
        self._folder = folder
        parts = folder / "parts"
        try:
            parts.mkdir(parents=True, exist_ok=True)
            name = f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"
            self._file = (parts / name).open("xb", buffering=0)
        except OSError as error:
            raise HarnessError(f"cannot write results to {parts}: {error.strerror}; set results=<a folder>.") from error
        self.path = parts / name
        self.header = digest(header)
        self._known_specs: set[str] = set()
        self._synced = time.monotonic()
        self._line({"kind": "header", "digest": self.header, **header})

    def append(self, record: Record, spec: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Record:
        """Write the arrays of predictions, then the base spec if it is new to this part, then the record.

        Returns:
            The record with its spec, header and predictions' digests filled in.
        """
        spec_digest = digest(spec)
        file_digest = predictions.save(self._folder, record.trial_id, arrays) if arrays else ""
        complete = replace(record, spec=spec_digest, header=self.header, predictions=file_digest)
        if spec_digest not in self._known_specs:
            self._line({"kind": "spec", "digest": spec_digest, "spec": spec})
            self._known_specs.add(spec_digest)
        self._line({"kind": "record", **_compact(complete)})
        return complete

    def _line(self, content: Mapping[str, Any]) -> None:
        # in the order given, which is the order in which a reader wants to see the scores
        line = json.dumps(content, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        try:
            written = self._file.write(line)
        except OSError as error:
            raise self._cannot_write(error.strerror) from error
        if written < len(line):  # what fits of a line is written before a disk is said to be full
            raise self._cannot_write(os.strerror(errno.ENOSPC))
        if time.monotonic() - self._synced > SYNC_EVERY_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Force what is written to the disk."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._cannot_write(error.strerror) from error
        self._synced = time.monotonic()

    def _cannot_write(self, why: str | None) -> HarnessError:
        return HarnessError(
            f"cannot write to {self.path}: {why}; what was recorded before is intact, "
            "make room and give the same command again."
        )

    def close(self) -> None:
        """Sync and close."""
        self.sync()
        self._file.close()


@dataclass(frozen=True)
class Stored:
    """All that a study's store holds.

    Attributes:
        records: the newest record of each trial id, in order of trial id; but one that is ok stays.
        specs: base specs by digest.
        headers: part headers by digest.
        torn: lines that could not be parsed at the end of a part.
        duplicates: records that another one of the same trial superseded.
    """

    records: tuple[Record, ...] = ()
    specs: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    torn: int = 0
    duplicates: int = 0

    def is_stale(self, record: Record) -> bool:
        """Whether a record was measured under another protocol version than the present one."""
        return bool(self.headers[record.header]["protocol"] != PROTOCOL_VERSION)

    def current(self) -> Stored:
        """The same store without stale records: protocols are never mixed."""
        return replace(self, records=tuple(record for record in self.records if not self.is_stale(record)))

    def by_id(self) -> dict[str, Record]:
        """Records by trial id."""
        return {record.trial_id: record for record in self.records}


def exists(folder: Path) -> bool:
    """Whether a study's folder holds any records."""
    return (folder / "trials.parquet").exists() or any((folder / "parts").glob("*.jsonl"))


def read(folder: Path) -> Stored:
    """Read a study's store: the compacted file and all parts. An absent folder is an empty store.

    Raises:
        HarnessError: a line that is not the last of its part cannot be parsed.
    """
    found: dict[str, Record] = {}
    specs: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    torn = total = 0
    for line in _lines(folder):
        kind = line.pop("kind")
        if kind == "torn":
            torn += 1
        elif kind == "record":
            record = Record(**{"factors": {}, **line, "status": Status(line["status"])})
            if record == found.get(record.trial_id):
                continue
            total += 1
            if record.trial_id not in found or _is_better(record, found[record.trial_id]):
                found[record.trial_id] = record
        else:
            (headers if kind == "header" else specs)[line.pop("digest")] = line.get("spec", line)
    records = tuple(found[trial_id] for trial_id in sorted(found))
    return Stored(records, specs, headers, torn, total - len(found))


def _is_better(record: Record, newer: Record) -> bool:
    return record.status is Status.OK and newer.status is not Status.OK


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    """All lines, the newest first; what was compacted is older than the parts that are left."""
    for part in sorted((folder / "parts").glob("*.jsonl"), key=_started, reverse=True):
        yield from reversed(list(part_lines(part)))
    compacted = folder / "trials.parquet"
    if compacted.exists():
        yield from _compacted_lines(compacted)


def _started(part: Path) -> str:
    return part.stem.rpartition("-")[2]


def part_lines(part: Path) -> Iterator[dict[str, Any]]:
    """The lines of one part; a torn last one comes as {"kind": "torn"}."""
    lines = part.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            yield parse(line)
        except ValueError as error:
            if number < len(lines):
                raise HarnessError(
                    f"line {number} of {part} is damaged; move that file away and give the same command again."
                ) from error
            yield {"kind": "torn"}


def parse(line: bytes) -> dict[str, Any]:
    """One whole line of a part. Raises `ValueError` if it is none."""
    content = json.loads(line)
    if not isinstance(content, dict) or "kind" not in content:
        raise ValueError("not a line of a part")
    return content


def compact(folder: Path) -> Stored:
    """Merge the store into `trials.parquet`, sorted by trial id. The parts stay, for a sweep may be writing to them.

    Measurements and clock values are columns of their own kind within the structs `measurements` and `clock`, so that
    any Parquet reader can query them; base specs and headers stand in the file's metadata.
    """
    stored = read(folder)
    specs = {record.spec: stored.specs[record.spec] for record in stored.records}
    headers = {record.header: stored.headers[record.header] for record in stored.records}
    extra = {"specs": json.dumps(specs, sort_keys=True), "headers": json.dumps(headers, sort_keys=True)}
    rows = [_with_absent(record) for record in stored.records]
    if rows:
        table = pa.Table.from_pylist(_alike(rows)).replace_schema_metadata(extra)
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        files.write_atomically(folder / "trials.parquet", buffer.getvalue())
    return stored


def _alike(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every factor that is text somewhere as text everywhere, since a column has one type."""
    every = [row["factors"] or {} for row in rows]
    texts = {name for factors in every for name, level in factors.items() if isinstance(level, str)}
    plain = [{name: str(level) if name in texts else level for name, level in factors.items()} for factors in every]
    return [{**row, "factors": factors or None} for row, factors in zip(rows, plain, strict=True)]


def _compacted_lines(path: Path) -> Iterator[dict[str, Any]]:
    table = pq.read_table(path)
    metadata = table.schema.metadata or {}
    for kind in ("specs", "headers"):
        for key, value in json.loads(metadata[kind.encode()]).items():
            content = {"spec": value} if kind == "specs" else value
            yield {"kind": kind.removesuffix("s"), "digest": key, **content}
    for row in table.to_pylist():
        yield {"kind": "record", **{key: _without_absent(value) for key, value in row.items() if value is not None}}


def _with_absent(record: Record) -> dict[str, Any]:
    """All fields, empty mappings as None: Parquet has no empty struct."""
    content = {**asdict(record), "status": str(record.status)}
    return {key: None if value == {} else value for key, value in content.items()}


def _without_absent(value: Any) -> Any:
    """A struct without the fields that this row does not have (Parquet gives every row every field)."""
    return {key: entry for key, entry in value.items() if entry is not None} if isinstance(value, dict) else value


def _compact(record: Record) -> dict[str, Any]:
    """The fields that say something, with the absent ones of each mapping left out as Parquet does."""
    content = {**asdict(record), "status": str(record.status)}
    return {key: _without_absent(value) for key, value in content.items() if value not in ("", {})}
