"""What a study answers to a contrast under some choices, asked once each and laid out by data set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from harness.analysis.query import Query
from harness.claims.entries import Contrast, Dimension, Entry, Test
from harness.claims.offers import Counted, Offers
from harness.core import ConfigError, Floats
from harness.inference import inputs
from harness.inference.inputs.entries import LARGEST


class Vector(NamedTuple):
    """Values of data sets, positive in the claimed direction and in the unit of the registered region."""

    sets: tuple[str, ...]
    values: Floats

    @property
    def is_known(self) -> bool:
        """Whether any data set has a value."""
        return bool(np.isfinite(self.values).any())


@dataclass(frozen=True)
class Answers:
    """A study that is asked.

    Attributes:
        offers: what the study offers.
        cube: what `offers.cells` has made of the records.
    """

    offers: Offers
    cube: Any
    _known: dict[tuple[Any, ...], tuple[Counted, Vector]] = field(default_factory=dict, repr=False)

    def counted(self, contrast: Contrast, choices: Mapping[str, str]) -> Counted:
        """The study's own answer."""
        return self._asked(contrast, self._words(contrast, choices))[0]

    def vector(self, entry: Entry, contrast: Contrast, choices: Mapping[str, str]) -> Vector:
        """The answer in the claimed direction; a level with a region of its own is put into the registered unit."""
        words = self._words(contrast, choices)
        found = self._asked(contrast, words)[1]
        factor = -1.0 if contrast.is_less else 1.0
        for name in words.keys() & entry.dimensions.keys() - contrast.given.keys():
            own = entry.dimensions[name].levels[choices[name]].region
            if own is not None:
                factor *= contrast.region / own
        return found if factor == 1.0 else Vector(found.sets, factor * found.values)

    def records(self, contrast: Contrast, choices: Mapping[str, str]) -> Query | None:
        """The records that the answer rests on; None if the study does not declare them."""
        declared = self.offers.contrasts[contrast.of].records
        return None if declared is None else declared(self.cube, **self._words(contrast, choices))

    def sets_of(self, dimension: Dimension, level: str) -> frozenset[str]:
        """The data sets of a level of a dimension of scope."""
        return frozenset(self.offers.scope(self.cube, dimension.name, level))

    def _words(self, contrast: Contrast, choices: Mapping[str, str]) -> dict[str, Any]:
        given, words = contrast.given, {}
        for name in self.offers.contrasts[contrast.of].choices:
            if name in given:
                words[name] = given[name]
            elif name in choices:
                words[name] = choices[name]
        return words

    def _asked(self, contrast: Contrast, words: Mapping[str, Any]) -> tuple[Counted, Vector]:
        key = (contrast.of, contrast.test is Test.SHARE, *map(_hashable, words.items()))
        if key not in self._known:
            counted = self.offers.contrasts[contrast.of].values(self.cube, **words)
            self._known[key] = counted, _vector(counted, contrast)
        return self._known[key]


def _hashable(item: tuple[str, Any]) -> Any:
    return item if isinstance(item[1], str | int | float | None) else (item[0], json.dumps(item[1], sort_keys=True))


def _vector(counted: Any, contrast: Contrast) -> Vector:
    if not isinstance(counted, Counted):
        raise ConfigError(f"{contrast.id}: {contrast.of} gives {type(counted).__name__}, but must give a Counted.")
    given = counted.values
    for what, one in zip(counted._fields, counted, strict=True):
        if not isinstance(one, pd.Series):
            raise ConfigError(
                f"{contrast.id}: {contrast.of} gives {what} as {type(one).__name__}, but must give a Series by data set."
            )
    is_plain = given.dtype == np.float64
    values = given.to_numpy() if is_plain else inputs.numbers(given, what=f"the values of {contrast.id}")
    known = np.isfinite(values)
    values = np.where(known, values, np.nan)
    if (largest := np.max(np.abs(values), where=known, initial=0.0)) > LARGEST:
        raise ConfigError(
            f"{contrast.id}: {contrast.of} gives {largest:.3g}; rescale its values to {LARGEST:g} at most."
        )
    if contrast.test is Test.SHARE:
        values = inputs.hits(values, what=f"the values of {contrast.id}")
    sets = tuple(map(str, given.index))
    if len(set(sets)) < len(sets):
        raise ConfigError(f"{contrast.id}: {contrast.of} has two values of one data set.")
    return Vector(sets, values)


def matrix(vectors: Sequence[Vector], sets: Sequence[str]) -> Floats:
    """The vectors as rows, shape (n_vectors, n_sets); NaN where one does not know a data set."""
    column = {name: at for at, name in enumerate(sets)}
    table = np.full((len(vectors), len(sets)), np.nan)
    places: dict[tuple[str, ...], list[int]] = {}
    for row, vector in enumerate(vectors):
        if vector.sets not in places:
            places[vector.sets] = [column[name] for name in vector.sets]
        table[row, places[vector.sets]] = vector.values
    return table
