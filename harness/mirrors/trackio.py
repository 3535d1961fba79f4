"""trackio: the runs of a study as those of a local project, one file of trackio's a study."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson

from harness import places
from harness.core import ConfigError, HarnessError, Status
from harness.mirrors.locking import alone
from harness.mirrors.shown import Run
from harness.settings import Checked

SERIES = "0.43."
MARK = "harness_mark"
_INSTALL = "pip install 'mlops-harness[trackio]'"


@dataclass(frozen=True)
class Trackio(Checked):
    """A mirror in trackio.

    Attributes:
        directory: of trackio's files; by default `trackio` beside the folders of the studies of one tier.
    """

    name: ClassVar[str] = "trackio"
    directory: str | None = None

    def path(self, folder: Path) -> Path:
        """The folder for trackio's files."""
        return (Path(self.directory) if self.directory else folder.parent / "trackio").absolute()

    def check(self, folder: Path) -> None:  # noqa: ARG002 - as every mirror
        """Raise `ConfigError` if trackio is not installed, or another version than the one whose files are known."""
        try:
            version = importlib.metadata.version("trackio")
        except importlib.metadata.PackageNotFoundError as error:
            raise ConfigError(
                f"mirror=trackio needs the package 'trackio', which is not installed: {_INSTALL}."
            ) from error
        if not version.startswith(SERIES):
            raise ConfigError(
                f"mirror=trackio knows the files of trackio {SERIES}*, and {version} is installed: {_INSTALL}."
            )

    def where(self, folder: Path) -> str:
        """The command that shows the project."""
        return f"TRACKIO_DIR={self.path(folder)} trackio show --project {project_of(folder)}"

    def open(self, folder: Path) -> Runs:
        """The runs of a study. Raises `ConfigError` as `check` does, `HarnessError` if trackio is at work elsewhere."""
        self.check(folder)
        return Runs(self.path(folder), project_of(folder))


def project_of(folder: Path) -> str:
    """The project of a study's folder: the study and its tier."""
    return f"{folder.name}-{places.tier_of(folder)}"


class Runs:
    """The runs of one study, in its project."""

    def __init__(self, directory: Path, project: str) -> None:
        self._directory, self._project = directory, project
        self._storage = _storage_in(directory)
        self._file = Path(self._storage.get_project_db_path(project))

    def writing(self) -> AbstractContextManager[None]:
        """A context in which no other mirror writes to the project."""
        return alone(self._file)

    def known(self, trial_ids: Collection[str] | None = None) -> dict[str, str]:
        """The mark of each run by trial id: of all, or of these."""
        if not self._file.exists():
            return {}
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            configs = [orjson.loads(text) for (text,) in connection.execute("SELECT config FROM configs")]
        found = {one["trial_id"]: one[MARK] for one in configs if MARK in one}
        return found if trial_ids is None else {name: found[name] for name in trial_ids if name in found}

    def put(self, runs: Sequence[Run]) -> None:
        """Write these runs, one transaction each. One that changes is gone for a moment; the next completion puts it back."""
        known = self.known([run.trial_id for run in runs]) if runs else {}
        try:
            for run in runs:
                if run.trial_id in known:
                    self._storage.delete_run(self._project, run.name, run_id=run.trial_id)
                self._storage.bulk_log(
                    self._project,
                    run.name,
                    [run.metrics or {"ok": float(run.status is Status.OK)}],
                    steps=[0],
                    timestamps=[datetime.fromtimestamp(run.started / 1000, UTC).isoformat()],
                    config=_config(run),
                    log_ids=[f"{run.trial_id} {run.mark}"],
                    run_id=run.trial_id,
                )
        except (sqlite3.Error, OSError) as error:
            raise HarnessError(f"cannot write to {self._file}: {error}; mend that and try again.") from error

    def drop(self, trial_ids: Collection[str]) -> None:
        """Delete runs."""
        for trial_id in trial_ids:
            self._storage.delete_run(self._project, "", run_id=trial_id)

    def describe(self) -> None:
        """Nothing: trackio shows whatever there is."""

    def close(self) -> None:
        """Nothing: trackio opens and closes its file for each run."""


def _config(run: Run) -> Mapping[str, Any]:
    return {**run.params, **run.tags, MARK: run.mark}


def _storage_in(directory: Path) -> Any:
    """The store of files of trackio in a directory, which it reads from the environment once, when it is imported."""
    os.environ["TRACKIO_DIR"] = str(directory)
    from trackio import utils
    from trackio.sqlite_storage import SQLiteStorage

    if Path(utils.TRACKIO_DIR).absolute() != directory:
        raise HarnessError(
            f"trackio writes to {utils.TRACKIO_DIR} in this process; show {directory} with a command of its own."
        )
    directory.mkdir(parents=True, exist_ok=True)
    return SQLiteStorage
