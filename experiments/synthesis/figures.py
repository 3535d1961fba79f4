"""The figures of the synthesis study."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from experiments.synthesis.design import ADABOOST, BAGGING, BOOSTING, STACKING
from experiments.synthesis.study import Study
from experiments.synthesis.tables import covariates, curves, factors
from harness.analysis import charts
from harness.analysis.charts.coefficients import coefficients
from harness.analysis.charts.scatter import Method
from harness.analysis.frame import scores
from harness.analysis.style import Width
from harness.inference.mean import mean
from harness.inference.pairwise import pairwise
from harness.inference.ranks import friedman, rank_diagram
from harness.report.figure import Figure

_NARROW = (Width.COLUMN, Width.PAGE)

_WITH_CURVES = ("tree", BAGGING, "random_forest", ADABOOST, BOOSTING, "soft_vote", STACKING, "best_by_cv")
"""The methods whose ROC curves are drawn: as many as stand side by side."""


def figures(study: Study) -> Iterator[Figure]:
    """In the order of the paper; those without data are left out."""
    yield Figure(
        "paper",
        "Accuracy, macro precision and macro recall: means over data sets with 95 % intervals (filled), and the source "
        "paper's published numbers (hollow). Best by CV, the best single model chosen without test rows, is the one to beat.",
        partial(_paper, study),
        _NARROW,
        tables=("paper",),
    )
    yield Figure(
        "ranks",
        "Average ranks by accuracy, 1 is best. Bars join methods that Nemenyi's test does not tell apart at 5 %.",
        partial(_ranks, study),
        _NARROW,
    )
    drawn = curves.roc_panels(study, [method for method in _WITH_CURVES if method in study.methods])
    if drawn:
        yield Figure(
            "roc",
            "ROC curves, each method in blue against all others in grey: means over data sets with pointwise 95 % intervals; "
            "the dotted line is chance. Of more than two classes, the mean of each against the rest.",
            partial(charts.curves, drawn),
            (Width.PAGE, Width.COLUMN),
        )
    yield Figure(
        "pairwise",
        "Every method against every other: mean difference in accuracy, row less column, in points; those in bold are "
        "significant by the exact Wilcoxon test after Holm's adjustment over all pairs.",
        partial(_pairwise, study),
        (Width.PAGE,),
    )
    yield Figure(
        "gains",
        "Gain in accuracy over a single full tree on each data set, in points; data sets in order of the mean gain.",
        partial(_gains, study),
        (Width.PAGE,),
    )
    yield Figure(
        "bases",
        "Gain in accuracy of bagging and of AdaBoost over the single base model: means over data sets with 95 % intervals. "
        "None: the model takes no weights of rows, which AdaBoost needs, or there is no record.",
        partial(_bases, study),
        _NARROW,
    )
    slopes = covariates.slope_panels(study)
    if slopes:
        yield Figure(
            "covariates",
            "Which data sets are hard, and on which combining gains: the change of a single full tree's accuracy, and of what "
            "others gain over it, with a covariate of data sets, the others held, with 95 % intervals over data sets.",
            partial(coefficients, slopes, groups=[[title] for title in covariates.COVARIATES.values()]),
            tables=("covariates",),
        )
    panels = list(factors.panels(study))
    if panels:
        yield Figure(
            "curves",
            "Change in accuracy under label noise in the training rows, and with fewer training rows: paired means over "
            "data sets with 95 % intervals, each method in blue against all others in grey. Pools have the tuned "
            "network here, whose fits take a third of the time.",
            partial(charts.curves, panels),
        )
    yield Figure(
        "cost",
        "Mean accuracy against the CPU time to fit one fold (geometric mean over data sets). The dotted line joins methods "
        "that none beats on both.",
        partial(_cost, study),
        tables=("cost", "overall"),
    )


def _paper(study: Study, width: Width) -> Canvas:
    design = study.design
    groups, published = {}, {}
    for method in (design.bagging, design.adaboost, design.boosting, design.stacking, "best_by_cv"):
        title = study.title(method)
        groups[title] = {metric: study.mean(metric, method) for metric in ("accuracy", "precision", "recall")}
        published[title] = design.published.get(method, {})
    return charts.grouped_dots(groups, published, width, ylabel="percent")


def _ranks(study: Study, width: Width) -> Canvas:
    return charts.critical_difference(rank_diagram(study.scores("accuracy", study.ranked)), study.title, width)


def _pairwise(study: Study, width: Width) -> Canvas:
    order = list(friedman(study.scores("accuracy", study.ranked)).average_ranks)
    names = [study.title(method) for method in order]
    differences = pd.DataFrame(np.nan, index=names, columns=names)
    strong = pd.DataFrame(False, index=names, columns=names)
    for pair in pairwise(study.scores("accuracy", order)).pairs:
        first, second = study.title(pair.first), study.title(pair.second)
        differences.loc[first, second], differences.loc[second, first] = pair.difference, -pair.difference
        strong.loc[first, second] = strong.loc[second, first] = pair.p_holm < 0.05
    return charts.heatmap(differences, width, label="points, row less column", strong=strong)


def _gains(study: Study, width: Width) -> Canvas:
    table = study.scores("accuracy")
    gains = table.drop(columns=["majority", "tree"], errors="ignore").sub(table["tree"], axis=0)
    gains = gains.loc[gains.mean(axis=1).sort_values(ascending=False).index]
    gains.loc["mean"] = gains.mean()
    return charts.heatmap(gains.rename(columns=study.title), width, label="points over a single full tree")


def _bases(study: Study, width: Width) -> Canvas:
    known = set(study.main["method"])
    groups = {
        study.title(base): {
            study.title(synthesis): mean(study.gain(synthesis, base))
            for synthesis in ("bagging", "adaboost")
            if f"{synthesis}:{base}" in known
        }
        for base in study.design.bases
        if f"bagging:{base}" in known
    }
    return charts.grouped_dots(groups, {}, width, ylabel="points gained over the single model", missing="none")


def _cost(study: Study, width: Width) -> Canvas:
    methods = [method for method in study.methods if method != "majority"]
    seconds = np.exp(np.log(scores(study.main, "fit_seconds", methods)).mean())
    accuracy = study.scores("accuracy", methods).mean()
    family = {method: name for name, members in study.design.families.items() for method in members}
    points = [Method(study.title(one), float(seconds[one]), float(accuracy[one]), family[one]) for one in methods]
    return charts.cost_scatter(points, width, xlabel="CPU seconds to fit one fold", ylabel="mean accuracy, percent")
