"""Jobs of a Slurm cluster. A job stays for the whole sweep and takes orders in turn (see `spool`)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Literal, Self

from harness.core import ConfigError
from harness.running.executors import spool
from harness.running.executors.envelope import Outbox
from harness.running.executors.job_supervisor import JobSupervisor
from harness.running.executors.jobs import Jobs
from harness.running.worker import Order
from harness.settings import Checked, at_least

_PATIENCE_SECONDS = {"slurm": 120.0, "local": 10.0}
"""How long a job waits for a sign of its sweep before it ends by itself: the sweep may have been killed."""

_ASK_EVERY_SECONDS = {"slurm": 15.0, "local": 0.5}
_SHARE_OF_TIME = 0.9
"""The share of a job's time in which it begins orders. The rest is for its last order to end."""


@dataclass
class Slurm(Checked):
    """Jobs in the queue of a Slurm cluster.

    Attributes:
        workers: the number of jobs.
        cpus_per_task: CPUs of a job, which runs as many orders at once.
        time: minutes that a job may take. As long as there is work, another job follows.
        memory: the memory of a job, such as 8GB; the cluster's default if None.
        partition: the partition where the jobs queue; the cluster's default if None.
        options: further options of `sbatch`, such as account or qos.
        folder: for the jobs' scripts and logs; `sweeps/slurm` in the study's folder if None.
        cluster: "slurm"; or, to try things out, "local", where a job is a process of this machine.
    """

    workers: Annotated[int, at_least(1)] | None = None
    cpus_per_task: Annotated[int, at_least(1)] = 1
    time: Annotated[int, at_least(1)] = 60
    memory: str | None = None
    partition: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: str | None = None
    cluster: Literal["slurm", "local"] = "slurm"

    @property
    def n_workers(self) -> int:
        """How many orders run at once when all jobs have started."""
        return (self.workers or 1) * self.cpus_per_task

    def submit(self, order: Order) -> Future[None]:
        """The future of an order, which is put where the jobs look. The first call queues the jobs.

        Cancelling the future makes the job kill the process that runs the order.
        """
        envelope = self._outbox.pack(order)
        supervisor = self._supervisor or self._supervise(envelope.ticket.parent, order.folder)
        return supervisor.put(envelope)

    def __enter__(self) -> Self:
        self._check()
        self._outbox = Outbox()
        self._supervisor: JobSupervisor | None = None
        self._jobs: Jobs | None = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._supervisor:
            self._supervisor.leave()
        self._outbox.close()
        if self._jobs:
            self._jobs.let_go()

    def _supervise(self, orders: Path, study: Path) -> JobSupervisor:
        serve = partial(
            spool.serve,
            orders,
            n_workers=self.cpus_per_task,
            seconds=self.time * 60 * _SHARE_OF_TIME,
            patience=_PATIENCE_SECONDS[self.cluster],
        )
        self._jobs = Jobs(self.cluster, Path(self.folder or study / "sweeps" / "slurm").resolve(), self._settings())
        self._supervisor = JobSupervisor(orders, self._jobs, serve, self.workers or 1, _ASK_EVERY_SECONDS[self.cluster])
        return self._supervisor

    def _settings(self) -> dict[str, Any]:
        settings = {
            "name": "harness",
            "timeout_min": self.time,
            "cpus_per_task": self.cpus_per_task,
            "slurm_mem": self.memory,
            "slurm_partition": self.partition,
            "slurm_additional_parameters": dict(self.options) or None,
            "slurm_use_srun": False,  # since Slurm 22.05 a step would get one CPU only
        }
        return {name: setting for name, setting in settings.items() if setting is not None}

    def _check(self) -> None:
        if self.workers is None:
            raise ConfigError("executor=slurm needs to know how many jobs to queue: add workers=<n>.")
        if self.cluster == "slurm" and not shutil.which("sbatch"):
            raise ConfigError("there is no sbatch on this machine: start the sweep where jobs are submitted.")
