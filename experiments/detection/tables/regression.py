"""What moves accuracy, delay and false positives, as a table and for a figure."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from experiments.detection.factor_models import OF_SETS, Effect, effects, factors, months_and_delays, questions
from experiments.detection.record_queries import asked, named, seen_by
from experiments.detection.study import Study
from harness.analysis.charts.coefficients import Slope, SlopePanel
from harness.analysis.frame import interval_cells
from harness.analysis.query import EVERYTHING, OK, Query, either
from harness.detectors.run import DEFAULT
from harness.report.table import Column, Key, Table


def regression_table(study: Study) -> Table:
    """What moves accuracy, delay and false positives of the compared detectors."""
    detectors, rows = study.design.compared, []
    for question in questions(study):
        found = {detector: effects(study, question, detector) for detector in detectors}
        for factor in factors(study):
            if any(factor in of_one for of_one in found.values()):
                row = {"measure": question.title, "factor": factor.title, "unit": question.unit}
                rows.append(row | _cells_of_row({name: of_one.get(factor) for name, of_one in found.items()}))
    shown = [(name, _seen(study, name)) for name in detectors]
    return Table(
        "regression",
        "What moves the three measures: the change of each with a factor, the others held, with 95 % intervals over data sets. "
        f"Accuracy (points) and delay (months) are {study.set_to(study.design.matched)}, false positives (points) "
        f"{study.set_to(DEFAULT)}.",
        pd.DataFrame(rows),
        [
            named("measure", "measure"),
            named("by", "factor"),
            *(Column.of_estimate(study.title(name), name, 2, where=seen, signed=True) for name, seen in shown),
        ],
        [
            "By effects of data sets, CR2 and Satterthwaite's degrees of freedom; the last two lines of each, which are about "
            "data sets, by least squares on their means, cleared of the rest. Rows a month and label delay: on the sets and "
            "scenarios for which they were swept. Described, not tested: p, in the CSV file, is not adjusted. It also has a "
            "mixed model, in which data sets and their products with kinds (or scenarios) and models are random.",
        ],
        keys=[Key(("measure", "factor"), {(row["measure"], row["factor"]): EVERYTHING for row in rows})],
        where=OK & either(asked(study, one) for one in months_and_delays(study)),
        p_values=[f"{name}_{p}" for name in detectors for p in ("p", "mixed_p")],
        fitted=[f"{name}_{mixed}" for name in detectors for mixed in ("mixed", "mixed_low", "mixed_high")],
        unprinted=[
            named("unit", "unit"),
            *(Column(more, f"{name}_{more}", 2, where=seen) for name, seen in shown for more in _MORE),
        ],
    )


_MORE = ("p", "df", "sets", "mixed", "mixed_low", "mixed_high", "mixed_p")


def _cells_of_row(found: Mapping[str, Effect | None]) -> dict[str, float]:
    row: dict[str, float] = {}
    for name, effect in found.items():
        row |= dict.fromkeys([name, f"{name}_low", f"{name}_high", *(f"{name}_{more}" for more in _MORE)], math.nan)
        if effect is not None:
            row |= interval_cells(name, effect.main)
            row |= {f"{name}_p": effect.main.p, f"{name}_df": effect.main.df, f"{name}_sets": effect.main.n}
            if effect.mixed is not None:
                row |= interval_cells(f"{name}_mixed", effect.mixed) | {f"{name}_mixed_p": effect.mixed.p}
    return row


def _seen(study: Study, detector: str) -> Query:
    """The streams that the detector has read at any setting that is asked for."""
    return seen_by(*dict.fromkeys(study.at(detector, question.setting) for question in questions(study)))


def slope_panels(study: Study) -> list[SlopePanel]:
    """The coefficients for a figure: one panel a measure, one series a detector."""
    panels = []
    for question in questions(study):
        found = {study.title(name): effects(study, question, name) for name in study.design.compared}
        slopes = {
            factor.title: {
                name: Slope(one[factor].main, one[factor].mixed) for name, one in found.items() if factor in one
            }
            for factor in factors(study)
        }
        known = {name: of_one for name, of_one in slopes.items() if of_one}
        panels.append(
            SlopePanel(question.title, question.unit, known, question.linear_to, 2 * (question.unit == "months"))
        )
    return [panel for panel in panels if panel.slopes]


def factor_groups(study: Study) -> list[list[str]]:
    """The titles of factors that belong together: of the drift, of the stream, of the model, of the data set."""
    parts = (("kind", "harm"), ("months", "late"), ("model",), OF_SETS)
    return [[factor.title for factor in factors(study) if factor.term in terms] for terms in parts]
