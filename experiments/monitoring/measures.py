"""What is measured of one entry at one label delay: a number a stream, which is added up over the streams of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.monitoring.design import Design
from experiments.monitoring.records import MONTH, Life, Recorded
from experiments.monitoring.rivals import Rivals
from harness.core import Floats, Ints
from harness.policies.run import Fate
from harness.scoring.flat import Bools
from harness.trials.closed_loop.record import PERIODS
from harness.trials.monitoring import AHEAD, DOWN, ROUNDING

POINTS = 100.0

BLIND = frozenset({"blind", "truth"})
"""Families of policies without alarms."""

MATCHED = ("random", "periodic", "random_at_mean", "periodic_at_mean", "calendar", "shuffled")
"""What as many retrains are matched with."""

Columns = dict[str, Floats]
"""By measure a number a stream, shape (n,); NaN where it is not known."""


@dataclass(frozen=True)
class Lived:
    """A life with its stream's banks and rivals.

    Attributes:
        life: of the entry.
        recorded: all streams.
        rivals: at its label delay.
        design: of the study.
        cell: the number of the cell of each stream of the life.
        has_alarms: whether the policy acts on alarms.
    """

    life: Life
    recorded: Recorded
    rivals: Rivals
    design: Design
    cell: Ints
    has_alarms: bool

    # ---- paths -------------------------------------------------------------------------------------------------------

    @cached_property
    def model(self) -> Ints:
        """The row of a bank that serves in each period, shape (n, n_periods)."""
        served = self.life.served
        return np.where(served > 0, np.maximum(served - self.life.late[:, np.newaxis], 0), 0)

    @cached_property
    def path(self) -> Floats:
        """The expected loss of each period, shape (n, n_periods)."""
        found, periods = self.life.path.copy(), np.arange(self.recorded.n_periods)
        for months in self.recorded.losses:
            here = np.flatnonzero(self.life.window == months)
            stream = self.life.stream[here, np.newaxis]
            found[here] = self.recorded.losses[months][stream, self.model[here], periods]
        return found

    @cached_property
    def total(self) -> Floats:
        """The summed loss, in loss-periods."""
        return np.asarray(self.path.sum(axis=1))

    @cached_property
    def n_changes(self) -> Ints:
        """How often another model came into service."""
        return np.asarray((np.diff(self.life.served, axis=1) > 0).sum(axis=1), dtype=np.int64)

    @cached_property
    def trained(self) -> Ints:
        """How many models were trained, be they put into service or not."""
        return self.life.asked - self.life.fates.get(Fate.UNFINISHED, np.zeros(len(self.life.asked), np.int64))

    # ---- measures ----------------------------------------------------------------------------------------------------

    def columns(self) -> Columns:
        """Every measure."""
        return {**self._kept(), **self._done(), **self._early(), **self._worth(), **self._matched(), **self._regret()}

    def _kept(self) -> Columns:
        """Of accuracy, in points; `fallen` in weeks."""
        initial = 1 - self.path[:, :1]
        fallen = self.path > self.path[:, :1] + DOWN - ROUNDING
        fresh = self.recorded.fresh[self.life.stream].sum(axis=1)
        return {
            "retained": POINTS * (1 - self.path).mean(axis=1) / initial[:, 0],
            "accuracy": POINTS * (1 - self.path.mean(axis=1)),
            "last_month": POINTS * (1 - self.path[:, -PERIODS:].mean(axis=1)),
            "worst_week": POINTS * (1 - self.path.max(axis=1)),
            "fallen": fallen.sum(axis=1).astype(np.float64),
            "total": self.total,
            "never": self.rivals.never[self.life.stream],
            "always": self.rivals.always[self.life.stream],
            "fresh": fresh,
        }

    def _done(self) -> Columns:
        """What was done: numbers of models, and the answers that they changed."""
        nothing = np.zeros(len(self.life.stream), np.int64)
        fates = {str(fate): self.life.fates.get(fate, nothing) for fate in Fate}
        churn, n_changes = self.life.churn
        found = {"retrains": self.trained, "changes": self.n_changes, "silent": self.trained == 0, **fates}
        return {name: each.astype(np.float64) for name, each in found.items()} | {
            "churn": POINTS * churn,
            "churned": n_changes.astype(np.float64),
        }

    def _early(self) -> Columns:
        """Of drifts that bring accuracy down: was the first alarm since their beginning known before it could be seen?

        It can be seen when the accuracy of the last 200 rows is 5 points down, which a record has of the next 200.
        """
        streams = self.recorded.streams.iloc[self.life.stream]
        onset, seen = streams["onset"].to_numpy(), streams["down"].to_numpy() + AHEAD
        judged = np.isfinite(onset) & np.isfinite(seen) & self.has_alarms
        first, alarms = np.full(len(onset), np.inf), self.life.alarms
        since = alarms.values >= onset[alarms.run]
        np.minimum.at(first, alarms.run[since], alarms.values[since])
        return {"early": np.where(judged, first < seen, 0.0), "drifts": judged.astype(np.float64)}

    def _worth(self) -> Columns:
        """Of changes of the model with a month after them: was the new one better in that month than the old one?"""
        better, judged = np.zeros(len(self.life.stream)), np.zeros(len(self.life.stream))
        for months, losses in self.recorded.losses.items():
            for point in range(1, self.recorded.n_periods - self.design.weeks + 1):
                here = np.flatnonzero((self.life.window == months) & (self.life.served[:, point] == point))
                month = losses[self.life.stream[here], :, point : point + self.design.weeks].sum(axis=-1)
                rows = np.arange(len(here))
                new, old = (month[rows, self._model_at(here, at)] for at in (point, point - 1))
                # an old model has no loss missing here: it was there before
                better[here] += new < old
                judged[here] += 1
        return {"worth": better, "judged": judged}

    def _model_at(self, rows: Ints, period: int) -> Ints:
        return np.asarray(self.model[rows, period])

    def _matched(self) -> Columns:
        """Points of accuracy more than as many retrains that know nothing; NaN where the path comes of no bank."""
        found = {name: np.full(len(self.total), np.nan) for name in MATCHED}
        months = self._months
        for used in self.rivals.random:
            streams = np.flatnonzero(months == used)
            for name, totals in self._rivals_of(streams, used):
                found[name][streams] = totals
        for streams in self._cells():
            if len(streams) > 1 and months[streams[0]] in self.rivals.random:
                found["shuffled"][streams] = self._under_others(streams, float(months[streams[0]]))
        return {name: -POINTS * (self.total - totals) / self.recorded.n_periods for name, totals in found.items()}

    @cached_property
    def _months(self) -> Floats:
        """The months of rows on which all models of a stream's cell were trained; NaN where they differ or nobody knows."""
        window = self.life.window
        unknown = np.isnan(window)
        n_cells = self.cell.max(initial=-1) + 1
        least, most = np.full(n_cells, np.inf), np.full(n_cells, -np.inf)
        known = (self.n_changes > 0) & ~unknown
        np.minimum.at(least, self.cell[known], window[known])
        np.maximum.at(most, self.cell[known], window[known])
        found = np.where(np.isinf(least), MONTH, np.where(least == most, least, np.nan))
        found[self.cell[unknown]] = np.nan
        return np.asarray(found[self.cell])

    def _rivals_of(self, streams: Ints, months: float) -> Iterator[tuple[str, Floats]]:
        """The totals of the rivals on these streams, whose cells are whole."""
        own, numbers, cell = self.life.stream[streams], self.n_changes[streams], self.cell[streams]
        summed, size = np.bincount(cell, numbers), np.bincount(cell)
        mean = summed[cell] / size[cell]
        below = mean.astype(np.int64)
        for name, totals in (("random", self.rivals.random[months]), ("periodic", self.rivals.periodic[months])):
            yield name, totals[own, numbers]
            more, above = mean - below, np.minimum(below + 1, totals.shape[1] - 1)
            between = (1 - more) * totals[own, below] + more * totals[own, above]
            yield f"{name}_at_mean", np.where(more == 0, totals[own, below], between)
        yield "calendar", self.rivals.calendar[months][own, numbers]

    def _under_others(self, streams: Ints, months: float) -> Floats:
        """The mean total of each stream under the schedules of the other streams of its cell."""
        losses = self.recorded.losses[months][self.life.stream[streams]]
        totals = losses[:, self.model[streams], np.arange(self.recorded.n_periods)].sum(axis=-1)
        return np.asarray((totals.sum(axis=1) - totals.diagonal()) / (len(streams) - 1))

    def _cells(self) -> list[Ints]:
        order = np.argsort(self.cell, kind="stable")
        return [each for each in np.split(order, np.flatnonzero(np.diff(self.cell[order])) + 1) if len(each)]

    def _regret(self) -> Columns:
        """What is paid beyond the informed oracle and beyond the best in hindsight, in points of the half-year's accuracy."""
        own, scale = self.life.stream, POINTS / self.recorded.n_periods
        paid = self.total[:, np.newaxis] + self.rivals.costs[own] * self.trained[:, np.newaxis]
        found: Columns = {}
        for place, name in enumerate(cost_names(self.design)):
            found[f"informed_{name}"] = scale * (paid - self.rivals.informed[own])[:, place]
            found[f"hindsight_{name}"] = scale * (paid - self.rivals.hindsight[own])[:, place]
        return found


def cost_names(design: Design) -> list[str]:
    """The names of costs in measures: "0.04" in loss-periods, "1g" in units of what a retrain saves."""
    return [*(f"{cost:g}" for cost in design.costs), *(f"{cost:g}g" for cost in design.relative_costs)]


def known(values: Floats) -> Bools:
    """Where a measure is known."""
    return np.isfinite(values)
