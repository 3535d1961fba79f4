"""Processes of this machine: what the contract leaves open, and workers that are killed before they have begun."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from harness.core import HarnessError, Status
from harness.running.executors import Local, WorkerLost

Until = Callable[..., None]


class Unsendable:
    def __reduce__(self) -> Any:
        raise ValueError("this stays here")


class Unreadable:
    def __reduce__(self) -> Any:
        return int, ("this is not a number",)


@contextmanager
def killing_newborns(n_kills: int) -> Iterator[list[int]]:
    """SIGKILL for the first so many worker processes, as soon as they are seen."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while len(killed) < n_kills and not over.is_set():
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    if child.pid not in killed and "spawn_main" in " ".join(child.cmdline()):
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
    with killing_newborns(8) as killed:
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
        assert third.result(20) is None
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
            hanging.result(20)
        assert well.result(20) is None
    assert {seed: record.status for seed, record in study.by_seed.items()} == {1: Status.OK}


class Unmakeable:
    def __init__(self, toys: ModuleType) -> None:
        self.toys = toys

    def __reduce__(self) -> Any:
        return self.toys.raise_what_cannot_travel, ()


@pytest.mark.parametrize(
    ("baggage", "kind", "error"),
    [
        (lambda _: Unsendable(), ValueError, "this stays here"),
        (lambda _: Unreadable(), ValueError, "invalid literal"),
        (Unmakeable, HarnessError, "TwoPartError: 1 and 2"),
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
            bad.result(20)
        assert good.result(20) is None
    assert set(study.by_seed) == {0}


def test_an_error_brings_its_traceback_along(toys: ModuleType, study: Any) -> None:
    study.folder.mkdir()
    (study.folder / "parts").touch()
    with Local(1) as executor, pytest.raises(HarnessError, match="cannot write results to") as caught:
        executor.submit(study.order(toys.planned(0), toys.build)).result(20)
    assert "run_order" in "".join(caught.value.__notes__)


def test_a_worker_whose_child_outlives_it_is_seen_to_be_lost(
    toys: ModuleType, study: Any, tmp_path: Path, until: Until
) -> None:
    with Local(1) as executor:
        running = executor.submit(study.order(toys.planned(0, mood="leaving_a_child", trace=str(tmp_path)), toys.build))
        with pytest.raises(WorkerLost):
            running.result(20)
    (child,) = [int(trace.name.split("-")[1]) for trace in tmp_path.glob("child-*")]
    os.kill(child, signal.SIGKILL)
