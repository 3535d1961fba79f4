"""Worker processes on this machine, each with a pipe of its own. If one of them dies, only its order is lost."""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from types import ModuleType, TracebackType
from typing import Annotated, Self

from harness.core import HarnessError
from harness.running import threads
from harness.running.executors.contract import WorkerLost
from harness.running.worker import Order, parent_is_gone, run_order
from harness.settings import Checked, at_least

_LOOK_FOR_PARENT_EVERY_SECONDS = 0.5
_LOOK_FOR_WORKER_EVERY_SECONDS = 0.5
_LOOK_FOR_END_EVERY_SECONDS = 0.005
_END_SECONDS = 10.0

_PROCESSES = get_context("spawn")


@dataclass
class Local(Checked):
    """Processes of this machine.

    Attributes:
        workers: the number of processes; one for each core by default.
    """

    workers: Annotated[int, at_least(1)] | None = None

    @property
    def n_workers(self) -> int:
        """How many orders can run at once."""
        return self.workers or os.cpu_count() or 1

    def submit(self, order: Order) -> Future[None]:
        """The future of an order, which the next free process runs. Cancelling it kills that process."""
        answer = _Answer(order)
        self._orders.put(answer)
        return answer

    def __enter__(self) -> Self:
        threads.inherit_one()
        self._orders: SimpleQueue[_Answer | None] = SimpleQueue()
        self._leaving = threading.Event()
        self._keepers = [_Keeper(self._orders, self._leaving) for _ in range(self.n_workers)]
        atexit.register(self._abandon)  # if an interruption comes before `__exit__` has begun
        for keeper in self._keepers:
            keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._join()
        finally:
            self._abandon()
            self._join()
            atexit.unregister(self._abandon)

    def _abandon(self) -> None:
        """End all workers. After the first line their keepers do so too, even if this call is interrupted."""
        self._leaving.set()
        for keeper in self._keepers:
            keeper.kill()

    def _join(self) -> None:
        for _ in self._keepers:
            self._orders.put(None)
        for keeper in self._keepers:
            keeper.join()


