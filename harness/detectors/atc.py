"""ATC: the share of confidences above a threshold has fallen short of the accuracy that was promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.detectors.estimates import ConfidenceDetector, Estimator, MeanOfRows
from harness.estimators.atc import atc_threshold
from harness.estimators.reference import Labelled


@dataclass(frozen=True, kw_only=True)
class ATC(ConfidenceDetector):
    """Alarms where `harness.estimators.atc` lies below the accuracy of the reference."""

    name: str = "atc"

    def _fitted(self, reference: Labelled) -> Estimator:
        threshold = atc_threshold(reference)
        return MeanOfRows(reference.accuracy, lambda confidence: (confidence > threshold).astype(np.float64))
