"""MLflow's file, made once for all tests, and what is in one."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.core import Record, Status
from harness.mirrors import mlflow_database
from harness.mirrors.mlflow import Mlflow
from tests.running.made_records import record

LACKING = [name for name in ("mlflow", "sqlalchemy", "alembic") if importlib.util.find_spec(name) is None]
TABLES = ("runs", "params", "metrics", "latest_metrics", "tags")


def made(number: int, status: Status = Status.OK, **fields: Any) -> Record:
    """A record whose id is one of today's length."""
    return record(number, status, trial_id=f"{number:032x}", **fields)


@dataclass(frozen=True)
class Shown:
    """What MLflow's file shows of the trials of one study."""

    path: Path

    def rows(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(query, given).fetchall()

    @property
    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all runs, sorted, without the commit that differs from part to part."""
        found = {}
        for table in TABLES:
            columns = [name for _, name, *_ in self.rows(f"PRAGMA table_info({table})")]
            timeless = [name for name in columns if name not in ("start_time", "timestamp", "deleted_time")]
            where = "" if table != "tags" else " WHERE key <> 'harness.mark'"
            found[table] = sorted(self.rows(f"SELECT {', '.join(timeless)} FROM {table}{where}"), key=repr)
        return found

    @property
    def statuses(self) -> dict[str, str]:
        """How each run that is not deleted ended."""
        return dict(self.rows("SELECT run_uuid, status FROM runs WHERE lifecycle_stage = 'active'"))

    def values(self, table: str, uuid: str) -> dict[str, Any]:
        return dict(self.rows(f"SELECT key, value FROM {table} WHERE run_uuid = ?", uuid))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if LACKING:
        pytest.skip(f"needs mlops-harness[mlflow]: {', '.join(LACKING)} is not installed")
    path = tmp_path_factory.mktemp("mlflow") / "made.db"
    mlflow_database.connect(path).close()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a study, not made yet."""
    return tmp_path / ".adhoc" / "toys"


@pytest.fixture
def new_file(_made: Path) -> Callable[[Path], Path]:
    """Puts MLflow's file, without runs, somewhere."""

    def put(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_made, path)
        return path

    return put


@pytest.fixture
def shown(new_file: Callable[[Path], Path], folder: Path) -> Shown:
    """An empty file of MLflow's where the records of `folder` are mirrored."""
    return Shown(new_file(Mlflow().path(folder)))


@pytest.fixture
def until() -> Callable[..., None]:
    """Waits for a condition."""

    def wait(condition: Callable[[], object], seconds: float = 300) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    return wait
