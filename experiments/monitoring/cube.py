"""The sums of the monitoring study, and the values of data sets that follow from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.monitoring.design import CONTROL, MAIN, Design
from harness.core import ConfigError, Floats, Ints
from harness.scoring.flat import Bools

SHARES: Mapping[str, tuple[str, float]] = {
    "early": ("drifts", 100.0),
    "worth": ("judged", 100.0),
    "churn": ("churned", 1.0),
}
"""Measures that are shares of something else than streams, pooled over cells: of what, and in which unit."""

SEEDS: Mapping[str, slice] = {"all": slice(None), "even": slice(0, 1), "odd": slice(1, 2)}


class Where(NamedTuple):
    """Which cells count, and how they weigh.

    Attributes:
        part: of the design.
        groups: of scenarios; empty for all that drift.
        scenarios: empty for all.
        models: empty for all.
        harm: only cells with at least so many points of recoverable harm; None for all.
        weights: `scenarios` weigh alike, or `groups` do.
        seeds: all, even or odd.
        delay: of labels, in rows; empty for all.
    """

    part: str = MAIN
    groups: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    harm: float | None = None
    weights: str = "scenarios"
    seeds: str = "all"
    delay: str = "0"


@dataclass(frozen=True)
class Part:
    """The sums of a part of the design.

    Attributes:
        cells: one row a cell: dataset, model, scenario, group, n_streams.
        delays, entries: the third and the fourth axis of all arrays.
        sums: by measure, shape (n_cells, 2, n_delays, n_entries): over streams of even and of odd seeds.
        counts: how many streams know the measure.
        best, blind: shape (n_cells, n_periods), mean accuracy in percent by number of retrains, at the first delay: of the best
            schedule of each stream in hindsight, and over all schedules; NaN where nobody knows.
    """

    cells: pd.DataFrame
    delays: tuple[str, ...]
    entries: tuple[str, ...]
    sums: Mapping[str, Floats]
    counts: Mapping[str, Floats]
    best: Floats
    blind: Floats
    _named: dict[bytes, pd.Index[Any]] = field(default_factory=dict, repr=False)

    def means(self, measure: str, delay: str, entry: str, seeds: str = "all") -> Floats:
        """The mean over the streams of each cell, shape (n_cells,); NaN where none is known."""
        total, n = self.added(measure, delay, entry, seeds)
        return ratio(total, n)

    def added(self, measure: str, delay: str, entry: str, seeds: str = "all") -> tuple[Floats, Floats]:
        """The sum over the streams of each cell, and their number, shape (n_cells,) each; of an unknown entry nothing."""
        if delay not in self.delays or entry not in self.entries or measure not in self.sums:
            return np.zeros(len(self.cells)), np.zeros(len(self.cells))
        place = (slice(None), SEEDS[seeds], self.delays.index(delay), self.entries.index(entry))
        return self.sums[measure][place].sum(axis=1), self.counts[measure][place].sum(axis=1)

    @cached_property
    def datasets(self) -> tuple[pd.Index[Any], Ints]:
        """The names of the data sets, in order, and which each cell is of."""
        place, names = pd.factorize(self.cells["dataset"].astype(object), sort=True)
        return pd.Index(names, dtype=object), place.astype(np.int64)

    def known(self, values: Floats) -> pd.Series[Any]:
        """The finite ones of some values, shape (n_datasets,), by name."""
        known = np.isfinite(values)
        which = known.tobytes()
        if which not in self._named:  # an index is dear to make, and two that are the same object are quickly aligned
            self._named[which] = self.datasets[0][known]
        return pd.Series(values[known], self._named[which])

    @cached_property
    def groups(self) -> Ints:
        """The number of each cell's group."""
        return pd.factorize(self.cells["group"])[0].astype(np.int64)

    @cached_property
    def recoverable(self) -> Floats:
        """Points of accuracy that fresh rows of each week would bring back, beyond those in a stream without a drift.

        Shape (n_cells,); NaN where nobody knows.
        """
        never, fresh = (self.means(name, self.delays[0], "never") for name in ("never", "fresh"))
        n_periods = self._n_periods
        gain = 100.0 * (never - fresh) / n_periods
        free = self.cells["scenario"].to_numpy() == CONTROL
        pair = pd.MultiIndex.from_frame(self.cells[["dataset", "model"]])
        of_twin = pd.Series(gain[free], pair[free])
        return np.asarray(gain - of_twin.reindex(pair).to_numpy(), dtype=np.float64)

    @property
    def _n_periods(self) -> float:
        """Weeks of a stream, which follow from accuracy and total: both are of the same path."""
        accuracy, total = (self.means(name, self.delays[0], "never") for name in ("accuracy", "total"))
        lost = 1 - accuracy / 100.0
        some = np.flatnonzero(lost > 0)
        return float(round(total[some[0]] / lost[some[0]])) if len(some) else np.nan


def ratio(total: Floats, n: Floats) -> Floats:
    """The quotient, NaN where nothing is counted."""
    found = np.full(np.shape(total), np.nan)
    np.divide(total, n, out=found, where=n > 0)
    return found


