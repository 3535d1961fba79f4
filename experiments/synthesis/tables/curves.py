"""ROC curves of methods: means over data sets, as a table and for a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.synthesis.record_queries import main, method_key, named
from experiments.synthesis.study import Study
from harness.analysis.charts.curves import Panel
from harness.analysis.frame import POINTS, interval_cells
from harness.core import Floats
from harness.inference.estimate import Estimate
from harness.inference.mean import mean
from harness.report.table import Column, Table
from harness.scoring import RATES

SHOWN = (0.02, 0.1, 0.3)
"""The false-positive rates of the table."""


def roc_table(study: Study) -> Table:
    """The area under the curve of every method, and its true-positive rate at a few false-positive rates."""
    rows = []
    for method, sets in _of_sets(study, study.methods).items():
        row: dict[str, object] = {"method": method, "title": study.title(method), "n": len(sets)}
        row |= interval_cells("roc_auc", study.mean("roc_auc", method))
        for rate in SHOWN:
            row |= interval_cells(f"{rate:g}", _mean(POINTS * sets[:, _place(rate)], POINTS))
        rows.append(row)
    columns = [
        named("method", "title"),
        Column("n", "n", 0),
        Column.of_estimate("AUC", "roc_auc", 1),
        *(Column.of_estimate(f"at {POINTS * rate:g} % false", f"{rate:g}", 1) for rate in SHOWN),
    ]
    caption = (
        "ROC curves in numbers: the area under the curve, and the true-positive rate at some false-positive rates, in percent, "
        f"with 95 % intervals over n data sets ({study.size})."
    )
    notes = [
        "Of two classes the curve is that of the second, of more the mean of each against the rest; curves of folds are "
        "averaged at 51 false-positive rates, areas fold by fold."
    ]
    keys = [method_key(study, (str(row["method"]) for row in rows))]
    return Table("roc", caption, pd.DataFrame(rows), columns, notes, keys=keys, where=main(study))


def roc_panels(study: Study, methods: Sequence[str]) -> list[Panel]:
    """The mean curve of each method, with an interval at every rate; no panel if none has a curve."""
    lines = {study.title(method): _means(sets) for method, sets in _of_sets(study, methods).items()}
    return [Panel("", "false-positive rate", "true-positive rate", lines, has_diagonal=True)] if lines else []


def _means(sets: Floats) -> dict[float, Estimate]:
    return {float(rate): _mean(sets[:, place], 1.0) for place, rate in enumerate(RATES)}


def _mean(rates: Floats, most: float) -> Estimate:
    """The mean over data sets, its interval cut at the least and the largest rate that there can be."""
    found = mean(rates)
    return replace(found, interval=found.interval.within((0.0, most))) if found.interval.is_known else found


def _of_sets(study: Study, methods: Sequence[str]) -> Mapping[str, Floats]:
    """The curve on each data set, mean over repeats, of the methods that have any: shape (n_sets, 51)."""
    curves = _of_trials(study)
    trials = study.main[study.main["trial_id"].isin(curves)]
    found = {}
    for method in methods:
        sets = trials[trials["method"] == method].groupby("dataset")["trial_id"]
        means = [np.mean([curves[trial] for trial in ids], axis=0) for _, ids in sets]
        if means:
            found[method] = np.stack(means)
    return found


def _of_trials(study: Study) -> dict[str, Floats]:
    """The curve of each trial that recorded one."""
    table = study.evidence.stored.table
    kind, path = table["measurements"].type, []
    for name in ("roc", "true_positive"):
        if not pa.types.is_struct(kind) or kind.get_field_index(name) < 0:
            return {}
        path.append(kind.get_field_index(name))
        kind = kind.field(path[-1]).type
    column = pc.struct_field(table["measurements"], path)
    pairs = zip(table["trial_id"].to_pylist(), column.to_pylist(), strict=True)
    return {trial: np.asarray(curve, dtype=np.float64) for trial, curve in pairs if curve is not None}


def _place(rate: float) -> int:
    return int(np.argmin(np.abs(RATES - rate)))
