"""What a verdict hangs on: the specifications next to the registered one, and what changes when one choice alone is toggled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from harness.claims.choices import Place
from harness.claims.specified import Line, Ranks, Specified, verdict_of
from harness.core import Floats, Ints
from harness.inference.decision import Verdict

NEGLIGIBLE = 1e-18
"""Estimates that vary by less vary by rounding alone."""


class Matter(NamedTuple):
    """How much hangs on a dimension.

    Attributes:
        dimension: its name.
        weight: the mean variance of estimates when it alone is toggled, over the variance of all; the total sensitivity index.
        flips: the share of pairs of levels, over contexts, whose verdicts on the claim differ.
        n_contexts: in how many contexts it was toggled.
    """

    dimension: str
    weight: float
    flips: float
    n_contexts: int


class Neighbour(NamedTuple):
    """A specification one step away from the registered one: what was chosen, and the claim's verdict."""

    dimension: str
    level: str
    verdict: Verdict
    estimates: tuple[float, ...]


def neighbours_of(asked: Specified, places: Sequence[Place]) -> tuple[Neighbour, ...]:
    """Those of the given specifications that are one step away from the registered one."""
    near = set(asked.space.neighbours())
    chosen = [place for place in places if place in near]
    if not chosen:
        return ()
    _, lines, found = asked.lines(chosen)
    names = [one.name for one in asked.space.dimensions]
    changed = [next(at for at, level in enumerate(place) if level) for place in chosen]
    return tuple(
        Neighbour(
            names[at],
            asked.space.levels[at][place[at]],
            verdict_of(int(found[row]), asked.entry),
            tuple(float(line.found.estimate[row]) for line in lines),
        )
        for row, (place, at) in enumerate(zip(chosen, changed, strict=True))
    )


def matters_of(asked: Specified, places: Sequence[Place], lines: Sequence[Line]) -> tuple[Matter, ...]:
    """How much hangs on each dimension, what matters most first; each is toggled in some contexts."""
    variances = np.array([np.nanvar(line.found.estimate) for line in lines])
    found = []
    for at, dimension in enumerate(asked.space.dimensions):
        contexts = asked.space.contexts(places, at, asked.entry.id)
        toggled = [asked.space.toggled(place, at) for place in contexts]
        _, own, own_ranks = asked.lines([place for each in toggled for place in each])
        shape = (len(contexts), -1)
        inside = np.array([_variance_within(line.found.estimate.reshape(shape)) for line in own])
        varies = variances > NEGLIGIBLE
        shares = inside[varies] / variances[varies]
        is_known = np.logical_and.reduce([line.found.n.reshape(shape) > 0 for line in own])
        flips = [_disagreeing(row[known]) for row, known in zip(own_ranks.reshape(shape), is_known, strict=True)]
        weight = float(shares.mean()) if shares.size else 0.0
        found.append(Matter(dimension.name, weight, float(np.mean(flips)), len(contexts)))
    return tuple(sorted(found, key=lambda one: (-one.weight, -one.flips, one.dimension)))


def _disagreeing(found: Ranks) -> float:
    """The share of pairs of levels whose verdicts differ, which does not grow with the number of levels; 0 without a pair."""
    n_pairs = len(found) * (len(found) - 1) / 2
    alike = sum(count * (count - 1) / 2 for count in Counter(found.tolist()).values())
    return 1 - alike / n_pairs if n_pairs else 0.0


def _variance_within(estimates: Floats) -> float:
    """The mean over contexts of the variance over levels; levels without an answer are left out."""
    counts: Ints = (~np.isnan(estimates)).sum(axis=1)
    kept = estimates[counts > 0]
    return float(np.nanvar(kept, axis=1).mean()) if len(kept) else 0.0
