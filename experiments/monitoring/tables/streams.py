"""Real streams, whose drifts nobody knows: what policies keep there, beside no-change and the most frequent class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.columns import field_of, lists_of
from experiments.monitoring.cube import Where
from experiments.monitoring.design import REAL
from experiments.monitoring.record_queries import of_part
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import Shown, by_entry, nothing
from harness.analysis.frame import interval_cells
from harness.analysis.query import Query
from harness.inference.estimate import Estimate, Interval
from harness.report.table import Key, Table
from harness.trials.closed_loop.record import MILLION

BASELINES = {
    "no_change": ("no_change", "the newest known label"),
    "majority": ("most_frequent", "the most frequent known class"),
}
"""Answers without a model, as records name them: the entry of a row, which no policy has, and its printed name."""


def real_table(study: Study) -> Table:
    """Every entry on every real stream; the scored loss stands for the expected one."""
    if REAL not in study.cube.parts:
        return nothing("real", "")
    delay = study.delays(REAL)[0]
    scenarios = tuple(sorted(set(study.cube.parts[REAL].cells["scenario"])))
    where = Where(part=REAL, scenarios=scenarios, delay=delay)
    shown = [
        Shown("accuracy", "accuracy, %"),
        Shown("worst_week", "worst week, %"),
        Shown("retrains", "retrains", 2),
        Shown("worth", "worth it, %", 0),
        Shown("churn", "churn, %", 0),
        Shown("random", "− random", 2, signed=True),
        Shown("periodic", "− periodic", 2, signed=True),
        Shown(f"hindsight_{study.design.cost:g}", f"regret at {study.design.cost:g}", 2, signed=True),
    ]
    streams = sorted(set(study.cube.parts[REAL].cells["dataset"]))
    table = by_entry(
        study,
        "real",
        "Real streams in the order of their rows, blocks of six months: means over streams, in brackets the least and the most "
        "of any stream.",
        study.entries(REAL),
        where,
        shown,
        [
            f"{len(streams)} streams are too few for an interval: {', '.join(streams)}.",
            "Nobody knows their drifts. Losses are those of the scored rows, so that the best in hindsight also had luck. On "
            "Elec2 the previous label tells much of the next, and Covertype is ordered in space.",
        ],
        _with_range,
    )
    if not len(table.frame):
        return table
    frame = pd.concat([pd.DataFrame(_without_model(study, delay)), table.frame], ignore_index=True)
    every = of_part(study.cube, REAL)
    columns = [
        column if column.keys is None else replace(column, keys=_with_baselines(column.keys, every))
        for column in table.columns
    ]
    return replace(table, frame=frame, columns=columns, keys=_with_baselines(table.keys, every))


def _with_baselines(keys: Sequence[Key], every: Query) -> list[Key]:
    """The same keys, which tell answers without a model too."""
    baselines = {(entry,): every for entry, _ in BASELINES.values()}
    return [Key(key.columns, {**key.records, **baselines}) for key in keys]


def _with_range(study: Study, measure: str, entry: str, where: Where) -> Estimate:
    """The mean over streams, between the least and the most of any."""
    return _ranged(study.values(measure, entry, where))


def _ranged(values: pd.Series[Any]) -> Estimate:
    return Estimate(estimate=values.mean(), interval=Interval(values.min(), values.max(), 1.0), n=len(values))


def _without_model(study: Study, delay: str) -> Iterator[dict[str, object]]:
    """The accuracy of answers without a model, mean over streams."""
    streams, found = study.recorded.streams, field_of(study.recorded.measurements, "baselines")
    for name, (entry, title) in BASELINES.items() if found is not None else ():
        lists = lists_of(field_of(found, delay), name)
        filled = np.flatnonzero(np.diff(lists.offsets) > 0)
        losses = lists.values.reshape(len(filled), -1).mean(axis=1) / MILLION
        by_set = pd.Series(100 * (1 - losses)).groupby(streams["dataset"].to_numpy()[filled]).mean()
        yield {"entry": entry, "title": title, **interval_cells("accuracy", _ranged(by_set)), "n": len(by_set)}
