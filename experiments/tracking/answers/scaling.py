"""What versions of data, and runs, cost a tool and its rivals: seconds and bytes as the logarithms of ratios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.tracking.answers.answer import NONE, Answer, best_of
from experiments.tracking.answers.choices import ALL, of_repeats, one_of, rival_tools, used
from experiments.tracking.study import ADDING, COMMANDS, TAKEN, Path, Tracking, Used

_SMALL, _LARGE, _LARGEST = 1, 20, 100
"""Megabytes: growth is looked at between the first two."""

_VERSIONS = {"changed": 2, "new": 0}
"""Which of the three versions of a file counts."""

_COUNTED = {"finished": ADDING, "alone": ("data",), "whole": ("starts", *ADDING)}
"""Which parts of adding count."""

_KEPT = {"store": ("store",), "tidied": ("store",), "whole": TAKEN}
"""Which bytes count."""


class Reading(NamedTuple):
    """How costs are read.

    Attributes:
        what: add, restore or store.
        clock, start: seconds by the clock or computed; whether a process goes on.
        version: which of the three versions.
        counted, mlflow, kept: which parts of adding, which way of MLflow's, and which bytes.
    """

    what: str
    clock: str
    start: str
    version: int
    counted: str
    mlflow: str
    kept: str


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
    counted: str = "finished",
    mlflow: str = "dataset",
    kept: str = "store",
) -> Answer:
    """The logarithm of what the cheapest rival costs over what a tool costs, in each run."""
    reading = Reading(
        one_of("what", what, ("add", "restore", "store")),
        one_of("clock", clock, ("wall", "cpu")),
        one_of("start", start, ("going", "begun")),
        _VERSIONS[one_of("version", version, _VERSIONS)],
        one_of("counted", counted, _COUNTED),
        one_of("mlflow", mlflow, ("dataset", "bytes")),
        one_of("kept", kept, _KEPT),
    )
    one_of("size", size, (*map(str, (_SMALL, _LARGE, _LARGEST)), "growth"))
    own, others = used(of, interface), tuple(rival_tools(study, rivals, of))
    if not _is_measured(own, rivals, one_of("scale", scale, ("data", "runs_20", "runs_200")), size, reading):
        return NONE
    if scale != "data":
        size, reading = "", reading._replace(version=0, counted="finished", mlflow="dataset")
    asked = (own, others, scale, size, _that_matters(reading))
    if asked not in study.kept:
        study.kept[asked] = _compared(study, *asked)
    found: Answer = study.kept[asked]
    return replace(found, values=of_repeats(found.values, repeats))


def _is_measured(own: Used, rivals: str, scale: str, size: str, reading: Reading) -> bool:
    """Whether there are several runs: commands record runs once, all tools keep 100 MB once, tidying up is done at the end."""
    if scale != "data":
        return own.interface != COMMANDS and reading.kept != "tidied"
    is_early = reading.kept == "tidied" and reading.version != _VERSIONS["changed"]
    return not is_early and (rivals, size) != (ALL, str(_LARGEST))


def _that_matters(reading: Reading) -> Reading:
    """The reading, with choices that change nothing of what is asked as they are registered."""
    if reading.what == "store":
        return Reading("store", "wall", "going", reading.version, "finished", "dataset", reading.kept)
    if reading.what == "restore":
        reading = reading._replace(counted="finished", mlflow="dataset")
    return reading._replace(kept="store")


def _compared(study: Tracking, own: Used, others: Sequence[Used], scale: str, size: str, reading: Reading) -> Answer:
    """The answer of all runs."""
    workloads, cost = _cost(study, scale, size, reading)
    cheapest = -best_of(-np.log(cost(one)) for one in others)
    places = tuple((one, workload) for one in (own, *others) for workload in workloads)
    return Answer((cheapest - np.log(cost(own))).dropna(), places)


def _cost(
    study: Tracking, scale: str, size: str, reading: Reading
) -> tuple[tuple[str, ...], Callable[[Used], pd.Series[Any]]]:
    """The workloads that are read, and what a tool costs in each run of them; above zero."""
    if scale != "data":
        return (scale,), lambda one: _above_zero(_of_runs(study, one, scale, reading))

    def at(one: Used, megabytes: int | str) -> pd.Series[Any]:
        return _of_data(study, one, f"data_{megabytes}", reading)

    if size != "growth":
        return (f"data_{size}",), lambda one: _above_zero(at(one, size))
    both = (f"data_{_SMALL}", f"data_{_LARGE}")
    return both, lambda one: _above_zero((at(one, _LARGE) - at(one, _SMALL)).dropna() / (_LARGE - _SMALL))


def _of_data(study: Tracking, one: Used, workload: str, reading: Reading) -> pd.Series[Any]:
    """Seconds of adding or of giving back a version of a file, or bytes that are taken after it."""
    if reading.what == "store":
        return study.total(
            one, workload, *(("clock", *_bytes(study, one, workload, reading), part) for part in _KEPT[reading.kept])
        )
    parts = _added(study, one, workload, reading) if reading.what == "add" else ("restores",)
    paths = [("clock", part, reading.version, reading.clock) for part in parts]
    return study.total(one, workload, *paths, *_began(reading))


def _bytes(study: Tracking, one: Used, workload: str, reading: Reading) -> Path:
    """Where the bytes after a version stand; those of all three after tidying up, of a tool that has a command for it."""
    is_tidied = reading.kept == "tidied" and study.found(one, workload, "clock", "bytes_tidied")
    return ("bytes_tidied",) if is_tidied else ("bytes_after", reading.version)


def _added(study: Tracking, one: Used, workload: str, reading: Reading) -> tuple[str, ...]:
    """The parts of adding that count; a tool that has no way for bytes alone has one way."""
    parts = _COUNTED[reading.counted]
    is_bytes = reading.mlflow == "bytes" and study.found(one, workload, "clock", "data_bytes")
    return tuple("data_bytes" if part == "data" and is_bytes else part for part in parts)


def _of_runs(study: Tracking, one: Used, workload: str, reading: Reading) -> pd.Series[Any]:
    """Seconds of recording a run or of giving back its model, or bytes that a run takes."""
    if reading.what == "store":
        took = study.total(one, workload, *(("clock", "bytes", part) for part in _KEPT[reading.kept]))
        return took / study.values(one, workload, "clock", "done")
    if reading.what == "add":
        return study.values(one, workload, "clock", "warm" if reading.start == "going" else "fresh", -1, reading.clock)
    return study.total(one, workload, ("clock", "restore", reading.clock), *_began(reading))


def _began(reading: Reading) -> list[Path]:
    """Where the seconds stand in which a process loads the tool and opens its store; nowhere for one that goes on."""
    return [] if reading.start == "going" else [("clock", part, reading.clock) for part in ("loaded", "opened")]


def _above_zero(values: pd.Series[Any]) -> pd.Series[Any]:
    return values[values > 0]
