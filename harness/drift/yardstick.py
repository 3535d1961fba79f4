"""To whom a drift does harm, and the scale of harm: points."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, Floats, Skip
from harness.drift.population import Rows

Predict = Callable[[Floats], NDArray[Any]]
"""A fitted model: rows as `DataTable.matrix`, shape (n, n_features), to class codes or values, shape (n,). It answers each row
by itself, whatever rows are asked about with it."""


class HarmTo(StrEnum):
    """The model that is to lose the points that a drift is asked to cost."""

    REFERENCE = "reference"
    """The fixed reference model, a tree of depth 5: one strength for all deployed models."""
    DEPLOYED = "deployed"
    """The deployed model itself: a strength for each model, and the same harm for all of them."""


@dataclass(frozen=True, eq=False)
class Yardstick:
    """A fitted model by which the harm of a drift is measured.

    Attributes:
        identity: equal for equal models on the same pools; what is computed with the model is kept under it.
        predict: the model.
        n_classes: 0 for regression.
    """

    identity: Hashable
    predict: Predict
    n_classes: int

    def error(self, rows: Rows) -> Floats:
        """1 for a wrong class and 0 for the right one; for regression the absolute error; shape (n,)."""
        predicted = self.predict(rows.matrix)
        return np.asarray(predicted != rows.target if self.n_classes else np.abs(predicted - rows.target), dtype=float)


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


@dataclass(frozen=True, eq=False)
class Answered:
    """What a model said of some rows.

    Attributes:
        matrix: the rows, shape (n, n_features).
        predicted: what it said, shape (n,).
    """

    matrix: Floats
    predicted: NDArray[Any]


def answers_to(predict: Predict, matrix: Floats, *known: Answered) -> Answered:
    """What a model says of these rows. A row that equals the known one at its place is not predicted again."""
    if not known:
        return Answered(matrix, predict(matrix))
    predicted, unknown = known[0].predicted.copy(), np.ones(len(matrix), dtype=bool)
    for one in known:
        differs = ((matrix != one.matrix) & ~(np.isnan(matrix) & np.isnan(one.matrix))).any(axis=1)
        same = unknown & ~differs
        predicted[same] = one.predicted[same]
        unknown &= differs
    if unknown.any():
        predicted[unknown] = predict(matrix[unknown])
    return Answered(matrix, predicted)
