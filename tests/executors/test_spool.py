"""Jobs take orders in turn, and the sweep keeps jobs going as long as orders wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.core import HarnessError
from harness.running.executors import WorkerLost

pytest.importorskip("submitit", reason="needs mlops-harness[slurm]")

from harness.running.executors import spool
from harness.running.executors.envelope import Envelope, Outbox
from harness.running.executors.job_supervisor import JobSupervisor

Until = Callable[..., None]
Pack = Callable[..., Envelope]


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = Outbox()
    yield outbox
    outbox.close()


@pytest.fixture
def pack(outbox: Outbox, toys: ModuleType, study: Any) -> Pack:
    """Packs an order of one trial."""
    return lambda seed, **settings: outbox.pack(study.order(toys.planned(seed, **settings), toys.build))


class ToyJobs:
    """Stands in for a queue: jobs that start at once and end when they are told to."""

    folder = Path("logs")

    def __init__(self) -> None:
        self.started: list[str] = []
        self.ends: dict[str, str] = {}
        self._n_ended = 0

    def __len__(self) -> int:
        return len(self.started) - self._n_ended

    def start(self, run: Callable[[str], None], n_jobs: int) -> None:
        self.started += [f"job {len(self.started) + number}" for number in range(n_jobs)]

    def newly_ended(self) -> dict[str, str]:
        ends, self.ends = self.ends, {}
        self._n_ended += len(ends)
        return ends


@pytest.fixture
def jobs() -> ToyJobs:
    return ToyJobs()


@pytest.fixture
def supervisor(pack: Pack, jobs: ToyJobs) -> Iterator[JobSupervisor]:
    """Of two jobs."""
    folder = pack(99).ticket.parent
    supervisor = JobSupervisor(folder, jobs, lambda _: None, n_jobs=2, ask_every=0.0)  # type: ignore[arg-type]
    yield supervisor
    supervisor.leave()


def put(envelope: Envelope) -> Path:
    """Put an order into the spool, as a sweep does."""
    (envelope.ticket.parent / spool.SIGN).touch()
    spool.put(envelope.ticket.with_suffix(spool.ORDER), envelope)
    return envelope.ticket


def start(ticket: Path, name: str = "job 0", **settings: Any) -> threading.Thread:
    """A job for this spool."""
    words = {"n_workers": 1, "seconds": 60.0, "patience": 60.0, **settings}
    job = threading.Thread(target=spool.serve, args=(ticket.parent, name), kwargs=words)
    job.start()
    return job


# ---- a job ----------------------------------------------------------------------------------------------------------


def test_a_job_takes_orders_until_the_spool_is_gone(outbox: Outbox, pack: Pack, study: Any, until: Until) -> None:
    tickets = [put(pack(seed)) for seed in range(3)]
    job = start(tickets[0])
    until(lambda: all(ticket.with_suffix(spool.ENDED).exists() for ticket in tickets))
    outbox.close()
    job.join(timeout=300)
    assert not job.is_alive()
    assert sorted(study.by_seed) == [0, 1, 2]


def test_a_job_gives_up_a_sweep_that_it_hears_nothing_of(pack: Pack) -> None:
    job = start(put(pack(0)), patience=0.5)
    job.join(timeout=300)
    assert not job.is_alive()


def test_a_job_begins_nothing_when_its_time_is_over(pack: Pack) -> None:
    envelope = pack(0)
    start(put(envelope), seconds=0.0).join()
    assert envelope.worker is None


def test_a_job_that_is_started_again_says_what_it_lost(pack: Pack) -> None:
    mine, others = pack(0), pack(1)
    mine.unpack("job 0")
    others.unpack("job 1")
    put(others)
    start(put(mine), seconds=0.0).join()
    assert mine.ticket.with_suffix(spool.ENDED).exists()
    assert not others.ticket.with_suffix(spool.ENDED).exists()


# ---- the sweep's side -----------------------------------------------------------------------------------------------


def test_the_orders_of_a_job_that_ended_are_lost_and_another_job_follows(
    supervisor: JobSupervisor, jobs: ToyJobs, pack: Pack, until: Until
) -> None:
    begun, waiting = pack(0), pack(1)
    answers = [supervisor.put(begun), supervisor.put(waiting)]
    begun.unpack("job 0")
    jobs.ends["job 0"] = "its node failed"
    with pytest.raises(WorkerLost, match="its node failed"):
        answers[0].result(timeout=300)
    until(lambda: len(jobs.started) == 3)
    assert not answers[1].done()


def test_a_job_that_ends_when_nothing_waits_is_not_replaced(
    supervisor: JobSupervisor, jobs: ToyJobs, until: Until
) -> None:
    for name in ("job 0", "job 1"):
        jobs.ends[name] = "its job reached its time limit"
    until(lambda: len(jobs) == 0)
    assert len(jobs.started) == 2


def test_jobs_that_end_before_they_begin_end_the_sweep(
    supervisor: JobSupervisor, jobs: ToyJobs, pack: Pack, until: Until
) -> None:
    answer = supervisor.put(pack(0))
    for name in ("job 0", "job 1", "job 2"):
        until(lambda name=name: name in jobs.started)
        jobs.ends[name] = "its job failed"
    with pytest.raises(HarnessError, match=r"jobs end before they begin \(its job failed\): .* logs"):
        answer.result(timeout=300)
    with pytest.raises(HarnessError, match="jobs end before they begin"):
        supervisor.put(pack(1))
