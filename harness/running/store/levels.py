"""`levels.json`: the present versions of levels that have changed since some records of a folder were made.

It is written when a level's file has changed, and does not name levels that never have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.running import files
from harness.running.identity import canonical_json
from harness.running.named_parts import in_words, named_parts, version_of

NAME = "levels.json"


def read_levels(folder: Path) -> dict[str, str]:
    """The versions by level, such as `model=mine`. Raises `HarnessError` if the file is damaged."""
    absent: dict[str, str] = {}
    return files.read_json(
        folder / NAME, dict, absent=absent, advice="delete it and give the newest sweep's command again"
    )


def write_levels(folder: Path, levels: Mapping[str, str]) -> None:
    """Note the versions of these levels. Raises `HarnessError` if the folder cannot be written to."""
    files.write_atomically(folder / NAME, canonical_json({**read_levels(folder), **levels}).encode())


def differing_levels(spec: Mapping[str, Any], levels: Mapping[str, str]) -> list[str]:
    """The levels in a spec that have another version in `levels`, among those that it names."""
    if not levels:
        return []
    known = {in_words(name): node for name, node in named_parts(spec) if in_words(name) in levels}
    return sorted(level for level, node in known.items() if version_of(node) != levels[level])
