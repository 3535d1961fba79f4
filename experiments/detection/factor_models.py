"""Regression of a measure on factors of the design and covariates of data sets, by effects of sets and by a mixed model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.detection.design import Where
from experiments.detection.scenarios import KINDS, of_kind
from experiments.detection.study import Bools, Study
from harness.detectors.run import DEFAULT, Run
from harness.inference.estimate import TTest
from harness.inference.linear.mixed import mixed_model
from harness.inference.linear.regression import between_sets, fixed_effects
from harness.inference.linear.results import Coefficient
from harness.scoring import measures, pooled
from harness.scoring.measures import Measure
from harness.scoring.sums import selected


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
    """A coefficient by two models.

    Attributes:
        main: by effects of data sets and CR2; of a covariate of sets, by the means of sets.
        mixed: by the mixed model; None where that has no errors to estimate variances from.
    """

    main: TTest
    mixed: TTest | None


class Question(NamedTuple):
    """A measure, and how detectors are set to be asked for it.

    Attributes:
        name: its key.
        title: printed.
        unit: of its coefficients.
        measure: what is measured.
        setting: of the detectors.
        drifted: whether streams with a drift have a say in it.
        linear_to: where the axis of its figure turns logarithmic.
    """

    name: str
    title: str
    unit: str
    measure: Measure
    setting: str
    drifted: bool
    linear_to: float | None = None


class Model(NamedTuple):
    """Terms that are asked for, what stands beside them, and the cells on which.

    Attributes:
        cells: one row a condition.
        asked: terms whose coefficients count.
        beside: terms that are held.
        of_sets: covariates of data sets.
    """

    cells: pd.DataFrame
    asked: Sequence[str]
    beside: Sequence[str]
    of_sets: Sequence[str]


NUMBERS = {
    "harm": "harm, doubled",
    "months": "rows a month, tenfold",
    "late": "labels a month late",
    "columns": "columns, doubled",
    "majority": "largest class, 10 points more",
}
"""Terms that are numbers, and what one more of them is."""

_WORLD = ["dataset", "model", "rows_per_month", "label_delay", "sampling"]
_MAIN = ("kind", "harm", "model")

OF_SETS = ("columns", "majority")
"""Covariates of data sets."""


def questions(study: Study) -> list[Question]:
    """Accuracy and delay at matched false alarms, and false positives at defaults, for matching makes them alike."""
    matched = study.design.matched
    return [
        Question("accuracy", "accuracy", "points", measures.accuracy, matched, drifted=True, linear_to=10.0),
        Question("delay", "delay", "months", measures.delay, matched, drifted=True, linear_to=0.25),
        Question("false_positives", "false positives", "points", measures.false_positives, DEFAULT, drifted=False),
    ]


def factors(study: Study) -> list[Factor]:
    """Every coefficient that a model may have, in the order of the table."""
    kinds, models = _kinds(study), _names_of_models(study)
    titles = study.evidence.titles.get("model", {})
    names = {model: titles.get(model, model.replace("_", " ")).lower() for model in models}
    return [
        *(Factor("kind", kind, f"{of_kind(kind)}, not {of_kind(kinds[0])}") for kind in kinds[1:]),
        *(Factor(term, "", NUMBERS[term]) for term in ("harm", "months", "late")),
        *(Factor("model", model, f"{names[model]}, not {names[models[0]]}") for model in models[1:]),
        *(Factor(term, "", NUMBERS[term]) for term in OF_SETS),
    ]


def effects(study: Study, question: Question, detector: str) -> dict[Factor, Effect]:
    """The coefficients of a detector; none where there are too few records for a model."""
    run = study.at(detector, question.setting)
    if not study.has(run):
        return {}
    found: dict[tuple[str, str], Effect] = {}
    for model in _models(study, _cells(study, question, run), question):
        found |= _effects(model)
    return {factor: found[factor.term, factor.level] for factor in factors(study) if factor[:2] in found}


def _models(study: Study, cells: pd.DataFrame, question: Question) -> Iterator[Model]:
    """The main comparison; and months, and label delays, each against it on the sets and scenarios for which it was swept.

    They were swept on a few: beside all others, these sets' scenarios would be taken for months. Of months the logarithm's line
    is not quite straight, and labels were late at one month alone: beside each other, the bend would be taken for lateness.
    """
    usual, at_once = cells["rows_per_month"] == study.design.rows_per_month, cells["label_delay"] == 0
    yield Model(cells[usual & at_once], _MAIN, (), OF_SETS)
    stream = ["dataset", "scenario", "harm"] if question.drifted else ["dataset"]
    for term, others in (("months", at_once), ("late", usual)):
        swept = cells.loc[others & ~(usual & at_once), stream].drop_duplicates()
        yield Model(cells[others].merge(swept, on=stream), (term,), ("scenario", "model"), ())


def _effects(model: Model) -> dict[tuple[str, str], Effect]:
    cells = model.cells
    terms = [term for term in (*model.asked, *model.beside) if term in cells and len(cells[term].unique()) > 1]
    asked = [term for term in model.asked if term in terms and _has_reference(cells[term])]
    if cells["dataset"].nunique() < 2 or not asked:
        return {}
    slopes = fixed_effects(cells, value="value", terms=terms, sets="dataset").coefficients
    found = {(each.term, each.level): each.cr2 for each in slopes if each.cr2 is not None}
    of_sets = [term for term in model.of_sets if cells[term].notna().all()]
    if of_sets:
        rest = cells.assign(value=cells["value"] - _explained(cells, slopes))
        means = between_sets(rest, value="value", terms=of_sets, sets="dataset").coefficients
        found |= {(each.term, each.level): each.classical for each in means}
    inner = [term for term in ("kind", "scenario", "model") if term in terms]
    every = [*terms, *of_sets]
    mixed = mixed_model(cells, value="value", terms=every, sets="dataset", inner=inner).coefficients
    tests = {(each.term, each.level): each.test for each in mixed}
    return {key: Effect(test, tests.get(key)) for key, test in found.items() if key[0] in (*asked, *of_sets)}


def _has_reference(column: pd.Series[Any]) -> bool:
    """Whether levels can be compared with the one that all detectors' are."""
    return not isinstance(column.dtype, pd.CategoricalDtype) or column.cat.categories[0] in set(column)


