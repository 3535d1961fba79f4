"""The SQLite file of MLflow: made once, by MLflow itself, and written to only if its layout is the one known here.

The tables are MLflow's own business. They are written to directly all the same, since its client takes as long for a run as
many a trial does, and shows a run twice if it is killed at the wrong moment.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from harness.core import ConfigError, HarnessError
from harness.mirrors.locking import alone

LAYOUT = "dc11669786a5"
"""The `alembic_version` of MLflow 3.17."""

SERIES = "3.17."
BUSY_SECONDS = 60.0
_PACKAGES = ("mlflow", "sqlalchemy", "alembic")
_INSTALL = "pip install 'mlops-harness[mlflow]'"
_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_LOGGING_LEVEL": "ERROR"}
_MAKE = "import sys; from mlflow import MlflowClient; MlflowClient('sqlite:///' + sys.argv[1]).search_experiments()"


def check(path: Path) -> None:
    """Raise `ConfigError` if a file is no database of this layout, or there is none and none can be made here."""
    if path.exists():
        _check_layout(path)
        return
    for package in _PACKAGES:
        if importlib.util.find_spec(package) is None:
            raise ConfigError(
                f"mirror=mlflow needs the package {package!r} to make {path}, and it is not installed: {_INSTALL}."
            )
    version = importlib.metadata.version("mlflow-skinny")
    if not version.startswith(SERIES):
        raise ConfigError(
            f"mirror=mlflow knows the files of MLflow {SERIES}*, and {version} is installed: {_INSTALL}, or name a file that "
            "the other has made with mirror.database= (to= of harness export)."
        )


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for reading, which waits for nobody of ours.

    It may write all the same: SQLite takes back what a killed process had begun before it reads.
    """
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
        yield connection


def _check_layout(path: Path) -> None:
    try:
        with reading(path) as connection:
            found = [version for (version,) in connection.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise HarnessError(f"{path} is in use by another program; end that and try again.") from error
        raise ConfigError(
            f"{path} is no database of MLflow ({error}); name another file with mirror.database= (to= of harness export)."
        ) from error
    if found != [LAYOUT]:
        raise ConfigError(
            f"{path} has the layout {' '.join(found) or 'none'} of another MLflow, and only that of MLflow {SERIES}* "
            f"({LAYOUT}) is known here; name another file with mirror.database= (to= of harness export)."
        )


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the database, which is made if there is none. It begins no transactions by itself.

    Raises:
        HarnessError: it cannot be made or opened, or has another layout.
    """
    with alone(path):
        check(path)
        if not path.exists():
            _make(path)
            _check_layout(path)
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _make(path: Path) -> None:
    """Have MLflow make the file under another name, so that nobody meets half of it."""
    made = path.with_name(f".{path.name}.new")
    made.unlink(missing_ok=True)  # of a process that was killed
    answer = subprocess.run(
        [sys.executable, "-c", _MAKE, str(made.absolute())],
        cwd=path.parent,
        env={**os.environ, **_QUIET},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = answer.stderr.strip().splitlines() or ["it said nothing"]
        raise HarnessError(f"MLflow cannot make {path}: {said[-1]}; mend that and try again.")
    made.replace(path)