class _Answer(Future[None]):
    """The future of an order. Cancelling it while it runs kills its worker."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order
        self.worker: _Worker | None = None

    def running(self) -> bool:
        return self.worker is not None

    def cancel(self) -> bool:
        worker = self.worker
        return super().cancel() if worker is None else worker.stop(self)


class _Keeper(threading.Thread):
    """A thread that hands orders to one worker, one at a time, and replaces the worker if it is lost."""

    def __init__(self, orders: SimpleQueue[_Answer | None], leaving: threading.Event) -> None:
        super().__init__(daemon=True)
        self._orders, self._leaving = orders, leaving
        self._worker: _Worker | None = None

    def kill(self) -> None:
        """Kill the worker, if there is one, without waiting for its end."""
        worker = self._worker
        if worker:
            worker.kill()

    def run(self) -> None:
        for answer in iter(self._orders.get, None):
            if self._leaving.is_set():
                answer.cancel()
            if answer.set_running_or_notify_cancel():
                self._see_to(answer)
        if self._worker:
            self._worker.let_go()

    def _see_to(self, answer: _Answer) -> None:
        error: BaseException | None
        try:
            self._worker = self._worker or _Worker(self._leaving)
            error = self._worker.run(answer)
        except WorkerLost as lost:
            self._worker, error = None, lost
        except BaseException as impossible:  # the order cannot be sent, or the answer cannot be read
            error = impossible
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)


class _Worker:
    """A process that runs the orders that come through its pipe.

    It shares no pipe and no lock with other workers. If it is killed, only the end of its pipe is left.
    """

    def __init__(self, leaving: threading.Event) -> None:
        self._leaving = leaving
        self._lock = threading.Lock()
        self._runs: _Answer | None = None
        self._stopped = False
        try:
            self._pipe, theirs = _PROCESSES.Pipe()
            self._process = _PROCESSES.Process(target=_serve, args=(theirs, os.getpid()))
            with theirs, _without_main():
                self._process.start()
        except OSError as error:
            raise WorkerLost(f"its worker process could not be started ({error})") from error

    def run(self, answer: _Answer) -> Exception | None:
        """Run an order.

        Returns:
            The exception that the order raised, or None.

        Raises:
            WorkerLost: the process ended before the order did, or was stopped.
            Exception: the order cannot be sent, or its error cannot be read.
        """
        self._say(pickle.dumps(answer.order))
        error = self._hear()  # None if the process could read the order
        if error is None:
            self._begin(answer)
            try:
                error = self._hear()  # how the order ended
            finally:
                self._end(answer)
        return error

    def stop(self, answer: _Answer) -> bool:
        """Whether the process ran this order. If so, the process has ended when this returns."""
        with self._lock:
            if self._runs is not answer:
                return False
            self._stopped = True
            self.kill()
        self._exit_code(_END_SECONDS)
        return True

    def kill(self) -> None:
        """Kill the process, without waiting for its end."""
        self._process.kill()

    def let_go(self) -> None:
        """Let the process end by itself."""
        self._pipe.close()
        if self._exit_code(_END_SECONDS) is None:
            self.kill()
            self._exit_code(_END_SECONDS)

    def _begin(self, answer: _Answer) -> None:
        with self._lock:
            self._runs = answer
        answer.worker = self

    def _end(self, answer: _Answer) -> None:
        answer.worker = None
        with self._lock:
            self._runs = None
        if self._stopped:  # even if it was stopped just after its answer
            raise self._lost()

    def _say(self, message: bytes) -> None:
        try:
            self._pipe.send_bytes(message)
        except OSError:
            raise self._lost() from None

    def _hear(self) -> Exception | None:
        """The next answer of the process. Its end is checked as well, since its children may keep the pipe open."""
        try:
            while not wait([self._pipe, self._process.sentinel], _LOOK_FOR_WORKER_EVERY_SECONDS):
                if self._leaving.is_set():
                    self.kill()
                if self._process.exitcode is not None:
                    break
            if not self._pipe.poll():
                raise self._lost()
            message = self._pipe.recv_bytes()
        except (OSError, EOFError):
            raise self._lost() from None
        said: Exception | None = pickle.loads(message)
        return said

    def _lost(self) -> WorkerLost:
        """The error for a lost process. A process that still runs is killed first."""
        code = self._exit_code(1.0)
        if code is None:
            self.kill()
            code = self._exit_code(_END_SECONDS)
        self._pipe.close()
        return WorkerLost(f"its worker process died (exit code {code})")

    def _exit_code(self, seconds: float) -> int | None:
        """The exit code, waiting so long for it; None if the process has not ended.

        It polls. Children may keep the sentinel of the process open, and of two threads that wait at once only one learns
        of the end.
        """
        end = time.monotonic() + seconds
        while (code := self._process.exitcode) is None and time.monotonic() < end:
            time.sleep(_LOOK_FOR_END_EVERY_SECONDS)
        if code is not None:
            self._process.join()
        return code


_starting = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Within, a process that is started does not run the script again that this one runs.

    It would, for what it is sent might be defined there. Orders are not, so that a script needs no guard around a sweep, and a
    worker does not load what the script loads. multiprocessing looks for the script in `__main__`, and has no other switch.
    """
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _serve(orders: Connection, parent: int) -> None:
    """Run orders in a worker process until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and stops its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if hasattr(os, "register_at_fork"):  # a trial's children must not keep the pipe open after this process
        os.set_inheritable(orders.fileno(), False)
        os.register_at_fork(after_in_child=orders.close)
    with suppress(EOFError, OSError):  # the parent has closed the pipe
        while True:
            message = orders.recv_bytes()
            try:
                order: Order = pickle.loads(message)
            except Exception as unreadable:
                orders.send_bytes(_error(unreadable))
            else:
                orders.send_bytes(_NOTHING_WRONG)
                orders.send_bytes(_run(order))


_NOTHING_WRONG = pickle.dumps(None)


def _run(order: Order) -> bytes:
    try:
        run_order(order)
    except Exception as error:
        return _error(error)
    return _NOTHING_WRONG


def _error(error: Exception) -> bytes:
    """The pickled error with its traceback as a note, since tracebacks cannot be pickled; or an error that quotes it."""
    trace = "".join(traceback.format_exception(error))
    error.add_note(f"In a worker process:\n{trace}")
    with suppress(Exception):
        message = pickle.dumps(error)
        if isinstance(pickle.loads(message), Exception):
            return message
    return pickle.dumps(HarnessError(f"A worker process failed:\n{trace}"))


def _end_with(parent: int) -> None:
    """End this process when its parent has been killed."""
    while not parent_is_gone(parent):
        time.sleep(_LOOK_FOR_PARENT_EVERY_SECONDS)
    os._exit(1)
