"""The process of a mirror follows a sweep: killed at any moment, beside another one, or broken, no trial is lost or twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from harness.core import HarnessError, Status
from harness.mirrors import Follower
from harness.mirrors.completing import complete
from harness.mirrors.mlflow import Mlflow
from harness.running.store import PartWriter
from tests.mirrors.conftest import Shown, made
from tests.running.made_records import HEADER, SPEC, write

N_KILLS = 8
N_RECORDS = 320

FOLLOW = """
import os, sys, threading
from pathlib import Path
from harness.mirrors import following
from harness.mirrors.mlflow import Mlflow
from harness.mirrors.process import Job
folder, ended = Path(sys.argv[1]), Path(sys.argv[2])
(ended.parent / f"{os.getpid()}.pid").touch()
following.LOOK_EVERY_SECONDS = following.SETTLE_SECONDS = 0.01
class Ended(threading.Event):
    def wait(self, seconds):
        return super().wait(seconds) or ended.exists()
following.follow(Job(Mlflow(), folder), Ended())
"""
"""What a mirror's process does, until there is a file."""


@dataclass(frozen=True)
class Breaking:
    """A tool that refuses."""

    name: ClassVar[str] = "breaking"

    def open(self, folder: Path) -> Any:
        raise HarnessError(f"{folder.name} is not to be shown.")


class Followers:
    """Starts processes of mirrors from an interpreter that has started."""

    def __init__(self, python: list[str], folder: Path, pids: Path) -> None:
        self._command = [*python, "-c", FOLLOW, str(folder), str(pids / "ended")]
        self._pids = pids
        pids.mkdir()

    def start(self) -> tuple[subprocess.Popen[bytes], int]:
        """The process that asks, and the id of the one that answers."""
        before = set(self._pids.glob("*.pid"))
        process = subprocess.Popen(self._command)
        while not (new := set(self._pids.glob("*.pid")) - before):
            assert process.poll() is None, "it did not start"
            time.sleep(0.005)
        return process, int(new.pop().stem)

    def end(self) -> None:
        (self._pids / "ended").touch()


@pytest.fixture
def followers(warm_python: list[str], folder: Path, tmp_path: Path) -> Followers:
    return Followers(warm_python, folder, tmp_path / "pids")


def expected(folder: Path, new_file: Callable[[Path], Path], tmp_path: Path) -> Any:
    """What one completion, from nothing, shows of a store."""
    mirror = Mlflow(str(new_file(tmp_path / "whole.db")))
    book = mirror.open(folder)
    complete(book, folder)
    book.close()
    return {**Shown(tmp_path / "whole.db").content}


def without_places(content: Any) -> Any:
    """The rows but for the folder of the file."""
    return {table: [row[:9] if table == "runs" else row for row in rows] for table, rows in content.items()}


def test_a_mirror_that_is_killed_at_any_moment_shows_each_trial_once_in_the_end(
    followers: Followers, shown: Shown, folder: Path, tmp_path: Path, new_file: Callable[[Path], Path]
) -> None:
    seed = int(np.random.default_rng().integers(2**32))  # any moment; shown if the test fails
    sys.stdout.write(f"seed of the moments: {seed}\n")
    rng = np.random.default_rng(seed)
    part = PartWriter(folder, HEADER)
    numbers = iter(range(N_RECORDS))
    for _ in range(N_KILLS):
        process, pid = followers.start()
        for number in [next(numbers) for _ in range(N_RECORDS // N_KILLS)]:
            part.append(made(number, Status.FAILED if number % 5 == 0 else Status.OK), SPEC)
            time.sleep(float(rng.exponential(0.002)))
        os.kill(pid, signal.SIGKILL)
        assert process.wait() != 0
    part.close()
    write(folder, *(made(number) for number in range(0, N_RECORDS, 10)))  # half of the failed trials end well
    followers.end()
    assert followers.start()[0].wait() == 0
    assert without_places(shown.content) == without_places(expected(folder, new_file, tmp_path))
    assert len(shown.statuses) == N_RECORDS // N_KILLS * N_KILLS


def test_two_parents_with_a_mirror_each_show_each_trial_once(
    followers: Followers, shown: Shown, folder: Path, tmp_path: Path, new_file: Callable[[Path], Path]
) -> None:
    processes = [followers.start()[0] for _ in range(2)]
    parts = [PartWriter(folder, HEADER) for _ in processes]
    for number in range(200):
        parts[number % 2].append(made(number // 2 + 50 * (number % 2), Status.FAILED), SPEC)
        parts[number % 2].append(made(number // 2 + 50 * (number % 2)), SPEC)
        time.sleep(0.002)
    for part in parts:
        part.close()
    followers.end()
    assert [process.wait() for process in processes] == [0, 0]
    assert without_places(shown.content) == without_places(expected(folder, new_file, tmp_path))
    assert set(shown.statuses.values()) == {"FINISHED"}
    assert len(shown.statuses) == 150


def test_a_tool_that_breaks_is_said_in_one_sentence_and_stops_nothing(folder: Path, until: Callable[..., None]) -> None:
    with Follower(Breaking(), folder) as follower:  # type: ignore[arg-type]
        write(folder, made(1))
        until(lambda: follower.broken)
    assert follower.broken == "toys is not to be shown."


def test_the_sweep_does_not_wait_for_its_mirror_which_ends_by_itself(
    shown: Shown, folder: Path, until: Callable[..., None]
) -> None:
    with Follower(Mlflow(), folder) as follower:
        write(folder, made(1), made(2))
    assert not follower.has_ended
    until(lambda: follower.has_ended)
    assert not follower.broken
    assert len(shown.statuses) == 2
