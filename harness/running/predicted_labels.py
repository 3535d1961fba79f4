"""Predicted labels of all classification trials, in one small file beside the records.

The predictions of a study are too large to publish; the labels are not. With the published records and labels, a reader can
measure on which rows two trials agree.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from harness import places
from harness.core import HarnessError, Ints
from harness.running import files, predictions
from harness.running.store.earlier import LABELS as NAME
from harness.running.store.rows import records_of
from harness.running.store.stored import Stored


def collect(folder: Path, stored: Stored) -> dict[str, Ints]:
    """The predicted class codes by trial id, rows in the order of the data set. Nothing is written.

    Labels that the file lacks are taken from the trials' predictions, where these exist.

    Args:
        folder: the study's folder.
        stored: the records of the study, or some of them. Only their labels are returned.
    """
    known = _known(folder)
    predicting = stored.table.filter(pc.not_equal(stored.table["predictions"], ""))
    found = {trial_id: known.get(trial_id) for trial_id in predicting["trial_id"].to_pylist()}
    unknown = pa.array([trial_id for trial_id, codes in found.items() if codes is None], pa.string())
    for record in records_of(predicting.filter(pc.is_in(predicting["trial_id"], unknown))):
        if predictions.path_of(folder, record.trial_id).exists():
            predicted = predictions.load(folder, record)["predicted"]
            found[record.trial_id] = predicted if predicted.dtype.kind == "i" else None
    return {trial_id: codes for trial_id, codes in sorted(found.items()) if codes is not None}


def keep(folder: Path, labels: Mapping[str, Ints]) -> None:
    """Add labels to the file, which holds those of a study whose predictions are gone. None is ever removed from it.

    Raises:
        HarnessError: the file is damaged or cannot be written.
    """
    known = _known(folder)
    if labels.keys() - known.keys():
        files.write_atomically(folder / NAME, packed(dict(sorted((known | dict(labels)).items()))))


def _known(folder: Path) -> dict[str, Ints]:
    return read(folder / NAME) | read(places.published(folder, "labels"))  # those that were published count


def read(path: Path | None) -> dict[str, Ints]:
    """The labels of a file by trial id; none without a file. Raises `HarnessError` if it is damaged."""
    if path is None or not path.exists():
        return {}
    try:
        table = pq.read_table(path, columns=["trial_id", "labels"])
    except (OSError, pa.ArrowInvalid) as error:
        raise HarnessError(f"{path} is damaged; put back the published one, or move it away.") from error
    codes = (np.asarray(row, dtype=np.int64) for row in table["labels"].to_pylist())
    return dict(zip(table["trial_id"].to_pylist(), codes, strict=True))


def packed(labels: Mapping[str, Ints]) -> bytes:
    """The content of a file of labels, in the order given."""
    columns = {
        "trial_id": pa.array(list(labels), type=pa.string()),
        "labels": pa.array([codes.tolist() for codes in labels.values()], type=pa.list_(pa.int16())),
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()
