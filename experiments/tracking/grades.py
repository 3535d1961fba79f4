"""Grades of probes as numbers: what a tool passes of each need, and which tool is first however needs are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from experiments.tracking.study import NOT_MEASURED, Grades
from harness.core import Floats
from harness.randomness import stream
from harness.tracking.workloads.features import Grade
from harness.tracking.workloads.probes import NEEDS, PROBES

WEIGHTINGS = 10_000
DECISIVE = 0.9
"""The share of weightings in which a tool has to be first for there to be a ranking."""

NATIVE, WITH_OURS = frozenset({Grade.NATIVE}), frozenset({Grade.NATIVE, Grade.OURS})
"""The grades that count as passed: what the tool does by itself, or also what it does with lines of our code."""


def is_measured(grades: Grades) -> bool:
    """Whether every probe was executed."""
    return all(found["grade"] != NOT_MEASURED for found in grades.values())


def passed(grades: Grades, counting: frozenset[Grade], needs: Sequence[str] = NEEDS) -> list[float]:
    """1 for each probe of the needs that a tool passes, else 0."""
    return [float(grades[name]["grade"] in counting) for name, probe in PROBES.items() if probe.need in needs]


def shares(grades: Grades, counting: frozenset[Grade], needs: Sequence[str] = NEEDS) -> list[float]:
    """The share of the probes of each need that a tool passes."""
    return [float(np.mean(passed(grades, counting, [need]))) for need in needs]


def dominated(values: Floats) -> NDArray[np.bool_]:
    """Which rows another row equals or exceeds in every column and exceeds in one, shape (n,)."""
    as_good = np.all(values[None, :, :] >= values[:, None, :], axis=2)
    better = np.any(values[None, :, :] > values[:, None, :], axis=2)
    found: NDArray[np.bool_] = np.any(np.logical_and(as_good, better), axis=1)
    return found


def first_places(values: Floats) -> Floats:
    """The share of the weightings in which each row is first, shape (n,); rows that tie for it share it.

    Weightings are drawn evenly from all that add up to 1 (Dirichlet with ones).
    """
    scores = weightings(values.shape[1]) @ values.T
    is_first = np.isclose(scores, scores.max(axis=1, keepdims=True), rtol=0, atol=1e-12)
    found: Floats = (is_first / is_first.sum(axis=1, keepdims=True)).mean(axis=0)
    return found


@lru_cache(maxsize=32)
def weightings(n: int) -> Floats:
    """Ways to weigh so many things, shape (`WEIGHTINGS`, n)."""
    return np.asarray(stream(0, "tracking", "weightings").dirichlet(np.ones(n), WEIGHTINGS))


def left_out(values: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest share of first places of each row if one of the columns is left out."""
    each = np.array([first_places(np.delete(values, column, axis=1)) for column in range(values.shape[1])])
    return each.min(axis=0), each.max(axis=0)
