"""The jobs of one sweep in the queue of a batch system, by submitit."""

from __future__ import annotations

import getpass
import itertools
import logging
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import submitit

from harness.core import ConfigError

_LAST_SECONDS = 10.0
_ENDS = {
    "BOOT_FAIL": "its node did not start",
    "CANCELLED": "its job was cancelled",
    "COMPLETED": "its job ended",
    "DEADLINE": "its job reached its deadline",
    "FAILED": "its job failed",
    "NODE_FAIL": "its node failed",
    "OUT_OF_MEMORY": "its job ran out of memory",
    "PREEMPTED": "its job was preempted",
    "REVOKED": "its job was revoked",
    "TIMEOUT": "its job reached its time limit",
}


class Jobs:
    """Starts jobs, says which have ended, and cancels the others."""

    def __init__(self, cluster: str, folder: Path, settings: Mapping[str, Any]) -> None:
        """An empty list of jobs.

        Args:
            cluster: "slurm", or "local" for processes of this machine.
            folder: for the jobs' scripts and logs.
            settings: the resources of a job, under submitit's names.

        Raises:
            ConfigError: submitit does not know a setting.
        """
        logging.getLogger("submitit").setLevel(logging.CRITICAL)
        self.folder = folder
        self._is_slurm = cluster == "slurm"
        self._jobs: dict[str, Any] = {}
        self._names = (f"job {number}" for number in itertools.count(1))
        try:
            self._executor = submitit.AutoExecutor(folder, cluster=cluster)
            self._executor.update_parameters(**settings)
        except (AssertionError, NameError, OSError, TypeError, ValueError) as error:
            raise ConfigError(f"executor=slurm cannot ask for such jobs: {_first_line(error)}.") from error

    def __len__(self) -> int:
        """The number of jobs that wait or run, as far as is known."""
        return len(self._jobs)

    def start(self, run: Callable[[str], None], n_jobs: int) -> None:
        """Queue `n_jobs` jobs. Each calls `run` with a name of its own.

        Raises:
            ConfigError: the queue does not take them.
        """
        names = list(itertools.islice(self._names, n_jobs))
        try:
            jobs = self._executor.map_array(run, names)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            raise ConfigError(f"the queue does not take the jobs of the sweep: {_complaint(error)}.") from error
        self._jobs.update(zip(names, jobs, strict=True))

    def newly_ended(self) -> dict[str, str]:
        """The names of jobs that have ended since the last call, and why."""
        ends = self._ends_in_slurm() if self._is_slurm else self._ends_here()
        for name in ends:
            del self._jobs[name]
        return ends

    def _ends_here(self) -> dict[str, str]:
        return {name: _ENDS["COMPLETED"] for name, job in self._jobs.items() if job.done()}

    def _ends_in_slurm(self) -> dict[str, str]:
        """The ended jobs as `squeue` knows them. It needs no accounting, unlike `sacct`, but forgets jobs after minutes."""
        command = ["squeue", "--noheader", "--array", "--states=all", "--format=%i %T", f"--user={getpass.getuser()}"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode != 0:  # the controller is busy, or being restarted
            return {}
        states = dict(line.split() for line in answer.stdout.splitlines())
        listed = {name: states.get(job.job_id, "COMPLETED") for name, job in self._jobs.items()}
        return {name: _ENDS[state] for name, state in listed.items() if state in _ENDS}

    def let_go(self) -> None:
        """Cancel all jobs that have not ended. Processes of this machine get some seconds to end by themselves."""
        if self._is_slurm and self._jobs:
            ids = [job.job_id for job in self._jobs.values()]
            subprocess.run(["scancel", *ids], capture_output=True, check=False)
        deadline = time.monotonic() + _LAST_SECONDS
        while not self._is_slurm and self._jobs and time.monotonic() < deadline:
            self.newly_ended()
            time.sleep(0.05)
        for job in [] if self._is_slurm else self._jobs.values():
            job.cancel()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _complaint(error: Exception) -> str:
    said = getattr(error, "stderr", None) or str(error)
    return said.strip().rpartition("\n")[2]
