"""Scores of a regressor on one set of rows."""

from __future__ import annotations

from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from harness.core import Floats


def score_values(truth: Floats, predicted: Floats) -> dict[str, float | None]:
    """Every regression metric: rmse and mae in the target's unit, r2 (at most 1; None with fewer than two rows)."""
    return {
        "rmse": float(root_mean_squared_error(truth, predicted)),
        "mae": float(mean_absolute_error(truth, predicted)),
        "r2": float(r2_score(truth, predicted)) if len(truth) > 1 else None,
    }
