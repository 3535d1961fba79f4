"""The limits of one trial: seconds and memory."""

from __future__ import annotations

import contextlib
import math
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Annotated, ClassVar, Self

from harness.core import ConfigError
from harness.running.identity import PlannedTrial
from harness.settings import Bound, Checked, above

GRACE_SECONDS = 5.0
"""How long after its time limit a trial's own watchdog may act, before the worker is killed from outside."""

EXIT_CODE = 75
_LOOK_EVERY_SECONDS = 0.2
LEAST_MEMORY = 100 * 10**6
"""Bytes that a worker holds on any machine before its trial begins; how much more is only known there: `memory_limited`."""

_UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def _more_than_a_worker_holds() -> Bound:
    return Bound(
        f"at least {LEAST_MEMORY // 10**6}MB, which a worker needs before its trial begins",
        lambda size: size >= LEAST_MEMORY,
    )


@dataclass(frozen=True)
class Limits(Checked):
    """The limits of one trial; None is no limit.

    Attributes:
        seconds: wall time.
        memory: bytes of data that its worker may hold (on Linux).
    """

    name: ClassVar[str] = "limits"
    seconds: Annotated[float, above(0)] | None = None
    memory: Annotated[int, _more_than_a_worker_holds()] | None = None


NO_LIMITS = Limits()

PLENTY = 10**9
"""A limit from here on is taken as it is: workers of clusters hold much that they do not use."""

ROOM = 100 * 10**6
"""Bytes beyond what an idle worker holds: with less a trial cannot even load its libraries."""


def bytes_of(text: str | int | None) -> int | None:
    """The bytes of a size such as 2GB, 500MiB or 1000000.

    Raises:
        ConfigError: the text is not a size.
    """
    if text is None:
        return None
    number = str(text).strip()
    unit = next((unit for unit in _UNITS if number.endswith(unit)), "")
    try:
        size = int(float(number.removesuffix(unit)) * _UNITS.get(unit, 1))
    except (ValueError, OverflowError):
        size = 0
    if size <= 0:
        raise ConfigError(f"limits.memory={text} is no size of memory: write for instance 2GB or 500MiB.")
    return size


@contextlib.contextmanager
def memory_limited(size: int | None) -> Iterator[None]:
    """A context in which this process can hold at most `size` bytes of data. A request for more raises `MemoryError`.

    Raises:
        ConfigError: the size leaves no room beyond what this process held when it was first limited, before any trial.
    """
    if size is None or sys.platform != "linux":
        yield
        return
    import resource

    if size < PLENTY and size < (least := _least()):
        raise ConfigError(
            f"limits.memory is {size / 10**6:.0f}MB, but a worker needs {least / 10**6:.0f}MB before its trial computes "
            "anything: give more than that."
        )
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@cache
def _least() -> int:
    """Bytes that this process holds when this is first asked, before any trial, and `ROOM`, rounded up to 100 MB."""
    return math.ceil((_held() + ROOM) / 10**8) * 10**8


def _held() -> int:
    """Bytes of data of this process, as Linux counts them for its limit; 0 if it does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)


class Watchdog:
    """Ends this process when a trial passes its time limit, after recording the trial as failed.

    A separate thread looks at the clock, since a trial that hangs cannot. The thread needs Python's lock. If a trial never
    releases the lock, the executor stops it from outside.
    """

    def __init__(self, seconds: float | None, record: Callable[[PlannedTrial, float, str], None]) -> None:
        """A watchdog.

        Args:
            seconds: the limit, or None.
            record: called with the trial, the limit and the stack of the thread that runs the trial.
        """
        self._seconds, self._record = seconds, record
        self._lock = threading.Lock()
        self._over: tuple[PlannedTrial, float] | None = None
        self._ended = threading.Event()
        self._main = threading.get_ident()

    @contextlib.contextmanager
    def over(self, trial: PlannedTrial) -> Iterator[None]:
        """A context in which the trial is watched."""
        if self._seconds is None:
            yield
            return
        self._over = (trial, time.monotonic() + self._seconds)
        try:
            yield
        finally:
            with self._lock:  # blocks for ever if the watchdog is ending the process
                self._over = None

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_SECONDS):
            with self._lock:
                if self._over and time.monotonic() > self._over[1]:
                    self._give_up(self._over[0])

    def _give_up(self, trial: PlannedTrial) -> None:
        assert self._seconds is not None
        try:
            frame = sys._current_frames().get(self._main)
            self._record(trial, self._seconds, "".join(traceback.format_stack(frame)))
        finally:
            os._exit(EXIT_CODE)

    def __enter__(self) -> Self:
        if self._seconds is not None:
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
