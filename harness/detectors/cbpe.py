"""CBPE: the mean calibrated confidence has fallen short of the accuracy that was promised."""

from __future__ import annotations

from dataclasses import dataclass

from harness.detectors.estimates import ConfidenceDetector, Estimator, MeanOfRows
from harness.estimators.cbpe import Calibration
from harness.estimators.reference import Labelled


@dataclass(frozen=True, kw_only=True)
class CBPE(ConfidenceDetector):
    """Alarms where `harness.estimators.cbpe` lies below the accuracy of the reference."""

    name: str = "cbpe"

    def _fitted(self, reference: Labelled) -> Estimator:
        return MeanOfRows(reference.accuracy, Calibration.of(reference))
