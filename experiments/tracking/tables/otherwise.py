"""What becomes of the contrasts on large data under every other single choice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from experiments.tracking.answers.answer import Answer
from experiments.tracking.answers.scaling import cheaper
from experiments.tracking.study import Tracking
from harness.analysis.query import EVERYTHING, OK, Query, either
from harness.inference.student import one_sample_t
from harness.report.table import Basis, Column, Key, Table

PARTS = {"add": "adding", "restore": "getting back", "store": "bytes"}
CHOICES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "as registered": {},
        "MLflow alone": {"rivals": "mlflow"},
        "Git alone": {"rivals": "git"},
        "the cheapest of all others": {"rivals": "all"},
        "a file of 1 MB": {"size": "1"},
        "a file of 100 MB": {"size": "100"},
        "a further megabyte, from 1 to 20": {"size": "growth"},
        "DVC by its commands": {"interface": "command_line"},
        "CPU time": {"clock": "cpu"},
        "in a process of its own": {"start": "begun"},
        "the first version": {"version": "new"},
        "being given the file alone": {"counted": "alone"},
        "beginning the run as well": {"counted": "whole"},
        "MLflow keeps the bytes alone": {"mlflow": "bytes"},
        "the same, 100 MB": {"mlflow": "bytes", "size": "100"},
        "bytes after tidying up": {"kept": "tidied"},
        "bytes with working copies": {"kept": "whole"},
        "without the first run": {"repeats": "later"},
        "one more of 20 runs": {"scale": "runs_20"},
        "one more of 200 runs": {"scale": "runs_200"},
    }
)
"""What is chosen otherwise than the register does, in words."""

_REGISTERED = {"of": "dvc", "rivals": "scored", "scale": "data"}


def otherwise_table(study: Tracking) -> Table:
    """By how much DVC is cheaper than its rivals, as registered and under each other choice."""
    rows, records = [], dict[tuple[Any, ...], Query]()
    for words, choice in CHOICES.items():
        found = {what: cheaper(study, what=what, **{**_REGISTERED, **choice}) for what in PARTS}
        if any(len(answer.values) for answer in found.values()):
            cells = [_cells(what, answer) for what, answer in found.items()]
            rows.append({"choice": words, **{name: value for one in cells for name, value in one.items()}})
            records[words,] = OK & either(answer.records() for answer in found.values())
    caption = (
        "How many times the cost of DVC the cheapest of its rivals has, of versions of a file, under every other single "
        "choice: above 1 DVC is cheaper. Geometric means over runs with 95 % intervals."
    )
    columns = [
        Column("choice", "choice", basis=Basis.DESIGN),
        *(Column.of_estimate(title, what, 2) for what, title in PARTS.items()),
        Column("runs", "n", 0),
    ]
    frame = pd.DataFrame(
        rows, columns=["choice", *(f"{what}{end}" for what in PARTS for end in ("", "_low", "_high")), "n"]
    )
    notes = [
        "As registered: MLflow or Git, whichever is cheaper in a run; a file of 20 MB, its third version, adding to be "
        "given the file and to end the run, DVC from Python in a process that goes on, MLflow making a data set of a table "
        "that it reads, the store alone. Intervals are not adjusted. Where all others count, our own record store is "
        "cheapest, which keeps no bytes of the file."
    ]
    return Table("otherwise", caption, frame, columns, notes, keys=[Key(("choice",), records)], where=EVERYTHING)


def _cells(what: str, answer: Answer) -> dict[str, float]:
    values = answer.values.to_numpy(dtype=np.float64)
    if not len(values):
        return {}
    found = one_sample_t(values)
    ends = {"": found.estimate, "_low": found.interval.low, "_high": found.interval.high}
    return {"n": found.n, **{f"{what}{end}": math.exp(value) for end, value in ends.items()}}
