"""MLflow with a SQLite database, used through its client: a batch of parameters and one of metrics, as `log_params` writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities import DatasetInput, Metric, Param
from mlflow.exceptions import MlflowException

from harness.tracking.contract import API, NEEDS_SERVICE, Cannot, Tracker, ours

EXPERIMENT, SERVING = "study", "serving"


class Mlflow(Tracker):
    """Runs of one experiment."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != API:
            raise Cannot("its command line records no parameters and no metrics")
        super().__init__(folder, interface)
        self.uri = f"sqlite:///{folder}/mlflow.db"

    def open(self) -> None:
        """Connect; the first connection makes the tables."""
        mlflow.set_tracking_uri(self.uri)
        self.client = mlflow.MlflowClient()
        known = self.client.get_experiment_by_name(EXPERIMENT)
        place = (self.folder / "artifacts").as_uri()
        self.experiment = known.experiment_id if known else self.client.create_experiment(EXPERIMENT, place)

    # ---- recording

    def start(self, name: str) -> str:
        """The id that MLflow gives."""
        run_id: str = self.client.create_run(self.experiment, run_name=name).info.run_id
        return run_id

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        """In one batch; MLflow makes texts of them."""
        self.client.log_batch(run, params=[Param(name, self.text(value)) for name, value in values.items()])

    def text(self, value: Any) -> str:
        """The text that is kept of a parameter."""
        return str(value)

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        """In one batch."""
        now = int(time.time() * 1000)
        self.client.log_batch(run, metrics=[Metric(name, value, now, 0) for name, value in values.items()])

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        """A call a step."""
        for step, value in enumerate(values):
            self.client.log_metric(run, metric, value, step=step)

    def model(self, run: str, path: str) -> None:
        """An artifact."""
        self.client.log_artifact(run, path, "model")

    def data(self, run: str, path: str) -> str:
        """A data set, which gets a digest, and an artifact, which has its bytes."""
        dataset = mlflow.data.from_pandas(pd.read_csv(path), name="data", digest=self.digest(path))
        self.client.log_inputs(run, [DatasetInput(dataset._to_mlflow_entity())])
        self.data_bytes(run, path)
        version: str = dataset.digest
        return version

    def digest(self, path: str) -> str | None:
        """The version of a file; by None MLflow makes it, of the first 10,000 rows."""
        return None

    def data_bytes(self, run: str, path: str) -> None:
        """An artifact alone, which no table is read for."""
        self.client.log_artifact(run, path, "data")

    def code(self, run: str, folder: str) -> None:
        """Artifacts."""
        self.client.log_artifacts(run, folder, "code")

    def packages(self, run: str) -> None:
        """By a model of MLflow's own kind, whose packages it writes down by itself: those that the model imports."""
        with mlflow.start_run(run_id=run):
            mlflow.pyfunc.log_model(name="packages", python_model=lambda asked: asked, input_example=["asked"])

    def finish(self, run: str) -> None:
        """Its status is FINISHED."""
        self.client.set_terminated(run)

    # ---- reading

    def searched(self, **how: Any) -> list[Any]:
        """The runs of a search, of all pages."""
        found = self.client.search_runs([self.experiment], **how)
        runs = list(found)
        while found.token and "max_results" not in how:
            found = self.client.search_runs([self.experiment], page_token=found.token, **how)
            runs += found
        return runs

    def runs(self) -> list[str]:
        """Those that are finished."""
        return [one.info.run_id for one in self.searched(filter_string="attributes.status = 'FINISHED'")]

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        """Parameters are texts."""
        data = self.client.get_run(run).data
        return {"params": dict(data.params), "metrics": dict(data.metrics)}

    def history(self, run: str, metric: str) -> list[float]:
        """In the order of the steps."""
        return [one.value for one in sorted(self.client.get_metric_history(run, metric), key=lambda one: one.step)]

    def best(self, metric: str) -> str:
        """By the order of a search."""
        run_id: str = self.searched(order_by=[f"metrics.`{metric}` DESC"], max_results=1)[0].info.run_id
        return run_id

    def find(self, param: str, value: str) -> list[str]:
        """By the filter of a search."""
        return [one.info.run_id for one in self.searched(filter_string=f"params.`{param}` = '{value}'")]

    @ours
    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        left, right = self.client.get_run(one).data.params, self.client.get_run(other).data.params
        both = {name: [left.get(name), right.get(name)] for name in [*left, *right]}
        return {name: values for name, values in both.items() if values[0] != values[1]}

    def environment(self, run: str) -> list[str]:
        """What MLflow wrote down with the model."""
        return Path(mlflow.pyfunc.get_model_dependencies(f"runs:/{run}/packages")).read_text().split()

    # ---- giving back

    def download(self, run: str, what: str, into: Path) -> Path:
        """The folder of an artifact, as it is after the download."""
        return Path(self.client.download_artifacts(run, what, str(into)))

    def restore_model(self, run: str, into: str) -> None:
        """Download it."""
        self.only_file(run, "model", into)

    def only_file(self, run: str, what: str, into: str) -> None:
        """Write the one file of an artifact's folder."""
        place = Path(into).with_suffix(".downloaded")
        place.mkdir()
        [file] = self.download(run, what, place).iterdir()
        file.replace(into)
        shutil.rmtree(place)

    def restore_data(self, version: str, into: str, run: str = "") -> None:
        """From the run; without one from the first that used the version, whose file may be another one."""
        self.only_file(run or self.uses(version)[0], "data", into)

    def restore_code(self, run: str, into: str) -> None:
        """Download it."""
        found = self.download(run, "code", Path(into))
        shutil.copytree(found, into, dirs_exist_ok=True)
        shutil.rmtree(found)

    def lineage(self, run: str) -> str:
        """The digest of its data set."""
        version: str = self.client.get_run(run).inputs.dataset_inputs[0].dataset.digest
        return version

    def uses(self, version: str) -> list[str]:
        """By the filter of a search."""
        found = self.searched(filter_string=f"dataset.digest = '{version}'", order_by=["attributes.start_time ASC"])
        return [one.info.run_id for one in found]

    # ---- a model in service

    def promote(self, name: str, run: str) -> None:
        """A new version in the registry, to which the alias moves."""
        try:
            self.client.create_registered_model(name)
        except MlflowException as known:
            if known.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        source = f"{self.client.get_run(run).info.artifact_uri}/model"
        made = self.client.create_model_version(name, source, run_id=run)
        self.client.set_registered_model_alias(name, SERVING, made.version)

    def promoted(self, name: str) -> str:
        """The run of the version with the alias."""
        run_id: str = self.client.get_model_version_by_alias(name, SERVING).run_id
        return run_id

    @ours
    def roll_back(self, name: str) -> None:
        version = int(self.client.get_model_version_by_alias(name, SERVING).version)
        self.client.set_registered_model_alias(name, SERVING, str(version - 1))

    # ---- sharing and tidying

    def push(self, remote: str) -> None:
        """Raise `Cannot`."""
        raise Cannot("runs are shared by a tracking server that all use", NEEDS_SERVICE)

    def fetch(self, remote: str) -> None:
        """Raise `Cannot`."""
        raise Cannot("runs are shared by a tracking server that all use", NEEDS_SERVICE)

    def export(self, into: str) -> None:
        """The frame of all runs."""
        mlflow.search_runs([self.experiment]).to_csv(into, index=False)

    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        """A run takes values at any time."""
        first = len(self.client.get_metric_history(run, metric))
        for step, value in enumerate(values, first):
            self.client.log_metric(run, metric, value, step=step)

    def remove(self, run: str) -> None:
        """Mark it as deleted, and collect what is marked."""
        self.client.delete_run(run)
        command = [sys.executable, "-m", "mlflow", "gc", "--backend-store-uri", self.uri, "--run-ids", run]
        subprocess.run(command, check=True, capture_output=True)


TRACKER = Mlflow
