"""Estimates of a classifier's accuracy on rows whose labels are not known, or not yet.

    reference               rows whose labels are known, from before       Labelled
    average_confidence      the mean confidence
    cbpe                    the mean of calibrated confidences
    atc                     the share of confidences above a threshold
    doc                     the accuracy from before, and what the mean confidence has gained since
    delay_adjusted_cbpe     calibrated confidences, moved by the labels that have arrived
    disagreement            the share of refitted models that answer the same

A *confidence* is the probability that a model gives to the class that it answers. Each estimate is a pure function of a window
of rows, most of a reference too, and an accuracy from 0 to 1. A change of labels alone moves neither confidences nor what other
models answer: only `delay_adjusted_cbpe` sees it, as far as labels have come. `harness.detectors` has a detector for each.
"""

from harness.estimators.atc import atc
from harness.estimators.average_confidence import average_confidence
from harness.estimators.cbpe import cbpe
from harness.estimators.delay_adjusted_cbpe import delay_adjusted_cbpe
from harness.estimators.disagreement import disagreement
from harness.estimators.doc import doc
from harness.estimators.reference import Labelled

__all__ = ["Labelled", "atc", "average_confidence", "cbpe", "delay_adjusted_cbpe", "disagreement", "doc"]
