"""What one model answers to a drift, and when an answer counts as an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.core import Floats
from harness.drift.pools import Pools
from harness.drift.population import Rows
from harness.drift.yardstick import Predict


@dataclass(frozen=True, eq=False)
class Answers:
    """What one model answers to a drift.

    Attributes:
        wrong: shape (n_concepts, n_evaluate), 1.0 where the model is wrong about a row of the evaluation pool, else 0.0.
        points: of each concept, accuracy in points or R2 x 100, exact over the evaluation pool.
        predict: the model.
        threshold: the absolute error above which a regression counts as wrong; None for classification.
    """

    wrong: Floats
    points: Floats
    predict: Predict
    threshold: float | None

    @property
    def harm(self) -> float:
        """Points that this model loses when all parts of the drift are on."""
        return float(self.points[0] - self.points[-1])

    def judge(self, rows: Rows) -> Floats:
        """1.0 where the model is wrong about these rows, else 0.0, shape (n,)."""
        return error_signal(rows.target, self.predict(rows.matrix), self.threshold)


def error_signal(target: Any, predicted: Any, threshold: float | None) -> Floats:
    """What error-based detectors read: 1.0 for an error and 0.0 for a hit, shape (n,).

    Args:
        target: what is true, shape (n,).
        predicted: what the model says, shape (n,).
        threshold: None for classes; for regression an absolute error above it is an error.
    """
    is_wrong = predicted != target if threshold is None else np.abs(target - predicted) > threshold
    return np.asarray(is_wrong, dtype=np.float64)


def residual_threshold(pools: Pools, predict: Predict, *, quantile: float = 0.9) -> float:
    """That quantile of the absolute errors of a regression model on rows that it has not seen and that are not scored.

    These are the rows of `adapt` before any drift: call it before the model is retrained on some of them.

    Raises:
        Skip: there are no such rows.
    """
    held_out = pools.population.take(pools.require_adapt("the threshold of errors of a regression model"))
    return float(np.quantile(np.abs(held_out.target - predict(held_out.matrix)), quantile))
