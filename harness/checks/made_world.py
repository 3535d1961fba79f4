"""A small made-up stream on which policies and actions are tried: models are what they learned from, and nothing is fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.checks import made_data
from harness.core import Floats, Ints
from harness.detectors.contract import Detector, Input, Scan
from harness.drift.profiles import Interval
from harness.policies.world import Averaged, Model, Recalibrated, Recipe
from harness.randomness import stream

Risk = Callable[[Model, Ints], Floats]
"""The probability that a model is wrong about rows of the stream, shape (n,)."""


class Signal(NamedTuple):
    """A signal of a whole stream, and what a detector compares with."""

    stream: NDArray[Any]
    reference: Floats | None = None
    columns: NDArray[np.bool_] | None = None


@dataclass
class MadeWorld:
    """A `harness.policies.World` of two formulas: how probable an error of each model is, and which errors come of that.

    Attributes:
        risk: of each model on each row.
        n_periods: of the stream.
        rows_per_month: M, a multiple of 4.
        truth: the changes of the stream.
        labels: the scored rows that have a label, shape (n_rows,); None for all.
        learnable: the times whose row to learn from has a label, shape (n_rows,); None for all.
        draws: shape (n_rows,), in [0, 1): a model is wrong about a row where this is below its risk; None to draw them.
        before: the same of the month before the stream, shape (M,).
    """

    risk: Risk
    n_periods: int = 24
    rows_per_month: int = 300
    truth: tuple[Interval, ...] | None = ()
    labels: NDArray[np.bool_] | None = None
    learnable: NDArray[np.bool_] | None = None
    draws: Floats | None = None
    before: Floats | None = None
    asked: list[tuple[str, Model]] = field(default_factory=list, compare=False)
    """What was scanned: the name of a detector, and the model."""
    kept: dict[Model, Floats] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The risks that were asked for."""

    @property
    def rows_per_period(self) -> int:
        """M / 4."""
        return self.rows_per_month // 4

    @property
    def n_rows(self) -> int:
        """Of the stream."""
        return self.n_periods * self.rows_per_period

    @property
    def initial(self) -> Recipe:
        """The model that serves first."""
        return Recipe(0, self.rows_per_month)

    def losses(self, model: Model) -> Floats:
        """The mean risk of each period."""
        by_period: Floats = self._risks(model).reshape(self.n_periods, -1).mean(axis=1)
        return by_period

    def errors(self, model: Model) -> Floats:
        """1 where a draw is below the risk."""
        if self.draws is None:
            self.draws = stream(0, "made world").random(self.n_rows)
        return (self.draws < self._risks(model)).astype(np.float64)

    def _risks(self, model: Model) -> Floats:
        if model not in self.kept:
            self.kept[model] = self.risk(model, np.arange(self.n_rows))
        return self.kept[model]

    def labelled(self) -> NDArray[np.bool_]:
        """The scored rows that have a label."""
        return np.ones(self.n_rows, dtype=np.bool_) if self.labels is None else self.labels

    def known_by(self, start: int, n_labels: int) -> int:
        """As `World.known_by`."""
        if self.learnable is None:
            return start + n_labels
        times = np.flatnonzero(self.learnable[start:]) + start
        return int(times[n_labels - 1]) + 1 if n_labels <= len(times) else self.n_rows + 1

    def reference_errors(self, model: Model, since: int, late: int) -> Floats:
        """As `World.reference_errors`. The month before the stream is as its first row."""
        n = self.rows_per_month
        draws = stream(0, "made month before").random(n) if self.before is None else self.before
        before = (draws < self.risk(model, np.zeros(n, dtype=np.int64))).astype(np.float64)
        known = np.flatnonzero(self.labelled()[: max(0, since - late)])
        return np.concatenate([before, self.errors(model)[known]])[-n:]

    def scan(
        self, name: str, detector: Detector, model: Model, since: int, late: int, *, promise: Model | None = None
    ) -> Scan:
        """As `World.scan`; what is no error of a model is the same for all."""
        self.asked.append((name, model))
        rng = stream(0, "made world", name)
        if detector.input is Input.ERROR:
            rows, shift = np.flatnonzero(self.labelled()[since:]) + since, late
            reference = self.reference_errors(promise or model, 0 if promise else since, late)
            found = detector.scan(self.errors(model)[rows], detector.start(reference, None, rng))
        else:
            rows, shift = np.arange(since, self.n_rows), 0
            signal = self._signal(detector.input, since)
            found = detector.scan(signal.stream[since:], detector.start(signal.reference, signal.columns, rng))
        return Scan(rows[found.alarms] + shift, rows[found.warnings] + shift)

    def _signal(self, kind: Input, since: int) -> Signal:
        """What detectors read that do not read errors."""
        n_rows, month = self.n_rows, self.rows_per_month
        if kind is Input.ROWS:
            rows, before = made_data.rows(n_rows, seed=1), made_data.rows(month, seed=99, shift=0.0)
            return Signal(rows, np.concatenate([before, rows[:since]])[-month:], made_data.NOMINAL)
        if kind is Input.CONFIDENCE:
            return Signal(made_data.confidences(n_rows, seed=1), made_data.labelled_confidences(month))
        if kind is Input.DISAGREEMENT:
            return Signal(made_data.disagreements(n_rows, seed=1), made_data.disagreements(month, seed=99, after=0.1))
        begins = [change.start for change in self.truth or ()] if kind is Input.TRUTH else []
        return Signal(np.isin(np.arange(n_rows), begins).astype(np.float64))

    def held_back(self, challenger: Recipe, other: Model) -> tuple[Floats, Floats]:
        """Errors of both on every fourth row that the challenger could have learned from."""
        rows = np.arange(challenger.until)[-(challenger.n_rows or challenger.until) :: 4]
        return self.errors(challenger)[rows], self.errors(other)[rows]

    def churn(self, before: Model, after: Model) -> float:
        """The share of rows on which one of them errs and the other does not."""
        return float(np.mean(self.errors(before) != self.errors(after)))


def of_one_change(at: int = 700, *, old: float = 0.1, new: float = 0.5) -> MadeWorld:
    """A stream whose concept changes once: a model is as good as most of its rows allow.

    Args:
        at: the row of the change.
        old: the risk of a model on rows of the concept that it learned.
        new: its risk on rows of the other one.
    """

    def risk(model: Model, rows: Ints) -> Floats:
        is_right = (rows >= at) == (_middle(model) >= at)
        return np.where(is_right, old, new)

    return MadeWorld(risk, truth=(Interval(at, at),))


def _middle(model: Model) -> int:
    """The time of the row in the middle of those that a model learned from."""
    if isinstance(model, Averaged):
        return sorted(map(_middle, model.members))[len(model.members) // 2]
    if isinstance(model, Recalibrated):
        return _middle(model.base)
    return model.until - (model.until if model.n_rows is None else model.n_rows) // 2
