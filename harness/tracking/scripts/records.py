"""With the records of the harness."""

import sys
from pathlib import Path

import numpy as np

from harness.core import Record, Status
from harness.running import predictions, provenance, store

models, out = map(Path, sys.argv[1:])
writer = store.PartWriter(Path("records"), provenance.header())
for name, score in {"0": 0.7, "1": 0.9, "2": 0.8}.items():
    record = Record(name, "study", Status.OK, {"size": int(name)}, "", "", measurements={"score": score})
    writer.append(record, {}, {"model": np.fromfile(models / f"{name}.bin", dtype=np.uint8)})
writer.close()

best = max(store.read(Path("records")).records, key=lambda record: record.measurements["score"])
predictions.load(Path("records"), best)["model"].tofile(out)
