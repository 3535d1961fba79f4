"""Executors are chosen by name, cost nothing until they are, and say in one sentence what they lack."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import places
from harness.core import ConfigError
from harness.planning.run_settings import executor_of
from harness.running.executors import Executor
from harness.running.executors.cluster_size import ClusterSize

Compose = Callable[..., Any]
ENGINES = {"ray": "ray", "dask": "distributed", "slurm": "submitit"}
every_engine = pytest.mark.parametrize("name", ENGINES)


@pytest.fixture
def chosen(composed: Compose) -> Callable[..., Executor]:
    """The executor that these words of a command line choose."""
    return lambda *words: executor_of(composed(*words))


def nobody_listens() -> str:
    """An address on this machine without anybody behind it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize("name", sorted(path.stem for path in (places.shipped("conf") / "executor").glob("*.yaml")))
def test_an_executor_is_chosen_by_the_name_of_its_file(name: str, chosen: Callable[..., Executor]) -> None:
    if name in ENGINES:
        pytest.importorskip(ENGINES[name])
    executor = chosen(f"executor={name}", "workers=3")
    assert type(executor).__name__.lower() == name
    assert executor.workers == 3  # type: ignore[attr-defined]


def test_executors_that_are_not_chosen_are_not_imported() -> None:
    script = "import sys, harness.planning.run_settings; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "harness.running.executors" in loaded
    assert not {*ENGINES, *ENGINES.values()} & set(loaded)


@every_engine
def test_a_package_that_is_not_installed_is_one_sentence(name: str, tmp_path: Path) -> None:
    words = ["run", "-m", "dataset=iris", "model=tree,knn", f"executor={name}"]
    script = (
        f"import sys; sys.modules[{ENGINES[name]!r}] = None; from harness.cli.main import main; sys.exit(main({words}))"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.strip() == (
        f"error: this executor needs the package '{ENGINES[name]}', which is not installed: "
        f"pip install 'mlops-harness[{name}]'."
    )


@pytest.mark.parametrize("name", ["ray", "dask"])
def test_a_cluster_that_is_not_there_is_one_sentence(
    name: str, chosen: Callable[..., Executor], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(ENGINES[name])
    executor = chosen(f"executor={name}", f"executor.address={nobody_listens()}")
    if name == "dask":
        monkeypatch.setattr("harness.running.executors.dask._CONNECT_SECONDS", 0.5)
    with pytest.raises(ConfigError, match=rf"executor\.address=127\.0\.0\.1.*start one with `{name} "), executor:
        pass


@pytest.mark.parametrize("name", ["ray", "dask"])
def test_a_part_of_a_cluster_that_is_there_cannot_be_asked_for(name: str, chosen: Callable[..., Executor]) -> None:
    pytest.importorskip(ENGINES[name])
    executor = chosen(f"executor={name}", "workers=2", "executor.address=127.0.0.1:1")
    with pytest.raises(ConfigError, match="is used whole"), executor:
        pass


@every_engine
@pytest.mark.parametrize("workers", ["0", "many", "1.5"])
def test_a_number_of_workers_that_makes_no_sense_is_refused(
    name: str, workers: str, chosen: Callable[..., Executor]
) -> None:
    pytest.importorskip(ENGINES[name])
    with pytest.raises(
        ConfigError, match=rf"^{name.capitalize()}: workers has to be (a whole number|at least 1), not "
    ):
        chosen(f"executor={name}", f"workers={workers}")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "add workers=<n>"),
        (["workers=2", "executor.cluster=moon"], "Slurm: unknown cluster 'moon'; choose one of slurm, local"),
        (["workers=2", "executor.time=0"], "Slurm: time has to be at least 1, not 0"),
        (["workers=2", "executor.cpus_per_task=some"], "Slurm: cpus_per_task has to be a whole number, not 'some'"),
        (["workers=2"], "there is no sbatch on this machine"),
    ],
)
def test_slurm_says_what_it_lacks(
    words: list[str], sentence: str, chosen: Callable[..., Executor], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match=sentence), chosen("executor=slurm", *words):
        pass


def test_workers_that_join_or_leave_are_counted_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    present = iter([2, 5, 0])
    size = ClusterSize(lambda: next(present))
    assert [size(), size()] == [2, 2]
    monkeypatch.setattr("harness.running.executors.cluster_size.RECOUNT_SECONDS", 0.0)
    assert size() == 5
    assert size() == 1  # others may be on their way


def test_the_commands_in_the_files_mean_what_they_say(composed: Compose) -> None:
    config = composed("executor=slurm", "workers=4", "executor.cpus_per_task=32", "+executor.options.account=lab")
    executor = executor_of(config)
    assert executor.n_workers == 128
    assert executor.options == {"account": "lab"}  # type: ignore[attr-defined]
