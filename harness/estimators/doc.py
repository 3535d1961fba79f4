"""Difference of confidences: the accuracy from before, and what the mean confidence has gained since."""

from __future__ import annotations

import numpy as np

from harness.core import Floats
from harness.estimators.average_confidence import average_confidence
from harness.estimators.reference import Labelled


def doc(confidence: Floats, reference: Labelled) -> float:
    """Accuracy of the reference + mean confidence - its mean on the reference, held between 0 and 1.

    Guillory et al. 2021, arXiv 2107.03315, with a slope of 1: they learn one from sets that
    were shifted on purpose, which a monitor does not have.

    Args:
        confidence: of the answers in a window, in [0, 1], shape (n,).
        reference: labelled rows from before.

    Raises:
        DataError: window or reference has no rows, or a value that cannot be.
    """
    gained = average_confidence(confidence) - average_confidence(reference.confidence)
    return float(np.clip(reference.accuracy + gained, 0.0, 1.0))
