"""Whether retraining can pay, and what it costs: recoverable harm by cell, regret, and calendars that were tuned elsewhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.answers.choices import DRIFTS
from experiments.monitoring.answers.costs import tuned_costs
from experiments.monitoring.cube import Where
from experiments.monitoring.record_queries import entry_key, lived, named, of_part
from experiments.monitoring.study import Study
from experiments.monitoring.tables.rows import nothing
from harness.analysis.frame import interval_cells
from harness.inference.estimate import Estimate
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table

TUNED = "tuned"
"""The row of the calendar that is best on the other data sets."""


def harm_table(study: Study) -> Table:
    """Recoverable harm by scenario, and in how many cells no number of retrains pays."""
    part, delay = study.cube.parts[study.drifts.part], study.delays()[0]
    never, always, least = (
        part.means(name, delay, "never") for name in ("never", "always", f"hindsight_{study.design.cost:g}")
    )
    whatever = study.drifts._replace(groups=DRIFTS["whatever"])
    cells = part.cells.assign(
        recoverable=part.recoverable,
        pays=np.where(np.isfinite(part.recoverable), part.recoverable >= study.design.harm, np.nan),
        saves_nothing=np.where(np.isfinite(never), never <= always, np.nan),
        best_is_never=np.where(np.isfinite(least), least <= 1e-9, np.nan),
        staged=part.cells["n_streams"],
    )[study.cube.chosen(whatever)]
    rows = []
    for scenario, some in cells.groupby("scenario", sort=False):
        by_set = some.groupby("dataset")["recoverable"].mean().dropna()
        rows.append(
            {
                "scenario": scenario,
                "title": study.scenario_title(str(scenario)),
                "group": study.design.title_of_group[study.design.printed_group_of(str(scenario))],
                **interval_cells("recoverable", mean(by_set.to_numpy())),
                **{name: 100 * some[name].mean() for name in ("pays", "saves_nothing", "best_is_never")},
                "cells": len(some),
                "staged": int(some["staged"].sum()),
            }
        )
    order = {title: place for place, title in enumerate(study.design.title_of_group.values())}
    frame = pd.DataFrame(rows).sort_values("group", key=lambda column: column.map(order), kind="stable")
    scenarios = frame["scenario"].tolist()
    keys = {(one,): lived(study.cube, ["never"], whatever._replace(scenarios=(one,))) for one in scenarios}
    return Table(
        "harm",
        "What can be had back: points of the half-year's accuracy by which models of fresh rows of each week are better than "
        "the initial one, less the same without a drift; means over data sets with 95 % intervals, and shares of cells.",
        frame.reset_index(drop=True),
        [
            named("scenario", "title"),
            named("group", "group"),
            Column.of_estimate("recoverable", "recoverable", 2, signed=True),
            Column(f"at least {study.design.harm:g}, %", "pays", 0),
            Column("weekly saves nothing, %", "saves_nothing", 0),
            Column(f"never is best at {study.design.cost:g}, %", "best_is_never", 0),
            Column("cells", "cells", 0),
            Column("streams", "staged", 0),
        ],
        [
            "A cell is a data set, a model and a scenario. Weekly saves nothing: retraining every week loses as much "
            "as never or more, so that no cost can be stated in what a retrain saves. Never is best: on every stream "
            "of the cell even the best schedule in hindsight has no retrain at that cost. Cells with fewer than half of the "
            "seeds count for nothing."
        ],
        keys=[Key(("scenario",), keys)],
        where=of_part(study.cube, study.drifts.part),
    )


def regret_table(study: Study) -> Table:
    """What every policy pays beyond who knows the drifts, at several costs of a retrain."""
    return _regret(
        study,
        "regret",
        [f"{cost:g}" for cost in study.design.costs],
        "What policies pay beyond the informed oracle, which knows when drifts begin and from other streams which pattern of "
        "at most two retrains is then best, a benchmark that can be beaten: points of the half-year's accuracy at a cost of a "
        "retrain in weeks of wrong answers; all drifts and streams without one, labels at once; means over data sets with 95 % "
        "intervals.",
        "The tuned calendar has the interval of least mean cost on the other data sets, over all scenarios. In "
        "hindsight is the regret against the best schedule of the stream itself, which nobody can reach.",
    )


def relative_regret_table(study: Study) -> Table:
    """The same with costs in units of what a retrain saves in its cell, as others state them."""
    part = study.cube.parts[study.drifts.part]
    counted = study.cube.chosen(study.drifts._replace(groups=DRIFTS["whatever"]))
    never, always = (part.means(name, study.delays()[0], "never")[counted] for name in ("never", "always"))
    n_free = int((never <= always).sum())
    return _regret(
        study,
        "regret_relative",
        [f"{cost:g}g" for cost in study.design.relative_costs],
        "The same at costs in units of g, what one retrain saves in its cell if all are made.",
        f"In {n_free} of {int(counted.sum())} cells g is not above 0: they are counted here and priced nowhere. At 1 g never "
        "and weekly cost the same by definition.",
    )


def _regret(study: Study, name: str, costs: list[str], caption: str, note: str) -> Table:
    where = study.drifts._replace(groups=DRIFTS["whatever"])
    entries = study.living(study.entries(), where)
    if not entries:
        return nothing(name, caption)
    tuned = {cost: tuned_regret(study, cost, where) for cost in costs}
    rows = [
        {"entry": TUNED, "title": "calendar of the other sets", "n": tuned[costs[0]].n}
        | {key: value for cost in costs for key, value in interval_cells(cost, tuned[cost]).items()}
    ]
    for entry in entries:
        row: dict[str, object] = {"entry": entry, "title": study.title(entry)}
        for cost in costs:
            row |= interval_cells(cost, study.mean(f"informed_{cost}", entry, where))
        last = study.mean(f"hindsight_{costs[2]}", entry, where).estimate
        rows.append(row | {"hindsight": last, "n": len(study.values(f"informed_{costs[0]}", entry, where))})
    frame = pd.DataFrame(rows)
    frame["hindsight"] = frame.get("hindsight", math.nan)
    calendars = lived(study.cube, ["never", *study.design.calendars], where)
    keys = entry_key(study.cube, entries, where)
    return Table(
        name,
        caption,
        frame,
        [
            named("policy", "title"),
            *(Column.of_estimate(f"at {cost}", cost, 2, signed=True) for cost in costs),
            Column(f"in hindsight, at {costs[2]}", "hindsight", 2, signed=True),
            Column("sets", "n", 0),
        ],
        [note],
        keys=[Key(("entry",), {**keys.records, (TUNED,): calendars})],
        where=of_part(study.cube, where.part),
    )


def tuned_regret(study: Study, cost: str, where: Where) -> Estimate:
    """What the calendar of least mean cost on the other data sets pays beyond the informed oracle."""
    regret = tuned_costs(study.cube, cost, where).values - _gap(study, cost, where)
    return mean(regret.dropna().to_numpy(dtype=np.float64))


def _gap(study: Study, cost: str, where: Where) -> pd.Series[Any]:
    """What the informed oracle pays beyond the best in hindsight on each data set, by any entry that lived everywhere."""
    hindsight, informed = (study.values(f"{name}_{cost}", "never", where) for name in ("hindsight", "informed"))
    return hindsight - informed
