"""Which records a value of the tracking study rests on."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.tracking.study import USUAL, Tracking, Used
from harness.analysis.query import Query, either, where


def of_tool(one: Used) -> Query:
    """All records of a tool, used through one of its interfaces."""
    return where(tracker=one.tracker, interface=None if one.interface == USUAL else one.interface)


def rests_on(study: Tracking, one: Used, workload: str) -> Query:
    """The records of a tool under a workload. Where nobody asked for them it is all that there is of the tool."""
    return of_tool(one) & where(workload=workload) if study.is_asked(one, workload) else of_tool(one)


def of_runs(places: Iterable[tuple[Used, str]]) -> Query:
    """The records of tools, each under a workload."""
    return either(of_tool(one) & where(workload=workload) for one, workload in dict.fromkeys(places))
