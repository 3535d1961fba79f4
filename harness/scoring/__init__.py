"""Predictions and alarms against truth."""

from harness.scoring.alarms import Scored, score, score_runs
from harness.scoring.classification import calibration_error, score_classes
from harness.scoring.delays import Survival, kaplan_meier, mean_over_hits, restricted_mean
from harness.scoring.flat import Flat, flat_alarms, flat_truth
from harness.scoring.regression import score_values

__all__ = [
    "Flat",
    "Scored",
    "Survival",
    "calibration_error",
    "flat_alarms",
    "flat_truth",
    "kaplan_meier",
    "mean_over_hits",
    "restricted_mean",
    "score",
    "score_classes",
    "score_runs",
    "score_values",
]
