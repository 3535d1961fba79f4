"""Average confidence: the mean confidence has fallen short of the accuracy that was promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.detectors.estimates import ConfidenceDetector, Estimator, MeanOfRows
from harness.estimators.reference import Labelled


@dataclass(frozen=True, kw_only=True)
class AverageConfidence(ConfidenceDetector):
    """Alarms where `harness.estimators.average_confidence` lies below the accuracy of the reference."""

    name: str = "average_confidence"

    def _fitted(self, reference: Labelled) -> Estimator:
        return MeanOfRows(reference.accuracy, np.array)
