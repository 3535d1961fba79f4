"""Locks on files. A process holds a lock until it ends, however it ends."""

from __future__ import annotations

import sys
from enum import Enum, auto
from pathlib import Path
from typing import IO, Any


class Lock(Enum):
    """The result of an attempt to lock a file."""

    OURS = auto()
    TAKEN = auto()
    NONE = auto()
    """This platform or file system has no locks."""


if sys.platform == "win32":

    def acquire(file: IO[Any], *, wait: bool = False) -> Lock:  # noqa: ARG001
        """Always `Lock.NONE`: this platform has no such lock."""
        return Lock.NONE

else:
    import fcntl

    def acquire(file: IO[Any], *, wait: bool = False) -> Lock:
        """Lock the file against all others until it is closed.

        Args:
            file: an open file.
            wait: whether to wait for a process that holds the lock.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Lock.TAKEN
        except OSError:  # a network file system without locks
            return Lock.NONE
        return Lock.OURS


def probe(path: Path) -> Lock:
    """The result of an attempt to lock a file. The lock is released at once."""
    try:
        with path.open("r+b") as file:  # network file systems lock only writable files
            return acquire(file)
    except PermissionError:
        return Lock.NONE
