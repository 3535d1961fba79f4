"""Tables that compare the methods: beside the published numbers, in pairs, by rank, and on each data set."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd

from experiments.synthesis.record_queries import made_by, main, method_key, named, of_set
from experiments.synthesis.study import Study
from harness.analysis.comparison import compare, compare_within, summarise
from harness.analysis.frame import POINTS, folds, interval_cells
from harness.inference.ranks import friedman, rank_diagram
from harness.inference.within import corrected_mean
from harness.report.table import Basis, Column, Key, Table, p_phrase

_METRICS = ("accuracy", "precision", "recall")


def paper_table(study: Study) -> Table:
    """The source paper's table, measured, beside its published figures, with two baselines."""
    design = study.design
    rows = []
    methods = _main_methods(study)
    for method in methods:
        row: dict[str, object] = {"method": method, "title": study.title(method)}
        for metric in _METRICS:
            row |= interval_cells(metric, study.mean(metric, method))
            row[f"{metric}_published"] = design.published.get(method, {}).get(metric, math.nan)
        rows.append(row)
    columns = [named("method", "title")]
    for metric in _METRICS:
        columns.append(Column.of_estimate(metric, metric, 1))
        columns.append(Column("published", f"{metric}_published", 0, basis=Basis.PUBLISHED))
    return Table(
        "paper",
        f"The source paper's comparison, measured: means over {study.size}, in percent, with 95 % intervals over data "
        "sets. Precision and recall are macro averages.",
        pd.DataFrame(rows),
        columns,
        [
            "The paper's “boosting” may be either kind; its numbers stand beside gradient boosting.",
            "Best by CV and the majority class are baselines that the paper does not have.",
        ],
        keys=[method_key(study, methods)],
        where=main(study),
    )


def _main_methods(study: Study) -> list[str]:
    """The methods that the source paper has numbers of, with both readings of boosting, and two baselines."""
    design = study.design
    return [design.bagging, design.adaboost, design.boosting, design.stacking, "best_by_cv", "majority"]


def overall_table(study: Study) -> Table:
    """Every method with every metric, and its average rank."""
    metrics = [*_METRICS, "f1", "roc_auc", "log_loss", "brier", "calibration_error"]
    accuracy = summarise(study.scores("accuracy")).set_index("method")
    frame = pd.DataFrame({metric: study.scores(metric).mean() for metric in metrics})
    frame = frame.assign(low=accuracy["low"], high=accuracy["high"], n=accuracy["n"])
    frame["rank"] = pd.Series(_average_ranks(study), dtype=np.float64)
    frame = frame.rename_axis("method").reset_index()
    frame.insert(1, "title", frame["method"].map(study.title))
    columns = [
        named("method", "title"),
        Column("accuracy", "accuracy", 1, "low", "high"),
        Column("precision", "precision", 1),
        Column("recall", "recall", 1),
        Column("F1", "f1", 1),
        Column("ROC AUC", "roc_auc", 1),
        Column("log loss", "log_loss", 3),
        Column("Brier", "brier", 3),
        Column("ECE", "calibration_error", 1),
        Column("rank", "rank", 1, keys=()),  # a rank is one among all methods
    ]
    return Table(
        "overall",
        f"All methods: means over {study.size}; percent but for log loss, Brier score and rank (1 is best, by accuracy).",
        frame,
        columns,
        [
            "Hard voting has only vote shares for probabilities, which log loss punishes; its ties go to the class that is "
            "first in alphabetical order. Ranks are among the methods, without the baseline."
        ],
        keys=[method_key(study, study.methods)],
        where=main(study),
    )


def _average_ranks(study: Study) -> dict[str, float]:
    """By method, among all that are ranked; of a single one there is none."""
    table = study.scores("accuracy", study.ranked)
    return dict(friedman(table).average_ranks) if len(table.columns) > 1 else {}


def comparison_table(study: Study) -> Table:
    """The declared pairs with every test."""
    known = set(study.methods)
    pairs = [pair for pair in study.design.pairs if set(pair) <= known]
    found = compare(study.scores("accuracy"), pairs)
    frame = found.frame.assign(
        title=[f"{study.title(first)} − {study.title(second)}" for first, second in pairs],
        score=[f"{row.wins}/{row.draws}/{row.losses}" for row in found.frame.itertuples()],
    )
    every = made_by(study, dict.fromkeys(method for pair in pairs for method in pair))  # p is adjusted over all pairs
    columns = [
        named("contrast", "title"),
        Column("points", "difference", 2, "low", "high", signed=True),
        Column("median", "hodges_lehmann", 2, signed=True),
        Column("p (t)", "p_t_holm", p_value=True, keys=(), where=every),
        Column("p (Wilcoxon)", "p_w_holm", p_value=True, keys=(), where=every),
        Column("w/d/l", "score"),
        Column.of_estimate("g_z", "g_z", 2),
    ]
    notes = [
        "Paired over data sets. The median is Hodges and Lehmann's. p is adjusted by Holm over the pairs of this table; the "
        "table of claims has a family of its own. w/d/l counts data sets. g_z is Hedges' corrected effect size in units of the "
        "standard deviation of the differences.",
        found.note,
    ]
    caption = "Differences in accuracy between methods, with 95 % t intervals over data sets."
    keys = [Key(("first", "second"), {pair: made_by(study, pair) for pair in pairs})]
    p_values = ["p_t", "p_w"]
    return Table("comparisons", caption, frame, columns, notes, keys=keys, where=main(study), p_values=p_values)


