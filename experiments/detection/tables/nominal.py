"""Drifts of nominal columns: who sees which."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.detection.design import Where
from experiments.detection.record_queries import asked, named
from experiments.detection.study import Study
from experiments.detection.tables.comparing import key_of_both, shown_at_both
from harness.analysis.frame import interval_cells
from harness.analysis.query import OK
from harness.report.table import Column, Table
from harness.scoring import measures


def nominal_table(study: Study) -> Table:
    """Every detector on unseen, more frequent, merged and swapped values, each apart and all together."""
    known = set(study.conditions.loc[study.drifted(_of(study.design.of_nominal)), "scenario"])
    scenarios = [name for name in study.design.of_nominal if name in known]
    every, rows = _of(scenarios), []
    for setting, run in shown_at_both(study) if scenarios else ():
        row: dict[str, Any] = {"setting": study.set_to(setting), "title": study.title(run.detector)}
        accuracy = study.mean(measures.accuracy, run, every)
        row |= interval_cells("accuracy", accuracy) | {"n": accuracy.n}
        row["false_positives"] = study.mean(measures.false_positives, run, every).estimate
        row |= {name: study.mean(measures.found, run, _of([name])).estimate for name in scenarios}
        rows.append(row)
    here = asked(study, every)
    columns = [
        named("setting", "setting"),
        named("detector", "title"),
        Column("sets", "n", 0, where=here),
        Column.of_estimate("accuracy, %", "accuracy", 1, where=here),
        Column("false positives, %", "false_positives", 1, where=here),
        *(Column(study.scenario_title(name), name, 1, where=asked(study, _of([name]))) for name in scenarios),
    ]
    caption = (
        "Drifts of nominal columns, staged at a harm to the deployed model on the sets that have such columns: accuracy of "
        "judging whole streams (A1) over all of them with 95 % intervals over data sets, drift-free half-years with an alarm, "
        "and first drifts found by scenario, percent."
    )
    keys = [key_of_both(study)]
    return Table("nominal", caption, pd.DataFrame(rows), columns, keys=keys, where=OK)


def _of(scenarios: Any) -> Where:
    return Where(scenarios=tuple(scenarios), partial=True)
