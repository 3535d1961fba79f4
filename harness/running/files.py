"""Files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from harness.core import HarnessError


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside the file, sync, and rename onto it: readers see the old content or the new, never a part."""
    beside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            beside = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)  # for others than the one who ran it, too
        beside.replace(path)
    except OSError as error:
        if beside:
            beside.unlink(missing_ok=True)
        raise HarnessError(f"cannot write {path}: {error.strerror}; make room there and try again.") from error
