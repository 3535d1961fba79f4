"""The pools of one seed: rows to train on, to adapt with and to score, so that what was learned is never scored."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from harness.core import Code, Floats, Ints, Skip
from harness.drift.clock import Clock
from harness.drift.population import Population, Rows, ranks
from harness.drift.reference_model import ReferenceModel
from harness.drift.row_sampler import Once, Replacing, RowSampler
from harness.drift.yardstick import Answered, HarmTo, Yardstick, answers_to
from harness.randomness import stream

T = TypeVar("T")


class LeakError(AssertionError):
    """A model was trained on a row that can be scored, or on its equal: a mistake in a trial, never a property of its data."""


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
        adapt: ids of rows for retraining during the stream; a sampling may have none, see `require_adapt`.
        evaluate: ids of rows that make the scored stream; what a drift does is defined and measured on them.
        replacement: whether streams draw rows with replacement.
        reference: where reference windows come from.
        clock: of the streams.
        seed: of the trial.
        judge: the model to which harm is done; None for the reference model.
    """

    population: Population
    train: Ints
    adapt: Ints
    evaluate: Ints
    replacement: bool
    reference: Reference
    clock: Clock
    seed: int
    judge: Yardstick | None = None
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Assert that no row of `train` or `adapt` can be scored, nor one that is equal to it."""
        self.assert_unseen(self.train)
        self.assert_unseen(self.adapt)

    # ---- leakage ----------------------------------------------------------------------------------------------------

    def assert_unseen(self, trained: Ints) -> None:
        """Call with the ids of all rows that a model learned from, before it is scored.

        Raises:
            LeakError: one of them is in the evaluation pool, or is equal to one that is, in all values and the label.
        """
        leaked = np.asarray(trained)[self._is_scored[self.population.groups[trained]]]
        if leaked.size:
            raise LeakError(
                f"{np.unique(leaked).size} rows of {self.population.name} that a model was trained on can be scored "
                f"(row {leaked[0]} for one): train on `train` and `adapt` rows only."
            )

    @cached_property
    def _is_scored(self) -> Any:
        """Of each group of equal rows, whether it is in the evaluation pool."""
        groups = self.population.groups
        scored = np.zeros(len(groups), dtype=bool)
        scored[groups[self.evaluate]] = True
        return scored

    def require_adapt(self, who: str) -> Ints:
        """The ids of `adapt` for one who cannot do without.

        Args:
            who: needs them, in words that begin a sentence.

        Raises:
            Skip: the sampling has set no rows apart to adapt with.
        """
        if not len(self.adapt):
            why = f"{who} needs rows to adapt with, and this sampling sets none apart; use twin pools"
            raise Skip(why, code=Code.NOTHING_TO_ADAPT_WITH)
        return self.adapt

    # ---- what injectors ask -----------------------------------------------------------------------------------------

    @property
    def before(self) -> Rows:
        """The rows of the evaluation pool as they are before any drift. Not to be written into."""
        return self.once("before", lambda: self.population.take(self.evaluate))

    @property
    def moments(self) -> Moments:
        """Of the columns of `before`, with missing values left out."""
        return self.once("moments", self._moments)

    def _moments(self) -> Moments:
        matrix = np.ma.masked_invalid(self.before.matrix)
        each = (matrix.mean(axis=0), matrix.std(axis=0), matrix.min(axis=0), matrix.max(axis=0))
        return Moments(*(np.ma.filled(values, 0.0) for values in each))

    @property
    def reference_model(self) -> ReferenceModel:
        """The fixed reference model: a depth-limited tree fitted on `train`."""

        def fit() -> ReferenceModel:
            rows, rng = self.population.take(self.train), self.stream("yardstick")
            return ReferenceModel.fit(rows, self.population.n_classes, rng=rng)

        return self.once("reference model", fit)

    @property
    def yardstick(self) -> Yardstick:
        """The model to which harm is done: that of `judged_by`, or the reference model."""
        return self.judge or self.reference_model.yardstick

    @property
    def harm_to(self) -> Hashable:
        """The identity of the yardstick, for which no reference model has to be fitted."""
        return self.judge.identity if self.judge else str(HarmTo.REFERENCE)

    def judged_by(self, judge: Yardstick | None) -> Pools:
        """The same pools, sharing all that is known of them, where harm is done to this model; None for the reference model."""
        return replace(self, judge=judge)

    @property
    def answered(self) -> Answered:
        """What the yardstick says of `before`."""
        yardstick = self.yardstick
        return self.once(("answered", yardstick.identity), lambda: answers_to(yardstick.predict, self.before.matrix))

    @property
    def drifting(self) -> tuple[Ints, ...]:
        """The ids that drifts reach, by pool: those of `evaluate`, and of `adapt` unless it is empty."""
        return (self.evaluate, self.adapt) if len(self.adapt) else (self.evaluate,)

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
        for ids in self.drifting:
            together[ids] = values(ids)
        return together

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The value of `compute`, run once per key for these pools."""
        if key not in self._known:
            self._known[key] = compute()
        known: T = self._known[key]
        return known

    # ---- draws ------------------------------------------------------------------------------------------------------

    def stream(self, *purpose: str | int) -> np.random.Generator:
        """Random numbers for one purpose; those of two data sets are independent, also with the same seed."""
        return stream(self.seed, "drift", *purpose, self.population.name)

    def training(self, n_rows: int) -> Ints:
        """The ids of rows of `train` as they came before the stream, the newest first: drawn as streams draw from their pool.

        A longer draw begins with a shorter one. Without replacement there are as many as the pool has, if that is fewer.
        """
        rng = self.stream("train")
        if self.replacement:
            return self.train[Replacing(len(self.train), rng.random(n_rows)).places()]
        return self.train[rng.permutation(len(self.train))[:n_rows]]

    def scored(self, draw: int) -> RowSampler:
        """The rows of `evaluate` in the order in which a stream meets them."""
        return self._sampler("evaluate", self.evaluate, draw, reserved=self.clock.rows_per_month)

    def adapting(self, draw: int) -> RowSampler:
        """The rows of `adapt` that a model may learn from at each time of a stream."""
        return self._sampler("adapt", self.require_adapt("a policy that retrains"), draw, reserved=0)

    def reference_ids(self, draw: int = 0) -> Ints:
        """The ids of the rows that tests of rows compare with: those of `month_before`, or all of `train`."""
        return self.train if self.reference is Reference.TRAINING else self.month_before(draw)

    def month_before(self, draw: int = 0) -> Ints:
        """The ids of a month of rows of the evaluation pool that follow the distribution before any drift.

        They may be met again in the stream if rows are drawn with replacement. Whatever tests of rows compare with, detectors
        of errors compare with these: what a model got wrong among rows that it has learned says nothing of what it will.
        """
        month = self.clock.rows_per_month
        if self.replacement:
            return self.evaluate[self.stream("reference", draw).integers(len(self.evaluate), size=month)]
        sampler = self.scored(draw)
        assert isinstance(sampler, Once)
        return self.evaluate[sampler.order[sampler.n_times : sampler.n_times + month]]

    def _sampler(self, pool: str, ids: Ints, draw: int, *, reserved: int) -> RowSampler:
        rng = self.stream(pool, draw)
        n_times = self.clock.n_rows
        if self.replacement:
            return Replacing(len(ids), rng.random(n_times))
        if len(ids) < n_times + reserved:
            why = f"the {pool} pool has {len(ids)} rows, {n_times + reserved} are needed to draw none twice"
            raise Skip(why, code=Code.TOO_FEW_ROWS)
        return Once(rng.permutation(len(ids)), n_times, reserved, rng.random(len(ids)))
