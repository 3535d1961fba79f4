"""Which base models gain by being combined, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from experiments.synthesis.answers.readings import NONE, Answer, Reading, chosen
from experiments.synthesis.cube import Cube
from experiments.synthesis.design import DESIGN
from harness.core import Floats

STABLE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "named": {"svm": "svm", "nb": "nb"},
        "others": {"svm": "logistic", "nb": "knn"},
        "shallow": {"svm": "stump", "nb": "tree_depth3"},
    }
)
"""Which two base models stand for stable ones, in the places of the SVM and of naive Bayes."""


def helped_most(
    cube: Cube, *, high: str, low: str, beside: str, metric: str, repeats: str, folds: str, scale: str
) -> Answer:
    """How much more AdaBoost does for a base model of high bias than for one of low bias.

    What it does is its score less that of bagging the same base model, or less that of the base model alone.
    """
    reading = Reading(metric, folds, repeats, scale)
    prefix = chosen({"bagging": "bagging:", "alone": ""}, beside, "beside")
    methods = (f"adaboost:{high}", f"{prefix}{high}", f"adaboost:{low}", f"{prefix}{low}")
    boosted_high, plain_high, boosted_low, plain_low = (reading.scored(cube, method) for method in methods)
    return reading.answer(boosted_high - plain_high - (boosted_low - plain_low), methods)


def more_when_unstable(
    cube: Cube, *, than: str, unstable: str, stable: str, metric: str, repeats: str, folds: str, scale: str
) -> Answer:
    """How much more an unstable base model gains by bagging than a stable one; none if one model should be both."""
    reading = Reading(metric, folds, repeats, scale)
    pair = chosen(STABLE, stable, "stable")
    if unstable in pair.values():
        return NONE
    other = chosen(pair, than, "than")
    methods = (f"bagging:{unstable}", unstable, f"bagging:{other}", other)
    return reading.answer(_gain(cube, reading, unstable) - _gain(cube, reading, other), methods)


def beyond(cube: Cube, *, limit: float, base: str, metric: str, repeats: str, folds: str) -> Answer:
    """Points that a base model gains by bagging, less a limit; of base `every` the mean over all base models."""
    reading = Reading(metric, folds, repeats)
    bases = DESIGN.bases if base == "every" else (base,)
    gain = np.mean([_gain(cube, reading, one) for one in bases], axis=0)
    return reading.answer(gain - limit, [method for one in bases for method in (f"bagging:{one}", one)])


def _gain(cube: Cube, reading: Reading, base: str) -> Floats:
    return reading.scored(cube, f"bagging:{base}") - reading.scored(cube, base)
