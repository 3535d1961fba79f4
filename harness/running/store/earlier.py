"""Records of an earlier protocol, which stand in the way of new ones: they are moved, not merged, and never deleted.

Nothing of today reads them as its own, and a file that held both would be twice as large. They go into a folder of their own
beside the new ones, `protocol-1/`, together with what rests on them; whoever wants them back moves them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from harness.core import PROTOCOL_VERSION, HarnessError
from harness.running import files
from harness.running.store import answers, compacted

LABELS = "labels.parquet"
"""The predicted labels of the records, see `harness.running.predicted_labels`."""

_FILES = (LABELS, answers.NAME, compacted.NAME)
"""What is moved; the records last, so that a kill on the way leaves nothing behind."""


def set_apart(folder: Path, table: pa.Table, headers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Move the compacted file, with what rests on it, if all of its records are of another protocol.

    Args:
        folder: the study's folder.
        table: the rows of its compacted file.
        headers: headers by digest.

    Returns:
        Whether it was moved: not if a record is of the present protocol, nor if such a file was set apart before.

    Raises:
        HarnessError: a file cannot be moved.
    """
    protocols = {int(headers[digest].get("protocol", 1)) for digest in set(table["header"].to_pylist())}
    if not protocols or PROTOCOL_VERSION in protocols or not (folder / compacted.NAME).exists():
        return False
    apart = folder / f"protocol-{max(protocols)}"
    if (apart / compacted.NAME).exists():
        return False
    try:
        apart.mkdir(exist_ok=True)
        for path in (folder / name for name in _FILES):
            if path.exists():
                path.replace(apart / path.name)
        files.sync_folder(apart)
        files.sync_folder(folder)
    except OSError as error:
        raise HarnessError(
            f"cannot move the records of protocol {max(protocols)} to {apart}: {error.strerror}; {files.remedy(error)}."
        ) from error
    return True


def kept(folder: Path) -> list[Path]:
    """The folders of records that were set apart."""
    return sorted(path for path in folder.glob("protocol-*") if path.is_dir())
