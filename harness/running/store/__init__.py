"""The results store of a study: append-only parts, read back as one table, compacted to one Parquet file.

    parts, lines        one process appends its records to a part of its own            PartWriter, is_held
    reading, parsing    a part as tables
    compacted           the Parquet file as a table, and back
    finding             one trial without the rest
    specs               base specs without their records                                 base_specs
    levels              versions of levels whose files have changed
    measured            the factors of what is ok, without measurements                   read_measured
    merging             all of them as one row for each trial
    stored              the merged store                                                 Stored
    compaction          merges parts into the Parquet file; `journal` says how far       compact
    resume_rule         which trials need not be run                                     settled
    answers             answers of deployed models, kept once                            read_answers
    earlier             records of another protocol are moved, not merged
    strangers           what does not belong into the folder
    plans, summary      what sweeps were asked for, and what is kept of that and of parts

Below these, `rows` turns records into rows and back, `columns` and `arrays` give every column one type, and `locks` tells
whether a process lives. `legacy` gives codes to old records that have none. docs/records.md describes the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import PROTOCOL_VERSION
from harness.running.store.answers import bits, read_answers
from harness.running.store.compacted import path_of
from harness.running.store.compaction import compact
from harness.running.store.finding import gather_trial
from harness.running.store.measured import read_measured
from harness.running.store.merging import assembled, gather, merge
from harness.running.store.parts import PartWriter, is_held, part_paths
from harness.running.store.resume_rule import settled_rows
from harness.running.store.rows import COLUMNS, REQUIRED, TEXTS
from harness.running.store.specs import base_specs, current_specs
from harness.running.store.stored import Stored

__all__ = [
    "PartWriter",
    "Stored",
    "base_specs",
    "bits",
    "compact",
    "current_specs",
    "exists",
    "is_held",
    "read",
    "read_answers",
    "read_measured",
    "read_trial",
    "settled",
]


def exists(folder: Path) -> bool:
    """Whether a study's folder holds any records."""
    return path_of(folder).exists() or bool(part_paths(folder))


def read(folder: Path, columns: Sequence[str] | None = None) -> Stored:
    """A study's store, read from the compacted file and all parts. An absent folder is an empty store.

    Args:
        folder: the study's folder.
        columns: the columns of the table to read; all by default. Reading a few columns of text is much faster.

    Raises:
        HarnessError: a part, the compacted file or a plan is damaged, or a newer harness wrote it.
    """
    wanted = COLUMNS if columns is None else tuple(columns)
    is_light = set(wanted) <= set(TEXTS)
    sources = gather(folder, [name for name in TEXTS if name in {*REQUIRED, *wanted}] if is_light else COLUMNS)
    merged = merge(sources.tables)
    if merged.superseded is None:
        sources = gather(folder)
        merged = merge(sources.tables)
    stored = assembled(folder, sources, merged)
    return replace(stored, table=stored.table.select(wanted))


def read_trial(folder: Path, trial_id: str) -> Stored:
    """One trial of a study's store: no row or one row, as `read` gives it, in a twentieth of the time.

    Only data of this trial is read. So damage elsewhere goes unnoticed, `torn` is 0, and `duplicates` counts the superseded
    records of this trial. `read` turns a value into text where other trials have values of another kind; here it keeps its
    kind, unless it was compacted together with those trials.

    Raises:
        HarnessError: data of the trial is damaged, or a newer harness wrote a part, the compacted file or a plan.
    """
    sources = gather_trial(folder, trial_id)
    return assembled(folder, sources, merge(sources.tables))


def settled(folder: Path, *, retry_failed: bool) -> set[str]:
    """The ids of the trials that need not be run (see `harness.running.store.resume_rule`). Raises as `read` does.

    Trials of another protocol are none of them: their ids belong to no trial of today.
    """
    sources = gather(folder, (*REQUIRED, "code"))
    present = [key for key, header in sources.headers.items() if header.get("protocol") == PROTOCOL_VERSION]
    table = merge(sources.tables).table
    table = table.filter(pc.is_in(table["header"], pa.array(present, pa.string())))
    return set(table["trial_id"].filter(settled_rows(table, retry_failed=retry_failed)).to_pylist())
