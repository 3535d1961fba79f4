"""What versions of data, and runs, cost a tool and its rivals: seconds and bytes as the logarithms of ratios."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from experiments.tracking.answers.answer import Answer, best_of
from experiments.tracking.answers.choices import of_repeats, one_of, rival_tools, used
from experiments.tracking.study import Tracking, Used

_SMALL, _LARGE = 1, 20
"""Megabytes between which growth is looked at."""

_VERSIONS = {"changed": 2, "new": 0}
"""Which of the three versions of a file counts."""


def cheaper(
    study: Tracking,
    *,
    of: str,
    what: str,
    rivals: str,
    scale: str,
    interface: str = "api",
    size: str = "20",
    clock: str = "wall",
    start: str = "going",
    version: str = "changed",
    repeats: str = "all",
) -> Answer:
    """The logarithm of what the cheapest rival costs over what a tool costs, in each run."""
    workloads, cost = _cost(study, what, scale=scale, size=size, clock=clock, start=start, version=version)
    own, others = used(of, interface), rival_tools(study, rivals, of)
    cheapest = -best_of(-np.log(cost(one)) for one in others)
    values = cheapest - np.log(cost(own))
    places = tuple((one, workload) for one in (own, *others) for workload in workloads)
    return Answer(of_repeats(values.dropna(), repeats), places)


def _cost(
    study: Tracking, what: str, *, scale: str, size: str, clock: str, start: str, version: str
) -> tuple[tuple[str, ...], Callable[[Used], pd.Series[Any]]]:
    """The workloads that are read, and what a tool costs in each run of them; above zero."""
    one_of("what", what, ("add", "restore", "store"))
    one_of("clock", clock, ("wall", "cpu"))
    one_of("start", start, ("going", "begun"))
    if one_of("scale", scale, ("data", "runs_20", "runs_200")) != "data":
        return (scale,), lambda one: _above_zero(_of_runs(study, one, scale, what, clock, start))
    place = _VERSIONS[one_of("version", version, _VERSIONS)]

    def at(one: Used, megabytes: int | str) -> pd.Series[Any]:
        return _of_data(study, one, f"data_{megabytes}", what, clock, start, place)

    if one_of("size", size, (str(_SMALL), str(_LARGE), "growth")) != "growth":
        return (f"data_{size}",), lambda one: _above_zero(at(one, size))
    both = (f"data_{_SMALL}", f"data_{_LARGE}")
    return both, lambda one: _above_zero((at(one, _LARGE) - at(one, _SMALL)).dropna() / (_LARGE - _SMALL))


def _of_data(
    study: Tracking, one: Used, workload: str, what: str, clock: str, start: str, version: int
) -> pd.Series[Any]:
    """Seconds of adding or of giving back a version of a file, or bytes that are taken after it."""
    if what == "store":
        return study.values(one, workload, "clock", "bytes_after", version)
    path = ("adds", version) if what == "add" else ("restores", version)
    return study.values(one, workload, "clock", *path, clock) + _began(study, one, workload, clock, start)


def _of_runs(study: Tracking, one: Used, workload: str, what: str, clock: str, start: str) -> pd.Series[Any]:
    """Seconds of recording a run or of giving back its model, or bytes that a run takes."""
    if what == "store":
        return study.values(one, workload, "clock", "bytes") / study.values(one, workload, "clock", "done")
    if what == "add":
        return study.values(one, workload, "clock", "warm" if start == "going" else "fresh", -1, clock)
    return study.values(one, workload, "clock", "restore", clock) + _began(study, one, workload, clock, start)


def _began(study: Tracking, one: Used, workload: str, clock: str, start: str) -> pd.Series[Any] | float:
    """Seconds in which a process loads the tool and opens its store; none for one that goes on."""
    if start == "going":
        return 0.0
    return sum((study.values(one, workload, "clock", part, clock) for part in ("loaded", "opened")), 0.0)


def _above_zero(values: pd.Series[Any]) -> pd.Series[Any]:
    return values[values > 0]
