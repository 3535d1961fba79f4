"""The fixed reference model by which the harm of a drift is measured, and the scale of harm: points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness import answers
from harness.core import Code, Floats, Ints, Skip
from harness.drift.population import Rows
from harness.randomness import stream_integer

MAX_DEPTH = 5


@dataclass(frozen=True, eq=False)
class ReferenceModel:
    """A tree of depth `MAX_DEPTH` on the rows as they are.

    Codes of nominal columns count as numbers; a missing value takes the branch that it took in training, or else the larger.

    Attributes:
        tree: the fitted scikit-learn tree.
        n_classes: 0 for regression.
    """

    tree: Any
    n_classes: int

    @classmethod
    def fit(cls, rows: Rows, n_classes: int, *, seed: int) -> ReferenceModel:
        """Learn from these rows."""
        kind = DecisionTreeClassifier if n_classes else DecisionTreeRegressor
        tree = kind(max_depth=MAX_DEPTH, random_state=stream_integer(seed, "drift", "yardstick"))
        return cls(tree.fit(rows.matrix, rows.target), n_classes)

    @property
    def importance(self) -> Floats:
        """How much each feature is used, shape (n_features,), summing to 1 (or to 0 for a tree without a split)."""
        return np.asarray(self.tree.feature_importances_, dtype=np.float64)

    def predict(self, matrix: Floats) -> Ints | Floats:
        """Class codes or values, shape (n,). Raises `AnswerError` for those that cannot be."""
        answer, who = self.tree.predict(matrix), "the reference model of harm"
        if self.n_classes:
            return answers.class_codes(answer, len(matrix), self.n_classes, who)
        return answers.values(answer, len(matrix), who)

    def error(self, rows: Rows) -> Floats:
        """1 for a wrong class and 0 for the right one; for regression the absolute error; shape (n,)."""
        predicted = self.predict(rows.matrix)
        return np.asarray(predicted != rows.target if self.n_classes else np.abs(predicted - rows.target), dtype=float)

    def points(self, rows: Rows, weights: Floats | None = None) -> float:
        """The score on these rows; see `points`."""
        return points(rows.target, self.predict(rows.matrix), self.n_classes, weights)


def points(target: Any, predicted: Any, n_classes: int, weights: Floats | None = None) -> float:
    """Accuracy in points of 100; for regression R2 x 100.

    Args:
        target: what is true, shape (n,).
        predicted: what the model says, shape (n,).
        n_classes: 0 for regression.
        weights: shape (n,), how often each row is drawn; None for all alike.

    Raises:
        Skip: a regression target is the same in all rows that are drawn, so that there is no R2.
    """
    if n_classes:
        return 100 * float(np.average(predicted == target, weights=weights))
    spread = np.average((target - np.average(target, weights=weights)) ** 2, weights=weights)
    if not spread:
        why = "the target is the same in every row that is drawn, so that R2 and harm are not defined"
        raise Skip(why, code=Code.CONSTANT_TARGET)
    return 100 * (1 - float(np.average((target - predicted) ** 2, weights=weights) / spread))
