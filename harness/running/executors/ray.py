"""Workers of a Ray cluster, which runs already or is started on this machine for the length of a sweep."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Annotated, Any, Self

import ray
import ray._private.worker as ray_worker
from ray.exceptions import NodeDiedError, OutOfMemoryError, RayError, RayTaskError, TaskCancelledError

from harness.core import ConfigError, HarnessError
from harness.running import threads
from harness.running.executors.cluster_size import ClusterSize, check_whole
from harness.running.executors.contract import WorkerLost
from harness.running.executors.envelope import Handed, Outbox, run_envelope
from harness.running.worker import Order
from harness.settings import Checked, at_least

_KNOCK_SECONDS = 10.0
_QUIET: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
_SMALL: dict[str, Any] = {"include_dashboard": False, "object_store_memory": 100 * 2**20}  # orders are small
_LOSSES: dict[type[RayError], str] = {
    TaskCancelledError: "its worker process was stopped",
    NodeDiedError: "its machine left the cluster",
    OutOfMemoryError: "its worker process was killed, for its machine ran out of memory",
}


@dataclass
class Ray(Checked):
    """A Ray cluster. An order is a task that takes one CPU and that Ray does not retry.

    Attributes:
        workers: the number of CPUs, if the cluster is started on this machine; all by default.
        address: a running cluster: "auto", host:port or ray://host:port. The cluster is used whole and left running.
    """

    workers: Annotated[int, at_least(1)] | None = None
    address: str | None = None

    @property
    def n_workers(self) -> int:
        """The present number of CPUs."""
        return self._size()

    def submit(self, order: Order) -> Future[None]:
        """The future of an order, which the next free CPU runs. Cancelling it kills the worker."""
        envelope = self._outbox.pack(order)
        reference = self._run.remote(envelope)
        answer = Handed(envelope, stop=lambda: ray.cancel(reference, force=True))
        self._open[answer] = reference
        reference.future().add_done_callback(lambda ended: self._end(answer, ended.exception()))
        return answer

    def _end(self, answer: Handed, error: BaseException | None) -> None:
        del self._open[answer]
        answer.settle(_as_it_was(error))

    def __enter__(self) -> Self:
        check_whole(self.workers, self.address)
        self._outbox, self._open = Outbox(), dict[Handed, Any]()
        self._size = ClusterSize(_count_cpus)
        threads.inherit_one()
        with _sigterm_as_it_was():
            self._connect()
        self._run = ray.remote(num_cpus=1, max_retries=0)(run_envelope)
        return self

    def _connect(self) -> None:
        logging.getLogger("ray").setLevel(logging.CRITICAL)
        ray_worker._worker_logs_enabled = False  # no setting silences its notes on lost workers
        try:
            if self.address:
                _knock(self.address)
                ray.init(self.address, **_QUIET)
            else:
                ray.init("local", num_cpus=self.workers or os.cpu_count(), **_SMALL, **_QUIET)
        except (OSError, RuntimeError, ValueError, RayError) as error:
            raise ConfigError(_no_cluster(self.address, error)) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reference in list(self._open.values()):
            ray.cancel(reference, force=True)
        ray.shutdown()
        self._outbox.close()


def _count_cpus() -> int:
    resources: dict[str, float] = ray.cluster_resources()
    return int(resources.get("CPU", 0))


def _knock(address: str) -> None:
    """Raise `OSError` if no process listens at host:port. Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()


def _no_cluster(address: str | None, error: Exception) -> str:
    why = str(error).strip().partition("\n")[0].rstrip(".")
    if address is None:
        return f"Ray does not start on this machine: {why}."
    return (
        f"there is no Ray cluster to join at executor.address={address}: {why}; start one with `ray start --head`, and if it "
        "asks for tokens set RAY_AUTH_MODE=token here, too."
    )


@contextlib.contextmanager
def _sigterm_as_it_was() -> Iterator[None]:
    """Keep the sweep's handler of SIGTERM. Ray's handler would end the process at once."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


def _as_it_was(error: BaseException | None) -> BaseException | None:
    """The error that the worker raised, or `WorkerLost` for Ray's error on a lost worker."""
    if isinstance(error, RayTaskError):
        return _cause(error)
    if isinstance(error, RayError):
        known = (reason for kind, reason in _LOSSES.items() if isinstance(error, kind))
        return WorkerLost(next(known, "its worker process died"))
    return error


def _cause(error: RayTaskError) -> Exception:
    if isinstance(error.cause, Exception) and not isinstance(error.cause, RayError):
        return error.cause
    why = str(error.cause or error).partition("\n")[0]
    return HarnessError(f"a Ray worker cannot read its order ({why}): install the same packages on every machine.")
