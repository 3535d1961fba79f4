"""The harness's end of a tool: a process in the tool's environment that is asked by lines of JSON, and times itself."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from harness.core import HarnessError
from harness.tracking import sandbox, serve
from harness.tracking.tool import Tool

STORE = "store"
"""The folder of a sandbox in which a tool keeps what it records; it is also its working directory."""

_END_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.002


class OverBudgetError(HarnessError):
    """A tool took longer than it was given."""


class ToolError(HarnessError):
    """A tool raised an error, or its process ended."""


class CannotError(HarnessError):
    """A tool does not do what is asked.

    Attributes:
        code: `not-offered` or `needs-service`.
    """

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


@dataclass(frozen=True)
class Reply:
    """What a tool answered.

    Attributes:
        value: plain JSON.
        wall: seconds by the clock, taken in the tool's process.
        cpu: seconds that this process and its children computed.
        ours: the functions that stood in for the tool, each with its lines of code.
    """

    value: Any
    wall: float
    cpu: float
    ours: Mapping[str, int] = field(default_factory=dict)

    @property
    def waited(self) -> float:
        """Seconds in which nothing was computed: the disk, a lock, a sleep."""
        return max(0.0, self.wall - self.cpu)


NOTHING = Reply(None, 0.0, 0.0)


class Session:
    """A tool's process, from `with` to the end of the block.

    Attributes:
        folder: the sandbox.
        loaded, opened, closed: what loading the adapter, with its tool, and opening and closing the store took.
        whole: what the process took from its start to its end, once it has ended.
        ours: all functions that stood in for the tool so far, with their lines of code.
    """

    def __init__(self, tool: Tool, folder: Path, *, interface: str, seconds: float) -> None:
        """A session that has not begun.

        Args:
            tool: the tool.
            folder: the sandbox, which may hold what an earlier session has recorded.
            interface: one of the tool's.
            seconds: after which it is out of budget.
        """
        self.tool, self.folder, self.interface = tool, folder.resolve(), interface
        self._seconds = seconds
        self._buffer = b""
        self.loaded = self.opened = self.closed = self.whole = NOTHING
        self.ours: dict[str, int] = {}

    @property
    def store(self) -> Path:
        """Where the tool keeps what it records."""
        return self.folder / STORE

    def __enter__(self) -> Self:
        """Start the process and open the store.

        Raises:
            Skip: the tool's environment or a program that it needs is missing.
            CannotError: the tool has no such interface.
            ToolError: it cannot be loaded.
        """
        self.store.mkdir(parents=True, exist_ok=True)
        command = [str(self.tool.python()), "-IB", serve.__file__, str(self.tool.file), str(self.store), self.interface]
        self._began = time.perf_counter()
        self._until = time.monotonic() + self._seconds
        self._errors = (self.folder / "errors.txt").open("ab")
        self._process = subprocess.Popen(
            command,
            cwd=self.store,
            env=sandbox.variables(self.folder, self.tool.variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        try:
            said = self._hear()
            self.loaded = Reply(None, **said.pop("load"))
            self.opened = self._reply(said, "open")
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
            return
        self.closed = self.close()

    def call(self, name: str, /, **arguments: Any) -> Reply:
        """Ask the tool.

        Args:
            name: a method of `harness.tracking.contract.Tracker`.
            arguments: of the method; plain JSON.

        Raises:
            CannotError: the tool does not do this.
            ToolError: it raised an error, or its process ended.
            OverBudgetError: its time is over; the process is gone.
        """
        self.ask(name, **arguments)
        return self.answer(name)

    def ask(self, name: str, /, **arguments: Any) -> None:
        """Ask without waiting for the answer, which `answer` gives."""
        line = json.dumps({"call": name, "with": arguments}).encode() + b"\n"
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError as gone:
            raise ToolError(f"{self.tool.name}: its process has ended; {self._last_words()}") from gone

    def answer(self, name: str) -> Reply:
        """The answer to the earliest question that has none; errors as of `call`."""
        return self._reply(self._hear(), name)

    def close(self) -> Reply:
        """Let the tool write everything down and end. Returns what closing took."""
        if self._process.returncode is not None:
            return NOTHING
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            closed = self._reply(self._hear(), "close")
        finally:
            self._end()
        return closed

    def kill(self) -> None:
        """End the tool's processes at once, as signal 9 does."""
        if self._process.returncode is None:
            _kill_group(self._process)
        self._end()

    def _reply(self, said: dict[str, Any], name: str) -> Reply:
        self.ours |= said["ours"]
        if "cannot" in said:
            raise CannotError(said["cannot"], said["code"])
        if "error" in said:
            raise ToolError(f"{self.tool.name}: {name}: {said['error']}")
        return Reply(said["value"], said["wall"], said["cpu"], MappingProxyType(said["ours"]))

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while b"\n" not in self._buffer:
            left = self._until - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                self.kill()
                raise OverBudgetError(f"{self.tool.name} took more than {self._seconds:g} seconds")
            found = os.read(pipe, 1 << 16)
            if not found:
                self._end()
                raise ToolError(f"{self.tool.name}: its process has ended; {self._last_words()}")
            self._buffer += found
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            said: dict[str, Any] = json.loads(line)
            return {"wall": said["wall"], "cpu": said["cpu"], "ours": said["ours"], **said}
        except (ValueError, TypeError, LookupError) as error:
            self.kill()
            raise ToolError(f"{self.tool.name}: it wrote {line[:80]!r} between the answers of its adapter") from error

    def _end(self) -> None:
        """Wait for the end of the process, and end what it leaves behind."""
        if self._process.returncode is None:
            used = _waited_for(self._process)
            self.whole = Reply(None, time.perf_counter() - self._began, used)
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _last_words(self) -> str:
        lines = (self.folder / "errors.txt").read_text(errors="replace").strip().splitlines()
        return f"its last words were: {lines[-1]}" if lines else "it said nothing"


def _waited_for(process: subprocess.Popen[bytes]) -> float:
    """The CPU seconds of a process and of its children, of which none is left when this returns.

    Its group is killed before its id is given back to the system, so that no other group can have that id by then.
    """
    end = time.monotonic() + _END_SECONDS
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > end:
            process.kill()
        time.sleep(_LOOK_EVERY_SECONDS)
    _kill_group(process)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that has not been waited for, and all that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
