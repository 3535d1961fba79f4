"""Which trials are to be run again: those of ids, or a random sample of those behind a number or of a whole study."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness import places
from harness.core import ConfigError
from harness.running import status, store
from harness.running.store.stored import Stored


def with_ids(prefixes: Sequence[str], results: Path, tier: str) -> dict[Path, list[str]]:
    """The trials whose ids begin so, by the folder that they are in.

    Args:
        prefixes: whole ids or their first digits.
        results: the folder of all results.
        tier: that is looked through; the published tiers come after it.

    Raises:
        ConfigError: no record, or several, have such an id.
    """
    folders = [folder.path for folder in status.study_folders(results) if folder.tier == tier]
    folders += [
        places.study_folder(results, other, path.name)
        for path in folders
        for other in places.PUBLISHED_TIERS
        if other != tier
    ]
    known = {
        folder: store.read(folder, ("trial_id",)).table["trial_id"].to_pylist()
        for folder in folders
        if store.exists(folder)
    }
    found: dict[Path, list[str]] = {}
    for prefix in prefixes:
        meant = [(folder, one) for folder, ids in known.items() for one in ids if one.startswith(prefix)]
        if len(meant) != 1:
            said = ", ".join(f"{one[:16]} of {folder.name}" for folder, one in meant[:4])
            what = (
                f"{len(meant)} records have an id that begins with {prefix}: {said}"
                if meant
                else f"no record has the id {prefix}"
            )
            raise ConfigError(f"{what}; `harness trace` prints ids, and {results} was looked through at tier={tier}.")
        [(folder, one)] = meant
        found.setdefault(folder, []).append(one)
    return found


def sampled(ids: Iterable[str], size: int, seed: int) -> list[str]:
    """So many of these, or all if there are no more, in random order; a smaller sample begins a larger one of the same seed."""
    known = sorted(ids)
    random.Random(seed).shuffle(known)
    return known[:size]


def of_all(folders: Sequence[Path], size: int, seed: int) -> Iterator[tuple[Path, list[str]]]:
    """A random sample of all records in these folders that are not stale, by folder: tables rest on no others.

    Folders of the standard tier bring those of its published tiers along, on which tables rest as well.
    """
    every = [one for folder in folders for one in (folder, *places.published_folders(folder)) if store.exists(one)]
    known = {
        folder: store.read(folder, ("trial_id", "spec", "header")).current().table["trial_id"].to_pylist()
        for folder in every
    }
    folder_of = {one: folder for folder, ids in known.items() for one in ids}
    picked = sampled(folder_of, size, seed)
    for folder in every:
        yield folder, [one for one in picked if folder_of[one] == folder]


def records_with(folder: Path, ids: Sequence[str]) -> Stored:
    """The records of these trials with all columns."""
    return store.read_trial(folder, ids[0]) if len(ids) == 1 else store.read(folder).only(ids)
