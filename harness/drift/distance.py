"""How far a drift moves each feature by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats


def marginal_distances(before: Floats, after: Floats, weights: Floats | None, nominal: NDArray[np.bool_]) -> Floats:
    """The largest difference of the two distribution functions of each numeric feature (Kolmogorov and Smirnov's distance).

    Of a nominal feature, whose levels have no order, it is the largest difference of the shares of any set of levels (total
    variation). Missing values are left out; a feature that is missing altogether on one side has moved by 1.

    Args:
        before: the rows without the drift, shape (n, n_features).
        after: the rows with it, shape (n, n_features).
        weights: of the rows of `after`, shape (n,); None for all alike.
        nominal: shape (n_features,).

    Returns:
        Shape (n_features,), in [0, 1].
    """
    heavy = np.ones(len(after)) if weights is None else weights
    distances = np.zeros(before.shape[1])
    for column, is_nominal in enumerate(nominal):
        if weights is not None or not np.array_equal(before[:, column], after[:, column], equal_nan=True):
            distances[column] = _distance(before[:, column], after[:, column], heavy, is_nominal)
    return distances


def _distance(before: Floats, after: Floats, weights: Floats, nominal: bool) -> float:
    here, there = ~np.isnan(before), ~np.isnan(after) & (weights > 0)
    if not (here.any() and there.any()):
        return float(here.any() != there.any())
    levels, places = np.unique(np.concatenate([before[here], after[there]]), return_inverse=True)
    n_before = int(here.sum())
    shares = [
        np.bincount(places[:n_before], minlength=len(levels)) / n_before,
        np.bincount(places[n_before:], weights[there], minlength=len(levels)) / weights[there].sum(),
    ]
    difference = shares[0] - shares[1]
    return float(np.abs(difference).sum() / 2 if nominal else np.abs(np.cumsum(difference)).max())
