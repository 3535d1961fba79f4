"""A deployed model: the pools of a seed, a model fitted on one of them, and its predictions under a drift."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, cast

import numpy as np

from harness.core import Answered, Code, DataTable, Floats, Ints, Skip
from harness.data import Dataset
from harness.described import DIGITS, description, digest_of
from harness.drift import (
    Answers,
    Clock,
    Drift,
    HarmTo,
    Judge,
    Pools,
    Predict,
    Rows,
    Sampling,
    Stream,
    Yardstick,
    onset_signal,
    residual_threshold,
)
from harness.memo import Memo, Timed
from harness.recent import Recent, Same
from harness.synthesis import Learner, Method, Prediction, Preprocessing, Training
from harness.trials.fits import Ask, Learned, hash_of, learn
from harness.trials.label_free import answered_otherwise, confidence_of, refits
from harness.trials.signals import Compared, Signals, arriving

FEWEST_ROWS = 40
"""The rows that each third of a set needs at least, so that streams can be drawn from it."""


@dataclass(frozen=True)
class Deployment:
    """What is deployed, where, and for how long.

    Attributes:
        dataset: where the rows come from.
        model: what is fitted on the training pool: a base model, or a way to combine some.
        preprocessing: fitted on the training pool.
        sampling: how rows are split into pools.
        clock: months of how many rows.
        seed: of split, model, onset and drift.
        train_rows: how many rows of the training pool it learns from, drawn as streams draw; None for all of them, each once.
    """

    dataset: Dataset
    model: Learner | Method
    preprocessing: Preprocessing
    sampling: Sampling
    clock: Clock
    seed: int
    train_rows: int | None = None

    def start(self, memo: Memo) -> Deployed:
        """Split, and fit when the model is first asked; neighbouring trials on the same rows share both.

        Raises:
            Skip: the set has too few rows, or the model has no estimator for its task.
        """
        table = self.dataset.load()
        if table.n_rows < 3 * FEWEST_ROWS:
            why = f"{table.name} has {table.n_rows} rows; at least {3 * FEWEST_ROWS} are needed for three pools"
            raise Skip(why, code=Code.TOO_FEW_ROWS)
        memo.enter((table.name, table.checksum, table.n_rows, self.seed, self.clock, self.sampling, self.preprocessing))
        pools = memo.once("pools", lambda: self.sampling.pools(table, self.clock, self.seed)).value
        train = self._train(pools)
        pools.assert_unseen(train)
        key = (hash_of(self.model), self.train_rows)

        def answer(matrix: Floats) -> Prediction:
            fitted = memo.once(("predict", key), lambda: self._fit(table, pools, train, memo)).value
            return fitted.ask(matrix)

        def predict(matrix: Floats) -> Any:
            return answer(matrix).target

        threshold = (
            None if table.n_classes else memo.once(("threshold", key), lambda: residual_threshold(pools, predict)).value
        )
        return Deployed(self, table, pools, train, predict, threshold, memo, key, answer)

    def _train(self, pools: Pools) -> Ints:
        """The ids of the rows that it learns from, the newest last."""
        if self.train_rows is None:
            return pools.train
        drawn = pools.training(self.train_rows)
        if len(drawn) < self.train_rows:
            why = f"the training pool of {pools.population.name} has {len(drawn)} rows, {self.train_rows} are needed"
            raise Skip(f"{why} to draw none twice; use twin pools", code=Code.TOO_FEW_ROWS)
        return drawn[::-1]

    def _fit(self, table: DataTable, pools: Pools, train: Ints, memo: Memo) -> Learned:
        rows = pools.population.take(train)
        if self.train_rows is not None:
            return self.learned(table, pools, train, rows, memo).value
        return learn(self.model, self._training(table, rows, pools.population.groups[train], memo)).value

    def refits(self, table: DataTable, pools: Pools, ids: Ints, rows: Rows) -> list[Ask]:
        """The model, fitted again on bootstrap samples of some rows; see `learned`."""
        pools.assert_unseen(ids)
        return refits(self.model, self._training(table, rows, pools.population.groups[ids], Memo()))

    def learned(self, table: DataTable, pools: Pools, ids: Ints, rows: Rows, memo: Memo) -> Timed[Learned]:
        """The model, fitted on some rows; what rows as they are before any drift give is kept for neighbouring trials.

        Whichever rows it learns from, it draws the same random numbers.

        Args:
            table: the data set.
            pools: none of the rows may be in their evaluation pool, or equal to one that is.
            ids: of the rows, shape (n,).
            rows: these, as they are or under a drift.
            memo: shares work with neighbouring trials.

        Raises:
            LeakError: one of the rows can be scored.
        """
        pools.assert_unseen(ids)
        known = pools.population.take(ids)
        in_place = np.array_equal(rows.matrix, known.matrix, equal_nan=True)
        shared = memo if in_place else Memo()
        digest = digest_of_arrays(ids)
        own = Memo()

        def fit() -> Timed[Learned]:
            training = self._training(table, rows, pools.population.groups[ids], own)
            prepared = shared.once(
                ("prepared", digest), lambda: self.preprocessing.fit(rows.matrix, table.nominal_mask)
            )
            own.know((training.path, "prepared"), prepared)
            return learn(self.model, training)

        if in_place and np.array_equal(rows.target, known.target):
            return memo.once(("learned", hash_of(self.model), digest), fit).value
        return fit()

    def _training(self, table: DataTable, rows: Rows, groups: Ints, memo: Memo) -> Training:
        return Training(
            matrix=rows.matrix,
            target=rows.target,
            groups=groups,
            nominal=table.nominal_mask,
            n_classes=table.n_classes,
            preprocessing=self.preprocessing,
            seed=self.seed,
            path=(table.name, "deployed"),
            inner_folds=2,
            memo=memo,
        )


@dataclass(frozen=True)
class Deployed:
    """A deployed model. Repeated work is done once for all trials on the same rows.

    Attributes:
        deployment: what was asked for.
        table: the data set.
        pools: its rows.
        train: ids of the rows that the model learned from.
        predict: the fitted model.
        threshold: for regression, the absolute error that counts as one.
        memo: shares work with neighbouring trials.
        model_key: equal for equal models on the same pools.
        answer: the fitted model, with its probabilities.
    """

    deployment: Deployment
    table: DataTable
    pools: Pools
    train: Ints
    predict: Predict
    threshold: float | None
    memo: Memo
    model_key: Hashable
    answer: Ask

    def learned(self, ids: Ints, rows: Rows) -> Timed[Learned]:
        """The same model, fitted on other rows; see `Deployment.learned`."""
        return self.deployment.learned(self.table, self.pools, ids, rows, self.memo)

    def refits(self, ids: Ints, rows: Rows) -> list[Ask]:
        """The same model, fitted on bootstrap samples of some rows; see `Deployment.refits`."""
        return self.deployment.refits(self.table, self.pools, ids, rows)

    @property
    def yardstick(self) -> Yardstick:
        """The deployed model, to measure harm by."""
        return Yardstick((str(HarmTo.DEPLOYED), self.model_key), self.predict, self.table.n_classes)

    def judged_by(self, harm_to: HarmTo) -> Pools:
        """The pools, where drifts do harm to this model or to the reference model."""
        return self.pools.judged_by(self.yardstick if harm_to == HarmTo.DEPLOYED else None)

    def ask(self, drift: Drift) -> Answers:
        """The model's predictions under every concept of a drift."""

        def answers() -> Answers:
            before = self.judged_by(HarmTo.DEPLOYED).answered
            return drift.ask(self.predict, threshold=self.threshold, before=before)

        return self.memo.once(("answers", self.model_key, drift.key), answers).value

    def answered(self, drift: Drift, answers: Answers) -> Iterator[Answered]:
        """The answers to a drift with their key, one for each of its concepts; see `Answered`."""
        known = self.key()
        for concept in range(drift.n_concepts):
            on = [part for k, part in enumerate(drift.parts) if concept >> k & 1 and part.strength]
            texts = json.dumps([_described(cast(Hashable, part.injector), part.number) for part in on], sort_keys=True)
            strengths = tuple(float(part.strength) for part in on)
            yield Answered(**known, drift=texts, strengths=strengths, wrong=answers.wrong[concept] > 0)

    def key(self) -> dict[str, Any]:
        """What all answers of this model have in common."""

        def key() -> dict[str, Any]:
            population = self.pools.population
            return {
                "dataset": self.table.name,
                "checksum": self.table.checksum,
                "seed": self.deployment.seed,
                "rows": digest_of_arrays(population.matrix, population.target),
                "train": digest_of_arrays(self.train),
                "evaluate": digest_of_arrays(self.pools.evaluate),
                "model": self.deployment.model.name,
                "learner": _digests(Same(self.deployment.model)),
                "preprocessing": _digests(Same(self.deployment.preprocessing)),
            }

        return self.memo.once(("answered", self.model_key), key).value

    def reference(self) -> Rows:
        """The rows that tests on rows compare with."""
        return self.memo.once("reference", lambda: self.pools.population.take(self.pools.reference_ids())).value

    def confidence(self, matrix: Floats) -> Floats:
        """The probability that the model gives to each of its answers, shape (n,).

        Raises:
            UnreadableError: it gives no probabilities.
        """
        return confidence_of(self.answer(matrix), f"the model {self.deployment.model.name!r}")

    def disagreement(self, matrix: Floats) -> Floats:
        """The share of refitted models that answer each row otherwise than this one, shape (n,)."""
        fit = partial(self.refits, self.train, self.pools.population.take(self.train))
        others = self.memo.once(("refits", self.model_key), fit).value
        return answered_otherwise(self.predict(matrix), (one(matrix).target for one in others), self.threshold)

    def signals(self, stream: Stream, judge: Judge, label_delay: int = 0) -> Signals:
        """What detectors can read of a stream, whose labels arrive so many rows late where it is read when they do.

        The reference is that of the pools, so that all streams of one deployment share it. The signals hold on to the stream's
        rows and the reference, and to the model for what is asked of it later; see `Signals.made_for`.
        """
        reference = self.reference()
        return Signals(
            errors=stream.errors(judge),
            reference_errors=self._reference_errors(judge),
            nominal=self.table.nominal_mask,
            make_rows=lambda: stream.rows().matrix,
            make_reference=lambda: reference.matrix,
            make_truth=lambda: onset_signal(stream),
            make_confidence=(lambda: self._confidences(stream, judge, label_delay)) if self.table.n_classes else None,
            make_disagreement=lambda: Compared(*map(self.disagreement, self._here_and_before(stream))),
        )

    def _confidences(self, stream: Stream, judge: Judge, label_delay: int) -> Compared:
        here, before = map(self.confidence, self._here_and_before(stream))
        signal = arriving(here, stream.errors(judge), label_delay)
        return Compared(signal, np.column_stack([before, self._reference_errors(judge)]))

    def _here_and_before(self, stream: Stream) -> tuple[Floats, Floats]:
        """The rows of the stream, and those of the month before it."""
        return stream.rows().matrix, self.pools.population.take(self.pools.month_before()).matrix

    def _reference_errors(self, judge: Judge) -> Floats:
        """What the model got wrong in the month before the stream, shape (rows_per_month,)."""

        def judged() -> Floats:
            ids = self.pools.month_before()
            if isinstance(judge, Answers):  # it has answered these rows
                found: Floats = judge.wrong[0][np.searchsorted(self.pools.evaluate, ids)]
                return found
            return judge.judge(self.pools.population.take(ids))

        return self.memo.once(("reference errors", self.model_key), judged).value


_digests: Recent[Same, str] = Recent(lambda same: digest_of(same.thing), size=64)
"""The digests of models and preprocessings, which trials share."""


@cache
def _described(injector: Any, number: int) -> dict[str, Any]:
    """An injector as a key has it, with its version and its number on the stream, which names its random draws."""
    return {**description(injector), "version": getattr(injector, "version", 1), "number": number}


def digest_of_arrays(*arrays: Any) -> str:
    """The first digits of the sha256 of arrays, in the byte order of small machines."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()[:DIGITS]
