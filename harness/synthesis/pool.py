"""Pools of learners: their fits on all training rows and their out-of-fold predictions, shared by all methods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.core import Code, Floats, Skip
from harness.memo import Timed
from harness.synthesis.learner import Learner
from harness.synthesis.predictions import Fitted, Prediction, most_probable
from harness.synthesis.training import Training


def fit_members(pool: Sequence[Learner], training: Training) -> Timed[tuple[Fitted, ...]]:
    """All learners of the pool, fitted on all training rows, with the seconds of all fits. Raises `Skip` for an empty pool."""
    _require_models(pool)
    parts = [training.fit_learner(learner) for learner in pool]
    return Timed(tuple(part.value for part in parts), sum(part.seconds for part in parts))


def out_of_fold(pool: Sequence[Learner], training: Training) -> Timed[Floats]:
    """The out-of-fold scores of each learner: those for a training row come from a fit without that row's inner fold.

    The features are prepared anew within each inner fold. The seconds are those of these predictions only. Raises `Skip`
    for an empty pool.

    Returns:
        Scores, shape (n_learners, n_rows, n_classes), or (n_learners, n_rows, 1) for regression.
    """
    _require_models(pool)
    preparing = sum(fold.training.prepared().seconds for fold in training.inner())
    parts = [_out_of_fold(learner, training) for learner in pool]
    return Timed(np.stack([part.value for part in parts]), preparing + sum(part.seconds for part in parts))


def _require_models(pool: Sequence[Learner]) -> None:
    if not pool:
        raise Skip("the pool has no models to combine", code=Code.EMPTY_POOL)


def _out_of_fold(learner: Learner, training: Training) -> Timed[Floats]:
    def answer() -> Floats:
        answers = np.empty((len(training.target), training.n_classes or 1))
        for fold, left_out in training.inner():
            fitted = fold.fit_learner(learner).value
            rows = fold.prepared().value.transform(training.matrix[left_out])
            answers[left_out] = scores(fitted.predict(rows))
        return answers

    return training.memo.once((training.path, "out of fold", learner.digest), answer)


def member_scores(members: Sequence[Fitted], matrix: Floats) -> Floats:
    """The scores of every member for prepared rows, shape (n_members, n, n_classes), or (n_members, n, 1) for regression."""
    return np.stack([scores(member.predict(matrix)) for member in members])


def scores(prediction: Prediction) -> Floats:
    """Class probabilities, shape (n, n_classes), or regression values as one column, shape (n, 1).

    Raises:
        Skip: the classifier gives no probabilities.
    """
    if prediction.probabilities is not None:
        return prediction.probabilities
    if prediction.target.dtype.kind == "i":
        why = "a model of the pool gives no class probabilities; only a hard vote can combine it"
        raise Skip(why, code=Code.NO_PROBABILITIES)
    return np.asarray(prediction.target, dtype=np.float64)[:, None]


def from_scores(combined: Floats, n_classes: int) -> Prediction:
    """The prediction from combined scores, shape (n, n_classes), or (n, 1) for regression."""
    return most_probable(combined) if n_classes else Prediction(combined[:, 0], None)
