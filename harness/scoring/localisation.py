"""Whether a detector that reads rows points at the features that moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from harness.core import DataError, Floats
from harness.scoring.flat import Bools


@dataclass(frozen=True)
class Localisation:
    """How well the named features agree with those that the drift touched, and what a blind choice of as many would give.

    Attributes:
        precision: the share of named features that were touched; None if none was named.
        recall: the share of touched features that were named; None if none was touched.
        chance_precision: the expected precision of as many features drawn at random: touched / all features.
        chance_recall: their expected recall: named / all features.
    """

    precision: float | None
    recall: float | None
    chance_precision: float
    chance_recall: float


def localise_ranked(scores: ArrayLike, touched: Bools, k: int) -> Localisation:
    """Precision and recall at k: of the k features that seem to have moved most.

    Args:
        scores: shape (n_features,), larger for a feature that seems to have moved more (a statistic, or minus its p); NaN for
            one that the detector cannot read, which ranks last. Equal scores are taken in random order, in expectation.
        touched: shape (n_features,), whether the drift touched the feature.
        k: how many features are named, 1 to n_features.

    Raises:
        DataError: `scores` and `touched` differ in length, or there are no k features.
    """
    values = np.asarray(scores, dtype=np.float64)
    values = np.where(np.isnan(values), -np.inf, values)
    if len(values) != len(touched) or not 1 <= k <= len(values):
        raise DataError(
            f"There are {len(values)} scores for {len(touched)} features and k is {k}; k is one of 1 to their number."
        )
    return _compared(_expected_hits(values, touched, k), k, touched)


def localise_flagged(flagged: ArrayLike, touched: Bools) -> Localisation:
    """Precision and recall of the features that an alarm names.

    Args:
        flagged: the positions of the named features, each once, in any order; may be empty.
        touched: shape (n_features,), whether the drift touched the feature.

    Raises:
        DataError: a position that is no feature's, or one named twice.
    """
    named = np.asarray(flagged, dtype=np.int64).reshape(-1)
    if len(np.unique(named)) < len(named) or ((named < 0) | (named >= len(touched))).any():
        raise DataError(f"Flagged features are {named.tolist()}; name each once, by its position among {len(touched)}.")
    return _compared(float(touched[named].sum()), len(named), touched)


def _expected_hits(scores: Floats, touched: Bools, k: int) -> float:
    threshold = np.sort(scores)[-k]
    above, tied = scores > threshold, scores == threshold
    return float(touched[above].sum() + (k - above.sum()) * touched[tied].mean())


def _compared(hits: float, n_named: int, touched: Bools) -> Localisation:
    n_touched, n_features = int(touched.sum()), len(touched)
    return Localisation(
        precision=hits / n_named if n_named else None,
        recall=hits / n_touched if n_touched else None,
        chance_precision=n_touched / n_features,
        chance_recall=n_named / n_features,
    )
