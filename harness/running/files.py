"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from harness.core import HarnessError


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file, sync, and rename onto it: readers see the old content or the new, never a part."""
    with replacing(path) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, when_whole: Callable[[Path], None] = lambda _: None) -> Iterator[IO[bytes]]:
    """A file beside `path` to be written to, which at the end is synced and renamed onto it.

    Args:
        path: the file that it becomes.
        when_whole: called with its path when it is whole, before it is renamed.

    Raises:
        HarnessError: the disk is full or may not be written to; the old file is then as it was.
    """
    beside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            beside = Path(file.name)
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)  # for others than the one who ran it, too
        when_whole(beside)
        beside.replace(path)
        beside = None
    except OSError as error:
        raise HarnessError(f"cannot write {path}: {error.strerror}; make room there and try again.") from error
    finally:
        if beside:
            beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Force to the disk which files a folder holds, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
