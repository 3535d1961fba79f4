"""Predictions and alarms against truth.

`kaplan_meier`, the survival of delays with misses censored, is one of the statistics (`harness.inference.survival`). It is
named here too, beside the measures that it belongs to.

classification, regression   predictions of one set of rows
roc                          curves that can be averaged over folds and data sets
flat                         runs laid end to end, as arrays
alarms                       which alarm found which drift, how late, and which were false
sums                         counts and times of each run, and of groups of runs
measures                     what a detector achieved: ratios of such sums, as reports print them
localisation                 do the columns that an alarm names agree with those that the drift touched
"""

from harness.inference.survival import Survival, kaplan_meier
from harness.scoring.alarms import Scored, score, score_runs
from harness.scoring.classification import calibration_error, score_classes
from harness.scoring.flat import Flat, flat_alarms, flat_truth
from harness.scoring.localisation import Localisation, localise
from harness.scoring.measures import measured
from harness.scoring.regression import score_values
from harness.scoring.roc import RATES, averaged, roc_points
from harness.scoring.sums import pooled, run_sums

__all__ = [
    "RATES",
    "Flat",
    "Localisation",
    "Scored",
    "Survival",
    "averaged",
    "calibration_error",
    "flat_alarms",
    "flat_truth",
    "kaplan_meier",
    "localise",
    "measured",
    "pooled",
    "roc_points",
    "run_sums",
    "score",
    "score_classes",
    "score_runs",
    "score_values",
]
