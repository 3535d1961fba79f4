"""Subsets of data sets for which a claim may hold differently."""

from __future__ import annotations

from experiments.detection.cells import Cube
from harness.core import ConfigError
from harness.detectors.run import DEFAULT, Run

FEW_ROWS = 1000
"""Rows below which a data set is small: a third of it, from which its streams are drawn, is little more than a month."""

MADE = frozenset({"kr_vs_kp", "letter", "magic", "mushroom", "tic_tac_toe"})
"""Data sets whose rows nobody measured: end games that a program generated or listed, letters of fonts distorted at random,
showers of a Monte Carlo simulation, mushrooms as a field guide describes them (as their pages of the UCI repository say)."""


def scope(cube: Cube, dimension: str, level: str) -> frozenset[str]:
    """The data sets of a level.

    Args:
        cube: of all streams.
        dimension: classes, size, origin or columns.
        level: one of its levels; "all" means all data sets.

    Raises:
        ConfigError: there is no such dimension or level.
    """
    every = frozenset(map(str, cube.sets))
    if level == "all":
        return every
    with_nominal = frozenset(cube.cells.loc[cube.read.get(Run("chi_square", DEFAULT), slice(0, 0)), "dataset"])
    known = {
        ("classes", "two"): {name for name in every if len(cube.described[name].get("classes", ())) == 2},
        ("classes", "more"): {name for name in every if len(cube.described[name].get("classes", ())) > 2},
        ("size", "small"): {name for name in every if cube.described[name].get("rows", 0) < FEW_ROWS},
        ("size", "large"): {name for name in every if cube.described[name].get("rows", 0) >= FEW_ROWS},
        ("origin", "measured"): every - MADE,
        ("origin", "made"): every & MADE,
        ("columns", "numeric"): every - with_nominal,
        ("columns", "nominal"): every & with_nominal,
    }
    if (dimension, level) not in known:
        raise ConfigError(
            f"the study has no data sets of {dimension} {level!r}; there are {', '.join(map(' '.join, known))}."
        )
    return frozenset(known[dimension, level])
