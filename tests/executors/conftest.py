"""Clusters on this machine, each of several processes, and toy trials that their workers find."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest

from harness.core import Record
from harness.running import store
from harness.running.executors import Executor, Local
from harness.running.limits import NO_LIMITS
from harness.running.worker import Order

TOY = Path(__file__).parents[1] / "running" / "toy"
STANDING = ("here", "ray_of_two_nodes", "dask_of_two_workers", "slurm_without_slurm")
OWN = ("ray_here", "dask_here")
"""Executors that start a cluster for every sweep, which takes seconds. They differ from others in how they begin and end."""
SLURM = pytest.param("slurm", marks=pytest.mark.tool("sinfo"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each executor for a test that asks for an `engine`; those of OWN with `-m exhaustive`, or if the test is `for_every`."""
    if "engine" in metafunc.fixturenames:
        marks = () if metafunc.definition.get_closest_marker("for_every") else (pytest.mark.exhaustive,)
        own = [pytest.param(name, marks=marks) for name in OWN]
        metafunc.parametrize("engine", [*STANDING, *own, SLURM], indirect=True)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module `toy_trials`, outside of what workers can import before they are told its folder."""
    monkeypatch.syspath_prepend(TOY)
    return importlib.import_module("toy_trials")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Callable[[], Executor]:
    """Makes an executor of each kind, with room for two orders at once."""
    made: Callable[[], Executor] = request.getfixturevalue(request.param)
    return made


def wait_until(condition: Callable[[], object], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@dataclass(frozen=True)
class Study:
    """What tests ask of a store."""

    folder: Path

    @property
    def records(self) -> list[Record]:
        """Without what differs from run to run."""
        return [replace(record, header="", clock={}) for record in store.read(self.folder).records]

    @property
    def by_seed(self) -> dict[int, Record]:
        return {record.factors["seed"]: record for record in self.records}

    @property
    def writers(self) -> list[int]:
        """The process ids of those who have written to it, the last one first."""
        parts = sorted((self.folder / "parts").glob("*.jsonl"), key=lambda part: part.stem.rpartition("-")[2])
        return [int(part.stem.split("-")[-2]) for part in reversed(parts)]

    @property
    def is_tidy(self) -> bool:
        """Whether no ticket and no order is left in it."""
        return not list(self.folder.glob("sweeps/*orders*"))

    def order(self, trials: list[Any], build: Callable[..., Any]) -> Order:
        return Order(tuple(trials), self.folder, build, NO_LIMITS, paths=tuple(sys.path))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path / "study")


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits for a condition."""
    return wait_until


@pytest.fixture
def here() -> Callable[[], Executor]:
    return lambda: Local(workers=2)


# ---- Ray ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _ray_without_tokens() -> Iterator[Any]:
    """Ray would leave a token in the home of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RAY_AUTH_MODE", "disabled")
        patched.setenv("RAY_USAGE_STATS_ENABLED", "0")
        yield pytest.importorskip("ray", reason="needs mlops-harness[ray]")


@pytest.fixture
def ray_here(_ray_without_tokens: Any) -> Callable[[], Executor]:
    from harness.running.executors.ray import Ray

    return lambda: Ray(workers=2)


@pytest.fixture(scope="session")
def ray_address(_ray_without_tokens: Any) -> Iterator[str]:
    """The address of a cluster of two nodes with a CPU each."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    yield cluster.address
    cluster.shutdown()


@pytest.fixture
def ray_of_two_nodes(ray_address: str) -> Callable[[], Executor]:
    from harness.running.executors.ray import Ray

    return lambda: Ray(address=ray_address)


# ---- Dask -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def dask_here() -> Callable[[], Executor]:
    pytest.importorskip("distributed", reason="needs mlops-harness[dask]")
    from harness.running.executors.dask import Dask

    return lambda: Dask(workers=2)


@dataclass(frozen=True)
class DaskProcesses:
    """Starts the processes of a Dask cluster as a user would."""

    folder: Path

    def start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *words]
        with (self.folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def scheduler(self) -> tuple[subprocess.Popen[bytes], str]:
        """The process of a scheduler, and its address."""
        file = self.folder / "scheduler.json"
        process = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        wait_until(lambda: file.exists() and file.stat().st_size > 0)
        return process, str(json.loads(file.read_text())["address"])

    def workers(self, address: str, count: int = 1, threads: int = 1) -> list[subprocess.Popen[bytes]]:
        """The processes of more workers, once the scheduler knows them: on a busy machine they take a while to start."""
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            known = len(client.nthreads())
            processes = [self.start("worker", address, "--nthreads", str(threads)) for _ in range(count)]
            client.wait_for_workers(known + count, timeout=300)
        return processes


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
    process.kill()
    process.wait()


@pytest.fixture
def dask_processes(tmp_path: Path) -> Iterator[DaskProcesses]:
    """Starts processes that are ended with the test."""
    pytest.importorskip("distributed", reason="needs mlops-harness[dask]")
    started: list[subprocess.Popen[bytes]] = []

    class Kept(DaskProcesses):
        def start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
            started.append(super().start(what, *words))
            return started[-1]

    yield Kept(tmp_path)
    for process in reversed(started):
        stop(process)


@pytest.fixture(scope="session")
def dask_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, all of them processes of their own."""
    pytest.importorskip("distributed", reason="needs mlops-harness[dask]")
    processes = DaskProcesses(tmp_path_factory.mktemp("dask"))
    scheduler, address = processes.scheduler()
    workers = processes.workers(address, count=2)
    yield address
    for process in (*workers, scheduler):
        stop(process)


@pytest.fixture
def dask_of_two_workers(dask_address: str) -> Callable[[], Executor]:
    from harness.running.executors.dask import Dask

    return lambda: Dask(address=dask_address)


# ---- Slurm ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slurm_without_slurm() -> Callable[[], Executor]:
    pytest.importorskip("submitit", reason="needs mlops-harness[slurm]")
    from harness.running.executors.slurm import Slurm

    return lambda: Slurm(workers=2, cluster="local")


@pytest.fixture(scope="session")
def _slurm_answers() -> bool:
    """Whether the Slurm of this machine is at work."""
    return subprocess.run(["sinfo"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def slurm(_slurm_answers: bool) -> Callable[[], Executor]:
    """A real Slurm, which must run its jobs on this machine; for tests that are marked as needing `sinfo`."""
    pytest.importorskip("submitit", reason="needs mlops-harness[slurm]")
    from harness.running.executors.slurm import Slurm

    if not _slurm_answers:
        pytest.skip("the Slurm of this machine is not at work")
    return lambda: Slurm(workers=2)
