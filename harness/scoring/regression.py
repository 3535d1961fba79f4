"""Scores of a regressor on one set of rows."""

from __future__ import annotations

import numpy as np

from harness.core import DataError, Floats
from harness.inference import inputs


def score_values(truth: Floats, predicted: Floats) -> dict[str, float | None]:
    """Every regression metric: rmse and mae in the target's unit, r2 (at most 1; None with fewer than two rows).

    Raises:
        DataError: no row, different numbers of rows, or a value that is missing or infinite.
    """
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error  # takes a second to load

    truth, predicted = inputs.paired(truth, predicted, names=("truth", "predicted"))
    if not len(truth) or not (np.isfinite(truth) & np.isfinite(predicted)).all():
        raise DataError("truth or predicted has a value that is missing or infinite, or there is none")
    return {
        "rmse": float(root_mean_squared_error(truth, predicted)),
        "mae": float(mean_absolute_error(truth, predicted)),
        "r2": float(r2_score(truth, predicted)) if len(truth) > 1 else None,
    }
