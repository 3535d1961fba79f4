"""A part of a store: the records that one process appended, in the order of its work.

A part has one JSON object per line: a header, then base specs and records. It is never reopened, so a crash can tear only
its last line. A reader drops and counts that line. The process that writes a part holds a lock on it until it ends.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from io import FileIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from harness.core import Answered, HarnessError, Record
from harness.running import files, predictions
from harness.running.identity import digest
from harness.running.store import locks
from harness.running.store.answers import AnswerPart
from harness.running.store.lines import head_line, record_line

SYNC_EVERY_SECONDS = 5.0


def part_paths(folder: Path) -> list[Path]:
    """The parts of a study's store, the oldest first."""
    found = [path for path in (folder / "parts").glob("*.jsonl") if not path.is_dir()]
    return sorted(found, key=lambda path: (path.stem.rpartition("-")[2], path.name))


def folders_among_parts(folder: Path) -> list[Path]:
    """Folders that are named as parts are; nothing in them is read."""
    return sorted(path for path in (folder / "parts").glob("*.jsonl") if path.is_dir())


def is_held(part: Path) -> bool:
    """Whether a living process writes to the part, as far as locks can tell."""
    try:
        return part.stat().st_size == 0 or locks.probe(part) is locks.Lock.TAKEN
    except FileNotFoundError:
        return False


def host_of(part: Path) -> str:
    """The name of the machine on which a part was written."""
    return part.stem.rsplit("-", 2)[0]


class PartWriter:
    """A writer that appends records to a new part of one study's store. Any thread of the process may append."""

    def __init__(self, folder: Path, header: Mapping[str, Any]) -> None:
        """Begin the part.

        Raises:
            HarnessError: the folder cannot be written to.
        """
        self._folder = folder.absolute()  # a user's model may change the working directory
        parts = self._folder / "parts"
        try:
            self._file = _new_part(parts)
        except OSError as error:
            raise HarnessError(f"cannot write results to {parts}: {error.strerror}; set results=<a folder>.") from error
        self.path = Path(os.fsdecode(self._file.name))
        self.header = digest(header)
        self._answers = AnswerPart(self.path)
        self._lock = threading.RLock()
        self._broken: OSError | None = None
        self._spec: object = None
        self._spec_digest = ""
        self._known_specs: set[str] = set()
        self._synced = time.monotonic()
        self._write(head_line("header", self.header, header))

    def append(
        self,
        record: Record,
        spec: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]] = MappingProxyType({}),
        answers: Iterable[Answered] = (),
    ) -> Record:
        """Write predictions and answers, then the base spec if the part does not have it, then the record.

        Args:
            record: the record, whose digests are filled in.
            spec: the base spec. If it is the same object as in the last call, it counts as unchanged.
            arrays: predictions by name. Without any, no file is written.
            answers: of deployed models; those that this process has written before are not written again.

        Returns:
            The record with the digests of its spec, header and predictions.

        Raises:
            HarnessError: the disk is full or gone, or the record holds a value that JSON cannot (see
                `harness.running.store.lines`).
        """
        with self._lock:
            kept = predictions.save(self._folder, record.trial_id, arrays) if arrays else ""
            self._keep(answers)
            complete = replace(record, spec=self._written(spec), header=self.header, predictions=kept)
            self._write(_line(complete))
        return complete

    def _keep(self, answers: Iterable[Answered]) -> None:
        try:
            self._answers.append(answers)
        except OSError as error:
            raise self._cannot_write(error) from error

    def _written(self, spec: Mapping[str, Any]) -> str:
        """The digest of a spec, which is written to the part if it is new there."""
        if spec is not self._spec:
            found = digest(spec)
            if found not in self._known_specs:
                self._write(head_line("spec", found, {"spec": spec}))
                self._known_specs.add(found)
            self._spec, self._spec_digest = spec, found
        return self._spec_digest

    def _write(self, line: bytes) -> None:
        if self._broken:  # a line after a torn one would be lost with it
            raise self._cannot_write()
        try:
            written = self._file.write(line)
        except OSError as error:
            raise self._cannot_write(error) from error
        if written != len(line):  # a full disk takes the beginning of a line without an error
            raise self._cannot_write(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        if time.monotonic() - self._synced > SYNC_EVERY_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Force the written lines to the disk. Raises `HarnessError` if that fails or the part is gone."""
        with self._lock:
            try:
                for file in (self._answers.file, self._file):
                    if file is not None:
                        os.fsync(file.fileno())
            except OSError as error:
                raise self._cannot_write(error) from error
            if not self.path.exists():
                raise HarnessError(
                    f"{self.path} was deleted or moved while its process wrote to it; give the same command again."
                )
            self._synced = time.monotonic()

    def _cannot_write(self, error: OSError | None = None) -> HarnessError:
        self._broken = error or self._broken or OSError("it failed")
        return HarnessError(
            f"cannot write to {self.path}: {self._broken.strerror}; {files.remedy(self._broken)} and give the same command "
            "again: what was recorded before is intact."
        )

    def close(self) -> None:
        """Sync and close the part, and release its lock, so that it can be merged."""
        with self._lock:
            if not self._file.closed:
                try:
                    self.sync()
                finally:
                    self._answers.close()
                    self._file.close()


def _new_part(parts: Path) -> FileIO:
    """A new file in this folder, locked where there are locks."""
    parts.mkdir(parents=True, exist_ok=True)
    file = (parts / f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl").open("xb", buffering=0)
    locks.acquire(file)  # no other process locks an empty part
    files.sync_folder(parts)
    return file


def _line(record: Record) -> bytes:
    content = {name: value for name, value in vars(record).items() if value not in ("", {})}
    try:
        return record_line(content)
    except ValueError as error:
        raise HarnessError(
            f"trial {record.trial_id[:12]} cannot be recorded: {error}; correct what it measures and run it again."
        ) from error
