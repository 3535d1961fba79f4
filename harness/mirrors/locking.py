"""One writer at a time to the files of a tool."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from harness.core import HarnessError
from harness.running import files
from harness.running.store import locks


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """A context in which no other process of ours makes or writes to this file. Raises `HarnessError` if it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock").open("ab")
    except OSError as error:
        raise HarnessError(f"cannot write {path}: {error.strerror}; {files.remedy(error)} and try again.") from error
    with lock:
        locks.acquire(lock, wait=True)
        yield
