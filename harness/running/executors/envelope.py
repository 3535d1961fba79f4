"""Envelopes, in which orders travel to a cluster: exactly one worker begins each of them.

If a worker dies, some engines give its order up; others run it again, silently and several times. Few say at once whether
an order waits or runs. So an envelope comes with a ticket, a file in the study's folder. A worker takes the ticket before
it begins. A second worker finds no ticket and leaves the order alone. A ticket that is taken shows the sweep that the order
runs. A worker that does not see the study's folder says so.
"""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from harness.core import PROTOCOL_VERSION, HarnessError
from harness.running.executors.contract import WorkerLost
from harness.running.store.locks import Lock, acquire, probe
from harness.running.worker import Order, forget, run_order

_LOCK = "lock"


@dataclass(frozen=True)
class Envelope:
    """An order on its way.

    Attributes:
        ticket: the file that a worker must take before it runs the order.
        content: the pickled order.
        paths: folders from which the worker imports what the order contains.
        protocol: the sweep's protocol version.
    """

    ticket: Path
    content: bytes
    paths: tuple[str, ...]
    protocol: int = PROTOCOL_VERSION

    def unpack(self, worker: str) -> Order:
        """The order, for the worker that is the first to ask.

        Raises:
            WorkerLost: another worker has taken the order.
            HarnessError: this worker does not see the study's folder, or has other code than the sweep.
        """
        if self.protocol != PROTOCOL_VERSION:
            raise HarnessError(
                f"{socket.gethostname()} has another version of the harness (protocol {PROTOCOL_VERSION}, the sweep has "
                f"{self.protocol}): install the same one on every machine and restart the workers there."
            )
        self._take_ticket(worker)
        sys.path[:0] = [path for path in self.paths if path not in sys.path]
        return cast(Order, pickle.loads(self.content))

    def _take_ticket(self, worker: str) -> None:
        folder = self.ticket.parent
        try:
            self.ticket.rename(self._taken)
            self._taken.write_text(worker, encoding="utf-8")
        except FileNotFoundError as error:
            if folder.is_dir():
                raise WorkerLost("its worker process died") from error
            raise HarnessError(_not_there(folder, "it is not there")) from error
        except OSError as error:
            raise HarnessError(_not_there(folder, error.strerror)) from error

    @property
    def _taken(self) -> Path:
        return self.ticket.with_suffix(".taken")

    @property
    def worker(self) -> str | None:
        """The worker that has begun it; None before."""
        try:
            return self._taken.read_text(encoding="utf-8")
        except OSError:
            return None

    def discard(self) -> None:
        """Delete the ticket, so that no worker begins the order."""
        for file in (self.ticket, self._taken):
            with suppress(OSError):
                file.unlink()


_last_outbox: Path | None = None


def run_envelope(envelope: Envelope, worker: str = "") -> None:
    """Unpack an order and run it, in a worker of a cluster. Raises what `Envelope.unpack` and `run_order` raise."""
    global _last_outbox
    order = envelope.unpack(worker)
    if _last_outbox != envelope.ticket.parent:  # this worker has outlived a sweep, whose part may be gone
        forget()
        _last_outbox = envelope.ticket.parent
    run_order(order)


class Outbox:
    """A sweep's packer of orders. It keeps their tickets until the sweep ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock: IO[bytes] | None = None
        self._packed = 0

    def pack(self, order: Order) -> Envelope:
        """An envelope, with its ticket in the study's folder. Raises `HarnessError` if the folder cannot be written to."""
        try:
            folder = self._folder or self._open(order.folder / "sweeps")
            self._packed += 1
            ticket = folder / f"{self._packed:06d}"
            ticket.touch()
        except OSError as error:
            why = (
                f"cannot write results to {order.folder}: {error.strerror}; make room there, or set results=<a folder>."
            )
            raise HarnessError(why) from error
        return Envelope(ticket, pickle.dumps(order), order.paths)

    def _open(self, sweeps: Path) -> Path:
        """A new folder for tickets, locked before others see it. The folders of killed sweeps are removed."""
        for left in sweeps.glob("orders-*"):
            with suppress(OSError):
                if probe(left / _LOCK) is Lock.OURS:
                    _remove(left)
        folder = sweeps / f"orders-{socket.gethostname()}-{os.getpid()}-{time.time_ns()}"
        hidden = folder.with_name(f".{folder.name}")
        hidden.mkdir(parents=True)
        self._lock = (hidden / _LOCK).open("xb")
        acquire(self._lock)
        self._folder = hidden.rename(folder)
        return folder

    def close(self) -> None:
        """Delete all tickets."""
        if self._folder:
            _remove(self._folder)
        if self._lock:
            self._lock.close()


def _remove(folder: Path) -> None:
    """Remove a folder of tickets. It is renamed first, so that no worker reads or writes under its name."""
    with suppress(OSError):
        shutil.rmtree(folder.rename(folder.with_name(f".{folder.name}-closed")), ignore_errors=True)


class Handed(Future[None]):
    """The future of an envelope. It is running once the ticket is taken. Cancelling it stops the worker."""

    def __init__(self, envelope: Envelope, stop: Callable[[], object]) -> None:
        """A future that is pending until `settle`.

        Args:
            envelope: the order that was handed out.
            stop: stops the worker that has begun the order.
        """
        super().__init__()
        self._envelope, self._stop = envelope, stop

    @property
    def worker(self) -> str | None:
        """The worker that has begun it; None before."""
        return self._envelope.worker

    def running(self) -> bool:
        """Whether a worker has begun the order."""
        return not self.done() and self.worker is not None

    def cancel(self) -> bool:
        """Stop the worker. Returns whether there was anything to stop."""
        if self.done():
            return False
        self._stop()
        return True

    def settle(self, error: BaseException | None) -> None:
        """Delete the ticket and set how the order ended. To be called once."""
        self._envelope.discard()
        if error:
            self.set_exception(error)
        else:
            self.set_result(None)


def _not_there(folder: Path, why: str | None) -> str:
    return (
        f"a worker on {socket.gethostname()} cannot take its order from {folder}: {why}; the folder of results must be on a "
        "file system that every machine of the cluster sees under the same path."
    )
