"""The world of a staged stream, as policies know it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints
from harness.detectors.contract import Detector, Scan
from harness.drift import Interval, StagedStream
from harness.policies.world import Model
from harness.synthesis import Prediction
from harness.trials.closed_loop.models import Models
from harness.trials.closed_loop.reading import Reading, scan
from harness.trials.closed_loop.stage import Stage
from harness.trials.closed_loop.windows import Window, Windows
from harness.trials.deployment import Deployed


class ClosedLoop(Models):
    """What a `harness.policies.world.World` is asked besides: labels, and what detectors find."""

    @property
    @abstractmethod
    def truth(self) -> tuple[Interval, ...] | None:
        """The changes of the stream; None if they are not known."""

    def labelled(self) -> NDArray[np.bool_]:
        """The scored rows whose label ever arrives, shape (n_rows,)."""
        return self.windows.scored

    def known_by(self, start: int, n_labels: int) -> int:
        """The row before which so many labels of rows to learn from have come in; see `Windows.known_by`."""
        return self.windows.known_by(start, n_labels)

    def scan(
        self, name: str, detector: Detector, model: Model, since: int, late: int, *, promise: Model | None = None
    ) -> Scan:
        """What a detector finds from a fresh start at row `since`; see `reading.scan`."""
        return scan(self, Reading(name, detector, model, since, late, promise))


class StagedWorld(ClosedLoop):
    """A `harness.policies.world.World` on a staged stream, where the losses of models are known exactly.

    Nothing that can be scored is ever learned: rows to learn from come from pools of their own, which every fit asserts.
    """

    stream: StagedStream

    def __init__(self, deployed: Deployed, stream: StagedStream, *, labelled_share: float = 1.0) -> None:
        """The world of a stream.

        Args:
            deployed: with `train_rows` of a month.
            stream: of a drift on its pools.
            labelled_share: of the scored rows, and of those to learn from, whose label ever arrives.

        Raises:
            Skip: there are no rows to adapt with.
        """
        super().__init__(deployed, stream, Windows(stream, labelled_share=labelled_share))

    @property
    def rows_key(self) -> Hashable:
        """Of the rows of the stream under its drift."""
        return self.stream.drift.rows_key

    @property
    def truth(self) -> tuple[Interval, ...] | None:
        """The changes of the stream."""
        return self.stream.truth

    @cached_property
    def stage(self) -> Stage:
        """All rows that a model is asked about."""
        return Stage.of(self.stream, self.rows_per_period)

    @cached_property
    def places_before(self) -> Ints:
        """The places in the evaluation pool of the rows of the month before, shape (M,)."""
        pools = self.deployed.pools
        return np.searchsorted(pools.evaluate, pools.month_before(self.stream.draw))

    @cached_property
    def target_before(self) -> Ints | Floats:
        """The target of these."""
        return self.deployed.pools.before.target[self.places_before]

    def losses(self, model: Model) -> Floats:
        """The expected loss of each period, shape (n_periods,), exact over the pool."""
        return self.once(("losses", model), lambda: self._shares @ self._in_states(self.said(model)))

    def _in_states(self, said: Prediction) -> Floats:
        return self.stage.losses(said.target, self.deployed.threshold)

    @cached_property
    def _shares(self) -> Floats:
        """The share of each state in each period, shape (n_periods, n_states)."""
        whole = self.stage.course.shares[: self.n_periods * self.rows_per_period]
        shares: Floats = whole.reshape(self.n_periods, self.rows_per_period, -1).mean(axis=1)
        return shares

    def continuous(self) -> Floats:
        """The expected loss of each period, shape (n_periods,), of a model of a month of fresh rows of that period."""
        losses = np.empty(self.n_periods)
        for period in range(self.n_periods):
            start = period * self.rows_per_period
            sample = self.stream.adapt_sample(slice(start, start + self.rows_per_period), self.rows_per_month)
            losses[period] = self._shares[period] @ self._in_states(self._asked(self._learned(Window(*sample))))
        return losses

    def accuracy(self) -> Floats:
        """The expected accuracy of the initial model at each time, shape (n_rows,), exact over the pool."""
        found: Floats = 1 - self.stage.course.shares @ self._in_states(self.said(self.initial))
        return found

    def accuracy_before(self) -> float:
        """The same before any drift."""
        calm = self.stage.course.states.index((0.0,) * len(self.stream.drift.parts))
        return 1 - float(self._in_states(self.said(self.initial))[calm])
