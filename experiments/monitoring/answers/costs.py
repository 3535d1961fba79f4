"""What retraining costs: entries against each other, against all calendars, and against one that was chosen elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.monitoring.answers.answer import NO_VALUES, NONE, Answer
from experiments.monitoring.answers.choices import DRIFTS, Choices, leaving_open
from experiments.monitoring.cube import Cube, Where
from harness.policies import best_on_others


@leaving_open
def cheaper(cube: Cube, *, first: str, second: str, cost: str, **open_: str) -> Answer:
    """How much less the first entry costs than the second, in points of the half-year's accuracy."""
    choices = Choices(**open_)
    one, other = (choices.entry(word, cube.design) for word in (first, second))
    return Answer(-cube.gap(f"hindsight_{cost}", one, other, choices.where), (one, other), choices.where)


@leaving_open
def cheaper_than_tuned(cube: Cube, *, of: str, cost: str, **open_: str) -> Answer:
    """How much less an entry costs than the calendar that is best on the other data sets over all scenarios."""
    choices = Choices(**open_)
    entry = choices.entry(of, cube.design)
    tuned = tuned_costs(cube, cost, choices.where)
    if tuned.values.empty:
        return NONE
    own = Answer(cube.values(f"hindsight_{cost}", entry, choices.where), (entry,), choices.where)
    return Answer((tuned.values - own.values).dropna(), beside=(tuned, own))


def tuned_costs(cube: Cube, cost: str, where: Where) -> Answer:
    """What each data set pays under the calendar of least mean cost on the others, beyond the best in hindsight."""
    calendars = ("never", *cube.design.calendars)
    everywhere = where._replace(groups=DRIFTS["whatever"], harm=None, scenarios=())
    elsewhere, here = (
        pd.DataFrame({name: cube.values(f"hindsight_{cost}", name, place) for name in calendars}).dropna()
        for place in (everywhere, where)
    )
    if len(elsewhere) < 2:
        return NONE
    chosen = pd.Series(best_on_others(elsewhere.to_numpy()), elsewhere.index).reindex(here.index).dropna().astype(int)
    values = here.loc[chosen.index].to_numpy()[np.arange(len(chosen)), chosen.to_numpy()]
    beside = Answer(NO_VALUES, calendars, everywhere)
    return Answer(pd.Series(values, chosen.index), calendars, where, (beside,))


@leaving_open
def calendar_is_best(cube: Cube, *, cost: str, **open_: str) -> Answer:
    """1 for each data set on which some calendar, never among them, costs least of all entries that lived there; else 0."""
    choices = Choices(**open_)
    if choices.where.part not in cube.parts:
        return NONE
    entries = [one for one in cube.parts[choices.where.part].entries if cube.design.family_of(one) != "truth"]
    costs = pd.DataFrame({one: cube.values(f"hindsight_{cost}", one, choices.where) for one in entries})
    calendars = [one for one in ("never", *cube.design.calendars) if one in costs]
    if not len(costs) or not calendars:
        return NONE
    best = costs[calendars].min(axis=1) <= costs.min(axis=1)
    return Answer(best.astype(np.float64), tuple(entries[:1]), choices.where)
