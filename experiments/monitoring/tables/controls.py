"""Negative controls: what has to come out as nothing, if the study measures what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.design import CONTROL, LOST, SHARED
from experiments.monitoring.record_queries import lived, named, of_part
from experiments.monitoring.study import Study
from harness.analysis.frame import interval_cells
from harness.analysis.query import either
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table


class Control(NamedTuple):
    """A line: what is asked, what has to come out, the values of data sets, and where they are of."""

    key: str
    title: str
    expected: str
    values: pd.Series[Any]
    lives: tuple[tuple[str, Where], ...]


def controls_table(study: Study) -> Table:
    """Every control with its interval over data sets."""
    lines = [one for one in _lines(study) if len(one.values)]
    rows = [
        {
            "control": one.key,
            "title": one.title,
            "expected": one.expected,
            **interval_cells("points", mean(one.values.to_numpy(dtype=float))),
            "n": len(one.values),
        }
        for one in lines
    ]
    records = {(one.key,): either(lived(study.cube, [entry], where) for entry, where in one.lives) for one in lines}
    return Table(
        "controls",
        "What has to come out as nothing: points of the half-year's accuracy, means over data sets with 95 % intervals.",
        pd.DataFrame(rows),
        [
            named("control", "title"),
            named("expected", "expected"),
            Column.of_estimate("points", "points", 2, signed=True),
            Column("sets", "n", 0),
        ],
        [
            "The initial model learns from as many rows as later ones: else the first line would show what rows are "
            "worth. What a random policy knows of its stream is nothing, and what one knows who retrains at the drifts "
            "of other streams."
        ],
        keys=[Key(("control",), records)],
        where=of_part(study.cube, study.drifts.part) if SHARED not in study.cube.parts else _of_both(study),
    )


def _of_both(study: Study) -> Any:
    return either([of_part(study.cube, study.drifts.part), of_part(study.cube, SHARED)])


def _lines(study: Study) -> Iterator[Control]:
    calm, drifts = study.drifts._replace(groups=(CONTROL,)), study.drifts

    def gap(measure: str, one: str, other: str, where: Where) -> pd.Series[Any]:
        return (study.values(measure, one, where) - study.values(measure, other, where)).dropna()

    yield Control(
        "weekly",
        "no drift: every week − never",
        "within 1",
        gap("accuracy", "weeks_1", "never", calm),
        (("weeks_1", calm), ("never", calm)),
    )
    for rival in ("random", "shuffled"):
        yield Control(
            f"at_random.{rival}",
            f"at random − {rival}",
            "0",
            study.values(rival, "at_random", drifts),
            (("at_random", drifts),),
        )
    yield Control(
        "weeks_4.shuffled",
        "monthly − shuffled",
        "0",
        study.values("shuffled", "weeks_4", drifts),
        (("weeks_4", drifts),),
    )
    lost = drifts._replace(groups=(LOST,))
    for entry in ("weeks_1", "at_truth"):
        yield Control(
            f"lost.{entry}",
            f"not recoverable: {study.title(entry)} − never",
            "not above 0",
            gap("accuracy", entry, "never", lost),
            ((entry, lost), ("never", lost)),
        )
    if SHARED in study.cube.parts:
        shared = calm._replace(part=SHARED, models=("tree",))
        apart = calm._replace(models=("tree",))
        leak = study.values("accuracy", "weeks_1", shared) - study.values("accuracy", "weeks_1", apart)
        yield Control(
            "shared",
            "rows that are learned are scored, full tree: shared − apart",
            "above 0: the fault shows",
            leak.dropna(),
            (("weeks_1", shared), ("weeks_1", apart)),
        )
