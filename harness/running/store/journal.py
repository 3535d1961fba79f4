"""A journal of how many bytes of each part the compacted file holds, kept beside the parts.

A compaction writes it before it replaces the old file, with one entry for the old file and one for the new, by fingerprint.
Whichever file exists after a crash, the journal says how much of every part it holds. So nothing is counted twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from harness.running import files
from harness.running.store.compacted import NAME, fingerprint

Merged = Mapping[str, int]
"""The number of merged bytes at the head of each part, by file name."""


def merged_bytes(folder: Path) -> dict[str, int]:
    """The number of bytes of each part that the compacted file holds; parts without any are left out."""
    try:
        entries = json.loads(_path(folder).read_bytes())
        return {str(name): int(size) for name, size in entries.get(fingerprint(folder / NAME), {}).items()}
    except (OSError, ValueError, AttributeError, TypeError):  # then merged records count as equal duplicates
        return {}


def write(folder: Path, entries: Mapping[str, Merged]) -> None:
    """Write the merged bytes by the fingerprint of the compacted file that holds them. Raises `HarnessError`."""
    if any(entries.values()):
        files.write_atomically(_path(folder), json.dumps(entries).encode())
    else:
        _path(folder).unlink(missing_ok=True)


def _path(folder: Path) -> Path:
    return folder / "parts" / ".merged.json"
