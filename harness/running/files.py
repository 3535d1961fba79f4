"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from harness.core import HarnessError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def remedy(error: OSError) -> str:
    """What a user can do about a file that cannot be written, as the beginning of an order."""
    if error.errno in _FULL:
        return "make room there"
    return "make it writable or set results=<another folder>" if error.errno in _CLOSED else "mend that"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file by way of a synced temporary one that is renamed. Readers see the old content or the new, never a part."""
    with replacing(path) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: Path, when_whole: Callable[[Path], None] = lambda _: None) -> Iterator[IO[bytes]]:
    """A temporary file to write to, which is synced and renamed to `path` at the end.

    Args:
        path: the final name.
        when_whole: called with the path of the temporary file when it is complete, before it is renamed.

    Raises:
        HarnessError: the disk is full or may not be written to. The old file is then unchanged.
    """
    beside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            beside = Path(file.name)
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)  # temporary files are private; results are for all users
        when_whole(beside)
        beside.replace(path)
        beside = None
    except OSError as error:
        raise HarnessError(f"cannot write {path}: {error.strerror}; {remedy(error)} and try again.") from error
    finally:
        if beside:
            beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Force the list of a folder's files to the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
