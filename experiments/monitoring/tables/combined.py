"""Combined models under drift, beside the models that they are made of."""

from __future__ import annotations

import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.design import COMBINED, CONTROL
from experiments.monitoring.record_queries import lived, named, of_part
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import nothing
from harness.analysis.frame import interval_cells
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table

POLICIES = ("performance_5", "error_budget", "ddm")


def combined_table(study: Study) -> Table:
    """What each model loses to the same injections, and how often policies retrain it."""
    if COMBINED not in study.cube.parts:
        return nothing("combined", "")
    models = [one for one in _models(study) if one in set(study.cube.parts[COMBINED].cells["model"])]
    delay = study.delays(COMBINED)[0]
    rows = []
    for model in models:
        drifted = Where(part=COMBINED, models=(model,), delay=delay)
        calm = drifted._replace(groups=(CONTROL,))
        without, under = (study.values("accuracy", "never", place) for place in (calm, drifted))
        row = {
            "model": model,
            "title": study.model_title(model),
            **interval_cells("accuracy", mean(without.to_numpy(dtype=float))),
            **interval_cells("under", mean(under.to_numpy(dtype=float))),
            **interval_cells("lost", mean((without - under).dropna().to_numpy(dtype=float))),
        }
        for policy in POLICIES:
            row |= interval_cells(policy, study.mean("retrains", policy, drifted))
        rows.append(row | {"n": len(under)})
    records = {
        (model,): lived(study.cube, ["never", *POLICIES], Where(part=COMBINED, models=(model,), delay=delay))
        for model in models
    }
    return Table(
        "combined",
        "Combined models, and those that they are made of, under the same injections, labels at once: accuracy without a drift "
        "and with one if nothing is retrained, what is lost, and retrains in half a year; means over data sets with 95 % "
        "intervals.",
        pd.DataFrame(rows),
        [
            named("model", "title"),
            Column.of_estimate("no drift, %", "accuracy", 1),
            Column.of_estimate("drift, %", "under", 1),
            Column.of_estimate("lost, points", "lost", 1),
            *(Column.of_estimate(study.title(policy), policy, 2) for policy in POLICIES),
            Column("sets", "n", 0),
        ],
        ["All labels permuted, two columns exchanged, or one class grown, at one strength for all models."],
        keys=[Key(("model",), records)],
        where=of_part(study.cube, COMBINED),
    )


def _models(study: Study) -> list[str]:
    singles = [one for each in study.design.singles.values() for one in each]
    return list(dict.fromkeys([*singles, *study.design.singles]))
