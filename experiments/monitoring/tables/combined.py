"""Combined models under drift, beside the models that they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    return Table(
        "combined",
        "Combined models, and those that they are made of, under the same injections, labels at once: accuracy without a drift "
        "and with one if nothing is retrained, by how much that is above the mean of those that they are made of, what is "
        "lost, and retrains in half a year; means over data sets with 95 % intervals.",
        pd.DataFrame([_row(study, model) for model in models]),
        [
            named("model", "title"),
            Column.of_estimate("no drift, %", "accuracy", 1),
            Column.of_estimate("drift, %", "under", 1),
            Column.of_estimate("− single", "ahead", 1, signed=True, keys=[_key(study, models, study.design.singles)]),
            Column.of_estimate("lost, points", "lost", 1),
            *(Column.of_estimate(study.title(policy), policy, 2) for policy in POLICIES),
            Column("sets", "n", 0),
        ],
        [
            "All labels permuted, two columns exchanged, or one class grown, at one strength for all models. Boosted models "
            "are held against a full tree, which they are not made of."
        ],
        keys=[_key(study, models, {})],
        where=of_part(study.cube, COMBINED),
    )


def _row(study: Study, model: str) -> dict[str, object]:
    drifted = _drifted(study, model)
    calm = drifted._replace(groups=(CONTROL,))
    without, under = (study.values("accuracy", "never", place) for place in (calm, drifted))
    singles = [study.values("accuracy", "never", _drifted(study, one)) for one in study.design.singles.get(model, ())]
    ahead = under - pd.concat(singles, axis=1).mean(axis=1, skipna=False) if singles else under[:0]
    row: dict[str, object] = {"model": model, "title": study.model_title(model)}
    found = {"accuracy": without, "under": under, "ahead": ahead, "lost": without - under}
    for name, values in found.items():
        row |= interval_cells(name, mean(values.dropna().to_numpy(dtype=float)))
    for policy in POLICIES:
        row |= interval_cells(policy, study.mean("retrains", policy, drifted))
    return row | {"n": len(under)}


def _drifted(study: Study, *models: str) -> Where:
    return Where(part=COMBINED, models=models, delay=study.delays(COMBINED)[0])


def _key(study: Study, models: Sequence[str], beside: Mapping[str, Sequence[str]]) -> Key:
    """The records of each model, with those of models that it is held against."""
    entries = ["never", *POLICIES]
    records = {(one,): lived(study.cube, entries, _drifted(study, one, *beside.get(one, ()))) for one in models}
    return Key(("model",), records)


def _models(study: Study) -> list[str]:
    singles = [one for each in study.design.singles.values() for one in each]
    return list(dict.fromkeys([*singles, *study.design.singles]))
