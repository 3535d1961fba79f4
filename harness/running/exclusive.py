"""One timed sweep at a time on this machine: a lock in the cache, which is free again however its process ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import places
from harness.core import HarnessError
from harness.running.store import locks

_LOOK_EVERY_SECONDS = 0.5


@contextmanager
def alone(say: Callable[[str], None]) -> Iterator[None]:
    """A context that no other process of this machine is in at the same time; it waits for its turn, and can be interrupted.

    Args:
        say: called once if it has to wait, with why.

    Raises:
        HarnessError: the cache cannot be written to.
    """
    path = lock_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise HarnessError(
            f"the cache folder {path.parent} cannot be written ({error.strerror}): set {places.CACHE_VARIABLE} to a folder "
            "that can."
        ) from error
    with file:
        if locks.acquire(file) is locks.Lock.TAKEN:
            say("another sweep on this machine is being timed; this one waits until it has ended.")
            while locks.acquire(file) is locks.Lock.TAKEN:
                time.sleep(_LOOK_EVERY_SECONDS)
        yield


def lock_file() -> Path:
    """The file that is locked."""
    return places.cache() / "exclusive.lock"
