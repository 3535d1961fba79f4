"""What moves accuracy, delay and false positives: regression on the factors of the design and on covariates of data sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.detection.design import Where
from experiments.detection.record_queries import asked, named, seen_by
from experiments.detection.study import Study
from harness.analysis.frame import interval_cells
from harness.analysis.query import EVERYTHING, either
from harness.detectors.run import DEFAULT, Run
from harness.inference.estimate import Estimate
from harness.inference.linear.mixed import mixed_model
from harness.inference.linear.regression import between_sets, fixed_effects
from harness.report.table import Column, Key, Table
from harness.scoring import measures, pooled
from harness.scoring.measures import Measure
from harness.scoring.sums import selected

_WORLD = ["dataset", "model", "rows_per_month", "label_delay"]


class Factor(NamedTuple):
    """What a coefficient is about.

    Attributes:
        term: the column of the cells.
        level: that is compared with the first; empty for a number.
        title: printed.
    """

    term: str
    level: str
    title: str


class Effect(NamedTuple):
    """A coefficient by the two models.

    Attributes:
        factor: what it is about.
        main: by effects of data sets and CR2; for a covariate of sets, by the means of sets.
        p: of `main`.
        df: of `main`.
        mixed: by the mixed model.
    """

    factor: Factor
    main: Estimate
    p: float
    df: float
    mixed: Estimate


@dataclass(frozen=True)
class Question:
    """A measure, and how detectors are set to be asked for it."""

    name: str
    title: str
    unit: str
    measure: Measure
    setting: str
    drifted: bool
    decimals: int


def questions(study: Study) -> list[Question]:
    """Accuracy and delay at matched false alarms, and false positives at defaults, for matching makes them alike."""
    return [
        Question("accuracy", "accuracy", "points", measures.accuracy, study.design.matched, True, 1),
        Question("delay", "delay", "months", measures.delay, study.design.matched, True, 2),
        Question("false_positives", "false positives", "points", measures.false_positives, DEFAULT, False, 1),
    ]


WITHIN = ("kind", "harm", "months", "late", "model")
"""Terms that vary within a data set: kind of drift, doublings of harm, tenfold rows a month, months of label delay, model."""

OF_SETS = ("columns", "majority")
"""Covariates of data sets: doublings of the number of columns, tens of points of the largest class."""

_NUMBERS = {
    "harm": "harm, doubled",
    "months": "rows a month, tenfold",
    "late": "labels a month late",
    "columns": "columns, doubled",
    "majority": "largest class, 10 points more",
}


def effects(study: Study, question: Question, run: Run) -> list[Effect]:
    """The coefficients of a detector; none if there are too few records for a model."""
    cells = cells_of(study, question, run)
    terms = [term for term in WITHIN if term in cells and cells[term].nunique() > 1]
    if cells["dataset"].nunique() < 2 or not terms:
        return []
    inner = [term for term in ("kind", "model") if term in terms]
    within = fixed_effects(cells, value="value", terms=terms, sets="dataset")
    mixed = mixed_model(cells, value="value", terms=[*terms, *OF_SETS], sets="dataset", inner=inner)
    beside = {(each.term, each.level): each.test for each in mixed.coefficients}
    slopes = {(each.term, each.level): each.cr2 for each in within.coefficients if each.cr2 is not None}
    rest = cells.assign(value=cells["value"] - _explained(cells, {key: one.estimate for key, one in slopes.items()}))
    between = between_sets(rest, value="value", terms=list(OF_SETS), sets="dataset")
    slopes |= {(each.term, each.level): each.classical for each in between.coefficients if each.term in OF_SETS}
    return [
        Effect(factor, slopes[key], slopes[key].p, slopes[key].df, beside[key])
        for factor in factors(study)
        if (key := (factor.term, factor.level)) in slopes and key in beside
    ]


def _explained(cells: pd.DataFrame, slopes: Mapping[tuple[str, str], float]) -> pd.Series[Any]:
    """What the terms within sets explain of each cell."""
    total = pd.Series(0.0, index=cells.index)
    for (term, level), slope in slopes.items():
        total += slope * ((cells[term] == level) if level else cells[term])
    return total


def factors(study: Study) -> list[Factor]:
    """Every coefficient that a model may have, in the order of the table."""
    reference, *models = _models(study)
    first, *others = study.design.kinds
    title = study.evidence.titles.get("model", {})
    name = {model: title.get(model, model.replace("_", " ")) for model in (reference, *models)}
    return [
        *(Factor("kind", kind, f"{kind} drift, not {first}") for kind in others),
        *(Factor(term, "", _NUMBERS[term]) for term in ("harm", "months", "late")),
        *(Factor("model", model, f"{name[model]}, not {name[reference]}") for model in models),
        *(Factor(term, "", _NUMBERS[term]) for term in OF_SETS),
    ]


def _models(study: Study) -> list[str]:
    return sorted(study.conditions["model"].unique())


def cells_of(study: Study, question: Question, run: Run) -> pd.DataFrame:
    """One row a condition (data set, model, scenario, harm, rows a month, label delay), with its value and the terms."""
    table = study.conditions
    drifted = asked_for(study) & study.read_by(run)
    free = study.free & study.read_by(run) & study.paired_with(asked_for(study))
    worlds = table.groupby(_WORLD, sort=True).ngroup().to_numpy().astype(np.int64)
    n_worlds = int(worlds.max()) + 1
    twins = pooled(selected(study.tally.sums[run], free), worlds[free], n_worlds)
    if question.drifted:
        chosen = drifted & np.isin(worlds, worlds[free])
        own = selected(study.tally.sums[run], chosen)
        value = question.measure(own, {name: column[worlds[chosen]] for name, column in twins.items()})
        cells = table[chosen].assign(value=value)
        kinds = [study.design.kind_of(str(name)) for name in cells["scenario"]]
        cells["kind"] = pd.Categorical(kinds, list(study.design.kinds))
        cells["harm"] = np.log2(cells["harm"].astype(float))
    else:
        first = table[free].drop_duplicates(_WORLD).index
        cells = table.loc[first, _WORLD].assign(value=question.measure(twins, twins)[worlds[first]])
    cells["months"] = np.log10(cells["rows_per_month"].astype(float))
    cells["late"] = cells["label_delay"] / study.design.rows_per_month
    return cells.merge(covariates(study), left_on="dataset", right_index=True)


def asked_for(study: Study) -> Any:
    """Conditions with a drift that was staged at a harm, at all months and label delays."""
    return np.logical_or.reduce([study.drifted(one) for one in _wheres(study)])


def _wheres(study: Study) -> Iterator[Where]:
    table = study.conditions
    pairs = table.loc[table["drifted"], ["rows_per_month", "label_delay"]].drop_duplicates()
    for month, late in sorted(pairs.itertuples(index=False)):
        one = Where(rows_per_month=int(month), label_delay=int(late))
        if study.drifted(one).any():
            yield one


def covariates(study: Study) -> pd.DataFrame:
    """The covariates of each data set, as its YAML says: doublings of columns, and the share of the largest class in tens of points."""
    rows = {}
    for spec in study.evidence.stored.specs.values():
        node = spec["dataset"]
        counts = np.array(list(node.get("classes", {}).values()), dtype=np.float64)
        if node.get("features") and len(counts):
            rows[node["name"]] = {
                "columns": math.log2(node["features"]),
                "majority": float(10 * counts.max() / counts.sum()),
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["columns", "majority"])
