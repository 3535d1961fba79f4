"""Queries for the records of a question: streams with a drift, their drift-free twins, and the runs on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.detection.design import Where
from experiments.detection.records import CONTROL
from experiments.detection.study import Bools, Study
from harness.analysis.query import OK, Among, Between, Query, either, holding, where
from harness.detectors.run import Run
from harness.drift import HarmTo
from harness.report.table import Basis, Column

_STRENGTHS = ("factors.{}", "spec.scenario.scenarios.0.strength.{}", "spec.scenario.strength.{}")
HARM, RAW = (tuple(place.format(unit) for place in _STRENGTHS) for unit in ("harm", "raw"))
"""Where the strength of a stream stands: what a sweep asked for, else that of the scenario's file (of its first part)."""


def seen_by(*runs: Run) -> Query:
    """The streams that any of these runs has read, with the alarms of these runs only."""
    return holding(*(f"measurements.alarms.{run.name}" for run in runs))


def asked(study: Study, question: Where) -> Query:
    """The streams that a question is about, and the drift-free twins of the same sets, months and label delay."""
    chosen = study.drifted(question)
    strength = () if question.harms is None else (Among(HARM, tuple(map(float, question.harms))),)
    staged = _staged(study, chosen, question.harm_to)
    drifted = Query(strength) & staged & where(scenario=_levels(study, chosen, "scenario"))
    months = where(rows_per_month=question.rows_per_month, label_delay=question.label_delay)
    twins = where(scenario=CONTROL)
    return OK & where(dataset=_levels(study, chosen, "dataset")) & months & either([twins, drifted])


def usual(study: Study) -> Query:
    """All streams of the main comparison, harmless and drift-free ones included."""
    chosen = study.usual
    months = where(rows_per_month=study.design.rows_per_month, label_delay=0)
    scenarios = where(scenario=_levels(study, chosen, "scenario"))
    staged = _staged(study, chosen, HarmTo.DEPLOYED)
    return OK & where(dataset=_levels(study, chosen, "dataset")) & months & scenarios & staged


def _staged(study: Study, chosen: Bools, harm_to: HarmTo) -> Query:
    """Streams staged at a harm to a model, where scenarios have such streams; all of the others, which have one strength."""
    at_harm = np.asarray(study.conditions["harm"] > 0)
    staged, own = (_levels(study, chosen & which, "scenario") for which in (at_harm, ~at_harm))
    harmful = Query((Between(HARM, above=0),)) & where(harm_to=str(harm_to))
    return either([harmful, where(scenario=own)]) if own else harmful if staged else Query()


def named(title: str, value: str) -> Column:
    """A column of names."""
    return Column(title, value, basis=Basis.DESIGN)


def _levels(study: Study, chosen: Bools, name: str) -> tuple[Any, ...]:
    return tuple(sorted(study.conditions.loc[chosen, name].unique()))
