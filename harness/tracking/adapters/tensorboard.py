"""TensorBoard, written by tensorboardX and read by TensorBoard's own reader of event files.

It is made for curves. Parameters and final values belong to its plug-in for hyperparameters, which no function reads back.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
from tensorboardX import SummaryWriter
from tensorboardX.summary import hparams

from harness.tracking.adapters.copied import Copied, installed
from harness.tracking.contract import API, Cannot, ours


class TensorBoard(Copied):
    """A folder of event files for each run."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != API:
            raise Cannot("its command line shows runs, and records none")
        super().__init__(folder, interface)
        self.writers: dict[str, Any] = {}

    def start(self, name: str) -> str:
        self.writers[name] = SummaryWriter(str(self.folder / name))
        return name

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        for summary in hparams(dict(values), {}):
            self.writers[run].file_writer.add_summary(summary)

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self.writers[run].add_scalar(name, value, 0)

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        for step, value in enumerate(values):
            self.writers[run].add_scalar(metric, value, step)
        self.writers[run].flush()

    @ours
    def packages(self, run: str) -> None:
        (self.folder / run / "packages.json").write_text(json.dumps(installed()))

    @ours
    def environment(self, run: str) -> list[str]:
        packages: list[str] = json.loads((self.folder / run / "packages.json").read_text())
        return packages

    def finish(self, run: str) -> None:
        self.writers.pop(run).close()

    def close(self) -> None:
        for writer in self.writers.values():
            writer.close()

    @ours
    def runs(self) -> list[str]:
        return sorted({path.parent.name for path in self.folder.glob("*/events.out.tfevents.*")})

    def events(self, run: str) -> Any:
        """All that a run has written."""
        found = EventAccumulator(str(self.folder / run), size_guidance={"scalars": 0})
        return found.Reload()

    @ours
    def read(self, run: str) -> dict[str, dict[str, Any]]:
        events = self.events(run)
        params: dict[str, Any] = {}
        if told := events.summary_metadata.get("_hparams_/session_start_info"):
            start = HParamsPluginData.FromString(told.plugin_data.content).session_start_info
            params = {name: getattr(value, value.WhichOneof("kind")) for name, value in start.hparams.items()}
        return {"params": params, "metrics": {tag: events.Scalars(tag)[-1].value for tag in events.Tags()["scalars"]}}

    def history(self, run: str, metric: str) -> list[float]:
        return [event.value for event in self.events(run).Scalars(metric)]

    @ours
    def best(self, metric: str) -> str:
        return max(self.runs(), key=lambda run: self.read(run)["metrics"].get(metric, -math.inf))

    @ours
    def find(self, param: str, value: str) -> list[str]:
        return [run for run in self.runs() if self.read(run)["params"].get(param) == value]

    @ours
    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        left, right = self.read(one)["params"], self.read(other)["params"]
        both = {name: [left.get(name), right.get(name)] for name in [*left, *right]}
        return {name: values for name, values in both.items() if values[0] != values[1]}

    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        first = len(self.history(run, metric))
        with SummaryWriter(str(self.folder / run), filename_suffix=f".from-{first}") as writer:
            for step, value in enumerate(values, first):
                writer.add_scalar(metric, value, step)

    @ours
    def remove(self, run: str) -> None:
        shutil.rmtree(self.folder / run)


TRACKER = TensorBoard
