"""Processes of this machine: what the contract leaves open, and workers that are killed before they have begun."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from harness.core import HarnessError, Status
from harness.running.executors import Local, WorkerLost

Until = Callable[..., None]


@dataclass
class Unsendable:
    error: Exception

    def __reduce__(self) -> Any:
        raise self.error


@dataclass
class Unreadable:
    make: Callable[..., object]
    of: tuple[str, ...] = ()

    def __reduce__(self) -> Any:
        return self.make, self.of


@contextmanager
def killing_newborns(toys: ModuleType, n_kills: int) -> Iterator[list[int]]:
    """SIGKILL for the first so many worker processes, as soon as they are seen."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while len(killed) < n_kills and not over.is_set():
            for child in toys.workers_of(psutil.Process())[: n_kills - len(killed)]:
                with suppress(psutil.Error):
                    if child.pid not in killed:
                        child.kill()
                        killed.append(child.pid)
            time.sleep(0.001)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    yield killed
    over.set()
    killer.join()


@pytest.mark.slow
@pytest.mark.parametrize("n_workers", [1, 2])
def test_workers_killed_before_they_begin_are_started_again(n_workers: int, toys: ModuleType, study: Any) -> None:
    with killing_newborns(toys, 8) as killed:
        summary = toys.sweep(toys.planned(*range(40)), study.folder, n_workers, retry_failed=True)
    assert len(killed) == 8
    assert summary.lost == 8
    assert sum(summary.ended.values()) == 40


def test_an_order_that_waits_can_be_called_off(toys: ModuleType, study: Any, tmp_path: Path, until: Until) -> None:
    with Local(1) as executor:
        first, second, third = [
            executor.submit(study.order(toys.planned(seed, seconds=0.5, trace=str(tmp_path)), toys.build))
            for seed in range(3)
        ]
        until(first.running)
        assert not second.running()
        assert second.cancel()
        assert third.result(300) is None
    assert (first.result(), second.cancelled()) == (None, True)
    assert set(study.by_seed) == {0, 2}


def test_an_order_that_runs_is_stopped_and_the_next_one_runs(
    toys: ModuleType, study: Any, tmp_path: Path, until: Until
) -> None:
    with Local(1) as executor:
        hanging, well = [
            executor.submit(study.order(toys.planned(seed, mood=mood, trace=str(tmp_path)), toys.build))
            for seed, mood in enumerate(["hanging", "well"])
        ]
        until(hanging.running)
        until(lambda: list(tmp_path.glob("0-*")))
        (worker,) = [int(trace.name.split("-")[1]) for trace in tmp_path.glob("0-*")]
        assert hanging.cancel()
        assert not psutil.pid_exists(worker)
        with pytest.raises(WorkerLost, match=f"exit code -{signal.SIGKILL.value}"):
            hanging.result(300)
        assert well.result(300) is None
    assert {seed: record.status for seed, record in study.by_seed.items()} == {1: Status.OK}


@pytest.mark.parametrize(
    ("baggage", "kind", "error"),
    [
        (lambda _: Unsendable(ValueError("this stays here")), ValueError, "this stays here"),
        (lambda _: Unsendable(OSError("no such file here")), OSError, "no such file here"),
        (lambda _: Unreadable(int, ("this is no number",)), ValueError, "invalid literal"),
        (lambda _: Unreadable(open, ("/no/such/file",)), FileNotFoundError, "/no/such/file"),
        (lambda toys: Unreadable(toys.raise_what_cannot_travel), HarnessError, "TwoPartError: 1 and 2"),
        (lambda toys: Unreadable(toys.raise_what_becomes_text), HarnessError, "TextError: read me"),
    ],
)
def test_an_order_that_cannot_travel_says_so_and_costs_no_worker(
    baggage: Callable[[ModuleType], object], kind: type[Exception], error: str, toys: ModuleType, study: Any
) -> None:
    with Local(1) as executor:
        order = study.order(toys.planned(0), toys.build)
        bad: Future[None] = executor.submit(replace(order, limits=baggage(toys)))
        good = executor.submit(order)
        with pytest.raises(kind, match=error):
            bad.result(300)
        assert good.result(300) is None
    assert set(study.by_seed) == {0}


def test_an_error_brings_its_traceback_along(toys: ModuleType, study: Any) -> None:
    study.folder.mkdir()
    (study.folder / "parts").touch()
    with Local(1) as executor, pytest.raises(HarnessError, match="cannot write results to") as caught:
        executor.submit(study.order(toys.planned(0), toys.build)).result(300)
    assert "run_order" in "".join(caught.value.__notes__)


@pytest.fixture
def children(tmp_path: Path) -> Iterator[None]:
    """Ends what trials have started and left behind."""
    yield
    for trace in tmp_path.glob("child-*"):
        os.kill(int(trace.name.split("-")[1]), signal.SIGKILL)


