"""What is special about Slurm: jobs that end before the sweep does."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from types import ModuleType
from typing import Any

import psutil
import pytest

from harness.core import Status
from harness.running.executors import Executor

pytest.importorskip("submitit", reason="needs mlops-harness[slurm]")


def sweep_and(act: Callable[[], None], toys: ModuleType, study: Any, executor: Executor) -> None:
    """Sweep, act once when some trials are recorded, and hold that nothing was lost or run for nothing."""
    acted: list[bool] = []

    def observe(summary: Any) -> None:
        if sum(summary.ended.values()) >= 3 and not acted:
            acted.append(True)
            act()

    summary = toys.sweep(toys.planned(*range(16), seconds=0.3), study.folder, executor=executor, observe=observe)
    assert acted
    assert summary.lost >= 1
    assert [record.status for record in study.records] == [Status.OK] * 16


@pytest.mark.slow
def test_a_job_that_dies_is_followed_by_another(
    slurm_without_slurm: Callable[[], Executor], toys: ModuleType, study: Any
) -> None:
    def kill_the_job() -> None:
        """The process above the one that writes: it takes the orders."""
        os.kill(psutil.Process(study.writers[0]).ppid(), signal.SIGKILL)

    sweep_and(kill_the_job, toys, study, slurm_without_slurm())


@pytest.mark.slow
@pytest.mark.tool("sinfo")
def test_a_job_that_slurm_takes_away_is_followed_by_another(
    slurm: Callable[[], Executor], toys: ModuleType, study: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.running.executors.slurm._ASK_EVERY_SECONDS", {"slurm": 1.0})

    def cancel_the_job() -> None:
        environment = psutil.Process(study.writers[0]).environ()
        subprocess.run(["scancel", "--full", "--signal=KILL", environment["SLURM_JOB_ID"]], check=True)

    sweep_and(cancel_the_job, toys, study, slurm())


def test_a_job_asks_for_what_the_configuration_says(study: Any) -> None:
    from harness.running.executors.slurm import Slurm

    executor = Slurm(2, cpus_per_task=4, time=90, memory="8GB", partition="long", options={"account": "lab"})
    assert executor.n_workers == 8
    assert executor._settings() == {
        "name": "harness",
        "timeout_min": 90,
        "cpus_per_task": 4,
        "slurm_mem": "8GB",
        "slurm_partition": "long",
        "slurm_additional_parameters": {"account": "lab"},
        "slurm_use_srun": False,
    }
