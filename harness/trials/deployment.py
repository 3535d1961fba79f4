"""A deployed model: the pools of a seed, a model fitted on one of them, and its predictions under a drift."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core import Code, DataTable, Floats, Skip
from harness.data import Dataset
from harness.drift import (
    Answers,
    Clock,
    Drift,
    Judge,
    Pools,
    Predict,
    Rows,
    Sampling,
    Stream,
    onset_signal,
    residual_threshold,
)
from harness.memo import Memo
from harness.synthesis import Learner, Preprocessing, Training
from harness.trials.signals import Signals

FEWEST_ROWS = 40
"""The rows that each third of a set needs at least, so that streams can be drawn from it."""


@dataclass(frozen=True)
class Deployment:
    """What is deployed, where, and for how long.

    Attributes:
        dataset: where the rows come from.
        model: what is fitted on the training pool.
        preprocessing: fitted on the training pool.
        sampling: how rows are split into pools.
        clock: months of how many rows.
        seed: of split, model, onset and drift.
    """

    dataset: Dataset
    model: Learner
    preprocessing: Preprocessing
    sampling: Sampling
    clock: Clock
    seed: int

    def start(self, memo: Memo) -> Deployed:
        """Split and fit; neighbouring trials on the same rows share both.

        Raises:
            Skip: the set has too few rows, or the model has no estimator for its task.
        """
        table = self.dataset.load()
        if table.n_rows < 3 * FEWEST_ROWS:
            why = f"{table.name} has {table.n_rows} rows; at least {3 * FEWEST_ROWS} are needed for three pools"
            raise Skip(why, code=Code.TOO_FEW_ROWS)
        memo.enter((table.name, table.checksum, table.n_rows, self.seed, self.clock, self.sampling, self.preprocessing))
        pools = memo.once("pools", lambda: self.sampling.pools(table, self.clock, self.seed)).value
        pools.assert_unseen(pools.train)
        predict = memo.once(("predict", self.model.digest), lambda: self._fit(table, pools, memo)).value
        threshold = (
            None
            if table.n_classes
            else memo.once(("threshold", self.model.digest), lambda: residual_threshold(pools, predict)).value
        )
        return Deployed(self, table, pools, predict, threshold, memo)

    def _fit(self, table: DataTable, pools: Pools, memo: Memo) -> Predict:
        rows = pools.population.take(pools.train)
        training = Training(
            matrix=rows.matrix,
            target=rows.target,
            nominal=table.nominal_mask,
            n_classes=table.n_classes,
            preprocessing=self.preprocessing,
            seed=self.seed,
            path=("deployed",),
            inner_folds=2,
            memo=memo,
        )
        transformer, fitted = training.prepared().value.transformer, training.fit_learner(self.model).value
        return lambda matrix: fitted.predict(transformer.transform(matrix)).target


@dataclass(frozen=True)
class Deployed:
    """A deployed model. Repeated work is done once for all trials on the same rows.

    Attributes:
        deployment: what was asked for.
        table: the data set.
        pools: its rows.
        predict: the fitted model.
        threshold: for regression, the absolute error that counts as one.
        memo: shares work with neighbouring trials.
    """

    deployment: Deployment
    table: DataTable
    pools: Pools
    predict: Predict
    threshold: float | None
    memo: Memo

    def ask(self, drift: Drift) -> Answers:
        """The model's predictions under every concept of a drift."""

        def answers() -> Answers:
            return drift.ask(self.predict, threshold=self.threshold)

        return self.memo.once(("answers", self.deployment.model.digest, drift.key), answers).value

    def reference(self) -> Rows:
        """The rows that tests on rows compare with."""
        return self.memo.once("reference", lambda: self.pools.population.take(self.pools.reference_ids())).value

    def signals(self, stream: Stream, judge: Judge) -> Signals:
        """What detectors can read of a stream; holds on to its rows and the reference, not to the model.

        The reference is that of the pools, so that all streams of one deployment share it.
        """
        reference = self.reference()
        return Signals(
            errors=stream.errors(judge),
            reference_errors=self._reference_errors(judge),
            nominal=self.table.nominal_mask,
            make_rows=lambda: stream.rows().matrix,
            make_reference=lambda: reference.matrix,
            make_truth=lambda: onset_signal(stream),
        )

    def _reference_errors(self, judge: Judge) -> Floats:
        """What the model got wrong on the reference rows, shape (n_reference,)."""
        key = ("reference errors", self.deployment.model.digest)
        return self.memo.once(key, lambda: judge.judge(self.reference())).value
