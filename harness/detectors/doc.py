"""DoC: the mean confidence has fallen since the reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.core import Floats
from harness.detectors.estimates import ConfidenceDetector, Estimator
from harness.estimators.reference import Labelled


@dataclass(frozen=True)
class _Fitted:
    expected: float
    mean_before: float

    def prepare(self, signal: Floats) -> Floats:
        return np.array(signal[:, 0])

    def estimate(self, window: Floats) -> float:
        return min(max(self.expected + float(window.mean()) - self.mean_before, 0.0), 1.0)


@dataclass(frozen=True, kw_only=True)
class DoC(ConfidenceDetector):
    """Alarms where `harness.estimators.doc` lies below the accuracy of the reference."""

    name: str = "doc"

    def _fitted(self, reference: Labelled) -> Estimator:
        return _Fitted(reference.accuracy, float(reference.confidence.mean()))
