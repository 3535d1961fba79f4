"""Accuracy over label noise and over training size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from experiments.synthesis.record_queries import classification, method_key, named
from experiments.synthesis.study import Study
from harness.analysis.charts.curves import Panel
from harness.analysis.frame import interval_cells
from harness.analysis.query import Query, where
from harness.inference.estimate import Estimate
from harness.inference.mean import mean
from harness.report.table import Column, Table


@dataclass(frozen=True)
class Factor:
    """A factor of the training rows: how it is called in tables and figures, and the level that others are held against."""

    name: str
    table: str
    title: str
    axis: str
    default: float


LABEL_NOISE = Factor("label_noise", "noise", "Label noise", "share of wrong training labels", 0.0)
TRAIN_SIZE = Factor("train_size", "sizes", "Training size", "share of the training rows used", 1.0)


def curve_table(study: Study, factor: Factor) -> Table:
    """Accuracy at every level, over the data sets that have all of them."""
    rows = []
    levels = study.levels(factor.name)
    for method, complete in _complete(study, factor).items():
        row: dict[str, object] = {"method": method, "title": study.title(method), "n": len(complete)}
        for level in levels:
            row |= interval_cells(f"{level:g}", mean(complete[level].to_numpy()))
        rows.append(row)
    columns = [named("method", "title"), Column("n", "n", 0)]
    columns += [Column.of_estimate(f"{level:.0%}", f"{level:g}", 1) for level in levels]
    caption = f"Accuracy by {factor.axis}: percent, with 95 % intervals over the n data sets that have every level."
    keys = [method_key(study, (str(row["method"]) for row in rows))]
    return Table(factor.table, caption, pd.DataFrame(rows), columns, keys=keys, where=varied(study, factor))


def varied(study: Study, factor: Factor) -> Query:
    """Classification at every level of the factor, the other one at its default."""
    other = TRAIN_SIZE if factor is LABEL_NOISE else LABEL_NOISE
    return classification(study) & where(**{other.name: other.default})


def panels(study: Study) -> Iterator[Panel]:
    """For each factor the change in accuracy from its default level, paired on each data set."""
    for factor in (LABEL_NOISE, TRAIN_SIZE):
        complete = _complete(study, factor)
        drawn = [method for method in study.design.drawn if method in complete]
        lines = {study.title(method): _changes(complete[method], factor) for method in drawn}
        if lines:
            yield Panel(factor.title, factor.axis, "change in accuracy, points", lines)


def _complete(study: Study, factor: Factor) -> dict[str, pd.DataFrame]:
    """For each method, data sets by levels, over the data sets that have every level; empty with fewer than two levels."""
    levels = study.levels(factor.name)
    if len(levels) < 2:
        return {}
    tables = {level: study.at(factor.name, level) for level in levels}
    found = {
        method: pd.concat([tables[level][method] for level in levels], axis=1, keys=levels).dropna()
        for method in study.design.curved
    }
    return {method: cells for method, cells in found.items() if len(cells)}


def _changes(cells: pd.DataFrame, factor: Factor) -> dict[float, Estimate]:
    changes = cells.sub(cells[factor.default], axis=0)
    return {float(level): mean(changes[level].to_numpy()) for level in cells.columns}
