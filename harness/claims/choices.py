"""Which specifications of a claim are looked at: the registered one, its neighbours, all pairs, and some of the rest."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.claims.entries import Dimension
from harness.randomness import stream

MOST_DRAWN = 2000
"""Specifications beyond pairs that are drawn where there are more."""

MOST_CONTEXTS = 60
"""Contexts in which a dimension is toggled."""

Place = tuple[int, ...]
"""A specification: the place of its level in each dimension. The registered one is all zeros."""


@dataclass(frozen=True)
class Space:
    """All specifications of some dimensions, the registered level of each being the first.

    Attributes:
        dimensions: that may be chosen otherwise.
    """

    dimensions: tuple[Dimension, ...]

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The names of the levels of each dimension, the registered one first."""
        return tuple(
            (one.registered, *(name for name in one.levels if name != one.registered)) for one in self.dimensions
        )

    @property
    def size(self) -> int:
        """The number of all specifications."""
        return math.prod(map(len, self.levels))

    @property
    def registered(self) -> Place:
        """The specification that decides."""
        return (0,) * len(self.dimensions)

    def named(self, place: Place) -> dict[str, str]:
        """The level of each dimension."""
        names = zip(self.dimensions, self.levels, place, strict=True)
        return {dimension.name: levels[at] for dimension, levels, at in names}

    def neighbours(self) -> list[Place]:
        """All that differ from the registered one in one dimension."""
        return list(self._within(1))

    def looked_at(self, seed_name: str) -> list[Place]:
        """The registered one, its neighbours, all pairs, and up to `MOST_DRAWN` of the rest, drawn by that name."""
        near = list(itertools.chain.from_iterable(self._within(steps) for steps in (0, 1, 2)))
        rest = self.size - len(near)
        if rest <= MOST_DRAWN:
            return [*near, *(place for place in self._every() if _steps(place) > 2)]
        rng, drawn = stream(0, "specifications", seed_name), dict[Place, None]()
        sizes = [len(levels) for levels in self.levels]
        while len(drawn) < MOST_DRAWN:
            place = tuple(int(rng.integers(size)) for size in sizes)
            if _steps(place) > 2:
                drawn[place] = None
        return [*near, *drawn]

    def toggled(self, place: Place, dimension: int) -> list[Place]:
        """The specification with each level of one dimension."""
        return [(*place[:dimension], at, *place[dimension + 1 :]) for at in range(len(self.levels[dimension]))]

    def contexts(self, among: Sequence[Place], dimension: int, seed_name: str) -> list[Place]:
        """Up to `MOST_CONTEXTS` of the given specifications that differ in more than this dimension."""
        different = list(dict.fromkeys((*place[:dimension], 0, *place[dimension + 1 :]) for place in among))
        if len(different) <= MOST_CONTEXTS:
            return different
        rng = stream(0, "contexts", seed_name, self.dimensions[dimension].name)
        return [different[at] for at in sorted(rng.choice(len(different), MOST_CONTEXTS, replace=False))]

    def _within(self, steps: int) -> Iterator[Place]:
        """Those that differ from the registered one in exactly so many dimensions."""
        for chosen in itertools.combinations(range(len(self.dimensions)), steps):
            for at in itertools.product(*(range(1, len(self.levels[dimension])) for dimension in chosen)):
                place = [0] * len(self.dimensions)
                for dimension, level in zip(chosen, at, strict=True):
                    place[dimension] = level
                yield tuple(place)

    def _every(self) -> Iterator[Place]:
        return itertools.product(*(range(len(levels)) for levels in self.levels))


def _steps(place: Place) -> int:
    return sum(at > 0 for at in place)
