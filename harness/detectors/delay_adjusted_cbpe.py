"""Delay-adjusted CBPE: calibrated confidences, moved by the labels that have arrived, fall short of what was promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.core import Floats
from harness.detectors.estimates import ConfidenceDetector, Estimator
from harness.estimators.cbpe import Calibration
from harness.estimators.delay_adjusted_cbpe import logits_of, moved
from harness.estimators.reference import Labelled


@dataclass(frozen=True)
class _Fitted:
    expected: float
    n_reference: int
    calibration: Calibration

    def prepare(self, signal: Floats) -> Floats:
        """Shape (n, 3): logit of the row, logit and error of the row whose label arrives."""
        logits = [logits_of(self.calibration, self.n_reference, signal[:, column]) for column in (0, 1)]
        return np.column_stack([*logits, signal[:, 2]])

    def estimate(self, window: Floats) -> float:
        arrived = window[~np.isnan(window[:, 2])]
        return moved(window[:, 0].copy(), arrived[:, 1].copy(), arrived[:, 2].copy())


@dataclass(frozen=True, kw_only=True)
class DelayAdjustedCBPE(ConfidenceDetector):
    """Alarms where `harness.estimators.delay_adjusted_cbpe` lies below the accuracy of the reference.

    The labels of a window are those that arrive within its time, also those of older rows.
    """

    name: str = "delay_adjusted_cbpe"

    def _fitted(self, reference: Labelled) -> Estimator:
        return _Fitted(reference.accuracy, reference.n_rows, Calibration.of(reference))
