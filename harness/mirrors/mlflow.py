"""MLflow: the runs of a study as rows of MLflow's SQLite file, one experiment a study."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from harness.core import HarnessError, Status
from harness.mirrors import mlflow_database as database
from harness.mirrors.locking import alone
from harness.mirrors.mlflow_page import Page, page_of
from harness.mirrors.shown import Run
from harness.settings import Checked

MARK = "harness.mark"
"""The tag of a run that holds `Run.mark`."""

_ENDED = {Status.OK: "FINISHED", Status.SKIPPED: "FINISHED", Status.FAILED: "FAILED"}
_TAGS = ("trial_id", "status", "code", "reason", "left_out", "mlflow.source.git.commit", "mlflow.runName", MARK)
"""The tags that are ours. Others, such as notes of whoever looks at a run, stay."""

_CHILDREN = ("params", "metrics", "latest_metrics")
_UUID_DIGITS = 32


@dataclass(frozen=True)
class Mlflow(Checked):
    """A mirror in MLflow.

    Attributes:
        database: the SQLite file; by default `mlflow.db` beside the folders of the studies of one tier.
    """

    name: ClassVar[str] = "mlflow"
    database: str | None = None

    def path(self, folder: Path) -> Path:
        """The file for the records of a study's folder."""
        return (Path(self.database) if self.database else folder.parent / "mlflow.db").absolute()

    def check(self, folder: Path) -> None:
        """Raise `ConfigError` if the file is another's, or cannot be made since a package is missing."""
        path = self.path(folder)
        database.check(path)
        if path.exists():
            with database.reading(path) as connection:
                page_of(folder, path).experiment(connection)

    def where(self, folder: Path) -> str:
        """The command that shows the file, and the address of the study's runs there."""
        path = self.path(folder)
        page = page_of(folder, path)
        number = page.number
        if path.exists():
            with database.reading(path) as connection:
                number = page.experiment(connection) or number
        return f"{page.command}, then {page.address(number)}"

    def open(self, folder: Path) -> Runs:
        """The runs of a study. Raises `HarnessError` if the file is another's or cannot be written to."""
        path = self.path(folder)
        return Runs(database.connect(path), path, page_of(folder, path))


class Runs:
    """The runs of one study, in its experiment."""

    def __init__(self, connection: sqlite3.Connection, path: Path, page: Page) -> None:
        self._connection, self._path, self._page = connection, path, page
        with alone(path), self._transaction():
            self._experiment = page.made(connection)

    def writing(self) -> AbstractContextManager[None]:
        """A context in which no other mirror writes to the file."""
        return alone(self._path)

    def known(self, trial_ids: Collection[str] | None = None) -> dict[str, str]:
        """The mark of each run by trial id: of all, or of these."""
        query = (
            "SELECT trial.value, mark.value FROM runs JOIN tags mark ON mark.run_uuid = runs.run_uuid AND mark.key = ?"
            " JOIN tags trial ON trial.run_uuid = runs.run_uuid AND trial.key = 'trial_id'"
            " WHERE runs.experiment_id = ? AND runs.lifecycle_stage = 'active'"
        )
        given: list[Any] = [MARK, self._experiment]
        if trial_ids is not None:
            query += f" AND runs.run_uuid IN ({_marks(trial_ids)})"
            given += map(_uuid, trial_ids)
        with self._in_words():
            return dict(self._connection.execute(query, given).fetchall())

    def put(self, runs: Sequence[Run]) -> None:
        """Write all rows of these runs, in the place of earlier ones, in one transaction."""
        if not runs:
            return
        ids = [(_uuid(run.trial_id),) for run in runs]
        with self._transaction() as cursor:
            self._refuse_others([uuid for (uuid,) in ids])
            for table in _CHILDREN:
                cursor.executemany(f"DELETE FROM {table} WHERE run_uuid = ?", ids)
            cursor.executemany(f"DELETE FROM tags WHERE run_uuid = ? AND key IN ({_quoted(_TAGS)})", ids)
            cursor.executemany(
                "INSERT OR REPLACE INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,"
                " start_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
                " VALUES (?, ?, 'LOCAL', 'harness', '', '', ?, ?, ?, 'active', ?, ?)",
                [self._row(run) for run in runs],
            )
            cursor.executemany("INSERT INTO params (run_uuid, key, value) VALUES (?, ?, ?)", _of(runs, "params"))
            cursor.executemany("INSERT INTO tags (run_uuid, key, value) VALUES (?, ?, ?)", _of(runs, "tags"))
            for table in ("metrics", "latest_metrics"):
                cursor.executemany(
                    f"INSERT INTO {table} (run_uuid, key, value, timestamp, step, is_nan) VALUES (?, ?, ?, ?, 0, 0)",
                    ((_uuid(run.trial_id), *one, run.started) for run in runs for one in run.metrics.items()),
                )

    def drop(self, trial_ids: Collection[str]) -> None:
        """Delete runs as MLflow's page does: they can be restored there."""
        if not trial_ids:
            return
        ids = [(_uuid(trial_id),) for trial_id in trial_ids]
        now = int(time.time() * 1000)
        with self._transaction() as cursor:
            cursor.executemany(
                f"UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = {now} WHERE run_uuid = ?", ids
            )

    def describe(self) -> None:
        """Write what the experiment is, and the view that the address opens, if it has changed."""
        with self._transaction():
            self._page.write(self._connection, self._experiment)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _row(self, run: Run) -> tuple[Any, ...]:
        uuid = _uuid(run.trial_id)
        artifacts = f"{self._page.artifacts}/{uuid}/artifacts"
        return uuid, run.name, _ENDED[run.status], run.started, run.tags.get("commit", ""), artifacts, self._experiment

    def _refuse_others(self, uuids: Sequence[str]) -> None:
        """Raise `HarnessError` if one of these runs is of another experiment: the same trial, recorded in another folder."""
        query = (
            "SELECT experiments.name FROM runs JOIN experiments USING (experiment_id)"
            f" WHERE runs.experiment_id <> ? AND runs.run_uuid IN ({_marks(uuids)}) LIMIT 1"
        )
        for (name,) in self._connection.execute(query, [self._experiment, *uuids]):
            raise HarnessError(
                f"{self._path} shows some of these trials already, as records of {name}; give these records a file of their "
                "own with mirror.database= (to= of harness export)."
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        """A transaction that has the file for itself from its beginning. Raises `HarnessError` if the file refuses."""
        cursor = self._connection.cursor()
        with self._in_words():
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise HarnessError(f"{self._path} refuses: {error}; mend that and try again.") from error


def _of(runs: Iterable[Run], what: str) -> Iterator[tuple[str, str, str]]:
    """The rows of parameters or of tags."""
    for run in runs:
        uuid = _uuid(run.trial_id)
        values: Mapping[str, str] = run.params if what == "params" else _tags(run)
        for name, value in values.items():
            yield uuid, name, value


def _tags(run: Run) -> dict[str, str]:
    tags = {"mlflow.source.git.commit" if name == "commit" else name: value for name, value in run.tags.items()}
    return {**tags, "mlflow.runName": run.name, MARK: run.mark}


def _uuid(trial_id: str) -> str:
    return trial_id[:_UUID_DIGITS]


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
