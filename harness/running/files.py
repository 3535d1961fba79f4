"""Files that are written whole or not at all, and small ones that are read."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

from harness.core import HarnessError

T = TypeVar("T")

LARGEST = 1 << 28
"""Bytes of a file of results that is read whole."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def remedy(error: OSError) -> str:
    """What a user can do about a file that cannot be written, as the beginning of an order."""
    if error.errno in _FULL:
        return "make room there"
    return "make it writable or set results=<another folder>" if error.errno in _CLOSED else "mend that"


def small(path: Path) -> bytes:
    """The content of a file that belongs to results, which may be a stranger's.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is a device or the like, or longer than any that is written.
    """
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
        raise ValueError(f"{path} is no file, or longer than any that is written")
    return path.read_bytes()


def read_json(path: Path, read: Callable[[Any], T], *, absent: T, advice: str) -> T:
    """What is read out of a JSON file.

    Args:
        path: the file.
        read: makes it of the file's content; any ValueError, TypeError, AttributeError or LookupError means that the content is
            not as it was written.
        absent: what it is if there is no file.
        advice: what a user can do about a damaged file.

    Raises:
        HarnessError: the file is damaged.
    """
    try:
        return read(json.loads(small(path)))
    except (FileNotFoundError, NotADirectoryError):
        return absent
    except (OSError, ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError) as error:
        raise HarnessError(f"{path} is damaged; {advice}.") from error


def json_text(content: Any) -> str:
    """JSON as files of results have it: a line for each entry, and no NaN."""
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, content: Any) -> None:
    """Write such JSON, as `write_atomically` does."""
    write_atomically(path, json_text(content).encode())


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
