"""The levels and studies in a folder that is laid out like `conf/`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import places
from harness.core import ConfigError

GROUPS = ("dataset", "model", "synthesis", "detector", "scenario", "policy", "action")
"""Those that there are checks for, beside studies."""

STUDY = "study"

MOST_LISTED = 30
"""So many names are a help; more are a page."""


@dataclass(frozen=True)
class Found:
    """Something to check.

    Attributes:
        group: one of `GROUPS`, or `STUDY`.
        name: its level, or the study's name.
        path: its YAML, or the folder of a study without one.
    """

    group: str
    name: str
    path: Path


def find(folders: Sequence[Path], names: Sequence[str] = ()) -> list[Found]:
    """What is in these folders, group by group.

    Args:
        folders: a user's; `conf/` itself for what comes along.
        names: only these; a name is a level, a group, or `group/level`.

    Raises:
        ConfigError: there is nothing of such a name, or nothing at all.
    """
    every = [found for folder in folders for found in _in(folder)]
    if not every:
        where = ", ".join(map(str, folders))
        raise ConfigError(
            f"there is nothing to check in {where}: levels are in {', '.join(f'{group}/*.yaml' for group in GROUPS)}, "
            "studies in experiment/*.yaml and experiments/*/."
        )
    for name in names:
        if not any(_is_meant(found, name) for found in every):
            known = sorted({found.name for found in every})
            close = difflib.get_close_matches(name, [*known, *GROUPS, STUDY], n=1)
            hint = f"did you mean {close[0]!r}?" if close else _listed(known)
            raise ConfigError(f"there is no {name!r} to check; {hint}")
    return [found for found in every if not names or any(_is_meant(found, name) for name in names)]


def _listed(known: Sequence[str]) -> str:
    """Those that can be meant, if they are few."""
    if len(known) <= MOST_LISTED:
        return f"there are: {', '.join(known)}."
    return f"give a level, a group ({', '.join((*GROUPS, STUDY))}), or group/level."


def _in(folder: Path) -> Iterator[Found]:
    for group in GROUPS:
        for path in sorted((folder / group).glob("*.yaml")):
            yield Found(group, path.stem, path)
    sweeps = {path.stem: path for path in sorted((folder / "experiment").glob("*.yaml"))}
    packages = {path.parent.name: path.parent for path in sorted((folder / "experiments").glob("*/__init__.py"))}
    for name in sorted({*sweeps, *packages}):
        yield Found(STUDY, name, sweeps.get(name) or packages[name])


def _is_meant(found: Found, name: str) -> bool:
    return name in (found.name, found.group, f"{found.group}/{found.name}")


def misplaced(folder: Path) -> list[str]:
    """Sentences about folders of YAML files that nothing looks into, since no group has their name."""
    known = sorted(path.name for path in places.shipped("conf").iterdir() if path.is_dir())
    strange = sorted({path.parent for path in folder.glob("*/*.yaml") if path.parent.name not in known})
    sentences = []
    for path in strange:
        close = difflib.get_close_matches(path.name, known, n=1)
        hint = f"did you mean {close[0]}/?" if close else f"groups are: {', '.join(known)}."
        sentences.append(f"{path}: no group has this name, so that nothing looks into it; {hint}")
    return sentences
