"""The log of one sweep, beside its plan."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from harness.core import HarnessError


@contextlib.contextmanager
def sweep_log(stem: Path) -> Iterator[logging.Logger]:
    """A logger that writes to `<stem>.log`, and to nothing else.

    Raises:
        HarnessError: the file cannot be created.
    """
    path = stem.with_suffix(".log")
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise HarnessError(f"cannot write {path}: {error.strerror}; make room there and try again.") from error
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%Y-%m-%d %H:%M:%S"))
    logger = logging.Logger(f"harness.sweep {stem.name}", level=logging.INFO)
    logger.addHandler(handler)
    try:
        yield logger
    finally:
        handler.close()
