"""Training rows, and methods that fit models on them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV

from harness.core import Code, Floats, Ints, Skip, Task
from harness.data.splits import folds
from harness.memo import Memo, Timed
from harness.randomness import stream_integer
from harness.synthesis import quick_trees
from harness.synthesis.learner import Learner
from harness.synthesis.predictions import Fitted, FittedEstimator
from harness.synthesis.preprocessing import Prepared, Preprocessing


class Method(Protocol):
    """A way to make one model from one or more learners: a level of the factor `synthesis`."""

    @property
    def name(self) -> str:
        """The level's name."""
        ...

    def fit(self, training: Training) -> Timed[Fitted]:
        """A model for rows that `training.prepared` prepared. Its seconds do not include the preparation.

        Raises `Skip` where the combination makes no sense.
        """
        ...


@dataclass(frozen=True, eq=False)
class Training:
    """The rows of one fold that a method may learn from.

    Attributes:
        matrix: features, shape (n_rows, n_features); nominal columns hold category codes, NaN is missing.
        target: class codes or regression values as the method sees them, with label noise, shape (n_rows,).
        groups: of equal rows, by their labels before any noise, shape (n_rows,); no inner fold cuts one.
        nominal: which columns are nominal, shape (n_features,).
        n_classes: the number of classes of the whole data set; 0 for regression.
        preprocessing: how the features are prepared, fitted on these rows alone.
        seed: the seed of the trial.
        path: the data set and the place of these rows within the trial, e.g. ("iris", 3) for fold 3 or ("iris", 3, "inner", 0).
            It names random streams.
        inner_folds: the number of inner folds for out-of-fold predictions.
        memo: shares fits with other methods on the same rows.
    """

    matrix: Floats
    target: Ints | Floats
    groups: Ints
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
        """An integer seed for a purpose on these rows."""
        return stream_integer(self.seed, *purpose, *self.path)

    def prepared(self) -> Timed[Prepared]:
        """The prepared training rows."""
        return self.memo.once((self.path, "prepared"), lambda: self.preprocessing.fit(self.matrix, self.nominal))

    def fit_estimator(self, estimator: Any, matrix: Floats | None = None, *, who: str = "") -> FittedEstimator:
        """The estimator, fitted on the prepared rows, or on other features of the same rows.

        Warnings of the model, mostly about convergence, are silenced. Errors about its answers call it `who`, or by its class.
        """
        features = self.prepared().value.matrix if matrix is None else matrix
        who = who or f"a {type(estimator).__name__}"
        self._require_rows(estimator, who)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = quick_trees.fit(estimator, features, self.target)
        return FittedEstimator(fitted, self.n_classes, who)

    def _require_rows(self, estimator: Any, who: str) -> None:
        """Raise `Skip` unless each class has a row for each fold of a model that cuts its rows into folds itself."""
        if not isinstance(estimator, CalibratedClassifierCV):
            return
        n_folds = getattr(estimator.cv, "n_splits", estimator.cv)
        fewest = int(np.unique(self.target, return_counts=True)[1].min())
        if isinstance(n_folds, int) and fewest < n_folds:
            why = f"the rarest class has {fewest} rows, too few for {who}, which cuts them into {n_folds} folds"
            raise Skip(why, code=Code.RARE_CLASS)

    def fit_learner(self, learner: Learner) -> Timed[FittedEstimator]:
        """The learner, fitted on these rows once for all methods. Its seconds do not include the preparation."""
        self.prepared()

        def fit() -> FittedEstimator:
            seed = self.random_state("model", learner.name)
            return self.fit_estimator(learner.estimator(self.task, random_state=seed), who=learner.who)

        return self.memo.once((self.path, "model", learner.digest), fit)

    def inner(self) -> list[InnerFold]:
        """The inner folds, cut once for all methods."""
        return self.memo.once((self.path, "inner folds"), self._cut).value

    def _cut(self) -> list[InnerFold]:
        cuts = folds(
            self.target,
            self.groups,
            n_classes=self.n_classes,
            n_folds=self.inner_folds,
            random_state=self.random_state("inner folds"),
        )
        return [InnerFold(self._part(cut.train, number), cut.test) for number, cut in enumerate(cuts)]

    def _part(self, rows: Ints, number: int) -> Training:
        path = (*self.path, "inner", number)
        return replace(self, matrix=self.matrix[rows], target=self.target[rows], groups=self.groups[rows], path=path)


class InnerFold(NamedTuple):
    """The training rows of an inner fold, and the positions of its test rows within the outer training rows."""

    training: Training
    left_out: Ints
