"""Git: a run is a commit with a tag. It has a command line only, so that every call starts a process or several.

Parameters and metrics are JSON files, steps lines of text, model, data and code files of the working tree.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.tracking.adapters.copied import installed
from harness.tracking.contract import COMMAND_LINE, Cannot, Tracker, ours

CONTENT = ("params.json", "metrics.json", "steps", "model.bin", "data.csv", "code", "packages.json")


class Git(Tracker):
    """Commits and tags of one repository."""

    def __init__(self, folder: Path, interface: str) -> None:
        if interface != COMMAND_LINE:
            raise Cannot("Git comes as a program, without an interface for Python")
        super().__init__(folder, interface)

    def git(self, *words: str, given: bytes | None = None) -> bytes:
        """What a command prints. Raises `RuntimeError` with its error if it fails."""
        done = subprocess.run(["git", *words], cwd=self.folder, input=given, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"git {words[0]}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def open(self) -> None:
        if not (self.folder / ".git").exists():
            self.git("init", "-q", "-b", "main")
            self.set_up()
            self.git("commit", "-q", "--allow-empty", "-m", "begin")

    def set_up(self) -> None:
        """Settings of the repository before its first commit."""

    # ---- recording

    def start(self, name: str) -> str:
        for one in CONTENT:
            path = self.folder / one
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return name

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        self.write("params.json", values)

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        self.write("metrics.json", values)

    @ours
    def write(self, name: str, values: Mapping[str, Any] | Sequence[str]) -> None:
        (self.folder / name).write_text(json.dumps(values, indent=0))

    @ours
    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        (self.folder / "steps").mkdir(exist_ok=True)
        for value in values:
            with (self.folder / "steps" / metric).open("a") as file:
                file.write(f"{value!r}\n")

    def model(self, run: str, path: str) -> None:
        shutil.copyfile(path, self.folder / "model.bin")

    def data(self, run: str, path: str) -> str:
        shutil.copyfile(path, self.folder / "data.csv")
        self.git("add", "data.csv")
        return self.git("rev-parse", ":data.csv").decode().strip()

    def code(self, run: str, folder: str) -> None:
        shutil.copytree(folder, self.folder / "code")

    def packages(self, run: str) -> None:
        self.write("packages.json", installed())

    def finish(self, run: str) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", run)
        self.git("tag", f"run/{run}")

    # ---- reading

    def runs(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/tags/run").decode().split()

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        return {name: self.parsed(run, f"{name}.json") or {} for name in ("params", "metrics")}

    @ours
    def parsed(self, run: str, name: str) -> Any:
        is_held = self.git("ls-tree", "--name-only", f"run/{run}", name)
        return json.loads(self.git("show", f"run/{run}:{name}")) if is_held else None

    @ours
    def history(self, run: str, metric: str) -> list[float]:
        path, is_finished = f"steps/{metric}", run in self.runs()
        content = self.git("show", f"run/{run}:{path}") if is_finished else self.broken_off(path)
        return [float(line) for line in content.split()]

    @ours
    def broken_off(self, path: str) -> bytes:
        # what was not committed lies in the working tree until the next run
        return (self.folder / path).read_bytes()

    @ours
    def every(self, name: str) -> dict[str, dict[str, Any]]:
        runs = self.runs()
        asked = "".join(f"run/{run}:{name}\n" for run in runs)
        left, found = self.git("cat-file", "--batch", given=asked.encode()), {}
        for run in runs:
            head, _, left = left.partition(b"\n")
            length = -1 if head.endswith(b"missing") else int(head.split()[-1])
            found[run], left = json.loads(left[:length]) if length > 0 else {}, left[length + 1 :]
        return found

    @ours
    def best(self, metric: str) -> str:
        found = self.every("metrics.json")
        return max(found, key=lambda run: found[run].get(metric, float("-inf")))

    @ours
    def find(self, param: str, value: str) -> list[str]:
        return [run for run, values in self.every("params.json").items() if values.get(param) == value]

    @ours
    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        differing = self.git("diff", "-U0", f"run/{one}", f"run/{other}", "--", "params.json").decode().splitlines()
        found: dict[str, list[Any]] = {}
        for line in differing:
            if line[0] in "+-" and line[1:2] == '"':
                (name, value), side = json.loads(f"{{{line[1:].rstrip(',')}}}").popitem(), line[0] == "+"
                found.setdefault(name, [None, None])[side] = value
        return {name: values for name, values in found.items() if values[0] != values[1]}

    def environment(self, run: str) -> list[str]:
        packages: list[str] = self.parsed(run, "packages.json")
        return packages

    # ---- giving back

    def restore(self, what: str, into: str) -> None:
        """Write a file of a commit, or an object, into a file."""
        Path(into).write_bytes(self.git("cat-file", "blob", what))

    def restore_model(self, run: str, into: str) -> None:
        self.restore(f"run/{run}:model.bin", into)

    def restore_data(self, version: str, into: str, run: str = "") -> None:
        self.restore(version, into)

    def restore_code(self, run: str, into: str) -> None:
        with tarfile.open(fileobj=io.BytesIO(self.git("archive", f"run/{run}:code"))) as packed:
            packed.extractall(into, filter="data")

    def lineage(self, run: str) -> str:
        return self.git("rev-parse", f"run/{run}:data.csv").decode().strip()

    @ours
    def uses(self, version: str) -> list[str]:
        held = {run: self.git("ls-tree", "--format=%(objectname)", f"run/{run}", "data.csv") for run in self.runs()}
        return [run for run, found in held.items() if found.decode().strip() == version]

    # ---- a model in service

    def promote(self, name: str, run: str) -> None:
        self.git("branch", "--force", "--create-reflog", f"serving/{name}", f"run/{run}")

    def promoted(self, name: str) -> str:
        return self.git("tag", "--points-at", f"serving/{name}").decode().split()[0].removeprefix("run/")

    def roll_back(self, name: str) -> None:
        self.git("branch", "--force", f"serving/{name}", f"serving/{name}@{{1}}")

    # ---- sharing

    def push(self, remote: str) -> None:
        self.git("init", "-q", "--bare", "-b", "main", remote)
        self.git("push", "-q", Path(remote).as_uri(), "--all")
        self.git("push", "-q", Path(remote).as_uri(), "--tags")

    def fetch(self, remote: str) -> None:
        self.git("fetch", "-q", Path(remote).as_uri(), "refs/tags/*:refs/tags/*")

    @ours
    def export(self, into: str) -> None:
        params, metrics = self.every("params.json"), self.every("metrics.json")
        rows = [{"run": run, **params[run], **metrics[run]} for run in params]
        with Path(into).open("w", newline="") as file:
            writer = csv.DictWriter(file, list({key: None for row in rows for key in row}))
            writer.writeheader()
            writer.writerows(rows)

    @ours
    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        self.git("checkout", "-q", f"run/{run}", "--", ".")
        self.steps(run, metric, values)
        self.git("commit", "-q", "-a", "-m", run)
        self.git("tag", "--force", f"run/{run}")

    def remove(self, run: str) -> None:
        raise Cannot("runs are commits on one line here, of which none goes without writing the later ones anew")

    def tidy(self) -> None:
        self.git("gc", "-q", "--prune=now")


TRACKER = Git
