"""Compaction: merge the parts of a store into its Parquet file, and remove the finished parts.

A part is finished once its process has released the lock. It is removed when the file holds all of it. Parts of other
machines also stay for a day after their last line, since on some network file systems other machines do not see a lock.

A file of another protocol is not merged with new records: it is moved into a folder of its own first (see `earlier`).
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.core import PROTOCOL_VERSION, HarnessError
from harness.running import files
from harness.running.store import earlier, journal, locks, plans, summary
from harness.running.store.answers import compact_answers, has_answer_parts
from harness.running.store.compacted import NAME, Compacted, fingerprint, write_compacted
from harness.running.store.merging import Sources, assembled, gather, merge
from harness.running.store.parts import host_of, part_paths
from harness.running.store.stored import Stored

QUIET_SECONDS = 24 * 3600


def compact(folder: Path) -> Stored:
    """Merge a study's store into `trials.parquet` and remove the finished parts. Simultaneous calls wait for each other.

    If it is killed, nothing is lost: a part is removed only after the file with its records is safe on the disk.

    Returns:
        The merged store.

    Raises:
        HarnessError: something in the store is damaged or written by a newer harness, or the disk is full.
    """
    if not part_paths(folder) and not has_answer_parts(folder):
        return _merged(folder, gather(folder))
    with _alone(folder):
        finished = {path.name for path in part_paths(folder) if _is_finished(path)}
        sources = gather(folder)
        if any(map(len, sources.tables[1:])) and earlier.set_apart(folder, sources.tables[0], sources.headers):
            sources = gather(folder)
        is_new = any(map(len, sources.tables[1:])) or bool(finished & sources.torn_parts)
        stored = _merged(folder, sources)
        if is_new and len(stored):
            _write(folder, stored, sources, finished)
            _summarise(folder, stored)
        if len(stored):
            _remove(folder, sources, finished)
        compact_answers(folder, in_use=[path.name for path in part_paths(folder)])
    return stored


def _merged(folder: Path, sources: Sources) -> Stored:
    return assembled(folder, sources, merge(sources.tables))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """A context for one compaction at a time."""
    path = folder / "parts" / ".compacting"
    if path.parent.is_symlink():  # results may be somebody else's
        raise HarnessError(f"{path.parent} is a link to another place, where files would be removed; remove the link.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if locks.acquire(file, wait=True) is locks.Lock.OURS:
                torn = (*folder.glob(".*.parquet-*"), *folder.glob(f".{summary.NAME}-*"), *path.parent.glob("..*"))
                for rest in torn:  # of a killed compaction
                    rest.unlink()
            yield
    except OSError as error:
        raise HarnessError(f"cannot tidy {path.parent}: {error.strerror}; {files.remedy(error)}.") from error


def _is_finished(part: Path) -> bool:
    """Whether no process will write to the part again. A part without a header may not have been locked yet."""
    about = part.stat()
    is_quiet = time.time() - about.st_mtime > QUIET_SECONDS
    is_ours = about.st_size > 0 and host_of(part) == socket.gethostname()
    return (is_ours or is_quiet) and locks.probe(part) is locks.Lock.OURS


def _write(folder: Path, stored: Stored, sources: Sources, finished: set[str]) -> None:
    """Replace the compacted file by a new one."""
    path = folder / NAME
    before = {fingerprint(path): journal.merged_bytes(folder)}
    torn = sources.torn + len(finished & sources.torn_parts)

    def keep_account(new: Path) -> None:
        journal.write(folder, {**before, fingerprint(new): _merged_bytes(sources, finished)})

    with files.replacing(path, when_whole=keep_account) as file:
        write_compacted(file, Compacted(stored.table, stored.specs, stored.headers, torn, stored.duplicates))
    files.sync_folder(folder)


def _summarise(folder: Path, stored: Stored) -> None:
    """Keep what parts and plans say. The plan of a smaller sweep of the same study does not replace that of a larger one."""
    plan, before = plans.newest_plan(folder), summary.read(folder)
    n_before = (before.planned or 0) if before.protocol == PROTOCOL_VERSION else 0
    if plan is None or plan.n_trials < n_before:
        now = replace(before, newest=stored.newest)
    else:
        now = summary.Summary(plan.n_trials, plan.command, stored.newest, plan.register, PROTOCOL_VERSION)
    if now != before:
        summary.write(folder, now)


def _merged_bytes(sources: Sources, finished: set[str]) -> dict[str, int]:
    """The merged bytes of each part: all bytes of a finished part, the complete lines of a part in use."""
    return {name: size.all if name in finished else size.whole for name, size in sources.sizes.items()}


def _remove(folder: Path, sources: Sources, finished: set[str]) -> None:
    for name in finished & sources.sizes.keys():
        (folder / "parts" / name).unlink(missing_ok=True)
    left = {name: size for name, size in _merged_bytes(sources, finished).items() if name not in finished}
    journal.write(folder, {fingerprint(folder / NAME): left})
