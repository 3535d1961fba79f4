"""What label noise and few training rows do to methods."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from experiments.synthesis.answers.readings import NONE, Answer, Reading, chosen
from experiments.synthesis.cube import MAIN, Cube, Part
from harness.core import Floats

NOISE = Part(0.3, MAIN.train_size)
"""What losses are given at."""

MILD = 0.1
"""As much label noise as curated data sets have."""

SIZES: Mapping[str, Part] = MappingProxyType(
    {"tenth": Part(0.0, 0.1), "fifth": Part(0.0, 0.2), "two_fifths": Part(0.0, 0.4)}
)
"""Which training size is small."""

INSTEAD = ("stump", "logistic", "knn", "nb")
"""Base models that were bagged on few rows, beside trees."""


BASES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "alike": ("tree_depth3", "tree_depth3"),
        "usual": ("tree_depth3", "tree"),
        **{base: (base, base) for base in ("stump", "tree", "logistic", "nb", "svm", "mlp")},
    }
)
"""Which base models AdaBoost and bagging combine; nearest neighbours take no weights, which AdaBoost needs."""


def lost_to_noise(
    cube: Cube,
    *,
    boosting: str,
    beside: str,
    bases: str,
    damage: str,
    metric: str,
    repeats: str,
    folds: str,
    scale: str,
) -> Answer:
    """How much more boosting loses to 30 % wrong training labels than something beside it.

    Beside it stands bagging, a single model as bagging combines them, or a random forest. `damage` says how the loss is taken
    from the levels of noise, of which those count that both methods have.
    """
    reading = Reading(metric, folds, repeats, scale)
    boosted_base, base = chosen(BASES, bases, "bases")
    others = {"bagging": f"bagging:{base}", "single": base, "forest": "random_forest"}
    first = f"adaboost:{boosted_base}" if boosting == "adaboost" else boosting
    methods = (first, chosen(others, beside, "beside"))
    which, slope = chosen(_DAMAGES, damage, "damage")
    parts = [part for part in which(cube) if all(cube.has(method, part) for method in methods)]
    if len(parts) < 2:
        return NONE
    levels = np.asarray([part.label_noise for part in parts])
    one, other = (slope(levels, np.stack([reading.scored(cube, method, part) for part in parts])) for method in methods)
    return reading.answer(-NOISE.label_noise * (one - other), methods, parts)


def gap_grown(
    cube: Cube,
    *,
    base: str,
    size: str,
    growth: str,
    sign: str,
    beyond: str,
    repeats: str,
    folds: str,
    scale: str,
    instead: str = "none",
) -> Answer:
    """How much more of a sign of overfitting bagging shows on few training rows than its base model alone.

    The sign is training less test accuracy, or test accuracy lost. It counts as grown from all rows to the small size, or at
    the small size alone; for the size `line` it is what the line over the logarithms of all sizes grows by per tenfold. A full
    tree is perfect on its training rows, so that its gap is its error: hence beyond the single model's, or else nothing's.
    `instead` takes another base model.
    """
    base = chosen({"none": base, **{name: name for name in INSTEAD}}, instead, "instead")
    readings = [Reading(metric, folds, repeats, scale) for metric in ("train_accuracy", "accuracy")]

    def shown(method: str, part: Part) -> Floats:
        train, test = (reading.scored(cube, method, part) for reading in readings)
        return {"gap": train - test, "loss": -test}[sign]

    chosen({"gap": True, "loss": True}, sign, "sign")
    alone = chosen({"grown": False, "alone": True}, growth, "growth")
    methods = chosen({"single": (f"bagging:{base}", base), "nothing": (f"bagging:{base}",)}, beyond, "beyond")
    if size == "line":
        parts: Sequence[Part] = cube.sizes
        if alone or len(parts) < 2:
            return NONE
        logs = np.log([part.train_size for part in parts])
        found = [-math.log(10) * _line(logs, np.stack([shown(name, part) for part in parts])) for name in methods]
    else:
        small = chosen(SIZES, size, "size")
        parts = (small,) if alone else (small, MAIN)
        found = [shown(name, small) - (0 if alone else shown(name, MAIN)) for name in methods]
    return readings[1].answer(found[0] - (found[1] if len(found) > 1 else 0), methods, parts)


def _line(levels: Floats, scores: Floats) -> Floats:
    """The least-squares slope on each data set; scores of shape (n_levels, n_sets)."""
    centred = levels - levels.mean()
    slope: Floats = centred @ (scores - scores.mean(axis=0)) / (centred @ centred)
    return slope


def _median_line(levels: Floats, scores: Floats) -> Floats:
    """The median of the slopes between all pairs of levels (Sen 1968, doi 10.1080/01621459.1968.10480934)."""
    pairs = itertools.combinations(range(len(levels)), 2)
    slopes = [(scores[b] - scores[a]) / (levels[b] - levels[a]) for a, b in pairs]
    return np.asarray(np.median(slopes, axis=0), dtype=np.float64)


def _ends(cube: Cube) -> tuple[Part, ...]:
    return tuple(part for part in cube.noisy if part in (MAIN, NOISE))


def _mild(cube: Cube) -> tuple[Part, ...]:
    return tuple(part for part in cube.noisy if part.label_noise <= MILD)


_DAMAGES: Mapping[str, tuple[Callable[[Cube], tuple[Part, ...]], Callable[[Floats, Floats], Floats]]] = (
    MappingProxyType(
        {
            "line": (lambda cube: cube.noisy, _line),
            "ends": (_ends, _line),
            "median_line": (lambda cube: cube.noisy, _median_line),
            "mild": (_mild, _line),
        }
    )
)
"""The levels of noise that count, and how a slope is taken from them."""
