"""What a sweep asks of an executor: to run an order in some other process, and to say when it is done or its worker lost."""

from __future__ import annotations

from concurrent.futures import Future
from types import TracebackType
from typing import Protocol, Self

from harness.running.worker import Order


class WorkerLost(Exception):  # noqa: N818 - what happened, not what is wrong
    """A worker ended before its order did: it was killed, ran out of memory, or its machine went away."""


class Executor(Protocol):
    """Runs orders with `harness.running.worker.run_order`, each in one of several processes, in about the order given.

    Used as a context: entering starts what it needs (`ConfigError` if that is not there), leaving lets it go. If it is left
    by an exception, what is running is abandoned within seconds. Those here check their settings when they are made.
    """

    @property
    def n_workers(self) -> int:
        """How many orders can run at once; known once entered."""
        ...

    def submit(self, order: Order) -> Future[None]:
        """Run an order. Its future raises `WorkerLost` if the worker was lost, and what `run_order` raises.

        Cancelling the future of an order that is running stops its worker where the executor can do that (`WorkerLost`).
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
