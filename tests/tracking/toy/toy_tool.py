"""A tool that does what its runs are called: a small store in memory and in one file, with every sort of fault."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.tracking.contract import NEEDS_SERVICE, Cannot, Tracker, ours


class Toy(Tracker):
    """Keeps metrics in a file, and gives back the model of the last run whichever is asked for."""

    def open(self) -> None:
        self.path = self.folder / "runs.json"
        self.kept: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def start(self, name: str) -> str:
        print("chatter that is no answer")  # noqa: T201
        if "TOY_WRITES" in os.environ:
            raise OSError(f"no room for {name}")
        self.kept[name] = {"params": {}, "metrics": {}}
        return name

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        self.kept[run]["params"] = {name: str(value) for name, value in values.items()}

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        self.kept[run]["metrics"] = dict(values)

    def data(self, run: str, path: str) -> str:
        if "TOY_VERSIONS" not in os.environ:
            return super().data(run, path)
        return str(hash(Path(path).read_bytes()))

    def data_bytes(self, run: str, path: str) -> None:
        if "TOY_VERSIONS" not in os.environ:
            super().data_bytes(run, path)

    def model(self, run: str, path: str) -> None:
        (self.folder / "model.bin").write_bytes(Path(path).read_bytes())

    def finish(self, run: str) -> None:
        written = self.folder / f"runs.{os.getpid()}.json"  # of two writers at once, the later one's is there, whole
        written.write_text(json.dumps(self.kept))
        written.replace(self.path)

    def runs(self) -> list[str]:
        return list(self.kept)

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        if code := os.environ.get("TOY_READS"):
            raise Cannot("it gives back no runs today", code)
        found: dict[str, dict[str, Any]] = self.kept[run]
        return found

    @ours
    def best(self, metric: str) -> str:
        runs = {run: told["metrics"][metric] for run, told in self.kept.items()}
        # a comment is no code
        return max(runs, key=lambda run: runs[run])

    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        left, right = self.kept[one]["params"], self.kept[other]["params"]
        return {"size": [float(left["size"]), right["size"]]}  # of which one has another type than it was given

    def restore_model(self, run: str, into: str) -> None:
        Path(into).write_bytes((self.folder / "model.bin").read_bytes())

    @ours
    def export(self, into: str) -> None:
        Path(into).write_text("run\n")  # and no row

    def push(self, remote: str) -> None:
        raise Cannot("its company has to be asked", NEEDS_SERVICE)

    def history(self, run: str, metric: str) -> list[float]:
        faults: dict[str, Callable[[], object]] = {
            "sleep": lambda: time.sleep(60),
            "die": lambda: os._exit(3),
            "leave": lambda: sys.exit(4),
            "scribble": _scribble,
        }
        faults[metric]()
        return []

    def environment(self, run: str) -> list[str]:
        return {1, 2}  # type: ignore[return-value]  # which JSON cannot hold


def _scribble() -> None:
    """Write into every open file, that of the answers too."""
    for number in range(3, 32):
        with contextlib.suppress(OSError):
            os.write(number, b"garbage\n")


TRACKER = Toy
