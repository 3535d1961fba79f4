"""Grades of probes as numbers: what a tool passes of each need, and which tool is first however needs are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

_LATE, _EARLY = "told_apart", "lineage"
"""The probe that passes if files are told apart that differ in a late row, and one that does if they differ in an early one."""


@dataclass(frozen=True)
class Rule:
    """What counts as passed, beside what a tool does by itself.

    Attributes:
        helped: what it does with lines of our code.
        service: what it has with its service, as the adapter says; this was not executed.
        early: that two files are told apart if they differ in an early row, where they are not if they do in a late one.
    """

    helped: bool = False
    service: bool = False
    early: bool = False

    def counts(self, grades: Grades, name: str) -> bool:
        """Whether a probe counts as passed."""
        if self.early and name == _LATE and self.counts(grades, _EARLY):
            return True
        counting = {Grade.NATIVE} | ({Grade.OURS} if self.helped else set())
        counting |= {Grade.NEEDS_SERVICE} if self.service else set()
        found = grades[name]
        return found["grade"] in counting or (self.helped and found.get("helped", found)["grade"] in counting)


NATIVE, WITH_OURS = Rule(), Rule(helped=True)
"""What the tool does by itself, or also what it does with lines of our code."""


def united(parts: Sequence[Grades], rule: Rule) -> Grades:
    """The grades of tools together, as if each did what it passes: of each probe one that counts, if any does."""
    return {name: next((one for one in parts if rule.counts(one, name)), parts[0])[name] for name in PROBES}


def is_measured(grades: Grades) -> bool:
    """Whether every probe was executed."""
    return all(found["grade"] != NOT_MEASURED for found in grades.values())


def passed(grades: Grades, rule: Rule, needs: Sequence[str] = NEEDS) -> list[float]:
    """1 for each probe of the needs that a tool passes, else 0."""
    return [float(rule.counts(grades, name)) for name, probe in PROBES.items() if probe.need in needs]


def shares(grades: Grades, rule: Rule, needs: Sequence[str] = NEEDS) -> list[float]:
    """The share of the probes of each need that a tool passes."""
    return [float(np.mean(passed(grades, rule, [need]))) for need in needs]


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
