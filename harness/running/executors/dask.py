"""Workers of a Dask cluster, which runs already or is started on this machine for the length of a sweep."""

from __future__ import annotations

import contextlib
import logging
import os
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from typing import Annotated, Any, Self

import dask
from distributed import Client, KilledWorker, LocalCluster, get_worker
from distributed.utils import silence_logging_cmgr

from harness.core import ConfigError, HarnessError
from harness.running import threads
from harness.running.executors.cluster_size import ClusterSize, check_whole
from harness.running.executors.contract import WorkerLost
from harness.running.executors.envelope import Envelope, Handed, Outbox, run_envelope
from harness.running.worker import Order, forget
from harness.settings import Checked, at_least

_GONE = "the Dask scheduler has gone; what was recorded is intact: start it and give the same command again."
_CONNECT_SECONDS = 10
_RESTART_SECONDS = 10
_SETTINGS = {
    "distributed.scheduler.worker-ttl": None,  # a trial may hold Python's lock for long
    "distributed.scheduler.allowed-failures": 100,  # for waiting orders only: one that has begun is never begun again
}


@dataclass
class Dask(Checked):
    """A Dask cluster. An order is a task. A worker has one thread, since a trial needs a process for itself.

    Attributes:
        workers: the number of processes, if the cluster is started on this machine; one for each core by default.
        address: the scheduler of a running cluster, tcp://host:port. The cluster is used whole and left running.
    """

    workers: Annotated[int, at_least(1)] | None = None
    address: str | None = None

    @property
    def n_workers(self) -> int:
        """The present number of workers."""
        return self._size()

    def submit(self, order: Order) -> Future[None]:
        """The future of an order, which the next free worker runs. Cancelling it makes the nanny restart the worker."""
        envelope = self._outbox.pack(order)
        task = self._client.submit(_run_alone, envelope, pure=False)
        answer = Handed(envelope, stop=lambda: Thread(target=self._restart, args=(answer.worker,), daemon=True).start())
        self._open.add(answer)
        task.add_done_callback(lambda ended: self._end(answer, ended))
        return answer

    def _end(self, answer: Handed, task: Any) -> None:
        self._open.discard(answer)
        answer.settle(_outcome(task))

    def _restart(self, *workers: str | None) -> None:
        """Restart workers. Dask then runs their orders again, which find no ticket. Workers without a nanny run on."""
        with contextlib.suppress(Exception):
            addresses = sorted({worker for worker in workers if worker})
            self._client.restart_workers(addresses, timeout=_RESTART_SECONDS, raise_for_error=False)

    def __enter__(self) -> Self:
        check_whole(self.workers, self.address)
        threads.inherit_one()
        self._outbox, self._open = Outbox(), set[Handed]()
        with contextlib.ExitStack() as entered:
            entered.enter_context(silence_logging_cmgr(logging.CRITICAL))
            entered.enter_context(dask.config.set(_SETTINGS))
            self._client = entered.enter_context(self._connected(entered))
            self._size = ClusterSize(self._count_workers)
            self._entered = entered.pop_all()
        return self

    def _count_workers(self) -> int:
        try:
            return len(self._client.nthreads())
        except OSError as error:
            raise HarnessError(_GONE) from error

    def _connected(self, entered: contextlib.ExitStack) -> Client:
        if self.address:
            return _join(self.address)
        own = LocalCluster(
            n_workers=self.workers or os.cpu_count(),
            threads_per_worker=1,
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            dashboard_address="127.0.0.1:0",  # any free port: another cluster may have Dask's own
            scheduler_kwargs={"dashboard": False},
        )
        return Client(entered.enter_context(own), set_as_default=False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        busy = [answer.worker for answer in list(self._open)]
        self._outbox.close()  # waiting orders cannot begin any more
        if self.address and kind is None:
            with contextlib.suppress(OSError):
                self._client.run(forget, on_error="ignore")
        elif self.address and busy and self._client.status == "running":
            self._restart(*busy)
        self._entered.close()


def _join(address: str) -> Client:
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"no Dask scheduler answers at executor.address={address}: start one with `dask scheduler`."
        ) from error
    try:
        _check_workers_of(client, address)
    except BaseException:
        client.close()
        raise
    return client


def _check_workers_of(client: Client, address: str) -> None:
    """Raise `ConfigError` if there are no workers, or if some lack the harness: those would fail every order."""
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        client.run(exec, f"import {__name__}")
    except TimeoutError as error:
        raise ConfigError(
            f"the Dask scheduler at {address} has no workers: start some with `dask worker {address} --nthreads 1`."
        ) from error
    except ImportError as error:
        raise ConfigError(
            f"workers of {address} cannot import the harness ({error}): install the same packages on every machine."
        ) from error


def _run_alone(envelope: Envelope) -> None:
    """Run an envelope in a worker process that runs nothing else at the same time."""
    worker = get_worker()
    if worker.state.nthreads != 1:
        raise HarnessError(
            f"the Dask worker {worker.address} runs {worker.state.nthreads} tasks at once in one process; a trial needs a "
            "process for itself: start the workers with --nthreads 1, and with --nworkers for more of them."
        )
    run_envelope(envelope, worker.address)


def _outcome(task: Any) -> BaseException | None:
    """The error of a task: what its worker raised, or what Dask says if the worker was lost."""
    if task.status == "finished":
        return None
    if task.status != "error":
        return HarnessError(_GONE)
    error: BaseException = task.exception()
    return WorkerLost("its worker process died") if isinstance(error, KilledWorker) else error
