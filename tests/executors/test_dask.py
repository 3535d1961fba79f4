"""What is special about Dask."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.core import ConfigError, HarnessError

pytest.importorskip("distributed", reason="needs mlops-harness[dask]")

from harness.running.executors.dask import Dask

WITHOUT_THE_HARNESS = """
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name == "harness":
            raise ModuleNotFoundError("No module named 'harness'", name="harness")

sys.meta_path.insert(0, Missing)
"""


def test_a_scheduler_without_workers_is_one_sentence(dask_processes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, address = dask_processes.scheduler()
    monkeypatch.setattr("harness.running.executors.dask._CONNECT_SECONDS", 2)
    with (
        pytest.raises(ConfigError, match=f"has no workers: start some with `dask worker {address}"),
        Dask(None, address),
    ):
        pass


def test_a_worker_of_several_threads_is_refused(dask_processes: Any, toys: ModuleType, study: Any) -> None:
    _, address = dask_processes.scheduler()
    dask_processes.workers(address, threads=2)
    with pytest.raises(HarnessError, match=r"runs 2 tasks at once in one process.*--nthreads 1"):
        toys.sweep(toys.planned(0), study.folder, executor=Dask(address=address))


def test_workers_without_the_harness_are_refused(
    dask_processes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, address = dask_processes.scheduler()
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "sitecustomize.py").write_text(WITHOUT_THE_HARNESS)
    with monkeypatch.context() as there:
        there.setenv("PYTHONPATH", str(tmp_path / "bare"))
        dask_processes.workers(address)
    with pytest.raises(ConfigError, match=r"cannot import the harness"), Dask(address=address):
        pass


@pytest.mark.slow
def test_a_scheduler_that_goes_away_ends_the_sweep_with_one_sentence(
    dask_processes: Any, toys: ModuleType, study: Any
) -> None:
    scheduler, address = dask_processes.scheduler()
    dask_processes.workers(address)

    def end_it(summary: Any) -> None:
        if sum(summary.ended.values()) >= 2:
            scheduler.kill()

    trials = toys.planned(*range(20), seconds=0.2)
    with pytest.raises(HarnessError, match="the Dask scheduler has gone; what was recorded is intact"):
        toys.sweep(trials, study.folder, executor=Dask(address=address), observe=end_it)
    assert 2 <= len(study.records) < 20
