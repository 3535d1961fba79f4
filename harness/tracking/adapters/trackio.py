"""trackio, without a dashboard: runs in a SQLite database of its own, artifacts by their content."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import trackio
from trackio.sqlite_storage import SQLiteStorage as Storage

from harness.tracking.adapters.copied import installed
from harness.tracking.contract import API, NEEDS_SERVICE, Cannot, Tracker, ours

PROJECT, READER, REGISTRY, SERVING = "study", "reader", "models", "serving"
QUIET = {"embed": False, "auto_log_gpu": False, "auto_log_cpu": False}
"""No dashboard, and no measurements of the machine."""


class Trackio(Tracker):
    """Runs of one project."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != API:
            raise Cannot("its command line reads runs, and records none")
        super().__init__(folder, interface)
        self.active: dict[str, Any] = {}
        self.silent: set[str] = set()

    def start(self, name: str) -> str:
        return name

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        self.active[run] = trackio.init(PROJECT, name=run, config=dict(values), **QUIET)
        if values:
            self.silent.add(run)

    def current(self, run: str) -> Any:
        """The run, which begins with its parameters, or without any."""
        if run not in self.active:
            self.params(run, {})
        return self.active[run]

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        self.current(run).log(dict(values))
        self.silent.discard(run)

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        for step, value in enumerate(values):
            self.current(run).log({metric: value}, step=step)
        self.silent.discard(run)

    def model(self, run: str, path: str) -> None:
        self.current(run).log_artifact(path, name="model", type="model")

    def data(self, run: str, path: str) -> str:
        version: str = self.current(run).log_artifact(path, name="data", type="dataset").version
        return version

    def code(self, run: str, folder: str) -> None:
        self.current(run).log_artifact(folder, name="code", type="code")

    @ours
    def packages(self, run: str) -> None:
        path = self.folder / "packages.json"
        path.write_text(json.dumps(installed()))
        self.current(run).log_artifact(str(path), name="packages", type="packages")

    @ours
    def say_something(self, run: str) -> None:
        # parameters are written with the first value, and lost with a run that logs none
        self.active[run].log({})
        self.silent.discard(run)

    def finish(self, run: str) -> None:
        if run in self.silent:
            self.say_something(run)
        self.current(run).finish()
        del self.active[run]

    def close(self) -> None:
        for run in [*self.active]:
            self.finish(run)

    # ---- reading

    def query(self, question: str) -> list[Any]:
        """The first column of what a query in SQL finds."""
        return [next(iter(row.values())) for row in Storage.query_project(PROJECT, question, max_rows=100_000)["rows"]]

    def runs(self) -> list[str]:
        return [str(one["name"]) for one in Storage.get_run_records(PROJECT) if one["name"] != READER]

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        config = Storage.get_run_config(PROJECT, run) or {}
        logged: dict[str, Any] = {}
        for row in Storage.get_logs(PROJECT, run):
            logged |= {name: value for name, value in row.items() if name not in ("step", "timestamp")}
        return {"params": {name: value for name, value in config.items() if name[0] != "_"}, "metrics": logged}

    def history(self, run: str, metric: str) -> list[float]:
        return [row["value"] for row in Storage.get_metric_values(PROJECT, run, metric)]

    def best(self, metric: str) -> str:
        value = f"json_extract(metrics, '$.{metric}')"
        run: str = self.query(f"SELECT run_name FROM metrics WHERE {value} NOT NULL ORDER BY {value} DESC LIMIT 1")[0]
        return run

    def find(self, param: str, value: str) -> list[str]:
        return self.query(f"SELECT run_name FROM configs WHERE json_extract(config, '$.{param}') = '{value}'")

    @ours
    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        left, right = self.read(one)["params"], self.read(other)["params"]
        both = {name: [left.get(name), right.get(name)] for name in [*left, *right]}
        return {name: values for name, values in both.items() if values[0] != values[1]}

    # ---- giving back

    def logged(self, run: str) -> dict[str, str]:
        """The versions of the artifacts that a run has logged, by name."""
        return {one["name"]: f"v{one['version']}" for one in Storage.get_run_artifacts(PROJECT, run, None)["output"]}

    def used(self, what: str) -> Any:
        """An artifact, as a run that takes it gets it."""
        reader = trackio.init(PROJECT, name=READER, resume="allow", **QUIET)
        artifact = reader.use_artifact(what)
        reader.finish()
        return artifact

    def download(self, name: str, version: str, into: Path) -> None:
        """Write an artifact into a folder."""
        self.used(f"{name}:{version}").download(str(into))

    def only_file(self, name: str, version: str, into: str) -> None:
        """Write the one file of an artifact."""
        place = Path(into).with_suffix(".downloaded")
        self.download(name, version, place)
        [file] = place.iterdir()
        file.replace(into)
        shutil.rmtree(place)

    def restore_model(self, run: str, into: str) -> None:
        self.only_file("model", self.logged(run)["model"], into)

    @ours
    def environment(self, run: str) -> list[str]:
        into = self.folder / "packages.back"
        self.only_file("packages", self.logged(run)["packages"], str(into))
        packages: list[str] = json.loads(into.read_text())
        return packages

    def restore_data(self, version: str, into: str, run: str = "") -> None:
        self.only_file("data", version, into)

    def restore_code(self, run: str, into: str) -> None:
        self.download("code", self.logged(run)["code"], Path(into))

    def lineage(self, run: str) -> str:
        return self.logged(run)["data"]

    @ours
    def made(self, name: str, version: str) -> list[str]:
        return [run for run in self.runs() if self.logged(run).get(name) == version]

    def uses(self, version: str) -> list[str]:
        return self.made("data", version)

    # ---- a model in service

    def promote(self, name: str, run: str) -> None:
        if not (self.folder / "registry").exists():
            trackio.Api().create_registry(REGISTRY)
            (self.folder / "registry").touch()
        artifact = self.used(f"model:{self.logged(run)['model']}")
        artifact.link(f"registry-{REGISTRY}/{name}", aliases=[SERVING])

    def promoted(self, name: str) -> str:
        return self.made("model", self.used(f"registry-{REGISTRY}/{name}:{SERVING}").source_version)[0]

    @ours
    def roll_back(self, name: str) -> None:
        place = f"registry-{REGISTRY}/{name}"
        before = int(self.used(f"{place}:{SERVING}").version.removeprefix("v")) - 1
        source = self.used(f"{place}:v{before}").source_version
        self.used(f"model:{source}").link(place, aliases=[SERVING])

    # ---- sharing and tidying

    def push(self, remote: str) -> None:
        raise Cannot("runs are shared through a Space of Hugging Face or a server", NEEDS_SERVICE)

    def fetch(self, remote: str) -> None:
        raise Cannot("runs are shared through a Space of Hugging Face or a server", NEEDS_SERVICE)

    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        again = trackio.init(PROJECT, name=run, resume="must", **QUIET)
        for value in values:
            again.log({metric: value})
        again.finish()

    def remove(self, run: str) -> None:
        Storage.delete_run(PROJECT, run)


TRACKER = Trackio
