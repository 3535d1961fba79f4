"""Plain files: what a careful person writes without any tool, as the least that a tool should improve on.

There is no tool here, so that all of it counts as our code. `runs/<run>/` holds `run.json` and steps as lines of
text, `objects/` what has bytes, by their sha256.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.tracking.adapters.copied import Copied, installed
from harness.tracking.contract import API, Cannot, ours


class Plain(Copied):
    """JSON files and copies named by their hash."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != API:
            raise Cannot("files have no command line of their own")
        super().__init__(folder, interface)
        self.open_runs: dict[str, dict[str, Any]] = {}

    @ours
    def open(self) -> None:
        for name in ("runs", "objects", "names"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    @ours
    def start(self, name: str) -> str:
        (self.folder / "runs" / name).mkdir()
        self.open_runs[name] = {"params": {}, "metrics": {}}
        return name

    @ours
    def params(self, run: str, values: Mapping[str, Any]) -> None:
        self.open_runs[run]["params"].update(values)

    @ours
    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        self.open_runs[run]["metrics"].update(values)

    @ours
    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        path = self.folder / "runs" / run / f"{metric}.steps"
        for value in values:
            with path.open("a") as file:
                file.write(f"{value!r}\n")

    @ours
    def keep(self, path: Path) -> str:
        name = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = self.folder / "objects" / name
        if not kept.exists():
            shutil.copyfile(path, kept.with_suffix(f".{os.getpid()}"))
            kept.with_suffix(f".{os.getpid()}").replace(kept)
        return name

    @ours
    def model(self, run: str, path: str) -> None:
        self.open_runs[run]["model"] = self.keep(Path(path))

    @ours
    def data(self, run: str, path: str) -> str:
        self.open_runs[run]["data"] = version = self.keep(Path(path))
        return version

    @ours
    def code(self, run: str, folder: str) -> None:
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        self.open_runs[run]["code"] = {str(path.relative_to(folder)): self.keep(path) for path in files}

    @ours
    def packages(self, run: str) -> None:
        self.open_runs[run]["packages"] = installed()

    @ours
    def finish(self, run: str) -> None:
        path = self.folder / "runs" / run / "run.json"
        path.with_suffix(".new").write_text(json.dumps(self.open_runs.pop(run)))
        path.with_suffix(".new").replace(path)

    @ours
    def runs(self) -> list[str]:
        return sorted(path.parent.name for path in (self.folder / "runs").glob("*/run.json"))

    @ours
    def whole(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "runs" / run / "run.json").read_text())
        return found

    @ours
    def read(self, run: str) -> dict[str, dict[str, Any]]:
        found = self.whole(run)
        return {"params": found["params"], "metrics": found["metrics"]}

    @ours
    def history(self, run: str, metric: str) -> list[float]:
        lines = (self.folder / "runs" / run / f"{metric}.steps").read_text().split()
        return [float(line) for line in lines]

    @ours
    def best(self, metric: str) -> str:
        return max(self.runs(), key=lambda run: self.whole(run)["metrics"].get(metric, float("-inf")))

    @ours
    def find(self, param: str, value: str) -> list[str]:
        return [run for run in self.runs() if self.whole(run)["params"].get(param) == value]

    @ours
    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        left, right = self.whole(one)["params"], self.whole(other)["params"]
        return {name: [left.get(name), right.get(name)] for name in left | right if left.get(name) != right.get(name)}

    @ours
    def environment(self, run: str) -> list[str]:
        packages: list[str] = self.whole(run)["packages"]
        return packages

    @ours
    def restore_model(self, run: str, into: str) -> None:
        shutil.copyfile(self.folder / "objects" / self.whole(run)["model"], into)

    @ours
    def restore_data(self, version: str, into: str, run: str = "") -> None:
        shutil.copyfile(self.folder / "objects" / version, into)

    @ours
    def restore_code(self, run: str, into: str) -> None:
        for name, kept in self.whole(run)["code"].items():
            (Path(into) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / "objects" / kept, Path(into) / name)

    @ours
    def lineage(self, run: str) -> str:
        version: str = self.whole(run)["data"]
        return version

    @ours
    def uses(self, version: str) -> list[str]:
        return [run for run in self.runs() if self.whole(run).get("data") == version]

    @ours
    def promote(self, name: str, run: str) -> None:
        with (self.folder / "names" / name).open("a") as file:
            file.write(f"{run}\n")

    @ours
    def promoted(self, name: str) -> str:
        return (self.folder / "names" / name).read_text().split()[-1]

    @ours
    def roll_back(self, name: str) -> None:
        self.promote(name, (self.folder / "names" / name).read_text().split()[-2])

    @ours
    def export(self, into: str) -> None:
        rows = [{"run": run, **self.read(run)["params"], **self.read(run)["metrics"]} for run in self.runs()]
        with Path(into).open("w", newline="") as file:
            writer = csv.DictWriter(file, list({key: None for row in rows for key in row}))
            writer.writeheader()
            writer.writerows(rows)

    @ours
    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        self.steps(run, metric, values)

    @ours
    def remove(self, run: str) -> None:
        shutil.rmtree(self.folder / "runs" / run)
        used = {text for one in self.runs() for text in _texts(self.whole(one))}
        for path in (self.folder / "objects").iterdir():
            if path.name not in used:
                path.unlink()


@ours
def _texts(node: Any) -> list[str]:
    return [text for one in node.values() for text in _texts(one)] if isinstance(node, dict) else [str(node)]


TRACKER = Plain
