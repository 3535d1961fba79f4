"""Tables of the inventory: cost, regression, data sets and trials."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from experiments.synthesis.record_queries import made_by, main, method_key, named, of_set, regression
from experiments.synthesis.study import Study
from harness.analysis.comparison import summarise
from harness.analysis.frame import POINTS, scores
from harness.report.outcome_table import outcome_table
from harness.report.table import Column, Key, Table

_SHORTEST = 1e-6
"""Seconds that a clock can tell from none."""


def cost_table(study: Study) -> Table:
    """Time and size of every method, and its fit time against a single tree's."""
    clocks = {
        name: scores(study.main, name, study.methods) for name in ("fit_seconds", "predict_seconds", "model_bytes")
    }
    frame = pd.DataFrame({name: np.exp(np.log(table.clip(lower=_SHORTEST)).mean()) for name, table in clocks.items()})
    fit, tree = (scores(study.main, "fit_seconds", names).clip(lower=_SHORTEST) for names in (study.methods, ["tree"]))
    ratio = summarise(fit.div(tree["tree"], axis=0).apply(np.log)).set_index("method")
    frame = frame.assign(
        fit_ms=frame["fit_seconds"] * 1e3,
        predict_ms=frame["predict_seconds"] * 1e3,
        kilobytes=frame["model_bytes"] / 1e3,
        ratio=np.exp(ratio["mean"]),
        ratio_low=np.exp(ratio["low"]),
        ratio_high=np.exp(ratio["high"]),
    )
    frame = frame.rename_axis("method").reset_index()
    frame.insert(1, "title", frame["method"].map(study.title))
    beside_tree = Key(("method",), {(name,): made_by(study, (name, "tree")) for name in study.methods})
    columns = [
        named("method", "title"),
        Column("fit, ms", "fit_ms", 1),
        Column.of_estimate("× a single tree", "ratio", 1, keys=[beside_tree]),
        Column("predict, ms", "predict_ms", 2),
        Column("model, kB", "kilobytes", 0),
    ]
    caption = (
        f"Cost of one fold: medians over folds, means over repeats, geometric means over data sets ({study.size}); CPU time "
        "of one core. Methods that share fits are clocked as if each had run alone."
    )
    keys = [method_key(study, study.methods)]
    return Table("cost", caption, frame, columns, [study.evidence.machine], keys=keys, where=main(study))


def regression_table(study: Study) -> Table:
    """R², RMSE and MAE on the regression sets; described, not tested."""
    known = set(study.regression["method"])
    methods = [method for family in study.design.families.values() for method in family if method in known]
    tables = {name: scores(study.regression, name, methods) for name in ("r2", "rmse", "mae") if methods}
    rows = [
        {"dataset": dataset, "method": method, **{name: table.loc[dataset, method] for name, table in tables.items()}}
        for dataset, method in itertools.product(tables["r2"].index if methods else [], methods)
    ]
    frame = pd.DataFrame(rows, columns=["dataset", "method", "r2", "rmse", "mae"]).dropna()
    frame["title"] = frame["method"].map(
        lambda method: study.evidence.titles["regression"].get(method) or study.title(method)
    )
    columns = [
        named("data set", "dataset"),
        named("method", "title"),
        Column("R²", "r2", 3),
        Column("RMSE", "rmse", 3),
        Column("MAE", "mae", 3),
    ]
    caption = "Regression twins of the methods (averaging is the vote): means over folds. Too few data sets for a test."
    boston = "Boston Housing is used without its race-based column; 16 of its targets are capped."
    notes = [boston] if "boston" in set(frame["dataset"]) else []
    keys = [of_set(frame["dataset"].unique()), method_key(study, methods)]
    return Table("regression", caption, frame, columns, notes, keys=keys, where=regression())


def dataset_table(study: Study) -> Table:
    """The data sets as used: rows after subsampling, and the share of the largest class."""
    rows = [
        {
            "dataset": dataset,
            "rows": round(float((trials["n_train"] + trials["n_test"]).iloc[0])),
            "majority": trials.loc[trials["method"] == "majority", "accuracy"].mean() * POINTS,
            "trials": len(trials),
        }
        for dataset, trials in study.main.groupby("dataset")
    ]
    columns = [
        named("data set", "dataset"),
        Column("rows used", "rows", 0),
        Column("majority class, %", "majority", 1, where=made_by(study, ["majority"])),
        Column("trials", "trials", 0),
    ]
    caption = "Classification sets as used in the main comparison; larger sets are subsampled, stratified by class."
    keys = [of_set(row["dataset"] for row in rows)]
    return Table("datasets", caption, pd.DataFrame(rows), columns, keys=keys, where=main(study))


def trials_table(study: Study) -> Table:
    """The outcome of every trial."""
    note = (
        f"{study.n_variants} trials ended well but ran a method with other settings than usual: left out of all tables."
    )
    caption = "What became of every trial of the study."
    return outcome_table(study.evidence.stored, caption, [note] if study.n_variants else [])
