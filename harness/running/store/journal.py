"""What of the parts the compacted file has already, kept beside the parts.

A compaction says it here before it puts its file in the place of the old one, for either file by its fingerprint.
Whichever of the two there is after a crash, it is known how far every part has gone into it, so that nothing is counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from harness.running import files
from harness.running.store.compacted import NAME, fingerprint

Merged = Mapping[str, int]
"""Bytes at the head of a part that have been merged, by the part's file name."""


def merged_bytes(folder: Path) -> dict[str, int]:
    """How many bytes of each part the compacted file has; parts of which it has nothing are left out."""
    try:
        entries = json.loads(_path(folder).read_bytes())
        return {str(name): int(size) for name, size in entries.get(fingerprint(folder / NAME), {}).items()}
    except (OSError, ValueError, AttributeError, TypeError):  # without it, records merged before are found to be equal
        return {}


def write(folder: Path, entries: Mapping[str, Merged]) -> None:
    """Keep what has been merged, by the fingerprint of the compacted file that has it. Raises `HarnessError`."""
    if any(entries.values()):
        files.write_atomically(_path(folder), json.dumps(entries).encode())
    else:
        _path(folder).unlink(missing_ok=True)


def _path(folder: Path) -> Path:
    return folder / "parts" / ".merged.json"
