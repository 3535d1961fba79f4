"""Probes that a tool passes beside its rivals, in points, and the share of weightings in which it is first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from experiments.tracking.answers.answer import Answer
from experiments.tracking.answers.choices import one_of, rival_tools
from experiments.tracking.grades import DECISIVE, Rule, first_places, is_measured, passed, shares, united
from experiments.tracking.study import JOINED, Grades, Tracking, Used
from harness.core import Floats
from harness.tracking.workloads.probes import NEEDS

FEATURES = "features"
GROUPS = {
    "all": NEEDS,
    "experiments": ("record", "find", "compare", "restore"),
    "data": ("version",),
}
"""Needs that a claim is about."""

_WEIGHTS = {"needs": shares, "probes": passed}


def richer(
    study: Tracking,
    *,
    of: str,
    rivals: str,
    needs: str = "all",
    credit: str = "native",
    service: str = "fails",
    row: str = "late",
    joined: str = "executed",
    weights: str = "needs",
    without: str = "nothing",
) -> Answer:
    """How many points more of what is asked for a tool passes than the best of its rivals."""
    rule = _rule(credit, service, row)
    choices = {"needs": needs, "weights": weights, "without": without, "joined": joined}
    return _judged(
        study, of, rivals, lambda values: 100 * float(values[0].mean() - values[1:].mean(axis=1).max()), rule, **choices
    )


def first(
    study: Tracking,
    *,
    of: str,
    rivals: str,
    credit: str = "native",
    service: str = "fails",
    row: str = "late",
    weights: str = "needs",
    without: str = "nothing",
) -> Answer:
    """The share of weightings in which a tool is first among its rivals, less that which makes a ranking, in points."""
    rule = _rule(credit, service, row)
    choices = {"needs": "all", "weights": weights, "without": without, "joined": "executed"}
    return _judged(study, of, rivals, lambda values: 100 * float(first_places(values)[0] - DECISIVE), rule, **choices)


def _rule(credit: str, service: str, row: str) -> Rule:
    """What counts as passed."""
    return Rule(
        helped=one_of("credit", credit, ("native", "helped")) == "helped",
        service=one_of("service", service, ("fails", "counts")) == "counts",
        early=one_of("row", row, ("late", "early")) == "early",
    )


def _judged(
    study: Tracking, of: str, rivals: str, judge: Callable[[Floats], float], rule: Rule, **choices: str
) -> Answer:
    """What comes of a tool, in the first row, and of its rivals behind it, in every run that has all of them.

    A rival of which no run was graded is none.
    """
    passes = _passes(rule, **choices)
    graded = {one: _graded(study, one) for one in rival_tools(study, rivals, of)}
    tools = [Used(of), *(one for one, seeds in graded.items() if seeds)]
    seeds = sorted(set.intersection(_graded(study, tools[0]), *(graded[one] for one in tools[1:])))
    rows = {seed: np.array([passes(study, one, seed) for one in tools]) for seed in seeds if len(tools) > 1}
    values = pd.Series({seed: judge(each) for seed, each in rows.items()}, dtype=np.float64)
    return Answer(values, tuple((one, FEATURES) for one in tools))


def _graded(study: Tracking, one: Used) -> set[int]:
    """The runs in which every probe of a tool was executed."""
    return {seed for seed in study.of_workload(one, FEATURES) if is_measured(study.grades(one, seed))}


def _passes(
    rule: Rule, *, needs: str, weights: str, without: str, joined: str
) -> Callable[[Tracking, Used, int], list[float]]:
    """What a tool passes, from 0 to 1, of each of the things that are weighed."""
    one_of("without", without, ("nothing", *NEEDS))
    kept = [need for need in GROUPS[one_of("needs", needs, GROUPS)] if need != without]
    of_each = _WEIGHTS[one_of("weights", weights, _WEIGHTS)]
    is_union = one_of("joined", joined, ("executed", "union")) == "union"

    def grades(study: Tracking, one: Used, seed: int) -> Grades:
        if is_union and one.tracker == JOINED:
            return united([study.grades(Used(part), seed) for part in JOINED.split("_")], rule)
        return study.grades(one, seed)

    return lambda study, one, seed: of_each(grades(study, one, seed), rule, kept)
