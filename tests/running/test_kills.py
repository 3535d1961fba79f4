"""Many times kill -9, of the sweep, of a worker, of all at once, at any moment: nothing recorded is lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import numpy as np
import psutil
import pytest

from harness.core import Status
from harness.running import predictions, store
from harness.running.identity import canonical_json

N_TRIALS = 300
SECONDS = 0.02


def deterministic_part(folder: Path) -> bytes:
    """What must be the same on every run of the same trials, with the predictions as they are on the disk."""
    lines = []
    for record in store.read(folder).records:
        drawn = predictions.load(folder, record)["drawn"].tobytes().hex()
        kept = [record.trial_id, record.status, record.factors, record.spec, record.measurements, record.predictions]
        lines.append(canonical_json([*kept, drawn]))
    return "\n".join(lines).encode()


class Sweeper:
    """Starts the sweep again whenever it was killed."""

    def __init__(self, toys: ModuleType, folder: Path) -> None:
        self.toys = toys
        self.folder = folder
        self.command = [sys.executable, str(toys.__file__), str(folder), str(N_TRIALS), str(SECONDS), "2"]
        self.process: subprocess.Popen[bytes] | None = None

    def running(self) -> psutil.Process | None:
        """The sweep's process, started if there is none; None once it has ended by itself."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, start_new_session=True)
        return psutil.Process(self.process.pid) if self.process.poll() is None else None

    def wait_for(self, moment: str) -> None:
        """Wait until it has workers, or until these have recorded something more; or for its end."""
        before = self._written()
        while (parent := self.running()) and not (
            (moment == "begun" or self._written() > before) and self.toys.workers_of(parent)
        ):
            time.sleep(0.02)

    def _written(self) -> int:
        return sum(part.stat().st_size for part in self.folder.glob("parts/*.jsonl"))

    def kill(self, victims: str, rng: np.random.Generator) -> bool:
        """Send SIGKILL; whether there was somebody to kill."""
        parent = self.running()
        workers = self.toys.workers_of(parent) if parent else []
        if parent is None or not workers:
            return False
        chosen = [workers[rng.integers(len(workers))]] if victims == "a worker" else [parent]
        for one in [*chosen, *(workers if victims == "all" else [])]:
            with suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        if victims != "a worker":
            assert self.process is not None
            self.process.wait()
            self.process = None
        return True

    def stop(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("n_kills", [15, pytest.param(50, marks=pytest.mark.exhaustive)])
def test_kills_leave_what_an_uninterrupted_sweep_leaves(toys: ModuleType, tmp_path: Path, n_kills: int) -> None:
    seed = int(np.random.default_rng().integers(2**32))  # any moment; shown if the test fails
    sys.stdout.write(f"seed of the moments: {seed}\n")
    rng = np.random.default_rng(seed)
    kills, rounds = 0, 0
    toys.sweep(toys.planned(*range(N_TRIALS), seconds=SECONDS), tmp_path / "whole", n_workers=2)
    expected = deterministic_part(tmp_path / "whole")
    while kills < n_kills:
        folder, rounds = tmp_path / f"killed-{rounds}", rounds + 1
        sweeper = Sweeper(toys, folder)
        try:
            while kills < n_kills and sweeper.running():
                sweeper.wait_for(str(rng.choice(["begun", "recorded"])))
                time.sleep(float(rng.exponential(0.1)))
                kills += sweeper.kill(str(rng.choice(["the sweep", "a worker", "all"])), rng)
        finally:
            sweeper.stop()
        toys.sweep(toys.planned(*range(N_TRIALS), seconds=SECONDS), folder, n_workers=2, retry_failed=True)
        stored = store.read(folder)
        assert {record.status for record in stored.records} == {Status.OK}
        assert len(stored.records) == len(stored.by_id()) == N_TRIALS
        assert deterministic_part(folder) == expected
