"""Worker processes on this machine, by pebble: one that is killed or hangs costs one trial, not the pool."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from harness.running import threads
from harness.running.executors.contract import WorkerLost, check_workers
from harness.running.worker import Order, parent_is_gone, run_order

_LOOK_FOR_PARENT_EVERY_SECONDS = 0.5


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
        running = self._pool.submit(run_order, None, order)
        answer: Future[None] = _Stoppable(running)
        running.add_done_callback(lambda ended: _pass_on(ended, answer))
        return answer

    def __enter__(self) -> Self:
        check_workers(self.workers)
        threads.inherit_one()
        starter = (os.getpid(),)
        self._pool = ProcessPool(self.n_workers, initializer=_start, initargs=starter, context=get_context("spawn"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()


class _Stoppable(Future[None]):
    """A future whose cancelling stops what runs."""

    def __init__(self, running: Future[None]) -> None:
        super().__init__()
        self._running = running

    def running(self) -> bool:
        return self._running.running()

    def cancel(self) -> bool:
        return self._running.cancel()


def _pass_on(ended: Future[None], answer: Future[None]) -> None:
    try:
        ended.result()
    except ProcessExpired as lost:
        answer.set_exception(WorkerLost(f"its worker process died (exit code {lost.exitcode})"))
    except CancelledError:
        answer.set_exception(WorkerLost("its worker process was stopped"))
    except BaseException as error:
        answer.set_exception(error)
    else:
        answer.set_result(None)


def _start(parent: int) -> None:
    """Leave Ctrl-C to the parent, which stops its workers; and end with it, if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while not parent_is_gone(parent):
        time.sleep(_LOOK_FOR_PARENT_EVERY_SECONDS)
    os._exit(1)
