"""How the scores of methods are read, as a specification of the register chooses, and which records an answer rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from experiments.synthesis.cells import FOLDS, REPEATS, SCORES
from experiments.synthesis.cube import MAIN, Cube, Key, Part
from harness.analysis.frame import POINTS
from harness.analysis.query import Query, either, where
from harness.claims.offers import Counted, Offered
from harness.core import ConfigError, Floats

T = TypeVar("T")

MAJORITY = "majority"


def chosen(levels: Mapping[str, T], level: str, dimension: str) -> T:
    """What a level stands for.

    Raises:
        ConfigError: there is no such level.
    """
    if level not in levels:
        raise ConfigError(f"{dimension} is {level!r}, but must be one of {', '.join(levels)}.")
    return levels[level]


@dataclass(frozen=True)
class Resting:
    """Some methods in some parts of the design, that an answer rests on."""

    methods: tuple[str, ...]
    parts: tuple[Part, ...] = (MAIN,)


@dataclass(frozen=True)
class Answer:
    """One value a data set, with all that it rests on.

    Attributes:
        values: shape (n_sets,), NaN where it is unknown.
        rests: on which trials; empty for a choice that makes no sense together with another, which has no answer.
        repeats: of the cross-validation that were read.
    """

    values: Floats
    rests: tuple[Resting, ...]
    repeats: str = "both"

    def counted(self, cube: Cube) -> Counted:
        """The values and the trials behind each, by data set; empty without an answer."""
        if not self.rests:
            return Counted(pd.Series(dtype=np.float64), pd.Series(dtype=np.float64))
        n_trials = [
            cube.trials(method, part, self.repeats)
            for each in self.rests
            for method in each.methods
            for part in each.parts
        ]
        return Counted(pd.Series(self.values, cube.datasets), pd.Series(np.sum(n_trials, axis=0), cube.datasets))

    def records(self, cube: Cube) -> Query:
        """The query for these trials."""
        found = cube.known & either(_query(cube, each) for each in self.rests)
        if self.repeats == "both":
            return found
        return found & where(seed=cube.seeds[REPEATS[self.repeats]])


NONE = Answer(np.empty(0), ())
"""What a choice has for an answer that makes no sense together with another."""


def _query(cube: Cube, rest: Resting) -> Query:
    noise, size = (tuple(sorted(set(levels))) for levels in zip(*rest.parts, strict=True))
    made = either(cube.made[method] for method in dict.fromkeys(rest.methods) if method in cube.made)
    return where(label_noise=noise, train_size=size) & made


def offered(answer: Callable[..., Answer]) -> Offered:
    """An answer as the register wants it: its values, and its records, for the same keywords."""

    @wraps(answer)
    def values(cube: Cube, **choices: Any) -> Counted:
        return answer(cube, **choices).counted(cube)

    @wraps(answer)
    def records(cube: Cube, **choices: Any) -> Query:
        return answer(cube, **choices).records(cube)

    return Offered(values, records)


def _points(reading: Reading, cube: Cube, method: str, part: Part) -> Floats:
    return POINTS * reading.score(cube, method, part)


def _even(reading: Reading, cube: Cube, method: str, part: Part) -> Floats:
    return POINTS * 0.5 * reading.score(cube, method, part) / (1 - reading.score(cube, MAJORITY, MAIN))


def _errors(reading: Reading, cube: Cube, method: str, part: Part) -> Floats:
    wrong = (1 - reading.score(cube, method, part)) * cube.n_used
    return np.asarray(-np.log(wrong + 0.5), dtype=np.float64)


SCALES: Mapping[str, Callable[[Reading, Cube, str, Part], Floats]] = MappingProxyType(
    {"points": _points, "even": _even, "errors": _errors}
)
"""In which unit scores are compared.

points  between 0 and 100.
even    points in proportion to what the majority class leaves to be won, as if that were half of all: two even classes.
errors  the negative logarithm of the number of rows that are wrong, with half a row added, so that none is a number too
        (Haldane 1956, doi 10.1111/j.1469-1809.1955.tb01285.x); differences are logarithms of ratios.
"""


@dataclass(frozen=True)
class Reading:
    """What of a trial counts, and in which unit: a metric, a summary of folds, repeats, and one of `SCALES`."""

    metric: str
    folds: str
    repeats: str
    scale: str = "points"

    def __post_init__(self) -> None:
        """Refuse what is not in the cube."""
        chosen(dict.fromkeys(SCORES), self.metric, "metric")
        chosen(FOLDS, self.folds, "folds")
        chosen(REPEATS, self.repeats, "repeats")
        chosen(SCALES, self.scale, "scale")

    def score(self, cube: Cube, method: str, part: Part = MAIN) -> Floats:
        """The score of a method on each data set, between 0 and 1."""
        return cube.of(method, Key(self.metric, part, self.folds, self.repeats))

    def scored(self, cube: Cube, method: str, part: Part = MAIN) -> Floats:
        """The same in the unit of the scale; more is better in each."""
        return SCALES[self.scale](self, cube, method, part)

    def answer(self, values: Floats, methods: Iterable[str], parts: Sequence[Part] = (MAIN,)) -> Answer:
        """These values, which rest on the scores of the methods in the parts."""
        rests: tuple[Resting, ...] = (Resting(tuple(dict.fromkeys(methods)), tuple(parts)),)
        if self.scale == "even":
            rests += (Resting((MAJORITY,)),)
        return Answer(values, rests, self.repeats)
