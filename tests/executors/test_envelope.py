"""An order is begun by one worker once, whatever the engine between does with it."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from harness.core import PROTOCOL_VERSION, HarnessError
from harness.running import worker
from harness.running.executors import WorkerLost
from harness.running.executors.envelope import Envelope, Handed, Outbox, run_envelope


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    outbox = Outbox()
    yield outbox
    outbox.close()


@pytest.fixture
def envelope(outbox: Outbox, toys: ModuleType, study: Any) -> Envelope:
    return outbox.pack(study.order(toys.planned(0), toys.build))


@pytest.fixture
def _as_a_worker() -> Iterator[None]:
    """This process stands in for a worker."""
    yield
    worker.forget()


def as_sent(envelope: Envelope) -> Envelope:
    """The envelope as it arrives in another process."""
    return pickle.loads(pickle.dumps(envelope))


def test_an_order_arrives_as_it_was(envelope: Envelope, toys: ModuleType) -> None:
    order = as_sent(envelope).unpack("somebody")
    assert [trial.trial_id for trial in order.trials] == [toys.planned(0)[0].trial_id]
    assert order.build is toys.build


def test_the_second_worker_leaves_it_alone(envelope: Envelope) -> None:
    as_sent(envelope).unpack("first")
    with pytest.raises(WorkerLost):
        as_sent(envelope).unpack("second")
    assert envelope.worker == "first"


def test_a_worker_that_comes_after_its_end_leaves_it_alone(envelope: Envelope) -> None:
    as_sent(envelope).unpack("first")
    Handed(envelope, stop=lambda: None).settle(None)
    with pytest.raises(WorkerLost):
        as_sent(envelope).unpack("second")


def test_a_worker_that_does_not_see_the_folder_says_so(envelope: Envelope, study: Any) -> None:
    shutil.move(study.folder, study.folder.with_name("elsewhere"))
    with pytest.raises(HarnessError, match=r"a file system that every machine of the cluster sees"):
        as_sent(envelope).unpack("far away")


def test_a_worker_with_other_code_says_so_and_leaves_the_order_to_others(envelope: Envelope) -> None:
    with pytest.raises(HarnessError, match="another version of the harness"):
        replace(envelope, protocol=PROTOCOL_VERSION + 1).unpack("old")
    assert envelope.worker is None


def test_an_order_runs_from_the_moment_it_is_begun_to_its_end(envelope: Envelope) -> None:
    answer = Handed(envelope, stop=lambda: None)
    seen = [answer.running()]
    envelope.unpack("somebody")
    seen.append(answer.running())
    answer.settle(WorkerLost("it died"))
    seen.append(answer.running())
    assert seen == [False, True, False]
    assert isinstance(answer.exception(timeout=0), WorkerLost)


def test_cancelling_stops_the_worker_of_what_has_not_ended(envelope: Envelope) -> None:
    stopped: list[str] = []
    answer = Handed(envelope, stop=lambda: stopped.append("stopped"))
    assert answer.cancel()
    answer.settle(None)
    assert not answer.cancel()
    assert stopped == ["stopped"]


def test_an_outbox_that_is_closed_leaves_nothing(outbox: Outbox, envelope: Envelope, study: Any) -> None:
    assert not study.is_tidy
    outbox.close()
    assert study.is_tidy


def test_what_a_killed_sweep_left_is_cleared_away_by_the_next_one(
    outbox: Outbox, envelope: Envelope, toys: ModuleType, study: Any
) -> None:
    killed = Outbox()
    left = killed.pack(study.order(toys.planned(1), toys.build))
    assert killed._lock is not None
    killed._lock.close()  # as the end of its process would
    another = Outbox()
    another.pack(study.order(toys.planned(2), toys.build))
    assert not left.ticket.parent.exists()
    assert envelope.ticket.exists()  # of a sweep that is alive
    another.close()


@pytest.mark.usefixtures("_as_a_worker")
def test_a_worker_that_outlives_its_sweep_begins_a_new_part_for_the_next_one(toys: ModuleType, study: Any) -> None:
    for seed in (0, 1):
        outbox = Outbox()
        run_envelope(outbox.pack(study.order(toys.planned(seed), toys.build)))
        outbox.close()
        assert sorted(study.by_seed) == [seed]
        shutil.rmtree(study.folder)


def test_a_folder_that_cannot_be_written_to_is_one_sentence(outbox: Outbox, toys: ModuleType, study: Any) -> None:
    study.folder.touch()
    with pytest.raises(HarnessError, match=r"cannot write results to .*: Not a directory"):
        outbox.pack(study.order(toys.planned(0), toys.build))
