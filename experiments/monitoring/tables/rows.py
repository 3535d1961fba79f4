"""What tables share: a row an entry, a column a measure with its interval over data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.record_queries import entry_key, named, of_part
from experiments.monitoring.study import Study
from harness.analysis.frame import interval_cells
from harness.analysis.query import Query, either
from harness.inference.estimate import Estimate
from harness.report.table import Column, Table

Summary = Callable[[Study, str, str, Where], Estimate]
"""What makes one number with two ends of a measure of an entry in some cells."""


class Shown(NamedTuple):
    """A column: the measure, its heading, decimals, whether gains have a sign, and the cells that it is of."""

    measure: str
    title: str
    decimals: int = 1
    signed: bool = False
    where: Where | None = None
    key: str = ""

    @property
    def name(self) -> str:
        """The column of the frame."""
        return self.key or self.measure


def by_entry(
    study: Study,
    name: str,
    caption: str,
    entries: Sequence[str],
    where: Where,
    shown: Sequence[Shown],
    notes: Sequence[str],
    summary: Summary = Study.mean,
) -> Table:
    """A table with a row for each entry; empty if the part has no records.

    Args:
        study: what is asked.
        name: of the table.
        caption: of the table.
        entries: of the rows; those that lived in no cell of any column are left out.
        where: the cells of columns that name none.
        shown: the columns.
        notes: below the table.
        summary: makes one number with two ends of the data sets' values of a measure of an entry.
    """
    places = {one.name: one.where or where for one in shown}
    entries = [one for one in entries if any(study.cube.has(one, place) for place in places.values())]
    if not entries:
        return nothing(name, caption)
    rows = [_row(study, entry, shown, places, summary) for entry in entries]
    keys = {place: entry_key(study.cube, entries, place) for place in dict.fromkeys(places.values())}
    measured = [
        Column.of_estimate(one.title, one.name, one.decimals, signed=one.signed, keys=[keys[places[one.name]]])
        for one in shown
    ]
    return Table(
        name,
        caption,
        pd.DataFrame(rows),
        [named("policy", "title"), *measured, Column("sets", "n", 0)],
        notes,
        keys=[entry_key(study.cube, entries, where)],
        where=_of_parts(study, [where, *places.values()]),
    )


def _of_parts(study: Study, places: Sequence[Where]) -> Query:
    """The records of every part that some column is of."""
    return either(of_part(study.cube, part) for part in dict.fromkeys(place.part for place in places))


def _row(
    study: Study, entry: str, shown: Sequence[Shown], places: Mapping[str, Where], summary: Summary
) -> dict[str, object]:
    row: dict[str, object] = {"entry": entry, "title": study.title(entry)}
    for one in shown:
        row |= interval_cells(one.name, summary(study, one.measure, entry, places[one.name]))
    first = shown[0]
    return row | {"n": len(study.values(first.measure, entry, places[first.name]))}


def nothing(name: str, caption: str) -> Table:
    """A table without rows, which a report leaves out."""
    return Table(name, caption, pd.DataFrame(), [])
