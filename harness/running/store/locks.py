"""Locks on files that a process holds as long as it lives, whatever becomes of it."""

from __future__ import annotations

import sys
from enum import Enum, auto
from pathlib import Path
from typing import IO, Any


class Lock(Enum):
    """What became of the wish for a lock."""

    OURS = auto()
    TAKEN = auto()
    NONE = auto()
    """There are no locks on this platform or file system."""


if sys.platform == "win32":

    def acquire(file: IO[Any], *, wait: bool = False) -> Lock:  # noqa: ARG001
        """There is no such lock here."""
        return Lock.NONE

else:
    import fcntl

    def acquire(file: IO[Any], *, wait: bool = False) -> Lock:
        """Lock the file against all others until it is closed.

        Args:
            file: an open file.
            wait: whether to wait for another one who has the lock.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Lock.TAKEN
        except OSError:  # a network file system without locks
            return Lock.NONE
        return Lock.OURS


def probe(path: Path) -> Lock:
    """What would become of the wish for this file's lock; it is not kept."""
    try:
        with path.open("r+b") as file:  # network file systems lock only what may be written to
            return acquire(file)
    except PermissionError:
        return Lock.NONE
