"""Predicted labels of all classification trials in one small file beside the records.

The predictions of a study are too large to publish; its labels are not. With them whoever has only the published records can
measure on which rows two trials agree.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from harness.core import Ints
from harness.running import files, predictions, store

NAME = "labels.parquet"


def collect(folder: Path, stored: store.Stored) -> dict[str, Ints]:
    """The predicted class codes by trial id, rows in the order of the data set.

    Labels that the file does not have yet come from the trials' predictions, where these are at hand, and are added to it.

    Args:
        folder: the study's folder.
        stored: its records; labels of trials that have no record are left out.
    """
    known = _read(folder / NAME)
    found = {record.trial_id: known.get(record.trial_id) for record in stored.records if record.predictions}
    for record in stored.records:
        at_hand = predictions.path_of(folder, record.trial_id).exists()
        if record.trial_id in found and found[record.trial_id] is None and at_hand:
            predicted = predictions.load(folder, record)["predicted"]
            found[record.trial_id] = predicted if predicted.dtype.kind == "i" else None
    labels = {trial_id: codes for trial_id, codes in sorted(found.items()) if codes is not None}
    if labels.keys() != known.keys():
        _write(folder / NAME, labels)
    return labels


def _read(path: Path) -> dict[str, Ints]:
    if not path.exists():
        return {}
    table = pq.read_table(path)
    codes = (np.asarray(row, dtype=np.int64) for row in table["labels"].to_pylist())
    return dict(zip(table["trial_id"].to_pylist(), codes, strict=True))


def _write(path: Path, labels: Mapping[str, Ints]) -> None:
    columns = {
        "trial_id": pa.array(list(labels), type=pa.string()),
        "labels": pa.array([codes.tolist() for codes in labels.values()], type=pa.list_(pa.int16())),
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    files.write_atomically(path, buffer.getvalue())