@dataclass(frozen=True)
class Cube:
    """The sums of all parts, the design, and what the specs say of data sets."""

    parts: Mapping[str, Part]
    design: Design
    facts: Mapping[str, Mapping[str, Any]]
    _chosen: dict[Any, Bools] = field(default_factory=dict, repr=False)

    def has(self, entry: str, where: Where) -> bool:
        """Whether an entry has lived anywhere in these cells."""
        return where.part in self.parts and bool(self._n(entry, where)[self.chosen(where)].any())

    def lived_everywhere(self, entry: str, where: Where) -> bool:
        """Whether an entry has lived in every one of these cells."""
        return bool((self._n(entry, where)[self.chosen(where)] > 0).all())

    def chosen(self, where: Where) -> Bools:
        """Which cells of the part count. A cell with fewer than half of the seeds of the part does not."""
        asked = (where.part, where.groups, where.scenarios, where.models, where.harm)
        if asked not in self._chosen:
            self._chosen[asked] = self._choose(where)
        return self._chosen[asked]

    def _choose(self, where: Where) -> Bools:
        part = self.parts[where.part]
        cells = part.cells
        chosen = np.asarray(2 * cells["n_streams"] >= cells["n_streams"].max())
        if where.groups or not where.scenarios:
            of_group = cells["group"].isin(where.groups) if where.groups else cells["group"] != CONTROL
            chosen = chosen & np.asarray(of_group)
        for column, levels in (("scenario", where.scenarios), ("model", where.models)):
            if levels:
                chosen = chosen & np.asarray(cells[column].isin(levels))
        if where.harm is not None:
            chosen = chosen & (np.nan_to_num(part.recoverable, nan=-np.inf) >= where.harm)
        return chosen

    def values(self, measure: str, entry: str, where: Where, beside: Sequence[str] = ()) -> pd.Series[Any]:
        """A measure of an entry on each data set, over the cells on which it and those beside it have lived; without NaN."""
        if where.part not in self.parts:
            return pd.Series(dtype=np.float64)
        return self.parts[where.part].known(self._values(measure, entry, where, self._lived((entry, *beside), where)))

    def gap(self, measure: str, one: str, other: str, where: Where) -> pd.Series[Any]:
        """A measure of one entry less that of another on each data set, over cells on which both have lived; without NaN."""
        if where.part not in self.parts:
            return pd.Series(dtype=np.float64)
        chosen = self._lived((one, other), where)
        first, second = (self._values(measure, each, where, chosen) for each in (one, other))
        return self.parts[where.part].known(first - second)

    def _values(self, measure: str, entry: str, where: Where, chosen: Bools) -> Floats:
        """A measure of an entry over these cells, shape (n_datasets,); NaN where nobody knows."""
        part = self.parts[where.part]
        of_cell, n = part.added(measure, where.delay, entry, where.seeds)
        if measure not in SHARES:
            return self._averaged(ratio(of_cell, n), where, chosen)
        of, unit = SHARES[measure]
        whole = part.added(of, where.delay, entry, where.seeds)[0]
        names, place = part.datasets
        pooled, over = (_sums(each[chosen], place[chosen], len(names)) for each in (of_cell, whole))
        return unit * ratio(pooled, over)

    def averaged(self, of_cell: Floats, where: Where, chosen: Bools) -> pd.Series[Any]:
        """The mean of cells on each data set, weighed as asked; without NaN."""
        return self.parts[where.part].known(self._averaged(of_cell, where, chosen))

    def _averaged(self, of_cell: Floats, where: Where, chosen: Bools) -> Floats:
        part = self.parts[where.part]
        names, place = part.datasets
        counted = chosen & np.isfinite(of_cell)
        values, place = of_cell[counted], place[counted]
        if where.weights == "groups":  # first the mean of each group on each data set
            n_groups = int(part.groups.max(initial=-1)) + 1
            means = _means(values, n_groups * place + part.groups[counted], n_groups * len(names))
            place = np.repeat(np.arange(len(names)), n_groups)[np.isfinite(means)]
            values = means[np.isfinite(means)]
        return _means(values, place, len(names))

    def counts(self, entries: Collection[str], where: Where) -> pd.Series[Any]:
        """The streams behind values of entries on each data set, each counted once an entry."""
        if where.part not in self.parts:
            return pd.Series(dtype=np.float64)
        names, place = self.parts[where.part].datasets
        chosen = self._lived(tuple(entries), where)
        n = np.sum([self._n(entry, where) for entry in entries], axis=0)
        summed = _sums(n[chosen], place[chosen], len(names))
        return self.parts[where.part].known(np.where(summed > 0, summed, np.nan))

    def _lived(self, entries: Sequence[str], where: Where) -> Bools:
        """The cells on which all of some entries have lived."""
        chosen = self.chosen(where)
        for entry in entries:
            chosen = chosen & (self._n(entry, where) > 0)
        return chosen

    def _n(self, entry: str, where: Where) -> Floats:
        return self.parts[where.part].added("total", where.delay, entry, where.seeds)[1]


def _means(values: Floats, place: Ints, n: int) -> Floats:
    return ratio(_sums(values, place, n), _sums(np.ones(len(place)), place, n))


def _sums(values: Floats, place: Ints, n: int) -> Floats:
    return np.asarray(np.bincount(place, values, minlength=n), dtype=np.float64)


def a_level(name: str, level: str, known: Collection[str]) -> str:
    """The level of a choice. Raises `ConfigError` if there is none of that name."""
    if level not in known:
        raise ConfigError(f"{name} has no level {level!r}; choose one of {', '.join(known)}.")
    return level
