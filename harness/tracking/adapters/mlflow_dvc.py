"""MLflow and DVC together: runs, metrics and models are MLflow's, data and code DVC's and Git's, and both name each other.

A run of MLflow is at a commit of Git, as MLflow itself says it of a script in a repository, and its data set has the hash
by which DVC knows the file. What writes the one into the other is our code.
"""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.entities import DatasetInput
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT

from harness.tracking.adapters.dvc import Dvc
from harness.tracking.adapters.mlflow import Mlflow
from harness.tracking.contract import ours

DATA, CODE = "data.csv", "code"


class MlflowDvc(Mlflow):
    """Runs of MLflow at commits of a repository in which DVC keeps the data."""

    def __init__(self, folder: Path, interface: str) -> None:
        super().__init__(folder, interface)
        self.repository = Dvc(folder / "repository", interface)
        self.changed: set[str] = set()

    def open(self) -> None:
        self.repository.folder.mkdir(exist_ok=True)
        self.repository.open()
        super().open()

    # ---- recording

    @ours
    def data(self, run: str, path: str) -> str:
        shutil.copyfile(path, self.repository.folder / DATA)
        self.repository.add(DATA)
        version = self.repository.version((self.repository.folder / f"{DATA}.dvc").read_bytes())
        dataset = mlflow.data.from_pandas(pd.read_csv(path), name="data", digest=version)
        self.client.log_inputs(run, [DatasetInput(dataset._to_mlflow_entity())])
        self.changed.add(run)
        return version

    @ours
    def code(self, run: str, folder: str) -> None:
        shutil.rmtree(self.repository.folder / CODE, ignore_errors=True)
        shutil.copytree(folder, self.repository.folder / CODE)
        self.changed.add(run)

    def finish(self, run: str) -> None:
        if run in self.changed:
            self.join(run)
        super().finish(run)

    @ours
    def join(self, run: str) -> None:
        self.repository.git("add", "--all")
        self.repository.git("commit", "-q", "--allow-empty", "-m", run)
        commit = self.repository.git("rev-parse", "HEAD").decode().strip()
        self.client.set_tag(run, MLFLOW_GIT_COMMIT, commit)
        self.changed.discard(run)

    # ---- giving back

    def commit(self, run: str) -> str:
        """The commit at which a run was."""
        found: str = self.client.get_run(run).data.tags[MLFLOW_GIT_COMMIT]
        return found

    @ours
    def restore_data(self, version: str, into: str, run: str = "") -> None:
        commit = self.commit(run or self.uses(version)[0])
        Path(into).write_bytes(self.repository.file(commit, DATA))

    @ours
    def restore_code(self, run: str, into: str) -> None:
        packed = self.repository.git("archive", f"{self.commit(run)}:{CODE}")
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(into, filter="data")


TRACKER = MlflowDvc
