"""The world of a real stream: rows in the order of their file, each learned from after it was scored.

No truth is known, and no pool that rows are drawn from. So the loss of a model in a period is its share of errors there.

A model has learned the rows by which others are judged when they begin: the last month of labelled ones. It is judged there by
what a model of the same recipe, fitted a month earlier, said of them (a rolling origin: Tashman 2000, doi
10.1016/S0169-2070(00)00065-0).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints
from harness.drift import Block, LeakError, OrderedStream, Rows
from harness.policies.world import Averaged, Model, Recalibrated, Recipe, newest
from harness.synthesis import Prediction
from harness.trials.closed_loop.stage import Course, Stage
from harness.trials.closed_loop.windows import Window, Windows
from harness.trials.closed_loop.world import ClosedLoop
from harness.trials.deployment import Deployed


class OrderedWindows(Windows):
    """What models learn from on a real stream: the scored rows themselves, and those of the two months before.

    Every window asserts that its rows had been scored by then, those of recalibrations too.
    """

    _stream: OrderedStream  # type: ignore[assignment]

    @property
    def _pools(self) -> Block:
        return self._stream.block

    @cached_property
    def times(self) -> Ints:
        """The times whose row has a label, ascending."""
        return np.flatnonzero(self.scored)

    def of(self, recipe: Recipe) -> Window:
        """What a recipe learns from; where there are too few labelled rows, as many of before the stream as there are."""
        return self._asserted(super().of(recipe), recipe.until)

    def to_recalibrate(self, model: Recalibrated) -> Window:
        """The rows on which a model's probabilities are fitted anew: the newest of those that its base has not learned."""
        return self._asserted(super().to_recalibrate(model), model.until)

    def _asserted(self, window: Window, until: int) -> Window:
        early = window.ids[window.ids - self._pools.n_before >= until]
        if early.size:
            raise LeakError(
                f"{np.unique(early).size} rows of {self._pools.population.name} that a model of row {until} learned from had "
                f"not been scored by then (row {early[0] - self._pools.n_before} for one)."
            )
        return window

    def _before(self, recipe: Recipe, n_rows: int) -> Ints:
        end = self._pools.n_before + min(0, recipe.until)
        return np.arange(max(0, end - n_rows), end)

    @property
    def _learnable(self) -> Ints:
        return self._pools.evaluate


class OrderedWorld(ClosedLoop):
    """A `harness.policies.world.World` on a block of a real stream."""

    stream: OrderedStream

    def __init__(self, deployed: Deployed, *, labelled_share: float = 1.0) -> None:
        """The world of a block.

        Args:
            deployed: on a `Block`, with `train_rows` of a month.
            labelled_share: of the rows of the stream, whose label ever arrives.
        """
        assert isinstance(deployed.pools, Block)
        self.block = deployed.pools
        stream = OrderedStream(self.block)
        super().__init__(deployed, stream, OrderedWindows(stream, labelled_share=labelled_share))  # type: ignore[arg-type]

    @property
    def truth(self) -> None:
        """Nobody knows it."""
        return None

    @property
    def rows_key(self) -> str:
        """A block has one stream."""
        return "in order"

    @cached_property
    def stage(self) -> Stage:
        """All rows of the block, in the one state in which they are."""
        matrix, target = self._rows
        every, n_rows = np.arange(len(target)), self.stream.n_rows
        weights = np.full((1, len(target)), 1 / len(target))
        course = Course(((),), np.ones((n_rows, 1)))
        scored = self.block.evaluate
        return Stage(matrix, matrix[:0], every[None], target[None], weights, course, scored, target[scored])

    @property
    def _rows(self) -> Rows:
        return Rows(self.block.population.matrix, self.block.population.target)

    @property
    def places_before(self) -> Ints:
        """The places in the block of the rows of the month before the stream, shape (M,)."""
        return self.block.month_before()

    @property
    def target_before(self) -> Ints | Floats:
        """Of these."""
        return self._rows.target[self.places_before]

    def losses(self, model: Model) -> Floats:
        """The share of errors in each period, shape (n_periods,)."""
        whole = self.errors(model)[: self.n_periods * self.rows_per_period]
        found: Floats = whole.reshape(self.n_periods, self.rows_per_period).mean(axis=1)
        return found

    # ---- what is known of models when they begin ------------------------------------------------------------------------

    def judged(self, model: Model) -> Prediction:
        """What the model says of rows that it has not learned, and its `earlier` one of those before."""
        earlier = self._earlier(model)
        return self.once(
            ("judged", model), lambda: _either(self._has_learned(model), self.said(earlier), self.said(model))
        )

    def judged_errors(self, model: Model) -> Floats:
        """1 where that is wrong about the scored rows, else 0, shape (n_rows,)."""
        return self.once(
            ("judged errors", model),
            lambda: self.stage.errors(self.judged(model).target, self.deployed.threshold),
        )

    def judged_otherwise(self, model: Model) -> Floats:
        """As `otherwise`, by models that have not learned these rows."""
        return np.where(self._has_learned(model), self.otherwise(self._earlier(model)), self.otherwise(model))

    def _earlier(self, model: Model) -> Model:
        """The model of the same recipe that learned a month earlier."""
        if isinstance(model, Averaged):
            return Averaged(tuple(map(self._earlier, model.members)))
        until = model.until - self.rows_per_month
        if isinstance(model, Recalibrated):
            return model._replace(base=self._earlier(model.base), until=until)
        return model._replace(until=until)

    def _has_learned(self, model: Model) -> NDArray[np.bool_]:
        """Of each row of the block, whether it came before the newest that the model learned."""
        return np.arange(len(self._rows.target)) < self.block.n_before + newest(model)


def _either(first: NDArray[np.bool_], one: Prediction, other: Prediction) -> Prediction:
    """What one says where `first` holds, and elsewhere what the other says."""
    target = np.where(first, one.target, other.target)
    if one.probabilities is None or other.probabilities is None:
        return Prediction(target, None)
    return Prediction(target, np.where(first[:, None], one.probabilities, other.probabilities))
