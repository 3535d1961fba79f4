"""Specifications of one claim, answered and judged many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.claims.answers import Answers, Vector, matrix
from harness.claims.choices import Place, Space
from harness.claims.entries import SUMMARY, Contrast, Entry, Rule, Summary, Test
from harness.claims.intervals import Bounds, bounds, cut_at_an_end, ranks
from harness.core import Floats
from harness.inference.decision import RANKED, Verdict

STATED_LEVEL = 0.95
"""Of prediction intervals, which no other contrast shares."""

EXCLUDED, NOT_EXCLUDED = RANKED.index(Verdict.AGAINST), RANKED.index(Verdict.OPEN)
"""The ranks that stand for a stated number that is excluded, and for one that is not."""

Ranks = NDArray[np.int8]


class Line(NamedTuple):
    """One contrast under every specification.

    Attributes:
        contrast: the contrast.
        values: shape (n_specifications, n_sets), in the claimed direction.
        found: estimates and intervals, each of shape (n_specifications,).
        ranks: places in `RANKED`.
    """

    contrast: Contrast
    values: Floats
    found: Bounds
    ranks: Ranks


def decisive(entry: Entry) -> tuple[Contrast, ...]:
    """The contrasts that decide on a claim: those that are tested, or all stated ones if no other is."""
    return entry.tested or entry.contrasts


def verdict_of(rank: int, entry: Entry) -> Verdict:
    """The verdict that a rank stands for in this claim."""
    if entry.tested:
        return RANKED[rank]
    return Verdict.EXCLUDED if rank == EXCLUDED else Verdict.NOT_EXCLUDED


@dataclass(frozen=True)
class Specified:
    """Asks for specifications of one claim, with the question at the registered levels."""

    answers: Answers
    entry: Entry
    space: Space
    level: float
    _known: dict[Place, list[Vector]] = field(default_factory=dict, repr=False)

    def vectors(self, place: Place) -> list[Vector]:
        """The answer to each decisive contrast."""
        if place not in self._known:
            choices = {**self.entry.registered, **self.space.named(place)}
            self._known[place] = [self.answers.vector(self.entry, one, choices) for one in decisive(self.entry)]
        return self._known[place]

    def lines(self, places: Sequence[Place]) -> tuple[tuple[str, ...], tuple[Line, ...], Ranks]:
        """The data sets, every contrast and the claim's ranks under these specifications."""
        asked = [self.vectors(place) for place in places]
        sets = tuple(sorted({name for each in asked for vector in each for name in vector.sets}))
        summaries = self.summaries(places)
        lines = []
        for at, contrast in enumerate(decisive(self.entry)):
            values = matrix([each[at] for each in asked], sets)
            found = each_bounds(values, contrast, summaries, self.level)
            flat = Bounds(*(one[:, 0] for one in found))
            lines.append(Line(contrast, values, flat, ranked(flat, contrast)))
        return sets, tuple(lines), together(np.array([line.ranks for line in lines]), self.entry)

    def summaries(self, places: Sequence[Place]) -> list[Summary]:
        """How each specification makes one number of data sets."""
        names = [one.name for one in self.space.dimensions]
        if SUMMARY not in names:
            return [Summary.MEAN] * len(places)
        at = names.index(SUMMARY)
        return [Summary(self.space.levels[at][place[at]]) for place in places]

    def told_apart(self, place: Place) -> tuple[object, ...]:
        """What another specification has as well if its estimates and intervals have to be the same."""
        vectors = self.vectors(place)
        summary = self.summaries([place])[0]
        is_mean = summary is Summary.MEAN or not any(
            contrast.test in (Test.MEAN, Test.LOG_RATIO) and (summary is Summary.MEDIAN or is_cut(vector))
            for contrast, vector in zip(decisive(self.entry), vectors, strict=True)
        )
        return Summary.MEAN if is_mean else summary, *((one.sets, one.values.tobytes()) for one in vectors)


def is_cut(vector: Vector) -> bool:
    """Whether the trimmed mean of these data sets leaves any of them out; of few sets it is the mean."""
    return bool(cut_at_an_end(np.isfinite(vector.values).sum()) > 0)


def each_bounds(
    values: Floats, contrast: Contrast, summaries: Sequence[Summary], level: float, weights: Floats | None = None
) -> Bounds:
    """The intervals of specifications, each with its own summary; shape (n_specifications, n_draws)."""
    n_draws = 1 if weights is None else len(weights)
    found = Bounds(*(np.full((len(values), n_draws), np.nan) for _ in range(4)))
    used = level if contrast.is_tested else STATED_LEVEL
    for summary in sorted(set(summaries)):
        rows = np.array([one is summary for one in summaries])
        part = bounds(
            values[rows], test=contrast.test, summary=summary, level=used, against=contrast.against, weights=weights
        )
        for whole, some in zip(found, part, strict=True):
            whole[rows] = some
    return found


def ranked(found: Bounds, contrast: Contrast) -> Ranks:
    """Places in `RANKED`; where no data set has a value, that of "not tested"."""
    if contrast.is_tested:
        places = ranks(found.low, found.high, contrast.region)
    else:
        low, high = (np.clip(end, *contrast.limits) for end in (found.low, found.high))
        outside = (contrast.stated < low) | (contrast.stated > high)
        places = np.where(outside, EXCLUDED, NOT_EXCLUDED)
    return np.where(found.n > 0, places, RANKED.index(Verdict.NOT_TESTED)).astype(np.int8)


def together(of_contrasts: Ranks, entry: Entry) -> Ranks:
    """The claim's ranks from those of its contrasts, which lie along the first axis."""
    reduced = of_contrasts.max(axis=0) if entry.rule is Rule.ANY else of_contrasts.min(axis=0)
    return np.asarray(reduced, dtype=np.int8)
