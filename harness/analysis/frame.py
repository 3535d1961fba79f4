"""From records to frames: one row a trial, and tables of data sets by methods.

A *method* is a way to make a model as a study compares them, written `synthesis:model` for a method that crosses with base
models ("bagging:tree"), the model's name for a single model ("tree"), and the method's name for one that combines a pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.core import Floats, HarnessError, Record, Status

POINTS = 100.0
"""Accuracy and its kin are reported in points: hundredths."""


def method_name(factors: dict[str, Any]) -> str:
    """The method of a trial of the synthesis study."""
    synthesis, model = factors["synthesis"], factors.get("model")
    if model is None:
        return str(synthesis)
    return str(model) if synthesis == "single" else f"{synthesis}:{model}"


def trial_frame(records: Iterable[Record], metrics: Sequence[str] = ()) -> pd.DataFrame:
    """One row for each trial that ended well.

    Args:
        records: of one study.
        metrics: columns that shall be there even if no trial has them.

    Returns:
        Columns trial_id, method, spec (the digest of the base spec), every factor, every measurement (its mean over folds;
        folds where it is undefined are left out) and clock value (its median over folds, since single folds are disturbed
        by other load) under its own name, and the tuple of folds under `<name>_folds`.

    Raises:
        HarnessError: there is no such trial.
    """
    rows = [_row(record) for record in records if record.status is Status.OK]
    if not rows:
        raise HarnessError("no trial of this study has ended well yet; `harness status` says what became of them.")
    frame = pd.DataFrame(rows)
    return frame.reindex(columns=[*frame.columns, *(name for name in metrics if name not in frame.columns)])


def _row(record: Record) -> dict[str, Any]:
    factors = dict(record.factors)
    row: dict[str, Any] = {
        "trial_id": record.trial_id,
        "method": method_name(factors),
        "spec": record.spec,
        **factors,
    }
    for values, summary in ((record.measurements, np.mean), (record.clock, np.median)):
        for name, folds in values.items():
            found = [value for value in folds if value is not None]
            row[name] = float(summary(found)) if found else np.nan
            row[f"{name}_folds"] = tuple(np.nan if value is None else float(value) for value in folds)
    return row


def scores(frame: pd.DataFrame, metric: str, methods: Sequence[str] | None = None) -> pd.DataFrame:
    """Data sets by methods: the mean over seeds and folds; NaN where a method has no trial on a set.

    Args:
        frame: of `trial_frame`.
        metric: a column of it.
        methods: columns and their order; those that occur unless given.
    """
    table = frame.pivot_table(index="dataset", columns="method", values=metric, aggfunc="mean")
    return table if methods is None else table.reindex(columns=list(methods))


def folds(frame: pd.DataFrame, dataset: str, method: str, metric: str) -> Floats:
    """The fold values of all seeds in the order of the seeds, shape (n_seeds * n_folds,)."""
    rows = frame[(frame["dataset"] == dataset) & (frame["method"] == method)].sort_values("seed")
    return np.concatenate([np.asarray(values) for values in rows[f"{metric}_folds"]]) if len(rows) else np.empty(0)
