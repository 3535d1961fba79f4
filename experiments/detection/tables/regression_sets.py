"""Sets whose models give numbers, apart from all others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.detection.design import Where
from experiments.detection.record_queries import asked, named
from experiments.detection.study import Study
from experiments.detection.tables.comparing import HEADLINE, key_of_both, shown_at_both
from harness.analysis.frame import interval_cells
from harness.core import Task
from harness.report.table import Column, Table
from harness.scoring import measures


def apart(study: Study) -> Where:
    """Drifts staged at points of R2 x 100. Where there are no other sets, the study does not set these apart."""
    tasks = {spec["dataset"].get("task") for spec in study.evidence.stored.specs.values() if "dataset" in spec}
    return Where(regression=tasks != {Task.REGRESSION}, partial=True)


def regression_sets_table(study: Study) -> Table:
    """The measures of the main comparison on the sets whose models give numbers."""
    question = apart(study)
    chosen = study.conditions[study.drifted(question)]
    rows = []
    for setting, run in shown_at_both(study) if len(chosen) else ():
        row: dict[str, Any] = {"setting": study.set_to(setting), "title": study.title(run.detector)}
        for key, (_, measure, _) in HEADLINE.items():
            one = study.mean(measure, run, question)
            row |= {**interval_cells(key, one), "n": one.n}
        row["found"] = study.mean(measures.found, run, question).estimate
        rows.append(row)
    columns = [named("setting", "setting"), named("detector", "title"), Column("sets", "n", 0)]
    columns += [Column.of_estimate(title, key, decimals) for key, (title, _, decimals) in HEADLINE.items()]
    columns.append(Column("found, %", "found", 1))
    names = ", ".join(sorted(chosen["dataset"].unique()))
    caption = (
        f"Sets whose models give numbers ({names}), which are in no other table: an error is an absolute residual above its 90 "
        "% quantile on rows that the model has not learned, and harm is points of R² x 100. Means over data sets with 95 % "
        "intervals."
    )
    keys = [key_of_both(study)]
    return Table("regression_sets", caption, pd.DataFrame(rows), columns, keys=keys, where=asked(study, question))
