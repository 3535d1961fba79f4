"""False alarms where halves of a set are drawn as the source paper draws them, beside thirds with a reference of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import kolmogi, kolmogorov

from experiments.detection.one_world import PAPER, TWIN
from experiments.detection.record_queries import named, seen_by
from experiments.detection.records import CONTROL
from experiments.detection.study import Study
from harness.analysis.query import OK, where
from harness.core import Floats
from harness.detectors.run import DEFAULT, Run
from harness.report.table import Basis, Column, Key, Table
from harness.scoring import measures, pooled
from harness.scoring.measures import Measure
from harness.scoring.sums import selected

KS_LEVEL = 0.05
"""Of a month, shared by the columns (Bonferroni)."""


def sampling_table(study: Study) -> Table:
    """By data set: drift-free months with an alarm of KS under both samplings and by the formula, and half-years with one."""
    conditions = study.conditions
    sets = sorted(set(conditions.loc[study.free & np.asarray(conditions["sampling"] == PAPER), "dataset"]))
    runs = [
        run
        for name in dict.fromkeys((*study.design.named, *study.design.compared))
        if study.has(run := Run(name, DEFAULT))
    ]
    described = {spec["dataset"]["name"]: spec["dataset"] for spec in study.evidence.stored.specs.values()}
    rows = []
    for name in sets:
        row: dict[str, Any] = {"dataset": name, "formula": 100 * _by_formula(study, described[name])}
        for sampling in (TWIN, PAPER):
            ks = Run(study.design.named[-1], DEFAULT)
            row[f"months_{sampling}"] = _on_twins(study, measures.false_months, ks, name, sampling)
            for run in runs:
                row[f"{run.name}_{sampling}"] = _on_twins(study, measures.false_positives, run, name, sampling)
        rows.append(row)
    ks_title = study.title(study.design.named[-1])
    columns = [
        named("set", "dataset"),
        *(Column(f"months, {ks_title}, {WORDS[each]}", f"months_{each}", 1) for each in (TWIN, PAPER)),
        Column("by formula", "formula", 1, basis=Basis.DESIGN),
        *(
            Column(f"{study.title(run.detector)}, {WORDS[each]}", f"{run.name}_{each}", 1)
            for run in runs
            for each in (TWIN, PAPER)
        ),
    ]
    caption = (
        "Drift-free streams with an alarm at defaults, percent: where a set is cut into simple random halves, one of which "
        "trains the model and is what tests of rows compare with, as in the source (halves), and as in this study (thirds, "
        "with a fresh reference month). The first columns are months with an alarm of KS, the others half-years."
    )
    notes = [
        "By formula: two halves of a finite set differ, and a month drawn from one of them with replacement carries its "
        "deviation. With n rows in either half and m a month the level is exceeded as where 1/n + 1/m is taken for 1/n + 1/m + "
        "1/n − 1/(m n); columns are taken for independent, so that this is much for those that are not.",
        "Warmed tests of errors read the errors on the training half, of which a model makes too few.",
    ]
    keys = [Key(("dataset",), {(name,): where(dataset=name) for name in sets})]
    return Table(
        "sampling",
        caption,
        pd.DataFrame(rows),
        columns,
        notes,
        keys=keys,
        where=OK & where(scenario=CONTROL, rows_per_month=study.design.rows_per_month, label_delay=0) & seen_by(*runs),
    )


WORDS = {TWIN: "thirds", PAPER: "halves"}


def _on_twins(study: Study, measure: Measure, run: Run, dataset: str, sampling: str) -> float:
    """A measure of drift-free streams of one set under one sampling, all models pooled."""
    table = study.conditions
    usual = (table["rows_per_month"] == study.design.rows_per_month) & (table["label_delay"] == 0)
    here = usual & (table["dataset"] == dataset) & (table["sampling"] == sampling)
    chosen = study.free & np.asarray(here)
    if not study.has(run) or not (chosen & study.read_by(run)).any():
        return float("nan")
    chosen &= study.read_by(run)
    sums = pooled(selected(study.tally.sums[run], chosen), np.zeros(int(chosen.sum()), dtype=np.int64), 1)
    return float(measure(sums, sums)[0])


def _by_formula(study: Study, node: Any) -> float:
    """The share of months in which KS would alarm if the columns of a set were independent."""
    n_rows = min(node.get("rows", np.nan), node.get("max_rows") or np.inf)
    return exceeded(n_rows / 2, study.design.rows_per_month, int(node.get("features", 1)), KS_LEVEL)


def exceeded(n: float, m: int, n_columns: int, level: float) -> float:
    """How often KS alarms on m rows drawn with replacement from n, beside n other rows of the same set.

    Args:
        n: rows of either half.
        m: rows of a month.
        n_columns: independent ones that share the level.
        level: of a month.
    """
    supposed, true = 1 / n + 1 / m, 2 / n + 1 / m - 1 / (m * n)
    critical: Floats = kolmogi(level / n_columns) * np.sqrt(supposed / true)
    return float(1 - (1 - kolmogorov(critical)) ** n_columns)
