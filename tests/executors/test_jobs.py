"""What the queue says of jobs, with commands that stand in for Slurm's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.core import ConfigError

pytest.importorskip("submitit", reason="needs mlops-harness[slurm]")

from harness.running.executors.jobs import Jobs

Command = Callable[[str, str], None]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Puts a shell script of this name before the real commands."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def write(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    write("srun", "")
    write("sbatch", "echo Submitted batch job 7")
    return write


@pytest.fixture
def jobs(command: Command, tmp_path: Path) -> Jobs:
    """Four of them: 7_0 to 7_3."""
    jobs = Jobs("slurm", tmp_path / "jobs", {"timeout_min": 5})
    jobs.start(print, 4)
    return jobs


def test_jobs_end_when_the_queue_says_so_or_has_forgotten_them(jobs: Jobs, command: Command) -> None:
    command("squeue", "echo 7_0 RUNNING; echo 7_1 TIMEOUT; echo 7_2 PENDING; echo 6_3 RUNNING")
    assert jobs.newly_ended() == {"job 2": "its job reached its time limit", "job 4": "its job ended"}
    assert len(jobs) == 2
    assert jobs.newly_ended() == {}


def test_a_queue_that_does_not_answer_says_nothing_about_jobs(jobs: Jobs, command: Command) -> None:
    command("squeue", "echo 7_0 TIMEOUT; exit 1")
    assert jobs.newly_ended() == {}
    assert len(jobs) == 4


def test_jobs_that_have_not_ended_are_taken_back(jobs: Jobs, command: Command, tmp_path: Path) -> None:
    command("squeue", "echo 7_0 RUNNING; echo 7_1 FAILED; echo 7_2 PENDING")
    jobs.newly_ended()
    command("scancel", f'echo "$@" > {tmp_path}/cancelled')
    jobs.let_go()
    assert (tmp_path / "cancelled").read_text().split() == ["7_0", "7_2"]


def test_a_queue_that_takes_no_jobs_is_quoted(command: Command, tmp_path: Path) -> None:
    command("sbatch", "echo 'sbatch: error: invalid partition specified: moon' >&2; exit 1")
    jobs = Jobs("slurm", tmp_path / "jobs", {"slurm_partition": "moon"})
    with pytest.raises(ConfigError, match=r"the queue does not take the jobs.*: invalid partition specified: moon"):
        jobs.start(print, 2)


@pytest.mark.parametrize("settings", [{"slurm_colour": "red"}, {"timeout_min": "long"}])
def test_settings_that_no_job_has_are_refused(command: Command, tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="cannot ask for such jobs"):
        Jobs("slurm", tmp_path / "jobs", settings)
