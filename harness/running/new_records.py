"""New lines in the parts of a store while a sweep runs, from all processes that append there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from harness.core import Status
from harness.running.reasons import Reason
from harness.running.store.lines import RECORD
from harness.running.store.locks import Lock, probe
from harness.running.store.parts import part_paths


class NewRecord(NamedTuple):
    """What the parent process of a sweep needs to know about a new record."""

    trial_id: str
    status: Status
    reason: Reason


class Tail:
    """A reader of the lines that are appended after its own creation."""

    def __init__(self, folder: Path) -> None:
        """The tail of the store in this study's folder."""
        self._folder = folder
        self._read = {part: part.stat().st_size for part in part_paths(folder)}

    def new(self) -> Iterator[NewRecord]:
        """The records appended since the last call."""
        for _, line in self.lines():
            if line.startswith(RECORD):
                content = orjson.loads(line)
                reason = Reason(content.get("code", ""), content.get("reason", ""))
                yield NewRecord(content["trial_id"], Status(content["status"]), reason)

    def lines(self) -> Iterator[tuple[Path, bytes]]:
        """The lines appended since the last call, each with its part. One that is not complete yet is left for the next."""
        for part in part_paths(self._folder):
            for line in self._new_lines(part):
                yield part, line

    def others_are_writing(self) -> bool:
        """Whether a process holds one of the parts that existed when the tail was created."""
        return any(map(_is_held, self._read))

    def _new_lines(self, part: Path) -> list[bytes]:
        start = self._read.get(part, 0)
        try:
            if part.stat().st_size <= start:
                return []
            with part.open("rb") as file:
                file.seek(start)
                content = file.read()
        except FileNotFoundError:  # merged into trials.parquet meanwhile
            return []
        whole = content.rfind(b"\n") + 1
        self._read[part] = start + whole
        return content[:whole].splitlines()


def _is_held(part: Path) -> bool:
    """Whether the process that writes to this part is alive."""
    try:
        return probe(part) is Lock.TAKEN
    except FileNotFoundError:  # merged into trials.parquet meanwhile
        return False
