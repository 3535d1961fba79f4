"""The scores and clocks of the synthesis study as small arrays, from which any choice of its register is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from harness.analysis.query import Query
from harness.core import Floats


class Part(NamedTuple):
    """The trials at one level of both factors of the training rows."""

    label_noise: float
    train_size: float


MAIN = Part(0.0, 1.0)
"""No label noise, all training rows."""


class Key(NamedTuple):
    """Which numbers: of what, where, and how folds and repeats became one."""

    metric: str
    part: Part
    folds: str
    repeats: str


class Facts(NamedTuple):
    """A data set as published: rows, columns and classes; and the rows that were used."""

    n_rows: float
    n_columns: float
    n_classes: float
    n_used: float


@dataclass(frozen=True)
class Cube:
    """Everything that the choices of the register need.

    Attributes:
        facts: of each data set, in the order of all arrays.
        methods: the row of each method in all arrays.
        numbers: shape (n_methods, n_sets) each, NaN where nothing was measured. Scores lie between 0 and 1 and more is
            better: the Brier score is turned and halved, which for answers that are certain gives accuracy. Clocks in seconds.
        n_trials: by part and repeats, shape (n_methods, n_sets).
        unsteady: points by which answers change, by measure, shape (n_methods, n_sets); see `instability`.
        seeds: of the repeats, in order.
        known: the query for all records of classification.
        made: the query for the records of each method.
    """

    facts: Mapping[str, Facts]
    methods: Mapping[str, int]
    numbers: Mapping[Key, Floats]
    n_trials: Mapping[tuple[Part, str], Floats]
    unsteady: Mapping[str, Floats]
    seeds: tuple[int, ...]
    known: Query
    made: Mapping[str, Query]

    @cached_property
    def datasets(self) -> pd.Index[str]:
        """The names of the data sets, in the order of all arrays."""
        return pd.Index(list(self.facts), dtype=object, name="dataset")

    @cached_property
    def n_used(self) -> Floats:
        """The rows of each data set that were used, shape (n_sets,)."""
        return np.asarray([facts.n_used for facts in self.facts.values()], dtype=np.float64)

    def of(self, method: str, key: Key) -> Floats:
        """The numbers of a method, shape (n_sets,); all NaN if there are none."""
        return self._row(self.numbers.get(key), method)

    def changes(self, method: str, measure: str) -> Floats:
        """Points by which the answers of a method change, shape (n_sets,)."""
        return self._row(self.unsteady.get(measure), method)

    def trials(self, method: str, part: Part, repeats: str) -> Floats:
        """How many trials a method has, shape (n_sets,)."""
        return np.nan_to_num(self._row(self.n_trials.get((part, repeats)), method))

    def has(self, method: str, part: Part) -> bool:
        """Whether a method has any trial in a part."""
        return bool(self.trials(method, part, "both").any())

    @cached_property
    def noisy(self) -> tuple[Part, ...]:
        """All levels of label noise, none first, on all training rows."""
        return tuple(sorted({part for part, _ in self.n_trials if part.train_size == MAIN.train_size}))

    @cached_property
    def sizes(self) -> tuple[Part, ...]:
        """All training sizes, the smallest first, without label noise."""
        return tuple(sorted({part for part, _ in self.n_trials if part.label_noise == MAIN.label_noise}))

    def _row(self, array: Floats | None, method: str) -> Floats:
        if array is None or method not in self.methods:
            return np.full(len(self.facts), np.nan)
        row: Floats = array[self.methods[method]]
        return row
