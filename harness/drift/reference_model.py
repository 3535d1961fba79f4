"""The fixed reference model: it says which features matter, and by it harm is measured unless a deployed model is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness import answers
from harness.core import Floats, Ints
from harness.drift.population import Rows
from harness.drift.yardstick import HarmTo, Yardstick

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
    def fit(cls, rows: Rows, n_classes: int, *, rng: np.random.Generator) -> ReferenceModel:
        """Learn from these rows."""
        kind = DecisionTreeClassifier if n_classes else DecisionTreeRegressor
        tree = kind(max_depth=MAX_DEPTH, random_state=int(rng.integers(2**31)))
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

    @property
    def yardstick(self) -> Yardstick:
        """This model, to measure harm by."""
        return Yardstick(str(HarmTo.REFERENCE), self.predict, self.n_classes)
