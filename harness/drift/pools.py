"""The pools of one seed: rows to train on, to adapt with and to score, so that what was learned is never scored."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from harness.core import Code, Floats, Ints, Skip
from harness.drift.clock import Clock
from harness.drift.population import Population, Rows, ranks
from harness.drift.reference_model import ReferenceModel
from harness.drift.row_sampler import Once, Replacing, RowSampler
from harness.randomness import stream

T = TypeVar("T")


class LeakError(AssertionError):
    """A model was trained on a row that can be scored. This is a mistake in a trial, never a property of its data."""


class Reference(StrEnum):
    """Where the reference window of a test on rows comes from."""

    FRESH = "fresh"
    """A month of rows from the evaluation pool as it is before any drift."""
    TRAINING = "training"
    """The training rows, as in the source paper; the rate of false alarms is then not the level of the test."""


class Moments(NamedTuple):
    """Mean, standard deviation, smallest and largest value of each column, shape (n_features,); 0 where all is missing."""

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Pools:
    """Disjoint sets of row ids of one population, split anew for every seed.

    Attributes:
        population: where the rows are.
        train: ids of rows that the deployed model learns from.
        adapt: ids of rows for retraining during the stream.
        evaluate: ids of rows that make the scored stream; what a drift does is defined and measured on them.
        replacement: whether streams draw rows with replacement.
        reference: where reference windows come from.
        clock: of the streams.
        seed: of the trial.
    """

    population: Population
    train: Ints
    adapt: Ints
    evaluate: Ints
    replacement: bool
    reference: Reference
    clock: Clock
    seed: int
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Assert that the pools share no row."""
        self.assert_unseen(self.train)
        self.assert_unseen(self.adapt)

    # ---- leakage ----------------------------------------------------------------------------------------------------

    def assert_unseen(self, trained: Ints) -> None:
        """Call with the ids of all rows that a model learned from, before it is scored.

        Raises:
            LeakError: one of them is in the evaluation pool.
        """
        leaked = np.asarray(trained)[self._is_scored[trained]]
        if leaked.size:
            raise LeakError(
                f"{np.unique(leaked).size} rows of {self.population.name} that a model was trained on can be scored "
                f"(row {leaked[0]} for one): train on `train` and `adapt` rows only."
            )

    @cached_property
    def _is_scored(self) -> Any:
        scored = np.zeros(len(self.population.target), dtype=bool)
        scored[self.evaluate] = True
        return scored

    # ---- what injectors ask -----------------------------------------------------------------------------------------

    @cached_property
    def before(self) -> Rows:
        """The rows of the evaluation pool as they are before any drift. Not to be written into."""
        return self.population.take(self.evaluate)

    @cached_property
    def moments(self) -> Moments:
        """Of the columns of `before`, with missing values left out."""
        matrix = np.ma.masked_invalid(self.before.matrix)
        each = (matrix.mean(axis=0), matrix.std(axis=0), matrix.min(axis=0), matrix.max(axis=0))
        return Moments(*(np.ma.filled(values, 0.0) for values in each))

    @cached_property
    def reference_model(self) -> ReferenceModel:
        """The fixed reference model: a depth-limited tree fitted on `train`."""
        return ReferenceModel.fit(self.population.take(self.train), self.population.n_classes, seed=self.seed)

    @cached_property
    def points_before(self) -> float:
        """What the reference model scores on `before`."""
        return self.reference_model.points(self.before)

    @cached_property
    def reference_model_error(self) -> Floats:
        """The error of the reference model on each row of `before`, shape (n_evaluate,); see `ReferenceModel.error`."""
        return self.reference_model.error(self.before)

    def ranks(self, rng: np.random.Generator) -> Floats:
        """A random rank in (0, 1) for every id of `evaluate` and of `adapt`, even within each stratum of each pool.

        A share s of each class has ranks below s. Rows of `train` have rank 2, since no drift reaches them.
        """
        strata = self.population.strata
        offset = rng.random(int(strata.max()) + 1)
        return self.by_pool(lambda ids: ranks(strata[ids], rng.random(len(ids)), offset))

    def by_pool(self, values: Callable[[Ints], Floats]) -> Floats:
        """One number per id: `values` of the ids of `evaluate` and of `adapt`, each for itself, and 2 for `train`."""
        together = np.full(len(self.population.target), 2.0)
        for ids in (self.evaluate, self.adapt):
            together[ids] = values(ids)
        return together

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of `compute`, run once per key for these pools."""
        if key not in self._known:
            self._known[key] = compute()
        known: T = self._known[key]
        return known

    # ---- draws ------------------------------------------------------------------------------------------------------

    def scored(self, draw: int) -> RowSampler:
        """The rows of `evaluate` in the order in which a stream meets them."""
        return self._sampler("evaluate", self.evaluate, draw, reserved=self.clock.rows_per_month)

    def adapting(self, draw: int) -> RowSampler:
        """The rows of `adapt` that a model may learn from at each time of a stream."""
        return self._sampler("adapt", self.adapt, draw, reserved=0)

    def reference_ids(self, draw: int = 0) -> Ints:
        """The ids of the reference window of a stream: a month of rows that follow the distribution before any drift.

        They may be met again in the stream if rows are drawn with replacement. With `Reference.TRAINING` all of `train`.
        """
        month = self.clock.rows_per_month
        if self.reference is Reference.TRAINING:
            return self.train
        if self.replacement:
            return self.evaluate[stream(self.seed, "drift", "reference", draw).integers(len(self.evaluate), size=month)]
        sampler = self.scored(draw)
        assert isinstance(sampler, Once)
        return self.evaluate[sampler.order[sampler.n_times : sampler.n_times + month]]

    def _sampler(self, pool: str, ids: Ints, draw: int, *, reserved: int) -> RowSampler:
        rng = stream(self.seed, "drift", pool, draw)
        n_times = self.clock.n_rows
        if self.replacement:
            return Replacing(len(ids), rng.random(n_times))
        if len(ids) < n_times + reserved:
            why = f"the {pool} pool has {len(ids)} rows, {n_times + reserved} are needed to draw none twice"
            raise Skip(why, code=Code.TOO_FEW_ROWS)
        return Once(rng.permutation(len(ids)), n_times, reserved, rng.random(len(ids)))