def _explained(cells: pd.DataFrame, slopes: Sequence[Coefficient]) -> pd.Series[Any]:
    """What the terms within sets explain of each cell."""
    total = pd.Series(0.0, index=cells.index)
    for each in slopes:
        total += each.classical.estimate * ((cells[each.term] == each.level) if each.level else cells[each.term])
    return total


def _cells(study: Study, question: Question, run: Run) -> pd.DataFrame:
    """One row a condition that the run has read, with its value and the terms."""
    table = study.conditions
    asked = _asked(study) & study.read_by(run)
    free = study.free & study.read_by(run) & study.paired_with(_asked(study))
    worlds = table.groupby(_WORLD, sort=True).ngroup().to_numpy().astype(np.int64)
    twins = pooled(selected(study.tally.sums[run], free), worlds[free], int(worlds.max()) + 1)
    if question.drifted:
        chosen = asked & np.isin(worlds, worlds[free])
        of_twins = {name: column[worlds[chosen]] for name, column in twins.items()}
        cells = table[chosen].assign(value=question.measure(selected(study.tally.sums[run], chosen), of_twins))
        cells["kind"] = pd.Categorical(cells["kind"], _kinds(study))
        cells["harm"] = np.log2(cells["harm"].astype(float))
    else:
        cells = table[free].drop_duplicates(_WORLD)
        cells = cells[_WORLD].assign(value=question.measure(twins, twins)[worlds[cells.index]])
    cells["model"] = pd.Categorical(cells["model"], _names_of_models(study))
    cells["months"] = np.log10(cells["rows_per_month"].astype(float))
    cells["late"] = cells["label_delay"] / study.design.rows_per_month
    return cells.merge(_covariates(study), how="left", left_on="dataset", right_index=True)


def _kinds(study: Study) -> list[str]:
    """The kinds of the drifts that are asked for; the first is that to which others are compared."""
    known = set(study.conditions.loc[_asked(study), "kind"])
    return [kind for kind in KINDS if kind in known]


def _names_of_models(study: Study) -> list[str]:
    return sorted(study.conditions["model"].unique())


def _asked(study: Study) -> Bools:
    """Conditions with a drift that was staged at a harm, at all months and label delays."""
    every = [study.drifted(one) for one in months_and_delays(study)]
    return np.logical_or.reduce(every) if every else np.zeros(len(study.conditions), dtype=np.bool_)


def months_and_delays(study: Study) -> list[Where]:
    """The months and label delays at which drifts were staged."""
    table = study.conditions[study.conditions["harm"] > 0]
    pairs = sorted(set(zip(table["rows_per_month"], table["label_delay"], strict=True)))
    found = [Where(rows_per_month=int(months), label_delay=int(late)) for months, late in pairs]
    return [one for one in found if study.drifted(one).any()]


def _covariates(study: Study) -> pd.DataFrame:
    """By data set what its YAML says: doublings of columns, and the share of the largest class in tens of points."""
    rows = {}
    for spec in study.evidence.stored.specs.values():
        node = spec.get("dataset", {})
        counts = np.array(list(node.get("classes", {}).values()), dtype=np.float64)
        if node.get("features") and len(counts):
            columns, largest = math.log2(node["features"]), float(10 * counts.max() / counts.sum())
            rows[node["name"]] = {"columns": columns, "majority": largest}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(OF_SETS))
