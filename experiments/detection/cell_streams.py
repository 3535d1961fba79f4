"""The streams that all sides of a contrast have read, and measures of them on each data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.cells import NEVER, Cube, a_level
from harness.claims.offers import Counted
from harness.core import Floats, Ints
from harness.detectors.run import Run
from harness.scoring.flat import Bools
from harness.scoring.measures import Measure
from harness.scoring.sums import Sums


@dataclass(frozen=True)
class Summed(Mapping[str, Floats]):
    """Sums over groups of cells, each made when it is first asked for.

    Attributes:
        own: of the run, over all cells.
        stand_in: of what stands in where the run has read nothing.
        is_own: whether the run has read each of `places`.
        places: the cells that count.
        group: of each of them.
        n_groups: how many groups there are.
        weight: of each of the cells; None if all weigh 1.
    """

    own: Sums
    stand_in: Sums
    is_own: Bools | None
    places: Ints
    group: Ints
    n_groups: int
    weight: Floats | None
    _made: dict[str, Floats] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Floats:
        """The sums of that name, shape (n_groups,)."""
        if name not in self._made:
            values = self.own[name][self.places]
            if self.is_own is not None:
                values = np.where(self.is_own, values, self.stand_in[name][self.places])
            weights = values if self.weight is None else values * self.weight
            self._made[name] = summed(self.group, weights, self.n_groups)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)


@dataclass(frozen=True)
class Streams:
    """The streams that all sides have read, and how they are weighed.

    Attributes:
        cube: what they are of.
        drifted: cells with a drift.
        free: drift-free cells of the same data sets and models.
        weight: of each drifted cell; None if streams weigh alike.
        is_alike: whether models weigh alike within a data set.
        grace: at which runs are scored.
    """

    cube: Cube
    drifted: Ints
    free: Ints
    weight: Floats | None
    is_alike: bool
    grace: str
    _sums: dict[Run, tuple[Sums, Sums]] = field(default_factory=dict, repr=False)
    _counts: dict[bytes, pd.Series[Any]] = field(default_factory=dict, repr=False)

    def measured(self, measure: Measure, run: Run) -> Floats:
        """A measure of the run on each group, NaN where it is a share of nothing."""
        return measure(*self.sums(run))

    def sums(self, run: Run) -> tuple[Sums, Sums]:
        """Of the run, over drifted and over drift-free streams, on each group."""
        if run not in self._sums:
            drifted, free = self._summed(run, self.drifted, self.weight), self._summed(run, self.free, None)
            self._sums[run] = drifted, free
        return self._sums[run]

    def _summed(self, run: Run, places: Ints, weight: Floats | None) -> Sums:
        sums, read = self.cube.sums, self.cube.read[run][places]
        stand_in = sums.get((NEVER, self.grace), {})
        is_own = None if read.all() else read
        return Summed(sums[run, self.grace], stand_in, is_own, places, self._group[places], self._n_groups, weight)

    @property
    def _group(self) -> Ints:
        return self.cube.pair_of if self.is_alike else self.cube.set_of

    @property
    def _n_groups(self) -> int:
        return len(self.cube.sets) * (len(self.cube.models) if self.is_alike else 1)

    def counted(self, values: Floats) -> Counted:
        """Values of groups as values of data sets, with the number of streams behind each."""
        values = np.where(self._n_of_groups > 0, values, np.nan)  # some measures are 0 where there is no stream
        if self.is_alike:
            values = _mean_of_known(values.reshape(len(self.cube.sets), len(self.cube.models)))
        known = np.isfinite(values)
        key = known.tobytes()
        if key not in self._counts:
            n = self._n_of_groups.reshape(len(self.cube.sets), -1).sum(axis=1)
            self._counts[key] = pd.Series(n[known], self.cube.names(known))
        return Counted(pd.Series(values[known], self._counts[key].index), self._counts[key])

    @cached_property
    def _n_of_groups(self) -> Floats:
        every = np.concatenate([self.drifted, self.free])
        return summed(self._group[every], self.cube.n_streams[every], self._n_groups)


def summed(group: Ints, values: Floats, n_groups: int) -> Floats:
    """The sum of each group, shape (n_groups,)."""
    return np.bincount(group, values, minlength=n_groups).astype(np.float64, copy=False)


def weight_of(cube: Cube, cells: Ints, weights: str) -> Floats | None:
    """Weights of cells with which all groups of a data set and model have the same total, as many as there are streams."""
    if a_level("weights", weights, ("streams", *cube.groups)) == "streams" or not len(cells):
        return None
    groups = cube.groups[weights]
    n_groups, pair, n = int(groups.max()) + 1, cube.pair_of[cells], cube.n_streams[cells]
    place = pair * n_groups + groups[cells]
    total = np.bincount(place, n)
    n_present = np.bincount(np.flatnonzero(total) // n_groups, minlength=pair.max() + 1)
    weight: Floats = (np.bincount(pair, n) / np.maximum(n_present, 1))[pair] / total[place]
    return weight


def _mean_of_known(values: Floats) -> Floats:
    """The mean of each row over what is known, NaN where nothing is."""
    known = np.isfinite(values)
    n = known.sum(axis=1)
    return np.where(n > 0, np.where(known, values, 0).sum(axis=1) / np.maximum(n, 1), np.nan)
