"""Predictions against truth."""

from harness.scoring.classification import calibration_error, score_classes
from harness.scoring.regression import score_values

__all__ = ["calibration_error", "score_classes", "score_values"]
