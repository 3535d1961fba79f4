"""Whose answers change less when it is trained again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from experiments.synthesis.answers.orders import NETWORKS
from experiments.synthesis.answers.readings import NONE, Answer, Resting, chosen
from experiments.synthesis.cube import Cube
from experiments.synthesis.design import NAMED, STACKING, pooled
from experiments.synthesis.instability import MEASURES, OF_LABELS
from harness.analysis.frame import POINTS
from harness.core import Floats

SINGLES: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"pool": lambda _: True, "named": frozenset({*NAMED, "mlp"}).__contains__, "tree": "tree".__eq__}
)
"""Which single models of a pool stand for any."""

MIDDLE: Mapping[str, Callable[..., Any]] = MappingProxyType({"mean": np.mean, "median": np.median})


def steadier(
    cube: Cube,
    *,
    vote: str,
    instability: str,
    singles: str,
    middle: str,
    comparison: str,
    than: str,
    network: str = "default",
) -> Answer:
    """How much more the answers of single models change than those of a vote of them.

    `than` compares with the single models, with the one that inner cross-validation chooses, or with stacking. `comparison` is
    the difference in points, or the logarithm of the ratio with half a row added to both; that of rows whose label changes
    only, for a gap in accuracy may be none by luck.
    """
    pool = chosen(NETWORKS, network, "network")
    models = tuple(filter(chosen(SINGLES, singles, "singles"), pool))
    by_cv, stacking, voted = (pooled(method, pool) for method in ("best_by_cv", STACKING, vote))
    others = chosen({"singles": models, "by_cv": (by_cv,), "stacking": (stacking,)}, than, "than")
    chosen(dict.fromkeys(MEASURES), instability, "instability")
    if comparison == "ratio" and instability not in OF_LABELS:
        return NONE
    summarise = chosen(MIDDLE, middle, "middle")
    theirs = summarise([cube.changes(model, instability) for model in others], axis=0)
    compare = chosen({"difference": _difference, "ratio": _log_ratio}, comparison, "comparison")
    return Answer(compare(cube, theirs, cube.changes(voted, instability)), (Resting((*others, voted)),))


def _difference(_: Cube, one: Floats, other: Floats) -> Floats:
    return one - other


def _log_ratio(cube: Cube, one: Floats, other: Floats) -> Floats:
    half_a_row = 0.5 * POINTS / cube.n_used
    return np.asarray(np.log((one + half_a_row) / (other + half_a_row)), dtype=np.float64)
