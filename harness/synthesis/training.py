"""Training rows, what a method makes of them, and what a fitted model answers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints, Task
from harness.data.splits import folds
from harness.memo import Memo, Timed
from harness.randomness import stream_integer
from harness.synthesis.learner import Learner
from harness.synthesis.preprocessing import Preprocessing


class Prediction(NamedTuple):
    """What a model answers for n rows.

    Attributes:
        target: class codes (int64) or regression values (float64), shape (n,).
        probabilities: shape (n, n_classes), rows summing to 1; None for regression and for a classifier without any.
    """

    target: Ints | Floats
    probabilities: Floats | None


class Fitted(Protocol):
    """A fitted model, single or combined."""

    def predict(self, matrix: Floats) -> Prediction:
        """Answer for prepared rows, shape (n, n_prepared_features)."""
        ...


class Method(Protocol):
    """A way to make one model of one or several learners: a level of the factor `synthesis`."""

    @property
    def name(self) -> str:
        """The level's name."""
        ...

    def fit(self, training: Training) -> Timed[Fitted]:
        """A model for rows prepared by `training.prepared`; its seconds leave the preparation out.

        Raises `Skip` where the combination makes no sense.
        """
        ...


class Prepared(NamedTuple):
    """A fitted transformer and the training rows that it made, shape (n, n_prepared_features)."""

    transformer: Any
    matrix: Floats


@dataclass(frozen=True)
class FittedEstimator:
    """A fitted scikit-learn estimator with its answers aligned to the data set's class codes."""

    estimator: Any
    n_classes: int

    def predict(self, matrix: Floats) -> Prediction:
        """The class of highest probability (the first of equals) if there are probabilities, else the estimator's own."""
        if not self.n_classes:
            return Prediction(np.asarray(self.estimator.predict(matrix), dtype=np.float64), None)
        if not hasattr(self.estimator, "predict_proba"):
            return Prediction(np.asarray(self.estimator.predict(matrix), dtype=np.int64), None)
        probabilities = np.zeros((len(matrix), self.n_classes))
        probabilities[:, np.asarray(self.estimator.classes_, dtype=np.int64)] = self.estimator.predict_proba(matrix)
        return most_probable(probabilities)


def most_probable(probabilities: Floats) -> Prediction:
    """The prediction that follows from class probabilities, shape (n, n_classes); the lowest code wins a tie."""
    return Prediction(probabilities.argmax(axis=1), probabilities)


@dataclass(frozen=True, eq=False)
class Training:
    """The rows of one fold that a method may learn from.

    Attributes:
        matrix: features, shape (n_rows, n_features); nominal columns hold category codes, NaN is missing.
        target: class codes or regression values as the method shall see them (noise included), shape (n_rows,).
        nominal: which columns are nominal, shape (n_features,).
        n_classes: of the whole data set; 0 for regression.
        preprocessing: how the features are prepared, fitted on these rows alone.
        seed: the seed of the trial.
        path: where these rows stand within the trial, e.g. (3,) for fold 3 or (3, "inner", 0); names random streams.
        inner_folds: how many inner folds out-of-fold predictions use.
        memo: shares fits with other methods on the same rows.
    """

    matrix: Floats
    target: Ints | Floats
    nominal: NDArray[np.bool_]
    n_classes: int
    preprocessing: Preprocessing
    seed: int
    path: tuple[str | int, ...]
    inner_folds: int
    memo: Memo

    @property
    def task(self) -> Task:
        """Classification or regression."""
        return Task.CLASSIFICATION if self.n_classes else Task.REGRESSION

    def random_state(self, *purpose: str) -> int:
        """An integer seed for that purpose on these rows."""
        return stream_integer(self.seed, *purpose, *self.path)

    def prepared(self) -> Timed[Prepared]:
        """The prepared training rows."""

        def prepare() -> Prepared:
            transformer = self.preprocessing.build(self.nominal)
            return Prepared(transformer, transformer.fit_transform(self.matrix))

        return self.memo.once((self.path, "prepared"), prepare)

    def fit_estimator(self, estimator: Any, matrix: Floats | None = None) -> FittedEstimator:
        """Fit an estimator on the prepared rows, or on other features of the same rows.

        Warnings, of convergence above all, are the model's own affair.
        """
        features = self.prepared().value.matrix if matrix is None else matrix
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return FittedEstimator(estimator.fit(features, self.target), self.n_classes)

    def fit_learner(self, learner: Learner) -> Timed[FittedEstimator]:
        """The learner fitted on these rows, once for all methods that ask; its seconds leave the preparation out."""
        self.prepared()

        def fit() -> FittedEstimator:
            seed = self.random_state("model", learner.name)
            return self.fit_estimator(learner.estimator(self.task, random_state=seed))

        return self.memo.once((self.path, "model", learner.digest), fit)

    def inner(self) -> list[InnerFold]:
        """The inner folds, cut once for all methods that ask."""
        return self.memo.once((self.path, "inner folds"), self._cut).value

    def _cut(self) -> list[InnerFold]:
        cuts = folds(
            self.target,
            n_classes=self.n_classes,
            n_folds=self.inner_folds,
            random_state=self.random_state("inner folds"),
        )
        return [InnerFold(self._part(cut.train, number), cut.test) for number, cut in enumerate(cuts)]

    def _part(self, rows: Ints, number: int) -> Training:
        path = (*self.path, "inner", number)
        return replace(self, matrix=self.matrix[rows], target=self.target[rows], path=path)


class InnerFold(NamedTuple):
    """Training rows of an inner fold, and the positions in the outer training rows that it leaves out."""

    training: Training
    left_out: Ints
