"""The interface of an executor: it runs an order in another process, and says when the order is done or its worker is lost."""

from __future__ import annotations

from concurrent.futures import Future
from types import TracebackType
from typing import Protocol, Self

from harness.running.worker import Order


class WorkerLost(Exception):  # noqa: N818 - what happened, not what is wrong
    """A worker ended before its order did: it was killed, ran out of memory, or lost its machine."""


class Executor(Protocol):
    """Runs orders with `harness.running.worker.run_order`, each in one of several processes, in about the order given.

    An executor is a context. Entering starts the workers (`ConfigError` if that is impossible), leaving releases them. If
    an exception leaves the context, running orders are abandoned within seconds. The executors of this package check their
    settings when they are made.
    """

    @property
    def n_workers(self) -> int:
        """How many orders can run at once. It is known once the context is entered."""
        ...

    def submit(self, order: Order) -> Future[None]:
        """The future of an order. It raises `WorkerLost` if the worker was lost, and the errors of `run_order`.

        Cancelling the future of a running order stops its worker, where the executor can do that; the future then raises
        `WorkerLost`.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
