"""Who is better than whom, by how much, and at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from experiments.synthesis.answers.readings import Answer, Reading, Resting, chosen
from experiments.synthesis.cells import FOLDS, REPEATS
from experiments.synthesis.cube import MAIN, Cube, Key
from experiments.synthesis.design import ADABOOST, BAGGING, NAMED, POOL, STACKING, TUNED, WITHOUT_NETWORK, pooled

NETWORKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"default": POOL, "tuned": TUNED, "none": WITHOUT_NETWORK, "named": NAMED}
)
"""The pool of the methods that combine one, by the network in it; `named` has tree and SVM alone beside it."""

OVER_A_POOL = (STACKING, "hard_vote", "soft_vote", "best_by_cv")

TREES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "usual": {"adaboost": ADABOOST, "bagging": BAGGING},
        "alike": {"adaboost": ADABOOST, "bagging": "bagging:tree_depth3"},
        "stumps": {"adaboost": "adaboost:stump", "bagging": BAGGING},
    }
)
"""Which trees AdaBoost and bagging combine."""

OPPONENTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "usual": {},
        "forest": {"bagging": "random_forest"},
        "extra_trees": {"bagging": "extra_trees"},
        "histogram": {"gradient_boosting": "hist_gradient_boosting"},
    }
)
"""Who stands in the place of bagging or of gradient boosting."""

SHORTEST = 1e-6
"""Seconds that a clock can tell from none."""


def stands_for(name: str, *, network: str, opponents: str, trees: str) -> str:
    """The method that a name of the source stands for under some choices; other names stand for themselves."""
    pool = chosen(NETWORKS, network, "network")
    meant = {
        **{method: pooled(method, pool) for method in OVER_A_POOL},
        **chosen(TREES, trees, "trees"),
        **chosen(OPPONENTS, opponents, "opponents"),
    }
    return meant.get(name, name)


def difference(
    cube: Cube,
    *,
    first: str,
    second: str,
    metric: str,
    repeats: str,
    folds: str,
    scale: str = "points",
    answer: str = "labels",
    network: str = "default",
    opponents: str = "usual",
    trees: str = "usual",
) -> Answer:
    """By how much one method scores better than another; `answer` probabilities takes the Brier score for the metric."""
    reading = Reading(_metric(metric, answer), folds, repeats, scale)
    one, other = (stands_for(name, network=network, opponents=opponents, trees=trees) for name in (first, second))
    return reading.answer(reading.scored(cube, one) - reading.scored(cube, other), (one, other))


def in_order(
    cube: Cube,
    *,
    boosting: str,
    metric: str,
    ties: str,
    repeats: str,
    folds: str,
    network: str = "default",
    opponents: str = "usual",
    trees: str = "usual",
) -> Answer:
    """1 on each data set on which stacking scores better than boosting, and boosting better than bagging, else 0.

    Scores that agree to nine decimals are tied. A tie is not in order, or leaves the data set out.
    """
    reading = Reading(metric, folds, repeats)
    names = ("stacking", boosting, "bagging")
    methods = [stands_for(name, network=network, opponents=opponents, trees=trees) for name in names]
    steps = np.round(-np.diff([reading.scored(cube, method) for method in methods], axis=0), 9)
    unknown = np.isnan(steps).any(axis=0)
    if chosen({"against": False, "left_out": True}, ties, "ties"):
        unknown = unknown | (steps == 0).any(axis=0)
    return reading.answer(np.where(unknown, np.nan, (steps > 0).all(axis=0)), methods)


def over_best(
    cube: Cube,
    *,
    best: str,
    metric: str,
    repeats: str,
    folds: str,
    scale: str,
    answer: str = "labels",
    network: str = "default",
) -> Answer:
    """By how much stacking scores better than the best single model of its pool.

    `best` is chosen by inner cross-validation, as one could; in hindsight, by the score itself on each data set; or overall,
    the one model that is best on average over data sets.
    """
    reading = Reading(_metric(metric, answer), folds, repeats, scale)
    pool = chosen(NETWORKS, network, "network")
    stacking, by_cv = pooled(STACKING, pool), pooled("best_by_cv", pool)
    singles = np.stack([reading.scored(cube, model) for model in pool])
    known = np.isfinite(singles).all(axis=0)
    overall = int(np.argmax(singles[:, known].mean(axis=1))) if known.any() else 0
    opponents = {
        "by_cv": (reading.scored(cube, by_cv), (by_cv,)),
        "hindsight": (singles.max(axis=0), pool),
        "overall": (singles[overall], pool),
    }
    opponent, methods = chosen(opponents, best, "best")
    return reading.answer(reading.scored(cube, stacking) - opponent, (stacking, *methods))


def cost(
    cube: Cube,
    *,
    clock: str,
    second: str,
    timing: str,
    repeats: str,
    network: str = "default",
    opponents: str = "usual",
    trees: str = "usual",
) -> Answer:
    """How many times as long stacking takes as another method: the logarithm; `timing` summarises the folds."""
    chosen(FOLDS, timing, "timing")
    chosen(REPEATS, repeats, "repeats")
    methods = [stands_for(name, network=network, opponents=opponents, trees=trees) for name in ("stacking", second)]
    key = Key(chosen({"fit": "fit_seconds", "predict": "predict_seconds"}, clock, "clock"), MAIN, timing, repeats)
    stacking, other = (np.log(np.maximum(cube.of(method, key), SHORTEST)) for method in methods)
    return Answer(stacking - other, (Resting(tuple(methods)),), repeats)


def _metric(metric: str, answer: str) -> str:
    return chosen({"labels": metric, "probabilities": "brier"}, answer, "answer")
