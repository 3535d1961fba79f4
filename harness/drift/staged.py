"""A staged stream: six months of rows of a real data set in time order, with a drift in it and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from harness.core import Floats, Ints
from harness.drift.answers import Answers
from harness.drift.concepts import Concepts
from harness.drift.population import Rows
from harness.drift.profiles import Interval, Schedule
from harness.drift.row_sampler import Replacing, RowSampler, Weighted
from harness.drift.stream import ALL, Judge, Times


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Rows of one pool over time under a drift.

    Attributes:
        places: positions in the pool, shape (n_times,).
        concepts: number of the concept of each row, shape (n_times,).
        strengths: of each part at each time, shape (n_parts, n_times).
    """

    places: Ints
    concepts: Ints
    strengths: Floats


class Sample(NamedTuple):
    """Rows that can be learned from, with their ids, shape (n,)."""

    ids: Ints
    rows: Rows


@dataclass(frozen=True, eq=False)
class StagedStream:
    """A `Stream` of which everything is known, for its drift was staged.

    Attributes:
        drift: its concepts, and what happens under each.
        draw: its number among the streams of the same pools.
        onset: the row at which a drift with no onset of its own begins; drift-free streams have it too.
        schedules: the course of each part.
        arrivals: the scored rows.
    """

    drift: Concepts
    draw: int
    onset: int
    schedules: tuple[Schedule, ...]
    arrivals: Arrivals

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.arrivals.places)

    @property
    def rows_per_month(self) -> int:
        """M, as the clock of the pools has it."""
        return self.drift.pools.clock.rows_per_month

    @property
    def ids(self) -> Ints:
        """The id of each row, shape (n_rows,)."""
        return self.drift.pools.evaluate[self.arrivals.places]

    @property
    def truth(self) -> tuple[Interval, ...]:
        """The events of all parts in time order; those that begin with the same row are one."""
        ends: dict[int, int] = {}
        for event in (event for schedule in self.schedules for event in schedule.truth):
            ends[event.start] = max(event.end, ends.get(event.start, event.end))
        return tuple(Interval(start, ends[start]) for start in sorted(ends))

    @property
    def touched(self) -> Ints:
        """Ascending indices of the features that the drift changes directly."""
        return self.drift.touched

    @property
    def is_incremental(self) -> bool:
        """Whether some rows are changed at a strength of their own, so that a model has to predict the stream itself."""
        return any(schedule.incremental for schedule in self.schedules)

    def twin(self) -> StagedStream:
        """The same rows at the same times without any drift."""
        still = tuple(Schedule(np.zeros(self.n_rows)) for _ in self.schedules)
        return StagedStream(
            self.drift, self.draw, self.onset, still, _arrivals(self.drift, self.draw, still, "evaluate")
        )

    def errors(self, judge: Judge, times: Times = ALL) -> Floats:
        """1.0 where the model is wrong and 0.0 where it is right, shape (n_times,).

        `Answers` to this drift are looked up, unless the stream is incremental. In all other cases the model predicts the rows.
        """
        if self.is_incremental or not isinstance(judge, Answers):
            return judge.judge(self.rows(times))
        found: Floats = judge.wrong.ravel().take(self._entries[times])
        return found

    @cached_property
    def _entries(self) -> Ints:
        """Where in the flattened answers the row of each time is."""
        entries: Ints = self.arrivals.concepts * len(self.drift.pools.evaluate) + self.arrivals.places
        return entries

    def rows(self, times: Times = ALL) -> Rows:
        """The scored rows of these times."""
        ids = self.drift.pools.evaluate[self.arrivals.places[times]]
        return self.drift.rows(ids, list(self.arrivals.strengths[:, times]))

    def reference(self) -> Rows:
        """The reference window of a test on rows."""
        return self.drift.pools.population.take(self.drift.pools.reference_ids(self.draw))

    # ---- rows for retraining ----------------------------------------------------------------------------------------

    @cached_property
    def _adapting(self) -> Arrivals:
        return _arrivals(self.drift, self.draw, self.schedules, "adapt")

    def adapt_ids(self, times: Times = ALL) -> Ints:
        """The ids of the rows that can be learned from at these times; none of them is ever scored."""
        return self.drift.pools.adapt[self._adapting.places[times]]

    def adapt_rows(self, times: Times = ALL) -> Rows:
        """The rows that can be learned from at these times: draws of their own, under the schedule of the scored rows."""
        return self.drift.rows(self.adapt_ids(times), list(self._adapting.strengths[:, times]))

    def adapt_sample(self, times: slice, n_rows: int) -> Sample:
        """Rows to learn from, drawn with replacement under the concepts of some times, for an oracle without any delay.

        Each time gives equally many rows, but for a remainder. Times of equal schedules give equal rows.
        """
        pools = self.drift.pools
        rng = pools.stream("adapt sample", self.draw)
        sampler = Replacing(len(pools.require_adapt("a policy that retrains")), rng.random(n_rows))
        strengths = np.empty((len(self.schedules), n_rows))
        for k, (part, schedule) in enumerate(zip(self.drift.parts, self.schedules, strict=True)):
            alpha = np.resize(schedule.alpha[times], n_rows)
            threshold = rng.random(n_rows)
            strengths[k] = part.strength * (alpha if schedule.incremental else alpha > threshold)
        groups = np.unique(strengths, axis=1, return_inverse=True)[1].ravel()
        places = _places(self.drift, sampler, pools.adapt, strengths, groups)
        return Sample(pools.adapt[places], self.drift.rows(pools.adapt[places], list(strengths)))


