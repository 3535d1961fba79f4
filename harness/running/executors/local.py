"""Worker processes on this machine, each with a pipe of its own: whatever ends one of them costs its order and nothing else."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
import traceback
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from harness.core import HarnessError
from harness.running import threads
from harness.running.executors.contract import WorkerLost, check_workers
from harness.running.worker import Order, parent_is_gone, run_order

_LOOK_FOR_PARENT_EVERY_SECONDS = 0.5
_LOOK_FOR_WORKER_EVERY_SECONDS = 1.0
_END_SECONDS = 10.0

_PROCESSES = get_context("spawn")


@dataclass
class Local:
    """Processes of this machine.

    Attributes:
        workers: how many; one for each core by default.
    """

    workers: int | None = None

    @property
    def n_workers(self) -> int:
        """How many orders can run at once."""
        return self.workers or os.cpu_count() or 1

    def submit(self, order: Order) -> Future[None]:
        """Run an order in the next process that is free; cancelling its future kills that process."""
        answer = _Answer(order)
        self._orders.put(answer)
        return answer

    def __enter__(self) -> Self:
        check_workers(self.workers)
        threads.inherit_one()
        self._orders: SimpleQueue[_Answer | None] = SimpleQueue()
        self._keepers = [_Keeper(self._orders) for _ in range(self.n_workers)]
        for keeper in self._keepers:
            keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _ in self._keepers:
            self._orders.put(None)
        try:
            for keeper in self._keepers if kind is None else ():
                keeper.join()
        finally:
            for keeper in self._keepers:
                keeper.leave()
            for keeper in self._keepers:
                keeper.join()


class _Answer(Future[None]):
    """How an order ends; to cancel it while it runs kills the worker that runs it."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order
        self.worker: _Worker | None = None

    def running(self) -> bool:
        return self.worker is not None

    def cancel(self) -> bool:
        if self.worker is None:
            return super().cancel()
        self.worker.kill()
        return True


class _Keeper(threading.Thread):
    """Hands one order after the other to one worker, and starts another worker when that one was lost."""

    def __init__(self, orders: SimpleQueue[_Answer | None]) -> None:
        super().__init__(daemon=True)
        self._orders = orders
        self._leaving = False
        self._worker: _Worker | None = None

    def leave(self) -> None:
        """Abandon what runs and what waits."""
        self._leaving = True
        if self._worker:
            self._worker.kill()

    def run(self) -> None:
        for answer in iter(self._orders.get, None):
            if not self._leaving and answer.set_running_or_notify_cancel():
                self._see_to(answer)
        if self._worker:
            self._worker.let_go()

    def _see_to(self, answer: _Answer) -> None:
        try:
            self._worker = self._worker or _Worker()
            if self._leaving:
                self._worker.kill()
            error = self._worker.run(answer)
        except WorkerLost as lost:
            self._worker, error = None, lost
        except Exception as unsendable:
            error = unsendable
        answer.worker = None
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)


class _Worker:
    """A process that runs the orders that come through its pipe.

    It shares nothing with other workers, neither a pipe nor a lock. Killed at any moment, it leaves nothing behind but a pipe
    that has ended.
    """

    def __init__(self) -> None:
        self._pipe, theirs = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(target=_serve, args=(theirs, os.getpid()))
        try:
            self._process.start()
        except OSError as error:
            self._pipe.close()
            raise WorkerLost(f"its worker process could not be started ({error})") from error
        finally:
            theirs.close()

    def run(self, answer: _Answer) -> Exception | None:
        """Run an order.

        Returns:
            What it raised, or None.

        Raises:
            WorkerLost: the process ended before the order did.
            Exception: the order cannot be sent.
        """
        try:
            self._pipe.send(answer.order)
            error = self._hear()  # whether it can read the order
            if error is None:
                answer.worker = self
                error = self._hear()  # how it went
        except (OSError, EOFError):
            self._process.join(_END_SECONDS)
            self._pipe.close()
            raise WorkerLost(f"its worker process died (exit code {self._process.exitcode})") from None
        return error

    def kill(self) -> None:
        """End the process; it does nothing any more when this returns."""
        self._process.kill()
        self._process.join(_END_SECONDS)

    def let_go(self) -> None:
        """Have the process end by itself."""
        self._pipe.close()
        self._process.join(_END_SECONDS)
        self.kill()

    def _hear(self) -> Exception | None:
        """What the process says next. Its end is looked for as well: its children may hold its end of the pipe open."""
        while not wait([self._pipe, self._process.sentinel], _LOOK_FOR_WORKER_EVERY_SECONDS):
            if self._process.exitcode is not None:
                break
        if not self._pipe.poll():
            raise EOFError
        said: Exception | None = self._pipe.recv()
        return said


def _serve(orders: Connection, parent: int) -> None:
    """What a worker process does: run orders until no more can come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which stops its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(EOFError, OSError):  # the parent has let go
        while True:
            if order := _read(orders):
                orders.send(None)
                orders.send(_run(order))


def _read(orders: Connection) -> Order | None:
    """The next order, or None after having said what is wrong with it."""
    try:
        order: Order = orders.recv()
    except (EOFError, OSError):
        raise
    except Exception as unreadable:
        orders.send(_sendable(unreadable))
        return None
    return order


def _run(order: Order) -> Exception | None:
    try:
        run_order(order)
    except Exception as error:
        return _sendable(error)
    return None


def _sendable(error: Exception) -> Exception:
    """The error with its traceback as a note, since tracebacks do not travel; or an error that quotes it."""
    trace = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return HarnessError(f"A worker process failed:\n{trace}")
    error.add_note(f"In a worker process:\n{trace}")
    return error


def _end_with(parent: int) -> None:
    """End this process when the one that started it has been killed."""
    while not parent_is_gone(parent):
        time.sleep(_LOOK_FOR_PARENT_EVERY_SECONDS)
    os._exit(1)
