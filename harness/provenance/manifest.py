"""`digests.json` of a study: the digests of its records and of the files beside them, and the root of all.

Who changes a record or a file has to change this file too, and the root with it, which stands in the paper, in certificates
and in the history.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import places
from harness.core import HarnessError
from harness.provenance.digests import Digests, digests_of, root_of
from harness.running import files, store
from harness.running.publishing import read_published
from harness.running.store.compacted import NAME as TRIALS

NAME = "digests.json"
_FILES = ("tables/**/*", "figures/**/*", "*.json", "*.parquet")
"""What anything reads, of the harness or of a reader; notes of somebody beside them are left out."""

_TOLD_APART = (NAME, TRIALS, *(f"{tier}.parquet" for tier in places.PUBLISHED_TIERS))
"""This file, and those of records, whose digests are of what they hold."""


@dataclass(frozen=True)
class Manifest:
    """What a study consists of.

    Attributes:
        tiers: the digests of each tier's records.
        files: the sha256 of every file beside them, by its path within the folder.
    """

    tiers: Mapping[str, Digests]
    files: Mapping[str, str]

    @property
    def root(self) -> str:
        """The root of all records and files."""
        of_files = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.files.items()))
        return root_of(
            {
                **{tier: each.root for tier, each in self.tiers.items()},
                "files": hashlib.sha256(of_files.encode()).hexdigest(),
            }
        )

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {
            "root": self.root,
            "tiers": {tier: each.as_json() for tier, each in self.tiers.items()},
            "files": dict(sorted(self.files.items())),
        }


def made_of(folder: Path) -> Manifest:
    """The manifest of what a study's folder holds now.

    Args:
        folder: of the standard tier, whose published tiers are taken along, or of any other.

    Raises:
        HarnessError: records are damaged.
    """
    return Manifest(dict(_tiers(folder)), {str(path.relative_to(folder)): _sha256(path) for path in _beside(folder)})


def _tiers(folder: Path) -> Iterator[tuple[str, Digests]]:
    tier = places.tier_of(folder)
    if store.exists(folder):
        yield tier, digests_of(store.read(folder).current())
    for other in places.published_folders(folder):
        stored = read_published(other)
        if len(stored):
            yield places.tier_of(other), digests_of(stored)


def _beside(folder: Path) -> list[Path]:
    found = {path for pattern in _FILES for path in folder.glob(pattern) if path.is_file()}
    return sorted(found - {folder / name for name in _TOLD_APART})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path) -> Manifest:
    """Write the manifest of a folder, whole or not at all."""
    found = made_of(folder)
    files.write_json(folder / NAME, found.as_json())
    return found


def read(folder: Path) -> Manifest:
    """The manifest as it is written.

    Raises:
        HarnessError: there is none; it is damaged; or its root is not that of what it lists.
    """
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        tiers = {tier: Digests(dict(each["parts"]), int(each["records"])) for tier, each in found["tiers"].items()}
        manifest = Manifest(tiers, {str(name): str(digest) for name, digest in found["files"].items()})
        roots = (
            {found["root"], manifest.root},
            *({each["root"], tiers[tier].root} for tier, each in found["tiers"].items()),
        )
    except FileNotFoundError as error:
        raise HarnessError(f"there is no {path}; the report writes it: harness report study={folder.name}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise HarnessError(f"{path} is damaged; put back the published one.") from error
    if any(len(pair) > 1 for pair in roots):
        raise HarnessError(f"{path} says another root than its own digests have: it was edited.")
    return manifest
