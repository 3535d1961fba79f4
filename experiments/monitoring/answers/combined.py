"""Combined models against those that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from experiments.monitoring.answers.answer import Answer
from experiments.monitoring.cube import Cube, Where, a_level
from experiments.monitoring.design import COMBINED, CONTROL


def resisting(
    cube: Cube, *, combined: str, measure: str, delay: str = "0", seeds: str = "all", scenario: str = "all"
) -> Answer:
    """How much less of its accuracy a combined model loses to the same injections than the models that it is made of.

    Both serve to the end. The loss of several single models is their mean.
    """
    singles = cube.design.singles[combined]
    of_combined = _lost(cube, combined, measure, delay=delay, seeds=seeds, scenario=scenario)
    of_singles = [_lost(cube, one, measure, delay=delay, seeds=seeds, scenario=scenario) for one in singles]
    values = _mean([each.values for each in of_singles]) - of_combined.values
    return Answer(values.dropna(), beside=(of_combined, *of_singles))


def sparing(
    cube: Cube, *, combined: str, policy: str, delay: str = "0", seeds: str = "all", scenario: str = "all"
) -> Answer:
    """How many retrains fewer a combined model needs than the models that it is made of, under the same policy."""
    models = (combined, *cube.design.singles[combined])
    answers = [
        Answer(cube.values("retrains", policy, where), (policy,), where)
        for where in (_of_model(model, delay=delay, seeds=seeds, scenario=scenario) for model in models)
    ]
    values = _mean([each.values for each in answers[1:]]) - answers[0].values
    return Answer(values.dropna(), beside=tuple(answers))


def _lost(cube: Cube, model: str, measure: str, **which: str) -> Answer:
    where = _of_model(model, **which)
    free = where._replace(groups=(CONTROL,), scenarios=())
    without, under = (cube.values("accuracy", "never", place) for place in (free, where))
    lost = without - under
    values = lost if a_level("measure", measure, ("points", "share")) == "points" else 100 * lost / without
    return Answer(values.dropna(), ("never",), where, (Answer(without, ("never",), free),))


def _of_model(model: str, *, delay: str, seeds: str, scenario: str) -> Where:
    scenarios = () if scenario == "all" else (scenario,)
    return Where(part=COMBINED, models=(model,), scenarios=scenarios, delay=delay, seeds=seeds)


def _mean(values: Sequence[pd.Series[Any]]) -> pd.Series[Any]:
    return pd.concat(list(values), axis=1).mean(axis=1, skipna=False)
