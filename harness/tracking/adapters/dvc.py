"""DVC on Git: a run is an experiment. By its interface for Python with DVCLive, or by its command line.

Parameters and metrics are files that DVC reads at any revision, models and data are in its cache, code is in Git.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dvc.api
import yaml
from dvc.repo import Repo
from dvclive import Live

from harness.tracking.adapters.copied import installed
from harness.tracking.contract import COMMAND_LINE, Cannot, Tracker, ours

TRACKED = ("model.bin", "data.csv")
LIVE, DECLARED = "dvclive", "dvc.yaml"
CONTENT = (*TRACKED, *(f"{one}.dvc" for one in TRACKED), "code", "packages.json", LIVE)
STAGED = ("code", "data.csv.dvc", "model.bin.dvc", "packages.json")


class Dvc(Tracker):
    """Experiments on one commit, by DVC's and DVCLive's interfaces for Python."""

    def __init__(self, folder: Path, interface: str) -> None:
        super().__init__(folder, interface)
        self.active: dict[str, Any] = {}

    def git(self, *words: str) -> bytes:
        """What a command of Git prints. Raises `RuntimeError` with its error if it fails."""
        return self.printed("git", *words)

    def dvc(self, *words: str) -> bytes:
        """What a command of DVC prints."""
        return self.printed(sys.executable, "-m", "dvc", *words)

    def printed(self, *words: str) -> bytes:
        """What a command prints."""
        done = subprocess.run(words, cwd=self.folder, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words[-3:])}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def open(self) -> None:
        if not (self.folder / ".dvc").exists():
            self.git("init", "-q", "-b", "main")
            self.made()
            self.git("add", "--all")
            self.git("commit", "-q", "-m", "begin")
        self.connect()

    def made(self) -> None:
        """Make DVC's own files."""
        Repo.init(str(self.folder))

    def connect(self) -> None:
        """Open them."""
        self.repo = Repo(str(self.folder))

    # ---- recording

    def start(self, name: str) -> str:
        self.git("rm", "-r", "-q", "--cached", "--ignore-unmatch", *STAGED)
        for one in CONTENT:
            path = self.folder / one
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self.begin(name)
        return name

    def begin(self, name: str) -> None:
        """Begin to log."""
        self.active[name] = Live(dir=str(self.folder / LIVE), exp_name=name, report=None)

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        self.active[run].log_params(dict(values))

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        self.active[run].summary.update(values)
        self.active[run].make_summary()

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        for value in values:
            self.active[run].log_metric(metric, value)
            self.active[run].next_step()

    def model(self, run: str, path: str) -> None:
        shutil.copyfile(path, self.folder / "model.bin")
        self.active[run].log_artifact(str(self.folder / "model.bin"), name="model", type="model")

    def data(self, run: str, path: str) -> str:
        shutil.copyfile(path, self.folder / "data.csv")
        self.add("data.csv")
        text: str = yaml.safe_load((self.folder / "data.csv.dvc").read_text())["outs"][0]["md5"]
        return text

    def add(self, name: str) -> None:
        """Put a file into the cache."""
        self.repo.add(str(self.folder / name))

    def code(self, run: str, folder: str) -> None:
        shutil.copytree(folder, self.folder / "code")

    @ours
    def packages(self, run: str) -> None:
        (self.folder / "packages.json").write_text(json.dumps(installed()))

    def finish(self, run: str) -> None:
        present = [one for one in STAGED if (self.folder / one).exists()]
        if present:
            self.git("add", *present)
        self.save(run)

    def save(self, run: str) -> None:
        """Make an experiment of what is there."""
        self.active.pop(run).end()

    # ---- reading

    def table(self) -> list[dict[str, Any]]:
        """All experiments, with parameters and metrics."""
        rows: list[dict[str, Any]] = dvc.api.exp_show(str(self.folder))
        return [row for row in rows if row["Experiment"]]

    def runs(self) -> list[str]:
        return [row["Experiment"] for row in self.table()]

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        found = {"params": dvc.api.params_show, "metrics": dvc.api.metrics_show}
        return {name: show(repo=str(self.folder), rev=run) for name, show in found.items()}

    @ours
    def history(self, run: str, metric: str) -> list[float]:
        path = f"{LIVE}/plots/metrics/{metric}.tsv"
        is_finished = bool(self.git("for-each-ref", f"refs/exps/*/*/{run}"))
        content = self.file(run, path) if is_finished else self.broken_off(path)
        return [float(row[metric]) for row in csv.DictReader(io.StringIO(content.decode()), delimiter="\t")]

    @ours
    def broken_off(self, path: str) -> bytes:
        # what is no experiment yet lies in the working tree until the next run
        return (self.folder / path).read_bytes()

    def file(self, run: str, path: str) -> bytes:
        """A file of an experiment, from Git or from the cache."""
        content: bytes = dvc.api.read(path, repo=str(self.folder), rev=run, mode="rb")
        return content

    def best(self, metric: str) -> str:
        """By the order of its command, which its interface for Python does not have; those without the metric stand first."""
        rows = self.shown("--sort-by", metric, "--sort-order", "desc")
        return next(row["Experiment"] for row in rows if row["Experiment"] and row[metric])

    def shown(self, *how: str) -> list[dict[str, str]]:
        """The table of experiments as the command prints it, as texts."""
        printed = self.dvc("exp", "show", "--csv", "--hide-workspace", *how).decode()
        return list(csv.DictReader(io.StringIO(printed)))

    @ours
    def find(self, param: str, value: str) -> list[str]:
        return [row["Experiment"] for row in self.table() if row.get(param) == value]

    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        found = self.difference(one, other)
        return {name: [both.get("old"), both.get("new")] for file in found.values() for name, both in file.items()}

    def difference(self, one: str, other: str) -> dict[str, dict[str, Any]]:
        """The parameters that differ, by file."""
        found: dict[str, dict[str, Any]] = self.repo.params.diff(one, other).get("diff", {})
        return found

    @ours
    def environment(self, run: str) -> list[str]:
        packages: list[str] = json.loads(self.file(run, "packages.json"))
        return packages

    # ---- giving back

    def restore_model(self, run: str, into: str) -> None:
        Path(into).write_bytes(self.file(run, "model.bin"))

    def restore_data(self, version: str, into: str, run: str = "") -> None:
        """By the run; without one our search finds it."""
        Path(into).write_bytes(self.file(run or self.uses(version)[0], "data.csv"))

    def restore_code(self, run: str, into: str) -> None:
        with tarfile.open(fileobj=io.BytesIO(self.git("archive", f"{self.revision(run)}:code"))) as packed:
            packed.extractall(into, filter="data")

    def revision(self, run: str) -> str:
        """The commit of an experiment."""
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/exps/*/*/{run}").decode().split()[0]

    def lineage(self, run: str) -> str:
        return self.version(self.git("show", f"{self.revision(run)}:data.csv.dvc"))

    def version(self, pointer: bytes) -> str:
        """The hash to which a file of DVC's points."""
        text: str = yaml.safe_load(pointer)["outs"][0]["md5"]
        return text

    @ours
    def uses(self, version: str) -> list[str]:
        listed = self.git("for-each-ref", "--format=%(objectname) %(refname:lstrip=-1)", "refs/exps/*/*/*").decode()
        names = dict(line.split() for line in listed.splitlines())
        found = self.git("grep", "-l", version, *names, "--", "data.csv.dvc").decode().split()
        return sorted(names[line.partition(":")[0]] for line in found)

    # ---- a model in service: Git's part

    def promote(self, name: str, run: str) -> None:
        self.git("branch", "--force", "--create-reflog", f"serving/{name}", self.revision(run))

    def promoted(self, name: str) -> str:
        shown = self.git("for-each-ref", "--format=%(refname:lstrip=-1)", "--points-at", f"serving/{name}", "refs/exps")
        return shown.decode().split()[0]

    def roll_back(self, name: str) -> None:
        self.git("branch", "--force", f"serving/{name}", f"serving/{name}@{{1}}")

    # ---- sharing and tidying

    def push(self, remote: str) -> None:
        self.git("init", "-q", "--bare", "-b", "main", f"{remote}/git")
        self.dvc("remote", "add", "-q", "--local", "--default", "folder", f"{remote}/cache")
        self.git("push", "-q", f"{remote}/git", "main")
        self.dvc("exp", "push", "-q", f"{remote}/git", *self.runs())

    def fetch(self, remote: str) -> None:
        self.git("fetch", "-q", f"{remote}/git", "main")
        self.git("reset", "-q", "--hard", "FETCH_HEAD")
        self.dvc("remote", "add", "-q", "--local", "--default", "folder", f"{remote}/cache")
        self.dvc("exp", "pull", "-q", f"{remote}/git", "--all-commits")

    def export(self, into: str) -> None:
        Path(into).write_bytes(self.dvc("exp", "show", "--csv", "--hide-workspace"))

    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        raise Cannot("an experiment that is saved is not changed; what goes on is another one")

    def remove(self, run: str) -> None:
        self.dvc("exp", "remove", "-q", run)
        self.git("rm", "-r", "-q", "-f", "--cached", "--ignore-unmatch", *STAGED)
        for one in CONTENT:  # the working tree may hold the last run
            path = self.folder / one
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self.tidy()

    def tidy(self) -> None:
        self.dvc("gc", "-q", "--force", "--all-experiments")
        self.git("gc", "-q", "--prune=now")


