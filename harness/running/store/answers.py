"""Answers of deployed models, kept beside the records: once for all trials that share them.

A process appends to a part of its own, `answers/<name of its part of records>`, each line before the record that rests on it.
Compaction merges the parts whose process has ended into `answers.parquet`, one row for each key (see `harness.core.Answered`),
and removes them. So whoever has a record has its answers, whenever a process was killed.
"""

from __future__ import annotations

import base64
import errno
import os
from collections.abc import Iterable, Mapping
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from harness.core import Answered, HarnessError
from harness.running import files

NAME = "answers.parquet"
FOLDER = "answers"

KEY = tuple(name for name in Answered._fields if name != "wrong")
"""The columns that tell answers apart."""

SCHEMA = pa.schema(
    [
        *((name, pa.int64() if name == "seed" else pa.string()) for name in KEY if name != "strengths"),
        ("strengths", pa.list_(pa.float64())),
        ("n", pa.int32()),
        ("wrong", pa.binary()),
    ]
)
"""One row for each model and concept: the key, the number of rows, and their bits, first row first, as of `numpy.packbits`."""

_ZSTD_LEVEL = 15


class AnswerPart:
    """The answers that one process appends to a part of its own; equal keys are written once."""

    def __init__(self, records: Path) -> None:
        """Begin nothing yet: most studies keep no answers.

        Args:
            records: the part of records of the same process.
        """
        self._path = part_beside(records)
        self._file: FileIO | None = None
        self._known: set[int] = set()

    def append(self, answers: Iterable[Answered]) -> None:
        """Write the answers that this part does not have. Raises `OSError`."""
        new = [one for one in answers if hash(one[:-1]) not in self._known]
        if not new:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("xb", buffering=0)
            files.sync_folder(self._path.parent)
        lines = b"".join(_line(one) for one in new)
        if self._file.write(lines) != len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._known |= {hash(one[:-1]) for one in new}

    @property
    def file(self) -> FileIO | None:
        """The open file, to be synced; None while nothing was written."""
        return self._file

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def part_beside(records: Path) -> Path:
    """The part of answers of the process that wrote a part of records."""
    return records.parent.parent / FOLDER / records.name


def _line(one: Answered) -> bytes:
    packed = base64.b64encode(np.packbits(np.asarray(one.wrong, dtype=np.bool_)).tobytes()).decode()
    return orjson.dumps({**one._asdict(), "n": len(one.wrong), "wrong": packed}) + b"\n"


# ---- reading ------------------------------------------------------------------------------------------------------------


def read_answers(folder: Path) -> pa.Table:
    """All answers of a study, sorted by key; no row if it keeps none.

    Args:
        folder: the study's folder.

    Raises:
        HarnessError: a file is damaged, or two answers with one key differ.
    """
    return _merged(folder, _parts(folder))


def has_answer_parts(folder: Path) -> bool:
    """Whether there are answers that are not merged."""
    return bool(_parts(folder))


def bits(packed: bytes, n: int) -> NDArray[np.bool_]:
    """Which rows a model is wrong about, shape (n,), of a row of the table."""
    unpacked: NDArray[np.bool_] = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=n).astype(np.bool_)
    return unpacked


def _parts(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*.jsonl"))


def _merged(folder: Path, parts: Iterable[Path]) -> pa.Table:
    rows = [row for path in parts for row in _rows(path)]
    table = pa.concat_tables([_compacted(folder), pa.Table.from_pylist(rows, SCHEMA)]).combine_chunks()
    if not len(table):
        return table
    flat = _flat(table)
    order = pc.sort_indices(flat, [(name, "ascending") for name in flat.column_names])
    table, flat = table.take(order), flat.take(order)
    is_new = np.ones(len(table), dtype=np.bool_)
    is_new[1:] = np.any([_changes(flat[name]) for name in flat.column_names], axis=0)
    repeated = np.flatnonzero(~is_new)
    differs = _changes(table["wrong"])[repeated - 1]
    if differs.any():
        row = table.slice(int(repeated[differs][0]), 1).to_pylist()[0]
        raise HarnessError(
            f"{folder}: two answers of {row['model']} on {row['dataset']} (seed {row['seed']}) with one key differ, so that "
            f"one of them is wrong: delete {folder / FOLDER} and {folder / NAME}, and run the sweep anew."
        )
    return table.filter(pa.array(is_new))


def _flat(table: pa.Table) -> pa.Table:
    """The key in columns that sort: the strengths as text."""
    strengths = pa.array([",".join(map(repr, one)) for one in table["strengths"].to_pylist()], pa.string())
    return table.select([name for name in KEY if name != "strengths"]).append_column("strengths", strengths)


def _changes(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Whether each value but the first differs from the one before, shape (n - 1,)."""
    whole = column.combine_chunks()
    return np.asarray(pc.not_equal(whole[1:], whole[:-1]).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _compacted(folder: Path) -> pa.Table:
    path = folder / NAME
    if not path.exists():
        return SCHEMA.empty_table()
    try:
        return pq.read_table(path, memory_map=True).select(SCHEMA.names).cast(SCHEMA)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise HarnessError(
            f"{path} is damaged; put back the published one, or delete it and run the sweep anew."
        ) from error


def _rows(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a part. A torn last line is left out: the record that rests on it was never written."""
    try:
        *lines, _ = path.read_bytes().split(b"\n")
    except FileNotFoundError:  # merged in the meantime
        return []
    try:
        rows = [orjson.loads(line) for line in lines]
        return [{**row, "wrong": base64.b64decode(row["wrong"], validate=True)} for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise HarnessError(f"{path} is damaged; delete it, and run the sweep of its records anew.") from error


# ---- compaction ---------------------------------------------------------------------------------------------------------


def compact_answers(folder: Path, in_use: Iterable[str]) -> None:
    """Merge the parts of processes that have ended into `answers.parquet`, and remove them.

    Args:
        folder: the study's folder.
        in_use: names of parts that a process may still write to.

    Raises:
        HarnessError: as `read_answers`, or the disk is full.
    """
    kept = set(in_use)
    finished = [path for path in _parts(folder) if path.name not in kept]
    if not finished:
        return
    table = _merged(folder, finished)
    if len(table):
        texts = [name for name in SCHEMA.names if name not in ("strengths", "n", "wrong")]
        with files.replacing(folder / NAME) as file:
            pq.write_table(table, file, compression="zstd", compression_level=_ZSTD_LEVEL, use_dictionary=texts)
        files.sync_folder(folder)
    for path in finished:
        path.unlink(missing_ok=True)
