"""What MLflow's page shows of a study: its experiment, a description, and a view of columns that are worth a look.

The page opens such a view by the address that is given here. Without it, it shows no parameter and no metric of many.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness import places
from harness.core import ConfigError

VIEW = "harness"
RECORDS = "harness.records"
"""The tag of an experiment that says whose records it shows: their folder, as seen from the file."""

N_METRICS, N_PARAMS = 5, 6
"""How many columns the view has of each kind."""

PORT = 5000
_KIND = "custom_model_development"
_ID_BITS = 28


@dataclass(frozen=True)
class Page:
    """The page of one study.

    Attributes:
        path: MLflow's file.
        folder: the study's folder.
        name: of the experiment: the study and, unless it is the standard one, its tier.
    """

    path: Path
    folder: Path
    name: str

    @property
    def number(self) -> int:
        """The id that the experiment gets, so that its address is known before there is a file."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4]) >> (32 - _ID_BITS) | 1

    @property
    def artifacts(self) -> str:
        """Where MLflow looks for files of runs; there are none."""
        return (self.path.parent / "mlruns").as_uri()

    @property
    def command(self) -> str:
        """What starts MLflow's server on this file."""
        file = shlex.quote(f"sqlite:///{self.path}")
        return f"MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false mlflow ui --backend-store-uri {file} --port {PORT}"

    def address(self, number: int) -> str:
        """Where that server shows the runs of an experiment."""
        return f"http://127.0.0.1:{PORT}/#/experiments/{number}/runs?workflowType=machine_learning&viewStateShareKey={VIEW}"

    def experiment(self, connection: sqlite3.Connection) -> int | None:
        """The id of the experiment; None if there is none. Raises `ConfigError` if it shows the records of another folder."""
        query = "SELECT experiment_id FROM experiments WHERE name = ? AND workspace = 'default'"
        found = connection.execute(query, [self.name]).fetchone()
        if found is None:
            return None
        query = "SELECT value FROM experiment_tags WHERE experiment_id = ? AND key = ?"
        of = connection.execute(query, [found[0], RECORDS]).fetchone()
        if of is None or of[0] != self._records:
            whose = f"shows the records of {of[0]}" if of else "was made by someone else"
            raise ConfigError(
                f"the experiment {self.name!r} of {self.path} {whose}; give these records a file of their own with "
                "mirror.database= (to= of harness export)."
            )
        return int(found[0])

    def made(self, connection: sqlite3.Connection) -> int:
        """The id of the experiment, which is made if there is none and restored if it was deleted."""
        number, now = self.experiment(connection), int(time.time() * 1000)
        if number is not None:
            restore = "UPDATE experiments SET lifecycle_stage = 'active' WHERE experiment_id = ?"
            connection.execute(restore, [number])
            return number
        taken = {one for (one,) in connection.execute("SELECT experiment_id FROM experiments")}
        number = next(one for one in range(self.number, self.number + len(taken) + 1) if one not in taken)
        connection.execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)"
            " VALUES (?, ?, ?, 'active', ?, ?)",
            [number, self.name, self.artifacts, now, now],
        )
        self._tag(connection, number, {RECORDS: self._records, "mlflow.experimentKind": _KIND})
        return number

    def write(self, connection: sqlite3.Connection, number: int) -> None:
        """Describe the experiment and its view, by what its runs are now."""
        view = json.dumps(_view(connection, number))
        self._tag(connection, number, {"mlflow.note.content": self._note(), f"mlflow.sharedViewState.{VIEW}": view})

    @property
    def _records(self) -> str:
        return Path(os.path.relpath(self.folder.resolve(), self.path.parent.resolve())).as_posix()

    def _note(self) -> str:
        study, tier = self.folder.name, places.tier_of(self.folder)
        return (
            f"The records of the study **{study}** at tier **{tier}**, one run a trial. The records in `{self._records}` are "
            "the truth, and this is a view of them: what is changed here comes back with the next completion, "
            f"`harness export mlflow study={study} tier={tier}`. Parameters are factors, metrics the headline of a record. "
            "The start of a run is that of the process that ran it."
        )

    def _tag(self, connection: sqlite3.Connection, number: int, tags: dict[str, str]) -> None:
        connection.executemany(
            "INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?)"
            " ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
            [(number, key, value) for key, value in tags.items()],
        )


def page_of(folder: Path, path: Path) -> Page:
    """The page of a study's folder in a file of MLflow's."""
    tier = places.tier_of(folder)
    name = folder.name if tier == places.STANDARD_TIER else f"{folder.name} ({tier})"
    return Page(path, folder, name)


def _view(connection: sqlite3.Connection, number: int) -> dict[str, object]:
    """The state of the page: status, the factors that vary, the metrics that most runs have; by the first metric."""
    metrics = list(_most_common(connection, "metrics", number))[:N_METRICS]
    params = list(_varying(connection, number))[:N_PARAMS]
    return {
        "selectedColumns": [
            "tags.`status`",
            *(f"params.`{name}`" for name in params),
            *(f"metrics.`{name}`" for name in metrics),
        ],
        "orderByKey": f"metrics.`{metrics[0]}`" if metrics else "attributes.`Created`",
        "orderByAsc": False,
    }


def _most_common(connection: sqlite3.Connection, table: str, number: int) -> Iterator[str]:
    query = (
        f"SELECT {table}.key FROM {table} JOIN runs USING (run_uuid) WHERE experiment_id = ? AND lifecycle_stage = 'active'"
        f" GROUP BY {table}.key ORDER BY count(*) DESC, min({table}.rowid)"
    )
    return (name for (name,) in connection.execute(query, [number]))


def _varying(connection: sqlite3.Connection, number: int) -> Iterator[str]:
    query = (
        "SELECT params.key FROM params JOIN runs USING (run_uuid) WHERE experiment_id = ? AND lifecycle_stage = 'active'"
        " GROUP BY params.key HAVING min(value) <> max(value) ORDER BY min(params.rowid)"
    )
    return (name for (name,) in connection.execute(query, [number]))
