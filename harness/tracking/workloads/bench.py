"""A tool on the bench: a sandbox, sessions within a budget, and what cannot be done."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from harness.settings import Checked
from harness.tracking.session import CannotError, Reply, Session, ToolError
from harness.tracking.subject.making import Subject
from harness.tracking.tool import Tool

FAILED = "failed"
"""What is kept of a call at which a tool failed, in the place of the code of one that cannot."""

SPARE_SECONDS = 120.0
"""What a session may take beyond the budget: queries and restoring are measured after it is used up."""


class Found(NamedTuple):
    """What a workload found.

    Attributes:
        measurements: the same on every run.
        clock: seconds, bytes, counts that depend on the moment at which something was interrupted.
    """

    measurements: Mapping[str, Any]
    clock: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Workload(Checked, ABC):
    """Something that is done with a tool.

    Attributes:
        name: its level of the factor `workload`.
        about: documentation, which is not part of a trial's identity.
    """

    name: str
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @abstractmethod
    def run(self, bench: Bench) -> Found:
        """Do it, in the sandbox of the bench."""


@dataclass
class Bench:
    """A tool in a sandbox.

    Attributes:
        tool: the tool.
        interface: through which it is used.
        folder: the sandbox.
        subject: what is tracked.
        budget: seconds for the part of a workload that could go on for ever.
        cannot: what the tool turned out not to do, with the code.
    """

    tool: Tool
    interface: str
    folder: Path
    subject: Subject
    budget: float
    cannot: dict[str, str] = field(default_factory=dict)

    def session(self, place: str = "box") -> Session:
        """A session on the store in that place of the sandbox; a new one if there is none."""
        folder = self.folder / place
        return Session(self.tool, folder, interface=self.interface, seconds=self.budget + SPARE_SECONDS)

    def file(self, name: str, content: bytes = b"") -> Path:
        """A file beside the stores, with that content."""
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def has(self, session: Session, call: str, **arguments: Any) -> Reply | None:
        """What the tool answers; None if it cannot, or fails, which is kept under `cannot`."""
        try:
            return session.call(call, **arguments)
        except CannotError as cannot:
            self.cannot[call] = cannot.code
        except ToolError:
            self.cannot[call] = FAILED
        return None

    def offers(self, call: str) -> bool:
        """Whether the tool has not said that it does not do something; one that fails at it does offer it."""
        return self.cannot.get(call, FAILED) == FAILED


def until(seconds: float) -> Callable[[], bool]:
    """Whether so many seconds have passed since this call."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def seconds_of(reply: Reply | None) -> dict[str, float]:
    """Wall, CPU and waiting apart; nothing of what could not be done."""
    if reply is None:
        return {}
    return {"wall": round(reply.wall, 6), "cpu": round(reply.cpu, 6), "waited": round(reply.waited, 6)}