@pytest.mark.usefixtures("children")
def test_a_worker_whose_child_outlives_it_is_seen_to_be_lost(toys: ModuleType, study: Any, tmp_path: Path) -> None:
    with Local(1) as executor:
        trials = toys.planned(0, mood="killed_beside_a_child", trace=str(tmp_path))
        with pytest.raises(WorkerLost, match=f"exit code -{signal.SIGKILL.value}"):
            executor.submit(study.order(trials, toys.build)).result(300)


@pytest.mark.usefixtures("children")
def test_a_large_order_for_a_worker_that_has_left_a_child_behind_is_lost_with_it(
    toys: ModuleType, study: Any, tmp_path: Path
) -> None:
    with Local(1) as executor:
        trials = toys.planned(0, mood="leaving_a_child_behind", trace=str(tmp_path))
        executor.submit(study.order(trials, toys.build)).result(300)
        (worker,) = study.writers
        os.kill(worker, signal.SIGKILL)
        large = replace(study.order(toys.planned(1), toys.build), command=("x" * 10**7,))
        with pytest.raises(WorkerLost):
            executor.submit(large).result(300)
        assert executor.submit(large).result(300) is None


@pytest.mark.usefixtures("children")
def test_leaving_takes_no_time_where_children_hold_what_was_open(
    toys: ModuleType, study: Any, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.running.executors.local._END_SECONDS", 600.0)
    with pytest.raises(KeyboardInterrupt), Local(2) as executor:  # noqa: PT012
        for seed in range(2):
            trials = toys.planned(seed, mood="leaving_a_child_behind", trace=str(tmp_path))
            trials += toys.planned(10 + seed, mood="hanging", trace=str(tmp_path))
            executor.submit(study.order(trials, toys.build))
        until(lambda: len(list(tmp_path.glob("1?-*"))) == 2)
        left = time.monotonic()
        raise KeyboardInterrupt
    assert time.monotonic() - left < 300  # one child alone would take ten minutes


@pytest.mark.slow
def test_calling_off_an_order_kills_no_other(toys: ModuleType, study: Any) -> None:
    """The orders take about as long as it takes to call them off, so that some have just ended, and the next ones begun."""
    rng = random.Random(0)
    with Local(1) as executor:
        orders = [executor.submit(study.order(toys.planned(seed), toys.build)) for seed in range(40)]
        called_off = []
        for order in orders[::2]:
            while not (order.running() or order.done()):
                time.sleep(0.0001)
            time.sleep(rng.random() * 0.002)
            called_off.append(not order.done() and order.cancel())
        stopped = [isinstance(order.exception(300), WorkerLost) for order in orders[::2]]
        assert [order.exception(300) for order in orders[1::2]] == [None] * 20
    assert stopped == called_off


@pytest.mark.slow
def test_a_second_ctrl_c_leaves_no_worker_behind(toys: ModuleType, tmp_path: Path, until: Until) -> None:
    command = [sys.executable, str(toys.__file__), str(tmp_path / "store"), "200", "5", "4"]
    for wait in (0.0, 0.002, 0.01, 0.05):
        sweep = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        parent = psutil.Process(sweep.pid)
        until(lambda parent=parent: len(toys.workers_of(parent)) == 4)
        workers = toys.workers_of(parent)
        for _ in range(2):
            sweep.send_signal(signal.SIGINT)
            time.sleep(wait)
        assert sweep.wait(300) != 0
        assert psutil.wait_procs(workers, timeout=300)[1] == []


LEFT_OPEN = """
import sys
from pathlib import Path
import toy_trials
from harness.running.executors import Local
from harness.running.worker import Order

if __name__ == "__main__":
    executor = Local(2).__enter__()  # and nobody leaves it, as when a second Ctrl-C comes before that is begun
    for seed in range(4):
        order = Order(tuple(toy_trials.planned(seed, mood="hanging")), Path(sys.argv[1]), toy_trials.build)
        running = executor.submit(order)
    while not list(Path(sys.argv[1]).glob("parts/*")):
        pass
"""


def test_an_interpreter_that_ends_without_leaving_takes_its_workers_along(
    toys: ModuleType, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "left_open.py").write_text(LEFT_OPEN)
    environment = {**os.environ, "PYTHONPATH": str(Path(str(toys.__file__)).parent)}
    command = [sys.executable, str(tmp_path / "left_open.py"), str(tmp_path / "store")]
    ending = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    until(lambda: len(toys.workers_of(psutil.Process(ending.pid))) == 2)
    workers = toys.workers_of(psutil.Process(ending.pid))
    try:
        assert ending.wait(300) == 0
        assert psutil.wait_procs(workers, timeout=300)[1] == []
    finally:
        ending.kill()
