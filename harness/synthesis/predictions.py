"""Predictions of fitted models. Whatever a model answers, it is taken here, and refused if it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from harness import answers
from harness.core import Floats, Ints
from harness.errors import AnswerError
from harness.synthesis import quick_trees


class Prediction(NamedTuple):
    """A model's prediction for n rows.

    Attributes:
        target: class codes (int64) or regression values (float64), shape (n,).
        probabilities: shape (n, n_classes), rows summing to 1; None for regression and for a classifier without any.
    """

    target: Ints | Floats
    probabilities: Floats | None


class Fitted(Protocol):
    """A fitted model, single or combined."""

    def predict(self, matrix: Floats) -> Prediction:
        """The prediction for prepared rows, shape (n, n_prepared_features)."""
        ...


def predicted(fitted: Fitted, matrix: Floats, n_classes: int, who: str) -> Prediction:
    """The prediction of any fitted model, a user's own combination of models too, for prepared rows.

    Args:
        fitted: the model.
        matrix: shape (n, n_prepared_features).
        n_classes: the number of classes of the data set; 0 for regression.
        who: what made the model, as a sentence begins with it.

    Raises:
        AnswerError: the prediction is none, or cannot be (see `harness.answers`).
    """
    found: Any = fitted.predict(matrix)
    if not (hasattr(found, "target") and hasattr(found, "probabilities")):
        kind = type(found).__name__
        raise AnswerError(f"{who} answered with a {kind}: predict has to return a harness.synthesis.Prediction.")
    if not n_classes:
        return Prediction(answers.values(found.target, len(matrix), who), None)
    target = answers.class_codes(found.target, len(matrix), n_classes, who)
    if found.probabilities is None:
        return Prediction(target, None)
    return Prediction(target, answers.class_probabilities(found.probabilities, len(matrix), n_classes, who))


@dataclass(frozen=True)
class FittedEstimator:
    """A fitted scikit-learn estimator whose predictions are aligned to the data set's class codes.

    Attributes:
        estimator: scikit-learn-compatible.
        n_classes: the number of classes of the data set; 0 for regression.
        who: the model, as a sentence begins with it.
    """

    estimator: Any
    n_classes: int
    who: str = "the model"

    def predict(self, matrix: Floats) -> Prediction:
        """The most probable class (the first of equals), or the estimator's own prediction if it gives no probabilities.

        Raises:
            AnswerError: the estimator answered what cannot be.
        """
        n_rows, who = len(matrix), self.who
        if not self.n_classes:
            return Prediction(answers.values(quick_trees.predict(self.estimator, matrix), n_rows, who), None)
        if not hasattr(self.estimator, "predict_proba"):
            return Prediction(
                answers.class_codes(quick_trees.predict(self.estimator, matrix), n_rows, self.n_classes, who), None
            )
        classes = self._classes()
        found = answers.class_probabilities(
            quick_trees.predict_proba(self.estimator, matrix), n_rows, len(classes), who
        )
        probabilities = np.zeros((n_rows, self.n_classes))
        probabilities[:, classes] = found
        return most_probable(probabilities)

    def _classes(self) -> Ints:
        """The class codes that the columns of its probabilities stand for."""
        known = getattr(self.estimator, "classes_", None)
        if known is None:
            raise AnswerError(f"{self.who} has no classes_ that say what the columns of predict_proba stand for.")
        return answers.class_codes(known, len(known), self.n_classes, f"{self.who} in its classes_")


def most_probable(probabilities: Floats) -> Prediction:
    """The prediction from class probabilities, shape (n, n_classes). The lowest code wins a tie."""
    return Prediction(probabilities.argmax(axis=1), probabilities)
