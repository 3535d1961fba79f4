"""Negative controls: what has to come out as nothing, if the study measures what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.design import CONTROL, LOST, MISSING, SHARED
from experiments.monitoring.record_queries import lived, named, of_part
from experiments.monitoring.study import Study
from harness.analysis.frame import interval_cells
from harness.analysis.query import either
from harness.core import Floats
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table


@dataclass(frozen=True)
class Control:
    """A line: what is asked, what has to come out, and the difference between two measures of entries in some cells.

    Attributes:
        key, title, expected: of the row.
        first, second: measure, entry and cells; without a second the first is a difference itself.
    """

    key: str
    title: str
    expected: str
    first: tuple[str, str, Where]
    second: tuple[str, str, Where] | None = None

    @property
    def terms(self) -> Sequence[tuple[str, str, Where]]:
        """What it is made of."""
        return (self.first, self.second) if self.second else (self.first,)

    def values(self, study: Study) -> pd.Series[Any]:
        """The difference on each data set."""
        first, *second = (study.values(*term) for term in self.terms)
        return (first - second[0]).dropna() if second else first

    def of_cells(self, study: Study) -> Floats:
        """The difference in each cell; nothing if its terms are of different parts."""
        if len({where.part for _, _, where in self.terms}) > 1:
            return np.empty(0)
        where = self.first[2]
        part, chosen = study.cube.parts[where.part], study.cube.chosen(where)
        first, *second = (part.means(measure, where.delay, entry)[chosen] for measure, entry, _ in self.terms)
        found: Floats = first - second[0] if second else first
        return found[np.isfinite(found)]


def controls_table(study: Study) -> Table:
    """Every control with its interval over data sets, and the least and the most of any cell."""
    lines = [one for one in _lines(study) if len(one.values(study))]
    records = {(one.key,): either(lived(study.cube, [entry], where) for _, entry, where in one.terms) for one in lines}
    return Table(
        "controls",
        "What has to come out as nothing: points of the half-year's accuracy, means over data sets with 95 % intervals, and "
        "the least and the most of any cell.",
        pd.DataFrame([_row(study, one) for one in lines]),
        [
            named("control", "title"),
            named("expected", "expected"),
            Column.of_estimate("points", "points", 2, signed=True),
            Column("least", "least", 2, signed=True),
            Column("most", "most", 2, signed=True),
            Column("sets", "n", 0),
        ],
        [
            "The initial model learns from as many rows as later ones: else the first line would show what rows are worth. A "
            "random policy knows nothing of its stream, and equal distances are better than random ones. Who retrains at "
            "the drifts of other streams knows when drifts begin in general: that is what he has over as many random retrains. "
            "New models get back some of what missing values cost, since they have learned from such rows.",
            "Where labels are lost is the control; missing values were counted with it when the register was written.",
        ],
        keys=[Key(("control",), records)],
        where=of_part(study.cube, study.drifts.part) if SHARED not in study.cube.parts else _of_both(study),
    )


def _row(study: Study, line: Control) -> dict[str, Any]:
    values, of_cells = line.values(study), line.of_cells(study)
    return {
        "control": line.key,
        "title": line.title,
        "expected": line.expected,
        **interval_cells("points", mean(values.to_numpy(dtype=float))),
        "least": of_cells.min() if len(of_cells) else np.nan,
        "most": of_cells.max() if len(of_cells) else np.nan,
        "n": len(values),
    }


def _of_both(study: Study) -> Any:
    return either([of_part(study.cube, study.drifts.part), of_part(study.cube, SHARED)])


def _lines(study: Study) -> Iterator[Control]:
    calm, drifts, paying = study.drifts._replace(groups=(CONTROL,)), study.drifts, study.paying

    def gap(key: str, title: str, expected: str, entry: str, where: Where) -> Control:
        return Control(key, title, expected, ("accuracy", entry, where), ("accuracy", "never", where))

    yield gap("weekly", "no drift: every week − never", "within 1", "weeks_1", calm)
    for rival, expected in (("random", "0"), ("periodic", "not above 0"), ("shuffled", "0")):
        yield Control(f"at_random.{rival}", f"at random − {rival}", expected, (rival, "at_random", drifts))
    yield Control("weeks_4.shuffled", "monthly − shuffled", "0, by construction", ("shuffled", "weeks_4", drifts))
    yield Control(
        "truth.elsewhere",
        "learnable: at the drifts of other streams − random",
        "above 0: the season of drifts",
        ("random", "at_truth", paying),
        ("shuffled", "at_truth", paying),
    )
    for group, place, expected in (
        (LOST, "labels lost", "not above 0"),
        (MISSING, "values missing", "above 0 in part"),
    ):
        for entry in ("weeks_1", "at_truth"):
            title = f"{place}: {study.title(entry)} − never"
            yield gap(f"{group}.{entry}", title, expected, entry, study.of_group(group))
    if SHARED in study.cube.parts:
        shared = calm._replace(part=SHARED, models=("tree",))
        yield Control(
            "shared",
            "rows that are learned are scored, full tree: shared − apart",
            "above 0: the fault shows",
            ("accuracy", "weeks_1", shared),
            ("accuracy", "weeks_1", calm._replace(models=("tree",))),
        )
