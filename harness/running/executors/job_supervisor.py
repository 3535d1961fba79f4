"""The sweep's side of a spool: it puts orders there, reads how they ended, and keeps jobs running while orders wait."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from harness.core import HarnessError
from harness.running.executors import spool
from harness.running.executors.contract import WorkerLost
from harness.running.executors.envelope import Envelope, Handed
from harness.running.executors.jobs import Jobs

_LOOK_EVERY_SECONDS = 0.25
_IN_VAIN = 3
"""The sweep stops after this many jobs in a row that ended without beginning an order, although one waited."""


class JobSupervisor:
    """Watches over the orders and the jobs of one sweep, in a thread of its own."""

    def __init__(self, folder: Path, jobs: Jobs, serve: Callable[[str], None], n_jobs: int, ask_every: float) -> None:
        """A supervisor that has queued the jobs and watches them.

        Args:
            folder: the spool.
            jobs: the sweep's jobs in the queue of the batch system.
            serve: what a job does, given its name.
            n_jobs: the number of jobs to keep.
            ask_every: seconds between two requests to the queue.

        Raises:
            ConfigError: the queue does not take the jobs.
        """
        self._folder, self._jobs, self._serve, self._n_jobs = folder, jobs, serve, n_jobs
        self._ask_every, self._asked = ask_every, time.monotonic()
        self._open: dict[Path, Handed] = {}
        self._worked: set[str] = set()
        self._in_vain = 0
        self._broken: HarnessError | None = None
        self._leaving = threading.Event()
        self._give_sign()
        jobs.start(serve, n_jobs)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def put(self, envelope: Envelope) -> Future[None]:
        """The future of an order, which is put where the jobs look. Raises `HarnessError` if no jobs can be kept running."""
        if self._broken:
            raise self._broken
        answer = Handed(envelope, stop=envelope.ticket.with_suffix(spool.STOP).touch)
        self._open[envelope.ticket] = answer
        spool.put(envelope.ticket.with_suffix(spool.ORDER), envelope)
        return answer

    def leave(self) -> None:
        """Stop watching. Jobs that have started end by themselves when the spool is gone."""
        self._leaving.set()
        self._thread.join()

    def _watch(self) -> None:
        try:
            while not self._leaving.wait(_LOOK_EVERY_SECONDS):
                self._give_sign()
                self._collect()
                if time.monotonic() - self._asked > self._ask_every:
                    self._asked = time.monotonic()
                    self._keep_jobs_going()
        except HarnessError as error:
            self._break(error)
        except OSError as error:
            self._break(HarnessError(f"the orders in {self._folder} cannot be looked after: {error.strerror}."))

    def _give_sign(self) -> None:
        (self._folder / spool.SIGN).touch()

    def _collect(self) -> None:
        """Settle the futures of the orders that have ended."""
        spool.see_anew(self._folder)
        for ticket in list(self._open):
            ended = ticket.with_suffix(spool.ENDED)
            if ended.exists():
                self._close(ticket, pickle.loads(ended.read_bytes()))

    def _close(self, ticket: Path, error: BaseException | None) -> None:
        answer = self._open.pop(ticket)
        self._worked.add(answer.worker or "")
        for suffix in (spool.ORDER, spool.STOP, spool.ENDED):
            ticket.with_suffix(suffix).unlink(missing_ok=True)
        answer.settle(error)

    def _keep_jobs_going(self) -> None:
        for name, why in self._jobs.newly_ended().items():
            self._collect()
            for ticket in [ticket for ticket, answer in list(self._open.items()) if answer.worker == name]:
                self._close(ticket, WorkerLost(why))
            self._in_vain = 0 if name in self._worked else self._in_vain + self._an_order_waits()
            if self._in_vain >= _IN_VAIN:
                raise HarnessError(f"jobs end before they begin ({why}): what they said is in {self._jobs.folder}.")
        missing = self._n_jobs - len(self._jobs)
        if missing > 0 and self._an_order_waits():
            self._jobs.start(self._serve, missing)

    def _an_order_waits(self) -> bool:
        return any(answer.worker is None for answer in list(self._open.values()))

    def _break(self, error: HarnessError) -> None:
        self._broken = error
        for ticket in list(self._open):
            self._open.pop(ticket).settle(error)
