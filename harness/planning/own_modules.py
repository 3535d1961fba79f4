"""Modules of a user's own that a process has imported: once their files change, they are imported anew.

A notebook calls again and again, and its user edits a class in between. What runs has to be what the file says, since the
file's content is a part of the identity of the trial.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

from harness.building import locate
from harness.running.user_code import is_of_a_user

_stamps: dict[str, tuple[int, int]] = {}
"""Time and size of the file of each module when it was imported."""


def leave_changed(folder: Path) -> None:
    """Forget the modules of a folder if one of them has changed since it was imported, or may have."""
    importlib.invalidate_caches()
    own = dict(_modules_of(folder))
    if all(_stamps.get(name) == _stamp(file) for name, file in own.items()):
        return
    for name, file in own.items():
        sys.modules.pop(name, None)
        _stamps.pop(name, None)
        if file.suffix == ".py":  # Python takes a file of the same second and size for unchanged
            Path(cache_from_source(str(file))).unlink(missing_ok=True)
    locate.cache_clear()


def remember(folder: Path) -> None:
    """Keep how the files of the folder's imported modules are now."""
    for name, file in _modules_of(folder):
        if name not in _stamps and (stamp := _stamp(file)):
            _stamps[name] = stamp


def modules_below(*folders: Path) -> Iterator[tuple[str, Path]]:
    """The imported modules whose files are in these folders or further down, by name, each with its file."""
    roots = {folder.resolve() for folder in folders}

    @functools.cache  # of thousands of modules, most share their folder with others
    def is_below(parent: str) -> bool:
        place = Path(parent).resolve()
        return not roots.isdisjoint((place, *place.parents))

    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is not None and is_below(file.rpartition(os.sep)[0]):
            yield name, Path(file)


def _modules_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Those of a folder that are a user's own."""
    for name, file in modules_below(folder):
        if name != "__main__" and is_of_a_user(file):
            yield name, file


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
