"""What a tool can do, by executed probes. No grade is written by hand: it follows from what the probe returned."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from harness.tracking import contract
from harness.tracking.session import CannotError, Session, ToolError
from harness.tracking.workloads.bench import Bench, Found, Workload
from harness.tracking.workloads.probes import PROBES, Probe


class Grade(StrEnum):
    """What became of a probe."""

    NATIVE = "native"
    """The tool did it."""
    OURS = "ours"
    """It was done, with lines of our code in place of the tool's."""
    FAILS = "fails"
    """The tool offers it, and what came back is wrong, or an error."""
    NEEDS_SERVICE = contract.NEEDS_SERVICE
    NOT_OFFERED = contract.NOT_OFFERED


@dataclass(frozen=True, kw_only=True)
class Features(Workload):
    """All probes, each in a store of its own."""

    def run(self, bench: Bench) -> Found:
        """Grade, lines of our code and evidence of each probe; seconds that each took."""
        graded, seconds = dict[str, Any](), dict[str, float]()
        for name, probe in PROBES.items():
            began = time.perf_counter()
            graded[name] = graded_probe(probe, replace(bench, folder=bench.folder / name))
            seconds[name] = round(time.perf_counter() - began, 6)
        return Found({"probes": graded}, {"probes": seconds})


class _Counted(Bench):
    """A bench that keeps its sessions, to count the stand-ins that ran."""

    def session(self, place: str = "box") -> Session:
        session = super().session(place)
        self.__dict__.setdefault("sessions", []).append(session)
        return session

    @property
    def stand_ins(self) -> dict[str, int]:
        """All stand-ins that ran, each with its lines."""
        ran: dict[str, int] = {}
        for session in self.__dict__.get("sessions", []):
            ran |= session.ours
        return ran


def graded_probe(probe: Probe, bench: Bench) -> Mapping[str, Any]:
    """Execute a probe, and again with the help of our code if the tool's own way does not pass and there is such help.

    Returns:
        The grade, the stand-ins that ran in place of the tool with their lines, and the evidence; the same of the second time
        under `helped`, if anything else came of it.
    """
    found = _looked(probe, bench)
    helped = bench.tool.helped if found["grade"] not in (Grade.NATIVE, Grade.OURS) else None
    if helped is None:
        return found
    again = _looked(probe, replace(bench, tool=helped, folder=bench.folder / "helped"))
    return found if again == found else {**found, "helped": again}


def _looked(probe: Probe, bench: Bench) -> Mapping[str, Any]:
    counted = _Counted(**vars(bench))
    grade, evidence = _seen(probe, counted)
    ran = dict(sorted(counted.stand_ins.items()))
    return {"grade": grade, "lines": sum(ran.values()), "stand_ins": ran, "evidence": bench.settled(evidence)}


def _seen(probe: Probe, counted: _Counted) -> tuple[str, str]:
    """The grade and the evidence."""
    try:
        seen = probe.look(counted)
    except CannotError as cannot:
        return cannot.code, cannot.reason
    except ToolError as error:
        return str(Grade.FAILS), str(error)
    if not seen.passed:
        return str(Grade.FAILS), seen.evidence
    return str(Grade.OURS if counted.stand_ins else Grade.NATIVE), seen.evidence
