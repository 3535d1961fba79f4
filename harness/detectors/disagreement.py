"""Disagreement: models that were fitted again answer otherwise more often than before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.core import DataError, Floats
from harness.detectors.contract import Input
from harness.detectors.estimates import EstimateDetector, Estimator, MeanOfRows
from harness.estimators.disagreement import disagreement
from harness.estimators.reference import checked_shares


@dataclass(frozen=True, kw_only=True)
class Disagreement(EstimateDetector):
    """Alarms where `harness.estimators.disagreement` lies below what it was on the reference, which needs no labels."""

    input: ClassVar[Input] = Input.DISAGREEMENT

    name: str = "disagreement"

    def _empty(self) -> Floats:
        return np.empty(0)

    def _checked(self, signal: Floats) -> Floats:
        if signal.ndim != 1:
            raise DataError(
                f"{self._who} reads one number a row, not an array of shape {signal.shape}: a share of models"
            )
        return checked_shares(signal, f"a share of models that {self._who} reads")

    def _learned(self, reference: Floats) -> Estimator:
        return MeanOfRows(disagreement(self._checked(reference)), lambda otherwise: 1.0 - otherwise)
