"""Weights & Biases offline: runs are written to files that its service reads once they are uploaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import wandb

from harness.tracking.contract import API, NEEDS_SERVICE, Cannot, Tracker, ours

PROJECT = "study"
READING = "what was written offline can be read once it is uploaded to the service"


class Wandb(Tracker):
    """Offline runs of one project."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != API:
            raise Cannot("its command line records no parameters and no metrics")
        super().__init__(folder, interface)
        self.active: dict[str, Any] = {}

    def start(self, name: str) -> str:
        settings = wandb.Settings(mode="offline", console="off", x_disable_stats=True, x_disable_meta=False)
        run = wandb.init(project=PROJECT, name=name, dir=self.folder, settings=settings, reinit="create_new")
        self.active[run.id] = run
        return str(run.id)

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        self.active[run].config.update(dict(values))

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        self.active[run].summary.update(dict(values))

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        for value in values:
            self.active[run].log({metric: value})

    def keep(self, run: str, name: str, kind: str, path: str) -> Any:
        """Log a file or a folder as an artifact."""
        artifact = wandb.Artifact(name, type=kind)
        artifact.add_dir(path) if Path(path).is_dir() else artifact.add_file(path)
        self.active[run].log_artifact(artifact)
        return artifact

    def model(self, run: str, path: str) -> None:
        self.keep(run, "model", "model", path)

    def data(self, run: str, path: str) -> str:
        return str(self.keep(run, "data", "dataset", path).digest)

    def code(self, run: str, folder: str) -> None:
        self.keep(run, "code", "code", folder)

    def packages(self, run: str) -> None:
        """It does so by itself."""

    def finish(self, run: str) -> None:
        self.active.pop(run).finish()

    def close(self) -> None:
        for run in self.active.values():
            run.finish()

    @ours
    def environment(self, run: str) -> list[str]:
        [path] = self.folder.glob(f"wandb/offline-run-*-{run}/files/requirements.txt")
        return path.read_text().split()

    @ours
    def runs(self) -> list[str]:
        return [path.name.rpartition("-")[2] for path in self.folder.glob("wandb/offline-run-*")]


def _needs_service(*_: Any, **__: Any) -> Any:
    raise Cannot(READING, NEEDS_SERVICE)


for _name in (
    *("read", "history", "best", "find", "compare", "restore_model", "restore_data", "restore_code", "lineage", "uses"),
    *("promote", "promoted", "roll_back", "push", "fetch", "export", "resume", "remove"),
):
    setattr(Wandb, _name, _needs_service)

TRACKER = Wandb
