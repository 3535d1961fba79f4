"""Records made for tests of the store, and parts that hold them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.core import PROTOCOL_VERSION, Code, Record, Status
from harness.running.provenance import SCHEMA_VERSION
from harness.running.store import PartWriter

HEADER = {"schema": SCHEMA_VERSION, "protocol": PROTOCOL_VERSION, "started": "now"}
SPEC = {"dataset": {"name": "wine"}, "synthesis": {"name": "single"}}


def record(number: int, status: Status = Status.OK, **fields: Any) -> Record:
    blank = Record(f"{number:064x}", "toys", status, {"dataset": "wine", "seed": number}, spec="", header="")
    if status is Status.OK:
        measured = {"accuracy": [0.1 * number, 1 / 3], "roc_auc": [None, 0.5], "n_test": [30, 31]}
        blank = replace(blank, measurements=measured, clock={"fit_seconds": [0.25, 1e-9], "model_bytes": [7, 8]})
    else:
        code, error = (Code.RAISED, "Traceback ...") if status is Status.FAILED else (Code.MAKES_NO_SENSE, "")
        blank = replace(blank, reason="no", code=str(code), error=error)
    return replace(blank, **fields)


def write(folder: Path, *records: Record, spec: Any = SPEC, header: Any = HEADER, torn: bytes = b"") -> Path:
    """A finished part with these records and perhaps the rest of a line; its path."""
    part = PartWriter(folder, header)
    for one in records:
        part.append(one, spec, {})
    part.close()
    with part.path.open("ab") as file:
        file.write(torn)
    return part.path
