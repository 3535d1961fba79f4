"""A tool on the bench: a sandbox, sessions within a budget, and what cannot be done."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from harness.settings import Checked
from harness.tracking.sandbox import bytes_on_disk
from harness.tracking.session import STORE, CannotError, Reply, Session, ToolError
from harness.tracking.subject.making import Subject
from harness.tracking.tool import Tool

FAILED = "failed"
"""What is kept of a call at which a tool failed, in the place of the code of one that cannot."""

_CHANGING = re.compile(r"(?<![.\w])(?=\w*\d)(?=\w*[a-z])\w{7,}|(?<![.\w])\d{7,}(?![.\w])")
"""Ids and times in what tools say, which differ from run to run."""

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
        errors: what it said when it first failed at that.
    """

    tool: Tool
    interface: str
    folder: Path
    subject: Subject
    budget: float
    cannot: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

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
        """What the tool answers; None if it cannot, or fails, which is kept."""
        try:
            return session.call(call, **arguments)
        except (CannotError, ToolError) as refusal:
            self.keep(call, refusal)
        return None

    def keep(self, call: str, refusal: CannotError | ToolError) -> None:
        """Keep that a tool cannot do something, or failed at it."""
        self.cannot[call] = refusal.code if isinstance(refusal, CannotError) else FAILED
        if isinstance(refusal, ToolError):
            self.errors.setdefault(call, self.settled(str(refusal)))

    @property
    def refused(self) -> dict[str, dict[str, str]]:
        """All that was kept of it."""
        return {"cannot": self.cannot, "errors": self.errors}

    def settled(self, text: str) -> str:
        """One line of what a tool says, without what differs from run to run."""
        line = text.replace(str(self.folder.resolve()), "...").partition("\n")[0]
        return _CHANGING.sub("#", line)[:300]

    def taken(self, place: str = "box") -> dict[str, int]:
        """Bytes on the disk below that place.

        Returns:
            Those of the tool's `store`; of the working `copy`, if it is a repository; and of the `rest`: home, temporary
            files, and what was said of errors.
        """
        box = self.folder / place
        whole, inside = bytes_on_disk(box), bytes_on_disk(box / STORE)
        repositories = [one.parent for pattern in (".git", "*/.git") for one in (box / STORE).glob(pattern)]
        copied = [one for each in repositories for one in each.iterdir() if not one.name.startswith(".")]
        copy = sum(map(bytes_on_disk, copied))
        return {"store": inside - copy, "copy": copy, "rest": whole - inside}

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


def process_of(session: Session) -> dict[str, dict[str, float]]:
    """What the process of a session that is over took for loading the tool, opening its store and closing it."""
    return {name: seconds_of(getattr(session, name)) for name in ("loaded", "opened", "closed")}
