"""Entries against each other, and against as many retrains that know nothing."""

from __future__ import annotations

import pandas as pd

from experiments.monitoring.answers.answer import NONE, Answer
from experiments.monitoring.answers.choices import Choices, leaving_open
from experiments.monitoring.cube import Cube, a_level


@leaving_open
def level(cube: Cube, *, measure: str, of: str, bar: str = "0", **open_: str) -> Answer:
    """A measure of an entry, less the bar that it has to clear."""
    choices = Choices(**open_)
    entry = choices.entry(of, cube.design)
    return Answer(cube.values(measure, entry, choices.where) - float(bar), (entry,), choices.where)


@leaving_open
def difference(cube: Cube, *, measure: str, first: str, second: str, **open_: str) -> Answer:
    """A measure of the first entry less that of the second, over the cells on which both have lived."""
    choices = Choices(**open_)
    one, other = (choices.entry(word, cube.design) for word in (first, second))
    if one == other:
        return NONE
    return Answer(cube.gap(measure, one, other, choices.where), (one, other), choices.where)


@leaving_open
def matched(cube: Cube, *, of: str, rival: str, number: str = "own", **open_: str) -> Answer:
    """Points of accuracy more than as many retrains that know nothing: at the number of the stream or the cell's mean one.

    Schedules that are shuffled over the seeds of a cell have the mean number anyway.
    """
    choices = Choices(**open_)
    a_level("number", number, ("own", "mean"))
    measure = rival if number == "own" or rival == "shuffled" else f"{rival}_at_mean"
    entry = choices.entry(of, cube.design)
    return Answer(cube.values(measure, entry, choices.where), (entry,), choices.where)


@leaving_open
def behind(cube: Cube, *, of: str, measure: str, **open_: str) -> Answer:
    """How far an entry is behind the mean of all other tests of errors and rows."""
    choices = Choices(**open_)
    entry = choices.entry(of, cube.design)
    others = [
        choices.entry(name, cube.design)
        for family in ("errors", "rows")
        for name in cube.design.families[family]
        if choices.entry(name, cube.design) != entry
    ]
    known = [one for one in others if cube.has(one, choices.where)]
    if not known:
        return NONE
    gaps = [-cube.gap(measure, entry, one, choices.where) for one in known]
    beside = [Answer(gap, (entry, one), choices.where) for gap, one in zip(gaps, known, strict=True)]
    return Answer(pd.concat(gaps, axis=1).mean(axis=1).dropna(), beside=tuple(beside))
