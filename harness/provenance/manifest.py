"""`digests.json` of a study: the digests of its records and of all its files, and the root of all.

Who changes a record or a file has to change this file too, and the root with it, which stands in the paper, in certificates
and in the history.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import places
from harness.core import HarnessError
from harness.provenance.digests import Digests, digests_of, root_of
from harness.running import files, store
from harness.running.publishing import read_published
from harness.running.store import plans

NAME = "digests.json"
_FILES = ("tables/**/*", "figures/**/*", "*.json", "*.parquet")
"""What anything reads, of the harness or of a reader; notes of somebody beside them are left out."""

FORMAT = 2
"""Of digests.json; docs/digests.md describes it."""


@dataclass(frozen=True)
class Manifest:
    """What a study consists of.

    Attributes:
        tiers: the digests of each tier's records, which the same measurements have again at another time.
        files: the sha256 of every file, those of records too, by its path within the folder.
        register: the digests of the register of claims that stand in the plan of the records, by part.
    """

    tiers: Mapping[str, Digests]
    files: Mapping[str, str]
    register: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The root of all records and files."""
        of_files = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.files.items()))
        return root_of(
            {
                **{tier: each.root for tier, each in self.tiers.items()},
                "files": hashlib.sha256(of_files.encode()).hexdigest(),
                "register": root_of(self.register),
            }
        )

    @property
    def sha256(self) -> str:
        """Of `digests.json` as it has to be."""
        return hashlib.sha256(files.json_text(self.as_json()).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {
            "format": FORMAT,
            "root": self.root,
            "tiers": {tier: each.as_json() for tier, each in self.tiers.items()},
            "files": dict(sorted(self.files.items())),
            "register": dict(sorted(self.register.items())),
        }


def made_of(folder: Path) -> Manifest:
    """The manifest of what a study's folder holds now.

    Args:
        folder: of the standard tier, whose published tiers are taken along, or of any other.

    Raises:
        HarnessError: records are damaged.
    """
    plan = plans.newest_plan(folder)
    register = {} if plan is None else dict(plan.register)
    beside = {path.relative_to(folder).as_posix(): _sha256(path) for path in _beside(folder)}
    return Manifest(dict(_tiers(folder)), beside, register)


def _tiers(folder: Path) -> Iterator[tuple[str, Digests]]:
    tier = places.tier_of(folder)
    if store.exists(folder):
        yield tier, digests_of(store.read(folder).current())
    for other in places.published_folders(folder):
        stored = read_published(other)
        if len(stored):
            yield places.tier_of(other), digests_of(stored)


def _beside(folder: Path) -> list[Path]:
    found = {path for pattern in _FILES for path in folder.glob(pattern)} - {folder / NAME}
    for path in found:
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise HarnessError(
                f"{path} is a link or no file, and nobody knows what belongs there; put back the published one."
            )
    return sorted(path for path in found if path.is_file())


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
        found = json.loads(files.small(path))
        if found.get("format", 1) != FORMAT:
            raise HarnessError(
                f"{path} is of format {found.get('format', 1)} and not {FORMAT}; make it again: "
                f"harness report study={folder.name}"
            )
        tiers = {tier: Digests(dict(each["parts"]), int(each["records"])) for tier, each in found["tiers"].items()}
        of_files, register = (
            {str(name): str(digest) for name, digest in found[what].items()} for what in ("files", "register")
        )
        manifest = Manifest(tiers, of_files, register)
        roots = (
            {found["root"], manifest.root},
            *({each["root"], tiers[tier].root} for tier, each in found["tiers"].items()),
        )
    except FileNotFoundError as error:
        raise HarnessError(f"there is no {path}; the report writes it: harness report study={folder.name}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise HarnessError(f"{path} is damaged; put back the published one.") from error
    if any(len(pair) > 1 for pair in roots):
        raise HarnessError(f"{path} says another root than its own digests have: it was edited.")
    return manifest
