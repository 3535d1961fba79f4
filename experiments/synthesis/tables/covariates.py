"""Which data sets are hard, and on which combining models gains: covariates of data sets, as a table and for a figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.synthesis.record_queries import made_by, main, named
from experiments.synthesis.study import Study
from harness.analysis.charts.coefficients import Slope, SlopePanel
from harness.analysis.frame import interval_cells
from harness.analysis.query import EVERYTHING
from harness.inference.estimate import TTest
from harness.inference.linear.regression import between_sets, fixed_effects
from harness.report.table import Column, Key, Table

ALONE = "tree"
"""The single model whose accuracy says how hard a data set is, and over which others gain."""

COVARIATES = {
    "rows": "rows, doubled",
    "columns": "columns, doubled",
    "classes": "classes, doubled",
    "evenness": "evenness of classes, 0.1 more",
}
"""What is known of a data set, and what one more of it is; evenness is the classes' entropy over that of equal ones."""


class Slopes(NamedTuple):
    """By method and covariate the change with one more of it, in points.

    Attributes:
        tests: of the single model's accuracy, and of each other method's gain over it.
        inflation: by covariate, how much the others widen its interval.
        r_squared: the share of the variance between sets of the single model's accuracy that covariates explain.
        n: the number of data sets.
    """

    tests: Mapping[str, Mapping[str, TTest]]
    inflation: Mapping[str, float]
    r_squared: float
    n: int


def slopes_of(study: Study) -> Slopes:
    """The coefficients of all covariates together, over the data sets of which all are known."""
    methods = [ALONE, *_gaining(study)]
    scores, known = study.scores("accuracy", methods), covariates(study)
    wide = scores.join(known, how="inner").dropna()
    terms = [name for name in COVARIATES if len(wide) > len(COVARIATES) + 1 and len(wide[name].unique()) > 1]
    if not terms:
        return Slopes({}, {}, math.nan, len(wide))
    wide[terms] -= wide[terms].mean()
    cells = (
        wide.rename_axis("dataset")
        .reset_index()
        .melt(id_vars=["dataset", *terms], value_vars=methods, var_name="method", value_name="points")
    )
    cells["method"] = pd.Categorical(cells["method"], methods)
    alone = between_sets(cells[cells["method"] == ALONE], value="points", terms=terms, sets="dataset")
    tests = {ALONE: {each.term: each.classical for each in alone.coefficients if each.term in terms}}
    products = [("method", term) for term in terms]
    gains = fixed_effects(cells, value="points", terms=["method", *products], sets="dataset")
    for each in gains.coefficients:
        _, _, term = each.term.partition(":")
        if term and each.cr2 is not None:
            tests.setdefault(each.level, {})[term] = each.cr2
    return Slopes(tests, {term.name: term.inflation_per_df for term in alone.terms}, alone.r_squared, alone.n)


def _gaining(study: Study) -> list[str]:
    """The methods of the source paper's comparison that have trials."""
    design = study.design
    known = set(study.main["method"])
    return [name for name in (design.bagging, design.adaboost, design.boosting, design.stacking) if name in known]


def covariates(study: Study) -> pd.DataFrame:
    """The covariates of each data set: rows as used, the others as its YAML says."""
    used = (study.main["n_train"] + study.main["n_test"]).groupby(study.main["dataset"]).first()
    found = {}
    for spec in study.evidence.stored.specs.values():
        node = spec.get("dataset", {})
        shares = np.array(list(node.get("classes", {}).values()), dtype=np.float64)
        if node.get("name") in used.index and node.get("features") and len(shares) > 1:
            shares /= shares.sum()
            evenness = float(-(shares * np.log(shares)).sum()) / math.log(len(shares))
            found[node["name"]] = {
                "rows": math.log2(used[node["name"]]),
                "columns": math.log2(node["features"]),
                "classes": math.log2(len(shares)),
                "evenness": 10 * evenness,
            }
    return pd.DataFrame.from_dict(found, orient="index", columns=list(COVARIATES))


def covariate_table(study: Study) -> Table:
    """How accuracy, and what others gain over a single tree, change with covariates of data sets."""
    found = slopes_of(study)
    methods = [ALONE, *_gaining(study)]
    rows = []
    for term, title in COVARIATES.items():
        row: dict[str, object] = {"covariate": title}
        for method in methods:
            if term in found.tests.get(method, {}):
                test = found.tests[method][term]
                row |= interval_cells(method, test) | {f"{method}_p": test.p, f"{method}_df": test.df}
        if len(row) > 1:
            rows.append(row | {"inflation": found.inflation[term]})
    words = {ALONE: f"{study.title(ALONE)}, accuracy"} | {one: f"{study.title(one)}, gain" for one in methods[1:]}
    return Table(
        "covariates",
        "Which data sets are hard, and on which combining gains: the change with a covariate of data sets, the others held, "
        "in points with 95 % intervals, of a single full tree's accuracy and of what others gain over it "
        f"({found.n} data sets).",
        pd.DataFrame(rows),
        [
            named("by", "covariate"),
            *(Column.of_estimate(words[method], method, 2, signed=True) for method in methods),
        ],
        [
            "Accuracy of the tree: least squares on one row a data set. Gains: method × covariate beside effects of data sets, "
            "with CR2 and Satterthwaite's degrees of freedom. Evenness is the classes' entropy over that of equal ones. "
            "Described, not tested: p, in the CSV file, is not adjusted.",
        ],
        keys=[Key(("covariate",), {(row["covariate"],): EVERYTHING for row in rows})],
        where=main(study) & made_by(study, methods),
        p_values=[f"{method}_p" for method in methods],
    )


def slope_panels(study: Study) -> list[SlopePanel]:
    """The coefficients for a figure: the single model's accuracy, and gains over it."""
    tests = slopes_of(study).tests
    gaining = [method for method in tests if method != ALONE]
    alone = [ALONE] if ALONE in tests else []  # of few data sets nothing is fitted
    panels = (("accuracy of a single tree", alone), ("gain over it", gaining))
    found = []
    for title, methods in panels:
        slopes = {
            words: {
                study.title(method): Slope(tests[method][term], None) for method in methods if term in tests[method]
            }
            for term, words in COVARIATES.items()
        }
        found.append(SlopePanel(title, "points", {words: of_one for words, of_one in slopes.items() if of_one}))
    return [panel for panel in found if panel.slopes]
