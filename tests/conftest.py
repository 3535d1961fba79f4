"""What tests of several parts share: composed configurations, small tables and the command itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig
from threadpoolctl import threadpool_limits

from harness import places
from harness.core import DataTable, Task
from harness.planning.levels import register_resolvers

Compose = Callable[..., DictConfig]
Harness = Callable[..., subprocess.CompletedProcess[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="write the golden trials anew (see tests/golden)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program beside Python, unless such tests are asked for (`make tools-test`) and it is there."""
    for tool in (str(mark.args[0]) for mark in item.iter_markers("tool")):
        if item.config.getoption("markexpr") != "tool":
            pytest.skip(f"needs {tool}: run by `make tools-test`")
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}, which is not on this machine")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """A shell that runs the tests in the background has them ignore Ctrl-C, and every process that they start as well."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """As every trial has; more would only wait for each other on matrices this small."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture
def composed() -> Iterator[Compose]:
    """Composes `conf/` with the overrides given, as `harness run` does."""
    register_resolvers()
    with initialize_config_dir(config_dir=str(places.shipped("conf")), version_base="1.3"):
        yield lambda *overrides: compose("config", overrides=list(overrides))


@dataclass(frozen=True)
class Given:
    """A data set that is its table; stands in for `harness.data.Dataset`."""

    table: DataTable

    def load(self) -> DataTable:
        return self.table


@pytest.fixture
def classes() -> Given:
    """90 rows of three classes (40, 30 and 20); the first column numbers the rows, the others tell the classes apart."""
    target = np.repeat([0, 1, 2], [40, 30, 20])
    noise = np.random.default_rng(0).normal(size=(90, 2))
    columns = np.column_stack([np.arange(90), target + noise[:, 0], noise[:, 1]])
    return _given("classes", Task.CLASSIFICATION, columns, target, ("a", "b", "c"))


@pytest.fixture
def values() -> Given:
    """80 rows with a target that is linear in two features and noise; the first column numbers the rows."""
    noise = np.random.default_rng(1).normal(size=(80, 3))
    columns = np.column_stack([np.arange(80), noise[:, :2]])
    return _given("values", Task.REGRESSION, columns, 2 * noise[:, 0] - noise[:, 1] + 0.3 * noise[:, 2], ())


def _given(name: str, task: Task, columns: np.ndarray, target: np.ndarray, labels: tuple[str, ...]) -> Given:
    features = pd.DataFrame(columns, columns=["row", "x", "y"])
    return Given(DataTable(name, task, features, target, labels, checksum=name))


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    """Runs `harness` as a user would, in an empty folder; own modules are found there too."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "harness", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run
