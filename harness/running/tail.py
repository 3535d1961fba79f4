"""What is appended to the parts of a store while a sweep runs, whoever appends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from harness.core import Status
from harness.running.reasons import Reason
from harness.running.store.locks import Lock, probe


class NewRecord(NamedTuple):
    """What the parent of a sweep needs to know of a new record."""

    trial_id: str
    status: Status
    reason: Reason


class Tail:
    """Reads the records that are appended after it was made."""

    def __init__(self, folder: Path) -> None:
        """The tail of the store in this study's folder."""
        self._parts = folder / "parts"
        self._read = {part: part.stat().st_size for part in self._parts.glob("*.jsonl")}

    def new(self) -> Iterator[NewRecord]:
        """The records appended since the last call; a line that is not whole yet waits for the next one."""
        for part in self._parts.glob("*.jsonl"):
            for line in self._new_lines(part):
                if line.startswith(b'{"kind":"record"'):
                    content = orjson.loads(line)
                    reason = Reason(content.get("code", ""), content.get("reason", ""))
                    yield NewRecord(content["trial_id"], Status(content["status"]), reason)

    def others_are_writing(self) -> bool:
        """Whether a process holds one of the parts that were there when the tail was made."""
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
    """Whether the process that writes this part is alive."""
    try:
        return probe(part) is Lock.TAKEN
    except FileNotFoundError:  # merged into trials.parquet meanwhile
        return False
