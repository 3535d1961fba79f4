"""Orders, run in a worker process under any executor: chunks of trials, one record for each trial.

A worker appends to a part of its own and returns nothing: its records say what was done. It keeps its memo from chunk to
chunk, so that neighbouring trials share work.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core import Code, HarnessError, Record, Status
from harness.memo import Memo
from harness.recent import Recent, Same
from harness.running import provenance, store
from harness.running.execute import Build, Executed, blank_record, execute
from harness.running.identity import PlannedTrial, as_recorded, base_spec
from harness.running.limits import NO_LIMITS, Limits, Watchdog, memory_limited


@dataclass(frozen=True)
class Order:
    """A chunk of trials for one worker, with all that the worker needs to know.

    Attributes:
        trials: the trials, in the order in which they run.
        folder: the study's folder. Every worker must see it under this path.
        build: makes a trial from its spec.
        limits: the limits of one trial.
        command: the words after `harness`, for the header of the part.
        paths: folders from which trials are imported, in addition to the worker's own.
    """

    trials: tuple[PlannedTrial, ...]
    folder: Path
    build: Build
    limits: Limits = NO_LIMITS
    command: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


_memo = Memo()
_recorders: dict[Path, Recorder] = {}


def run_order(order: Order) -> None:
    """Run the trials and append their records.

    Raises:
        HarnessError: the store cannot be written to.
    """
    sys.path[:0] = [path for path in order.paths if path not in sys.path]
    logging.getLogger("harness").addHandler(logging.NullHandler())  # the parent process has already logged the notices
    recorder = _recorders.get(order.folder) or _recorders.setdefault(order.folder, Recorder(order))
    with Watchdog(order.limits.seconds, recorder.record_timeout) as watchdog:
        for trial in order.trials:
            executed = execute(trial, order.build, _memo, within=_limited(watchdog, trial, order.limits.memory))
            recorder.append(trial, executed)
    recorder.writer.sync()


def forget() -> None:
    """Close the parts and empty the memos that this process keeps from order to order."""
    while _recorders:
        with contextlib.suppress(HarnessError):  # its part may have been deleted
            _recorders.popitem()[1].writer.close()
    _memo.enter(object())


@contextmanager
def _limited(watchdog: Watchdog, trial: PlannedTrial, memory: int | None) -> Iterator[None]:
    with watchdog.over(trial), memory_limited(memory):
        yield


class Recorder:
    """Appends the records of one process to one part."""

    def __init__(self, order: Order) -> None:
        header = {**provenance.header(), "command": list(order.command)}
        self.writer = store.PartWriter(order.folder, header)
        self._recorded: Recent[Same, Any] = Recent(lambda same: as_recorded(same.thing), size=256)
        self._nested: dict[str, Any] = {}
        self._base: Mapping[str, Any] = {}

    def append(self, trial: PlannedTrial, done: Executed) -> Record:
        """Append the record of a trial, after what is kept beside it."""
        return self.writer.append(done.record, self._base_of(trial), done.predictions, done.answers)

    def record_timeout(self, trial: PlannedTrial, seconds: float, stack: str) -> None:
        """Append that a trial took too long, with its stack, and force the record to the disk."""
        reason = f"it passed its limit of {seconds:g} seconds"
        error = f"{reason}\n\n{stack}"
        lost = blank_record(trial, Status.FAILED, code=Code.OUT_OF_TIME, reason=reason, error=error)
        self.append(trial, Executed(lost))
        self.writer.sync()

    def _base_of(self, trial: PlannedTrial) -> Mapping[str, Any]:
        """The base spec: the same object for neighbouring trials, which share all of its parts."""
        nested = base_spec(trial.spec)
        if nested.keys() != self._nested.keys() or any(self._nested[key] is not nested[key] for key in nested):
            self._nested, self._base = (
                nested,
                {key: self._recorded(Same(nested[key])) for key in nested if key != "about"},
            )
        return self._base


def parent_is_gone(parent: int) -> bool:
    """Whether the parent process has ended."""
    return os.getppid() != parent
