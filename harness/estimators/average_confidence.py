"""Average confidence: the mean of the confidences."""

from __future__ import annotations

from harness.core import Floats
from harness.estimators.reference import checked_shares, mean_of


def average_confidence(confidence: Floats) -> float:
    """The accuracy of a model whose confidences mean what they say.

    It needs no reference, and is off by as much as the model is too sure of itself or too little.

    Hendrycks and Gimpel 2017, arXiv 1610.02136; unbiased if the model is calibrated: Kivimäki et al. 2025, arXiv 2407.08649.

    Args:
        confidence: of the answers in a window, in [0, 1], shape (n,).

    Raises:
        DataError: the window has no rows, or a confidence that cannot be.
    """
    return mean_of(checked_shares(confidence, "a confidence"))