class DvcCommands(Dvc):
    """The same by the command line alone; parameters and metrics are files that are written by hand."""

    def made(self) -> None:
        self.dvc("init", "-q")

    def connect(self) -> None:
        """There is nothing to be opened."""

    def begin(self, name: str) -> None:
        (self.folder / LIVE).mkdir()
        (self.folder / DECLARED).unlink(missing_ok=True)

    @ours
    def declare(self, kind: str, name: str) -> None:
        path = self.folder / DECLARED
        told = yaml.safe_load(path.read_text()) if path.exists() else {}
        path.write_text(yaml.safe_dump({**told, kind: [f"{LIVE}/{name}"]}))

    @ours
    def params(self, run: str, values: Mapping[str, Any]) -> None:
        (self.folder / LIVE / "params.yaml").write_text(yaml.safe_dump(dict(values)))
        self.declare("params", "params.yaml")

    @ours
    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        (self.folder / LIVE / "metrics.json").write_text(json.dumps(values))
        self.declare("metrics", "metrics.json")

    @ours
    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        path = self.folder / LIVE / "plots" / "metrics" / f"{metric}.tsv"
        path.parent.mkdir(parents=True)
        path.write_text(f"step\t{metric}\n")
        for step, value in enumerate(values):
            with path.open("a") as file:
                file.write(f"{step}\t{value!r}\n")

    def model(self, run: str, path: str) -> None:
        shutil.copyfile(path, self.folder / "model.bin")
        self.add("model.bin")

    def add(self, name: str) -> None:
        self.dvc("add", "-q", name)

    def save(self, run: str) -> None:
        added = [word for one in (LIVE, DECLARED) if (self.folder / one).exists() for word in ("-I", one)]
        self.dvc("exp", "save", "-q", "--force", "--name", run, *added)

    def table(self) -> list[dict[str, Any]]:
        return [row for row in self.shown() if row["Experiment"]]

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        place = (self.revision(run), f"{LIVE}/params.yaml")
        params = yaml.safe_load(self.git("show", ":".join(place))) if self.git("ls-tree", *place) else {}
        metrics = json.loads(self.dvc("metrics", "diff", "--json", "--all", "main", run))
        return {
            "params": params,
            "metrics": {name: one["new"] for file in metrics.values() for name, one in file.items()},
        }

    def file(self, run: str, path: str) -> bytes:
        into = self.folder.parent / "tmp" / "got"
        self.dvc("get", "-q", "--force", ".", path, "--rev", run, "-o", str(into))
        return into.read_bytes()

    def difference(self, one: str, other: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads(self.dvc("params", "diff", "--json", one, other))
        return found


def made(folder: Path, interface: str) -> Tracker:
    """The adapter of an interface."""
    kinds: dict[bool, Callable[[Path, str], Tracker]] = {True: DvcCommands, False: Dvc}
    return kinds[interface == COMMAND_LINE](folder, interface)


TRACKER = made
