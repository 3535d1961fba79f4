"""Arrays kept beside the records, so that a new metric needs no new run."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import HarnessError, Record
from harness.running import files


def save(folder: Path, trial_id: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write, sync and rename `predictions/<trial id>.npz`; equal arrays give equal bytes.

    Returns:
        The file's sha256.
    """
    content = _packed(arrays)
    files.write_atomically(path_of(folder, trial_id), content)
    return hashlib.sha256(content).hexdigest()


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """The sha256 of the file that `save` would write; "" without arrays, as a record has it."""
    return hashlib.sha256(_packed(arrays)).hexdigest() if arrays else ""


def _packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{name: arrays[name] for name in sorted(arrays)})
    return buffer.getvalue()


def load(folder: Path, record: Record) -> dict[str, NDArray[Any]]:
    """The arrays kept beside a record.

    Raises:
        HarnessError: the file is absent, or its sha256 is not the one in the record.
    """
    if not record.predictions:
        raise HarnessError(f"trial {record.trial_id[:12]} has no predictions: it is {record.status}.")
    path = path_of(folder, record.trial_id)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HarnessError(f"the predictions of trial {record.trial_id[:12]} are not in {path.parent}.") from error
    if hashlib.sha256(content).hexdigest() != record.predictions:
        raise HarnessError(f"{path} is not the file that its record speaks of; delete it and run the trial again.")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)


def path_of(folder: Path, trial_id: str) -> Path:
    """The file of a trial's predictions."""
    return folder / "predictions" / f"{trial_id}.npz"
