"""Average thresholded confidence: the share of confidences above a threshold."""

from __future__ import annotations

import numpy as np

from harness.core import Floats
from harness.estimators.reference import Labelled, checked_shares, mean_of


def atc_threshold(reference: Labelled) -> float:
    """The least confidence up to which there are as many rows of the reference as wrong ones; -inf if none is wrong.

    Rows at the threshold count as wrong. Where confidences are tied there, more rows do than are wrong, so that the estimate on
    the reference itself lies below its accuracy.

    Raises:
        DataError: the reference has no rows.
    """
    n_wrong = round(reference.n_rows - reference.n_rows * reference.accuracy)
    return float(np.sort(reference.confidence)[n_wrong - 1]) if n_wrong else -np.inf


def atc(confidence: Floats, reference: Labelled) -> float:
    """The share of confidences above the threshold above which the reference has as many rows as right answers.

    Garg et al. 2022, arXiv 2201.04234, with the confidence itself as the score (they prefer the negative entropy).

    Args:
        confidence: of the answers in a window, in [0, 1], shape (n,).
        reference: labelled rows from before.

    Raises:
        DataError: window or reference has no rows, or a value that cannot be.
    """
    return mean_of((checked_shares(confidence, "a confidence") > atc_threshold(reference)).astype(np.float64))
