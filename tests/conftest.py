"""What tests of several parts share: composed configurations, small tables and the command itself."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig
from threadpoolctl import threadpool_limits
from xdist.scheduler import LoadScopeScheduling

from harness import places
from harness.core import PROTOCOL_VERSION, DataTable, Task
from harness.planning.levels import register_resolvers
from harness.report import studies
from harness.report.evidence import Evidence
from harness.report.judging import whole_report
from harness.report.writing import Report
from harness.running import store
from harness.running.executors import Local
from harness.running.store.compacted import read_compacted
from tests.in_this_process import STAND_INS

Compose = Callable[..., DictConfig]
Harness = Callable[..., subprocess.CompletedProcess[str]]


PUBLISHED = "published-"
OF_PUBLISHED_REPORTS = {
    "tests/test_published.py": "",
    "tests/test_traced.py": "",
    "tests/experiments/detection/test_register.py": "detection",
}
"""Files whose tests need a published report, each with the study of all its tests; "" if each names its own."""

JOINED = {"tests/executors/test_ray.py": "tests/executors/test_contract.py"}
"""Files that share a cluster with another."""

hypothesis.settings.register_profile("patient", deadline=None)  # how long an example takes depends on what else runs
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mistakes", type=int, default=1000, help="how many mistakes tests/fuzz tries")
    parser.addoption("--fuzz-seed", type=int, default=0, help="which mistakes they are")
    parser.addoption("--regenerate", action="store_true", help="write the golden trials anew (see tests/golden)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of published reports begin, then the slow ones: what takes longest must not come last."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not group_of(item.nodeid).startswith(PUBLISHED), item.path not in slow))


def group_of(nodeid: str) -> str:
    """The tests that one process of pytest-xdist runs: those of a published report, which takes minutes, or of a file."""
    file, _, name = nodeid.partition("::")
    file = JOINED.get(file, file)
    if file not in OF_PUBLISHED_REPORTS:
        return file
    study = OF_PUBLISHED_REPORTS[file] or name.partition("[")[2].rstrip("]")
    return f"{PUBLISHED}{study}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Whole groups for each process: fixtures of a file, or a published report, are made once."""
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = group_of  # type: ignore[method-assign]
    return scheduler


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


@dataclass(frozen=True)
class PublishedReport:
    """The published records of a study, where they are, and its report, made anew without specification curves."""

    name: str
    folder: Path
    evidence: Evidence
    report: Report

    @classmethod
    def of(cls, name: str, folder: Path) -> PublishedReport:
        evidence = studies.evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)
        return cls(name, folder, evidence, whole_report(name, evidence, curves=False))


@functools.cache
def protocols(folder: Path) -> set[int]:
    """The protocol versions of a study's published records; none if there are no records."""
    headers = read_compacted(folder, ["spec", "header"]).headers
    return {header["protocol"] for header in headers.values()}


@pytest.fixture(scope="session")
def published_folder() -> Callable[[str], Path]:
    """The folder of a study's published records, by its name; skips the test unless they are of today's protocol."""

    def of(study: str) -> Path:
        folder = places.study_folder(places.shipped("results"), places.STANDARD_TIER, study)
        known = protocols(folder)
        if not known:
            pytest.skip(f"{study}: the published records are not here")
        if known != {PROTOCOL_VERSION}:
            others = " and ".join(map(str, sorted(known)))
            pytest.skip(f"{study}: the published records are of protocol {others}; run the standard tier")
        return folder

    return of


@pytest.fixture(scope="session")
def published_report(published_folder: Callable[[str], Path]) -> Callable[[str], PublishedReport]:
    """By the name of a study; minutes for that of all detectors, so its tests are of one group, `published-detection`."""
    made = functools.cache(PublishedReport.of)
    return lambda name: made(name, published_folder(name))


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweeps on this machine start no workers (see `in_this_process.py`)."""
    for name, instead in STAND_INS.items():
        monkeypatch.setattr(Local, name, instead)


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


@pytest.fixture(scope="session")
def warm_python() -> Iterator[list[str]]:
    """The beginning of a command line that goes on as one of Python does: with -m harness or -c (see `warm_python.py`)."""
    script = Path(__file__).with_name("warm_python.py")
    with tempfile.TemporaryDirectory() as folder:  # the path of a socket has to be short
        address = str(Path(folder) / "socket")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        server = subprocess.Popen([sys.executable, str(script), "serve", address], env=environment)
        while not Path(address).exists():
            assert server.poll() is None, "the server did not start"
            time.sleep(0.02)
        yield [sys.executable, "-SE", str(script), "ask", address]
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def harness_in(warm_python: list[str]) -> Callable[[Path], Harness]:
    """Runs `harness` in a folder as a user would; own modules are found there too.

    A copy of a warm Python runs it, without workers (see `warm_python.py`), unless variables are given: these an interpreter
    may read when it starts.
    """

    def run_in(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
        return subprocess.run(
            [*(warm_python if environment.keys() <= {"COLUMNS"} else [sys.executable]), "-m", "harness", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": paths, **environment},
            capture_output=True,
            text=True,
            timeout=600,
        )

    return lambda folder: functools.partial(run_in, folder)


@pytest.fixture
def harness(harness_in: Callable[[Path], Harness], tmp_path: Path) -> Harness:
    """Runs `harness` in an empty folder."""
    return harness_in(tmp_path)
