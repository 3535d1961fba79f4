"""The records of the monitoring study, summed once to a `Cube`: by stream's kind, label delay and entry, every measure.

A cell is a part of the design, a data set, a model and a scenario. Its streams are added up in two halves, of even and of odd
seeds. Whatever the register and the tables ask for is a ratio of sums over cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from experiments.monitoring.cube import Cube, Part
from experiments.monitoring.design import DESIGN, Design
from experiments.monitoring.measures import BLIND, Columns, Lived
from experiments.monitoring.records import MONTH, Recorded
from experiments.monitoring.rivals import Rivals
from harness.core import Floats, Ints
from harness.recent import Recent, Same
from harness.report.evidence import Evidence

CELL = ("part", "dataset", "model", "scenario", "group")

HALVES = 2


def cells(evidence: Evidence) -> Cube:
    """Everything that tables and contrasts of this study need, from its records: made once for both."""
    return _CUBES(Same(evidence))


def cube_of(recorded: Recorded, evidence: Evidence, design: Design) -> Cube:
    """The same, of records that have been sorted into streams already."""
    table, cell = _cells(recorded.streams)
    sums = _Sums(len(table), recorded)
    for delay in dict.fromkeys(delay for delay, _ in recorded.lives):
        rivals = Rivals.of(recorded, delay, cell, design)
        sums.add_bounds(cell, rivals)
        for entry in [entry for at, entry in recorded.lives if at == delay]:
            life = recorded.life(delay, entry)
            if len(life.stream):
                lived = Lived(life, recorded, rivals, design, cell[life.stream], _has_alarms(entry, design))
                sums.add(delay, entry, cell[life.stream], life.stream, lived.columns())
    return Cube(dict(_parts(table, sums)), design, _facts(evidence))


_CUBES: Recent[Same, Cube] = Recent(
    lambda same: cube_of(Recorded.of(same.thing.stored, DESIGN), same.thing, DESIGN), size=1
)


def _has_alarms(entry: str, design: Design) -> bool:
    return design.family_of(entry) not in BLIND


def _cells(streams: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """A row for each cell, and the cell of each stream."""
    grouped = streams.groupby(list(CELL), sort=True)
    table = grouped.size().rename("n_streams").reset_index()
    return table, grouped.ngroup().to_numpy().astype(np.int64)


class _Sums:
    """What has been added up so far, by label delay and entry: measures and how many streams know them, by cell and half."""

    def __init__(self, n_cells: int, recorded: Recorded) -> None:
        self.n_cells, self.n_periods = n_cells, recorded.n_periods
        self.half = recorded.streams["seed"].to_numpy(dtype=np.int64) % HALVES
        self.found: dict[tuple[str, str], dict[str, Floats]] = {}
        self.counts: dict[tuple[str, str], dict[str, Floats]] = {}
        self.bounds: list[Floats] = []

    def add_bounds(self, cell: Ints, rivals: Rivals) -> None:
        """Keep the best and the mean accuracy by number of retrains, at the first delay that is added."""
        if not self.bounds:
            best = np.fmin.reduce([*rivals.least.values(), np.full((len(cell), self.n_periods), np.nan)])
            blind = rivals.random.get(MONTH, np.full_like(best, np.nan))
            for totals in (best, blind):
                mean = pd.DataFrame(100 * (1 - totals / self.n_periods)).groupby(cell).mean()
                self.bounds.append(mean.reindex(range(self.n_cells)).to_numpy())

    def add(self, delay: str, entry: str, cell: Ints, stream: Ints, columns: Columns) -> None:
        """Add up a life."""
        place = HALVES * cell + self.half[stream]
        sums, counts = {}, {}
        for name, values in columns.items():
            known = np.isfinite(values)
            sums[name] = self._added(place[known], values[known])
            counts[name] = self._added(place[known], np.ones(int(known.sum())))
        self.found[delay, entry], self.counts[delay, entry] = sums, counts

    def _added(self, place: Ints, values: Floats) -> Floats:
        added = np.bincount(place, weights=values, minlength=HALVES * self.n_cells)
        return np.asarray(added.reshape(self.n_cells, HALVES))


def _parts(table: pd.DataFrame, sums: _Sums) -> Iterator[tuple[str, Part]]:
    """The sums of each part of the design, shape (n_cells, halves, n_delays, n_entries) by measure."""
    for name, rows in table.groupby("part", sort=True):
        chosen = rows.index.to_numpy()
        lives = [key for key, counts in sums.counts.items() if counts["total"][chosen].any()]
        delays, entries = (tuple(dict.fromkeys(key[place] for key in lives)) for place in (0, 1))
        shape = (len(chosen), HALVES, len(delays), len(entries))
        measures = sums.found[lives[0]] if lives else {}
        found, counts = ({measure: np.zeros(shape) for measure in measures} for _ in range(2))
        for delay, entry in lives:
            place = (slice(None), slice(None), delays.index(delay), entries.index(entry))
            for measure in measures:
                found[measure][place] = sums.found[delay, entry][measure][chosen]
                counts[measure][place] = sums.counts[delay, entry][measure][chosen]
        bounds = (bound[chosen] for bound in sums.bounds)
        yield str(name), Part(rows.reset_index(drop=True), delays, entries, found, counts, *bounds)


def _facts(evidence: Evidence) -> dict[str, Mapping[str, object]]:
    """What the specs say of each data set."""
    return {spec["dataset"]["name"]: spec["dataset"] for spec in evidence.stored.specs.values() if "dataset" in spec}
