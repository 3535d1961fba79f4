"""The folders and variables within which a tool runs, so that it writes nowhere else and calls nobody."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_INSIDE = {
    "HOME": "home",
    "TMPDIR": "tmp",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_STATE_HOME": "home/.local/state",
}
"""Variables that say where programs keep what is not in their working directory, and folders for them."""

_ALWAYS = {
    "DO_NOT_TRACK": "1",
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "harness",
    "GIT_AUTHOR_EMAIL": "harness@localhost",
    "GIT_COMMITTER_NAME": "harness",
    "GIT_COMMITTER_EMAIL": "harness@localhost",
}

_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


def variables(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a tool in a sandbox, whose folders are made.

    Args:
        folder: the sandbox.
        more: what the tool itself asks for; `{folder}` in a value stands for the sandbox.
    """
    inside = {name: folder / place for name, place in _INSIDE.items()}
    for place in inside.values():
        place.mkdir(parents=True, exist_ok=True)
    own = {name: value.replace("{folder}", str(folder)) for name, value in more.items()}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **_ALWAYS, **{name: str(place) for name, place in inside.items()}, **own}


def bytes_on_disk(folder: Path) -> int:
    """What a file, or the files below a folder, take on the disk, a file with several names once."""
    found: dict[tuple[int, int], int] = {}
    places = [(folder.parent, (), [folder.name])] if folder.is_file() else os.walk(folder)
    for root, _, names in places:
        for name in names:
            try:
                state = (Path(root) / name).lstat()
            except FileNotFoundError:  # a tool is tidying up
                continue
            found[state.st_dev, state.st_ino] = getattr(state, "st_blocks", -(-state.st_size // 512)) * 512
    return sum(found.values())
