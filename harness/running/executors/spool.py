"""The program of a job of a batch system: worker processes that take orders out of a folder, one after the other.

A job may wait in the queue for minutes or hours. So it is not started for one order: it stays, and the sweep puts orders
into a folder that it reads. The two communicate through files beside the tickets of the orders (see `envelope`). The order
with the ticket <n> has these:

    <n>.order     the pickled envelope
    <n>.stop      asks the job to stop the order's worker
    <n>.ended     how the order ended: None or an exception, pickled

As long as it lives, the sweep keeps touching one more file, `sweep`.
"""

from __future__ import annotations

import pickle
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path

from harness.core import HarnessError
from harness.running.executors.contract import WorkerLost
from harness.running.executors.envelope import Envelope
from harness.running.executors.local import Local

ORDER, STOP, ENDED = ".order", ".stop", ".ended"
SIGN = "sweep"
_LOOK_EVERY_SECONDS = 0.5


class SweepIsOver(Exception):  # noqa: N818 - what happened, not what is wrong
    """The sweep has ended, or has given no sign for a while."""


def serve(folder: Path, name: str, *, n_workers: int, seconds: float, patience: float) -> None:
    """Run orders until the sweep ends or the time is up.

    Args:
        folder: where the orders are put.
        name: the name of this job. A job that is started again, as preempted jobs are, keeps its name.
        n_workers: the number of orders that run at once.
        seconds: the time after which no further order is begun.
        patience: seconds without a sign of the sweep after which the job ends.
    """
    with suppress(SweepIsOver), Local(n_workers) as local:
        _Job(folder, name, local, patience).run(time.monotonic() + seconds)


class _Job:
    """A job's view of the folder."""

    def __init__(self, folder: Path, name: str, local: Local, patience: float) -> None:
        self.folder, self.name, self.local, self.patience = folder, name, local, patience
        self.running: dict[Future[None], Path] = {}
        self.sign, self.heard = 0, time.monotonic()

    def run(self, end: float) -> None:
        for ticket in self._taken_before():
            self._end(ticket, WorkerLost("its job was interrupted and started again"))
        while self.running or time.monotonic() < end:
            self._listen()
            while len(self.running) < self.local.n_workers and time.monotonic() < end and self._begin():
                pass
            self._wait()

    def _taken_before(self) -> list[Path]:
        taken = self.folder.glob("*.taken")
        return [path.with_suffix("") for path in taken if path.read_text(encoding="utf-8") == self.name]

    def _listen(self) -> None:
        """Raise `SweepIsOver` if the sign has not changed for long. Clocks of machines differ, so its time is not compared."""
        try:
            see_anew(self.folder)
            sign = (self.folder / SIGN).stat().st_mtime_ns
        except OSError as error:
            raise SweepIsOver from error
        if sign != self.sign:
            self.sign, self.heard = sign, time.monotonic()
        if time.monotonic() - self.heard > self.patience:
            raise SweepIsOver

    def _begin(self) -> bool:
        """Begin the next order that no job has begun. Returns whether there was such an order."""
        for path in sorted(self.folder.glob(f"*{ORDER}")):
            ticket = path.with_suffix("")
            if ticket.exists():
                with suppress(WorkerLost, FileNotFoundError):  # another job was faster
                    self._run(ticket, pickle.loads(path.read_bytes()))
                    return True
        return False

    def _run(self, ticket: Path, envelope: Envelope) -> None:
        try:
            self.running[self.local.submit(envelope.unpack(self.name))] = ticket
        except HarnessError as error:
            self._end(ticket, error)

    def _wait(self) -> None:
        if not self.running:
            time.sleep(_LOOK_EVERY_SECONDS)
        for future in wait(self.running, timeout=_LOOK_EVERY_SECONDS, return_when="FIRST_COMPLETED").done:
            error = WorkerLost("its sweep has called it off") if future.cancelled() else future.exception()
            self._end(self.running.pop(future), error)
        for future, ticket in self.running.items():
            if ticket.with_suffix(STOP).exists():
                future.cancel()

    def _end(self, ticket: Path, error: BaseException | None) -> None:
        with suppress(FileNotFoundError):  # the sweep has ended in the meantime
            put(ticket.with_suffix(ENDED), error)


def put(path: Path, content: object) -> None:
    """Pickle the content into a file that is written whole or not at all."""
    beside = path.with_suffix(f"{path.suffix}-new")
    beside.write_bytes(pickle.dumps(content))
    beside.rename(path)


def see_anew(folder: Path) -> None:
    """Make a network file system read the folder itself, not its cached copy."""
    folder.chmod(folder.stat().st_mode)