def make_stream(drift: Concepts, draw: int) -> StagedStream:
    """The stream of that number; every random number comes from a stream named by its purpose, the seed and `draw`."""
    clock = drift.pools.clock
    onset = clock.onset(drift.pools.seed, drift.pools.population.name, draw)
    schedules = tuple(part.profile.schedule(clock, onset) for part in drift.parts)
    return StagedStream(drift, draw, onset, schedules, _arrivals(drift, draw, schedules, "evaluate"))


def _arrivals(drift: Concepts, draw: int, schedules: tuple[Schedule, ...], pool: str) -> Arrivals:
    pools = drift.pools
    sampler, ids = (pools.scored(draw), pools.evaluate) if pool == "evaluate" else (pools.adapting(draw), pools.adapt)
    concepts = np.zeros(pools.clock.n_rows, dtype=np.int64)
    strengths = np.empty((len(schedules), pools.clock.n_rows))
    for k, (part, schedule) in enumerate(zip(drift.parts, schedules, strict=True)):
        threshold: Floats | float = 0.0
        if schedule.mixes and not schedule.incremental:
            threshold = pools.stream("mixture", pool, part.number, draw).random(pools.clock.n_rows)
        on = schedule.alpha > threshold
        concepts |= on.astype(np.int64) << k
        strengths[k] = part.strength * (schedule.alpha if schedule.incremental else on)
    groups = np.arange(len(concepts)) if any(schedule.incremental for schedule in schedules) else concepts
    return Arrivals(_places(drift, sampler, ids, strengths, groups), concepts, strengths)


def _places(drift: Concepts, sampler: RowSampler, ids: Ints, strengths: Floats, groups: Ints) -> Ints:
    """Which row arrives at each time. Times of one group have the same strengths, and so the same draw weights."""
    if all(part.injection.weights is None for part in drift.parts):
        return sampler.places()
    exceptions = []
    for group in np.flatnonzero(np.bincount(groups)):
        times = np.flatnonzero(groups == group)
        if (weights := drift.weights(ids, list(strengths[:, times[0]]))) is not None:
            exceptions.append(Weighted(times, weights))
    return sampler.places(exceptions)