def rank_table(study: Study) -> Table:
    """Average ranks, Friedman and Iman-Davenport."""
    table = study.scores("accuracy", study.ranked)
    test, diagram = friedman(table), rank_diagram(table)
    frame = pd.DataFrame([{"method": name, "rank": rank} for name, rank in test.average_ranks.items()])
    frame["title"] = frame["method"].map(study.title)
    notes = [
        f"Friedman chi² = {test.statistic:.1f} (corrected for ties), df {test.df}, p {p_phrase(test.p)}; Iman–Davenport "
        f"F({test.f_df:g}, {test.f_df_error:g}) = {test.f_statistic:.1f}, p {p_phrase(test.f_p)}; {test.n} data sets.",
        f"Nemenyi's critical difference at 5 %: {diagram.critical_difference:.2f}.",
        test.note,
    ]
    every = made_by(study, study.ranked)  # a rank is one among all methods
    columns = [named("method", "title"), Column("average rank", "rank", 2, keys=(), where=every)]
    caption = "Average ranks by accuracy, 1 is best; ties share their mean rank."
    keys = [method_key(study, study.ranked)]
    return Table("ranks", caption, frame, columns, notes, keys=keys, where=main(study))


def by_dataset_table(study: Study) -> Table:
    """Accuracy of the main methods on each data set, with the corrected interval of its folds."""
    shown = _main_methods(study)
    rows = []
    for dataset, ratio in _test_train_ratios(study).items():
        row: dict[str, object] = {"dataset": dataset}
        for method, metric in itertools.product(shown, _METRICS):
            one = corrected_mean(folds(study.main, dataset, method, metric) * POINTS, test_train_ratio=ratio)
            row |= interval_cells(f"{method}_{metric}", one)
        rows.append(row)
    columns = [named("data set", "dataset")]
    columns += [
        Column.of_estimate(study.title(method), f"{method}_accuracy", 1, where=made_by(study, [method]))
        for method in shown
    ]
    caption = (
        "Accuracy on each data set: percent, with Nadeau and Bengio's corrected 95 % interval over all folds. The CSV file "
        "of this table has macro precision and recall as well."
    )
    keys = [of_set(row["dataset"] for row in rows)]
    return Table("by_dataset", caption, pd.DataFrame(rows), columns, keys=keys, where=main(study))


def within_table(study: Study) -> Table:
    """On each data set: stacking against boosting and against bagging, by the corrected t test."""
    design = study.design
    others = {"boosting": design.boosting, "bagging": design.bagging}
    rows = []
    for dataset, ratio in _test_train_ratios(study).items():
        row: dict[str, object] = {"dataset": dataset}
        for label, other in others.items():
            first, second = (folds(study.main, dataset, one, "accuracy") * POINTS for one in (design.stacking, other))
            if len(first) == len(second) > 1:
                found = compare_within(first, second, test_train_ratio=ratio, region=design.region)
                row |= {f"{label}_{key}": value for key, value in found._asdict().items() if key != "note"}
        rows.append(row)
    columns = [named("data set", "dataset")]
    for label, other in others.items():
        difference, low, high = (f"{label}_{end}" for end in ("difference", "low", "high"))
        both = made_by(study, (design.stacking, other))
        columns += [
            Column(f"− {label}", difference, 1, low, high, signed=True, where=both),
            Column("p", f"{label}_p", p_value=True, where=both),
            Column("P(better)", f"{label}_p_better", 2, where=both),
        ]
    caption = (
        "Stacking against gradient boosting and bagging on each data set: points of accuracy, Nadeau and Bengio's corrected "
        "95 % interval and p, and the posterior probability that stacking is better by more than the region of practical "
        "equivalence."
    )
    keys, note = [of_set(row["dataset"] for row in rows)], "Not adjusted for the number of data sets."
    return Table("within", caption, pd.DataFrame(rows), columns, [note], keys=keys, where=main(study))


def _test_train_ratios(study: Study) -> dict[str, float]:
    """By data set in alphabetical order: test rows over training rows."""
    rows = study.main.groupby("dataset")[["n_test", "n_train"]].mean()
    return {str(name): float(row["n_test"] / row["n_train"]) for name, row in rows.iterrows()}
