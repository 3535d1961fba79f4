"""A trial of the synthesis study: one k-fold pass of one method on one data set."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, DataTable, Floats, Ints, Outcome, Record, Skip, Task
from harness.data import Dataset
from harness.data.splits import Fold, folds, n_of_rarest, nested_subset, noisy_target
from harness.memo import Memo, timed
from harness.randomness import stream_integer
from harness.scoring import averaged, roc_points, score_classes, score_values
from harness.settings import Checked, above, at_least, at_most, below
from harness.synthesis import Fitted, Method, Prediction, Preprocessing, Training, predicted
from harness.trials.headline import means

_SCORES = ("accuracy", "f1", "roc_auc", "log_loss", "brier", "rmse", "mae", "r2", "fit_seconds", "precision", "recall")


@dataclass(frozen=True)
class SynthesisTrial(Checked):
    """One pass over the k folds of a data set with one way of making a model.

    Folds, training subset and label noise depend on the data set and the seed alone: every method meets the same rows.

    Attributes:
        dataset: where the rows come from.
        synthesis: how a model is made of training rows.
        preprocessing: fitted inside each fold.
        seed: the repeat: fold assignment and model randomness.
        n_folds: k of the outer folds.
        inner_folds: folds of the out-of-fold predictions within the training rows.
        label_noise: share of training labels that are made wrong, in [0, 1). Test labels are never touched.
        train_size: share of the training rows that are used, in (0, 1]. Test rows stay the same.
    """

    dataset: Dataset
    synthesis: Method
    preprocessing: Preprocessing
    seed: Annotated[int, at_least(0)]
    n_folds: Annotated[int, at_least(2)] = 5
    inner_folds: Annotated[int, at_least(2)] = 5
    label_noise: Annotated[float, at_least(0), below(1)] = 0.0
    train_size: Annotated[float, above(0), at_most(1)] = 1.0

    def run(self, memo: Memo) -> Outcome:
        """Fit and score every fold.

        Returns:
            Per fold: the metrics of `harness.scoring`, train_accuracy (train_r2), n_train and n_test; CPU seconds to fit
            (preparation included) and to predict the test rows, bytes of the pickled model. Of all folds: the out-of-fold
            predictions of all rows, and for classes `roc`, with the mean of their ROC curves at `harness.scoring.RATES`.
        """
        table = self.dataset.load()
        # the name belongs here, for it chooses the rows of a subsample
        memo.enter((table.name, table.checksum, table.n_rows, self.seed, self._settings()))
        scored = [self._score(table, fold, number, memo) for number, fold in self._folds(table)]
        return Outcome(
            measurements={**_by_name([fold.measurements for fold in scored]), **_curve(table, scored)},
            clock=_by_name([fold.clock for fold in scored]),
            predictions=_together(table, scored),
        )

    @staticmethod
    def headline(record: Record) -> Mapping[str, float]:
        """Means over folds, the scores first and the numbers of rows last."""
        found = means(record)
        return {**{name: found[name] for name in _SCORES if name in found}, **found}

    def _settings(self) -> tuple[Any, ...]:
        return (self.n_folds, self.inner_folds, self.label_noise, self.train_size, self.preprocessing)

    def _folds(self, table: DataTable) -> Iterator[tuple[int, Fold]]:
        random_state = stream_integer(self.seed, "folds", table.name)
        cuts = folds(
            table.target,
            table.groups,
            n_classes=table.n_classes,
            n_folds=self.n_folds,
            random_state=random_state,
        )
        return enumerate(cuts)

    def _score(self, table: DataTable, fold: Fold, number: int, memo: Memo) -> _ScoredFold:
        training = self._training(table, fold, number, memo)
        prepared, prepare_seconds = training.prepared()
        fitted, fit_seconds = self.synthesis.fit(training)
        answer = timed(lambda: self._predicted(fitted, prepared.transform(table.matrix[fold.test]), table))
        truth = table.target[fold.test]
        return _ScoredFold(
            rows=fold.test,
            prediction=answer.value,
            measurements={
                **_scores(truth, answer.value.target, answer.value.probabilities),
                **_training_score(training, self._predicted(fitted, prepared.matrix, table).target),
                "n_train": len(training.target),
                "n_test": len(truth),
            },
            clock={
                "fit_seconds": prepare_seconds + fit_seconds,
                "predict_seconds": answer.seconds,
                "model_bytes": len(pickle.dumps((prepared.transformer, fitted), protocol=5)),
            },
        )

    def _predicted(self, fitted: Fitted, matrix: Floats, table: DataTable) -> Prediction:
        return predicted(fitted, matrix, table.n_classes, f"the synthesis {self.synthesis.name!r}")

    def _training(self, table: DataTable, fold: Fold, number: int, memo: Memo) -> Training:
        n_classes, purpose = table.n_classes, f"{table.name}, fold {number}"
        target, groups = table.target[fold.train], table.groups[fold.train]
        kept = nested_subset(
            target, groups, share=self.train_size, n_classes=n_classes, seed=self.seed, purpose=purpose
        )
        _require_enough(target[kept], groups[kept], n_classes, self.inner_folds)
        noisy = noisy_target(target, share=self.label_noise, n_classes=n_classes, seed=self.seed, purpose=purpose)
        return Training(
            matrix=table.matrix[fold.train[kept]],
            target=noisy[kept],
            groups=groups[kept],
            nominal=table.nominal_mask,
            n_classes=n_classes,
            preprocessing=self.preprocessing,
            seed=self.seed,
            path=(table.name, number),
            inner_folds=self.inner_folds,
            memo=memo,
        )


class _ScoredFold(NamedTuple):
    rows: Ints
    prediction: Prediction
    measurements: dict[str, Any]
    clock: dict[str, Any]


def _require_enough(target: Ints | Floats, groups: Ints, n_classes: int, inner_folds: int) -> None:
    """Skip a set with too few rows for inner folds. Methods without inner folds skip it too: all meet the same sets."""
    fewest = n_of_rarest(target, groups, n_classes)
    if fewest < inner_folds:
        what, code = (
            ("different rows of the rarest class", Code.RARE_CLASS)
            if n_classes
            else ("different rows", Code.TOO_FEW_ROWS)
        )
        raise Skip(f"only {fewest} {what} are left to train on, fewer than inner_folds={inner_folds}", code=code)


def _scores(truth: Any, answer: Any, probabilities: Floats | None) -> dict[str, float | None]:
    return score_values(truth, answer) if truth.dtype.kind == "f" else score_classes(truth, answer, probabilities)


def _training_score(training: Training, answer: Ints | Floats) -> dict[str, float | None]:
    if training.task is Task.REGRESSION:
        return {"train_r2": _scores(training.target, answer, None)["r2"]}
    return {"train_accuracy": float(np.mean(answer == training.target))}


def _curve(table: DataTable, scored: list[_ScoredFold]) -> dict[str, Any]:
    """The curve, in a mapping since it has no value for each fold; nothing for regression, or if no fold has one."""
    if not table.n_classes:
        return {}
    answers: list[tuple[Any, Floats | None]] = [
        (table.target[fold.rows], fold.prediction.probabilities) for fold in scored
    ]
    curve = averaged(roc_points(truth, given) for truth, given in answers if given is not None)
    return {"roc": {"true_positive": curve}} if curve else {}


def _by_name(folds: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [fold[name] for fold in folds] for name in folds[0]}


def _together(table: DataTable, scored: list[_ScoredFold]) -> dict[str, NDArray[Any]]:
    """Out-of-fold predictions in the order of the table's rows; regression in float32, for its targets have units."""
    kind = np.int16 if table.classes else np.float32
    together: dict[str, NDArray[Any]] = {
        "truth": table.target.astype(kind),
        "predicted": np.empty(table.n_rows, dtype=kind),
        "fold": np.empty(table.n_rows, dtype=np.int16),
    }
    if scored[0].prediction.probabilities is not None:
        together["probabilities"] = np.empty((table.n_rows, table.n_classes), dtype=np.float16)
    for number, fold in enumerate(scored):
        together["predicted"][fold.rows] = fold.prediction.target
        together["fold"][fold.rows] = number
        if fold.prediction.probabilities is not None:
            together["probabilities"][fold.rows] = fold.prediction.probabilities
    return together
