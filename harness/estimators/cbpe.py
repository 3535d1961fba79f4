"""Confidence-based performance estimation: the mean of calibrated confidences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.isotonic import IsotonicRegression

from harness.core import Floats
from harness.estimators.reference import Labelled, checked_shares, mean_of


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often an answer is right by its confidence: a line that never falls.

    Attributes:
        confidence: ascending corners, shape (k,).
        accuracy: at each corner, ascending, shape (k,). Between corners it is interpolated, outside it is that of the nearest.
    """

    confidence: Floats
    accuracy: Floats

    @classmethod
    def of(cls, reference: Labelled) -> Calibration:
        """Isotonic regression of the right answers of the reference on their confidences.

        Its mean over the reference is the accuracy there.

        Raises:
            DataError: the reference has no rows.
        """
        assert reference.accuracy >= 0  # raises without rows
        fitted = IsotonicRegression(out_of_bounds="clip").fit(reference.confidence, 1.0 - reference.error)
        return cls(
            np.asarray(fitted.X_thresholds_, dtype=np.float64), np.asarray(fitted.y_thresholds_, dtype=np.float64)
        )

    def __call__(self, confidence: Floats) -> Floats:
        """The calibrated confidence of each row, shape (n,)."""
        return np.interp(confidence, self.confidence, self.accuracy)


def cbpe(confidence: Floats, reference: Labelled) -> float:
    """The mean of the confidences, calibrated on the reference.

    Białek et al. 2024, arXiv 2401.08348, and Kivimäki et al. 2025, arXiv 2505.05295, of accuracy alone and for any number of
    classes: what is calibrated is the confidence of the answer, where they calibrate the probability of each class.

    Args:
        confidence: of the answers in a window, in [0, 1], shape (n,).
        reference: labelled rows from before.

    Raises:
        DataError: window or reference has no rows, or a value that cannot be.
    """
    return mean_of(Calibration.of(reference)(checked_shares(confidence, "a confidence")))
