"""What the documents say is so: their commands run, their links lead somewhere, their tables are complete."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from harness.cli.main import COMMANDS
from harness.core import PROTOCOL_VERSION, Record
from harness.running import predictions, provenance, store

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
RUN_BY_THE_TEST = {"sh", "python", "yaml"}
SHOWN_ONLY = {"console", "text", "sql"}

_BLOCK = re.compile(
    r"(?:^`(?P<path>[\w./]+)`\n\n)?^```(?P<language>\w*)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


class Block(NamedTuple):
    """A fenced block, with the file that it is if the line above is a path alone."""

    path: str | None
    language: str
    content: str


class Interpreter(NamedTuple):
    """The folder of the command `harness`, and the command `python` with warnings as errors."""

    folder: Path
    python: list[str]


FRESH = Interpreter(Path(sys.executable).parent, [sys.executable, "-W", "error"])


def blocks(document: Path) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    return [Block(*found.group("path", "language", "content")) for found in _BLOCK.finditer(text)]


def relative(document: Path) -> str:
    return str(document.relative_to(ROOT))


# ---- what is shown works ---------------------------------------------------------------------------------------------


@pytest.fixture
def warm(warm_python: list[str], tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    """Runs blocks in copies of a process that has the harness loaded: the two long documents have forty commands."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "harness").write_text(f'#!/bin/sh\nexec {shlex.join(warm_python)} -m harness "$@"\n', encoding="utf-8")
    (folder / "harness").chmod(0o755)
    return Interpreter(folder, warm_python)


def carry_out(document: Path, folder: Path, interpreter: Interpreter) -> list[str]:
    """Write the files of a document and run its commands in their order; returns the commands."""
    done = []
    for block in blocks(document):
        if block.path is not None:
            (folder / block.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.path).write_text(block.content, encoding="utf-8")
        elif block.language in ("sh", "python"):
            execute(block, folder, interpreter)
            done.append(block.content)
    return done


def execute(block: Block, folder: Path, interpreter: Interpreter = FRESH) -> None:
    shell = ["bash", "-euo", "pipefail"] if block.language == "sh" else interpreter.python
    path = f"{interpreter.folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*shell, "-c", block.content],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, f"{block.content}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr


def publish(folder: Path) -> None:
    """Leave some records where those of the standard tier would be."""
    published = folder / "results" / "synthesis"
    execute(Block(None, "sh", "harness run dataset=iris results=elsewhere"), folder)
    published.parent.mkdir()
    (folder / "elsewhere" / ".adhoc" / "synthesis").rename(published)
    store.compact(published)


@pytest.mark.slow
def test_a_newcomer_can_follow_the_readme(tmp_path: Path, warm: Interpreter) -> None:
    pytest.importorskip("lightgbm", exc_type=ImportError)
    publish(tmp_path)
    assert len(carry_out(ROOT / "README.md", tmp_path, warm)) >= 5
    shown = {tuple(record.factors.get(name) for name in ("dataset", "synthesis", "model")) for record in ok(tmp_path)}
    assert {("wine", "single", "svm"), ("iris", "bagging", "tree"), ("my", "stacking", None)} <= shown
    assert ("wine", "single", "lightgbm") in shown


@pytest.mark.slow
def test_every_extension_works_as_it_is_shown(tmp_path: Path, warm: Interpreter) -> None:
    assert len(carry_out(ROOT / "docs" / "extending.md", tmp_path, warm)) >= 6
    levels = {name: {record.factors.get(name) for record in ok(tmp_path)} for name in ("dataset", "synthesis", "model")}
    assert levels["dataset"] == {"wine", "flowers"}
    assert "median_vote" in levels["synthesis"]
    assert "histogram" in levels["model"]
    assert len(ok(tmp_path, "depth")) == 36


def ok(folder: Path, study: str = "synthesis") -> list[Record]:
    """The records of one's own trials, all of which have to have gone well."""
    records = store.read(folder / "results" / ".adhoc" / study).records
    assert {record.status for record in records} == {"ok"}
    return list(records)


@pytest.mark.slow
def test_an_executor_of_ones_own_works_as_it_is_shown(tmp_path: Path, warm: Interpreter) -> None:
    assert carry_out(ROOT / "docs" / "executors.md", tmp_path, warm)
    assert ok(tmp_path)


@pytest.mark.slow
def test_every_function_of_the_front_door_works_as_it_is_shown(tmp_path: Path, warm: Interpreter) -> None:
    assert len(carry_out(ROOT / "docs" / "notebook.md", tmp_path, warm)) == 5
    assert {record.factors["dataset"] for record in ok(tmp_path)} == {"iris", "wine", "sonar", "heart"}


@pytest.mark.slow
def test_methods_are_compared_as_it_is_shown(
    tmp_path: Path, warm: Interpreter, published_folder: Callable[[str], Path]
) -> None:
    published = published_folder("synthesis") / "trials.parquet"
    (tmp_path / "results" / "synthesis").mkdir(parents=True)
    shutil.copy(published, tmp_path / "results" / "synthesis")
    assert len(carry_out(ROOT / "docs" / "comparing.md", tmp_path, warm)) == 3
    written = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "comparing.md").read_text(encoding="utf-8")
    named = {*written, *written["methods"][0], *written["pairs"][0], *written["friedman"]} - {"d_z_high", "g_z_low"}
    assert not {name for name in named if f"`{name}`" not in text}
    assert [pair["verdict"] for pair in written["pairs"]].count("for") == 10
    assert {path.suffix for path in (tmp_path / "compared").iterdir()} == {".html", ".tex", ".json", ".csv", ".pdf"}


def test_a_survey_works_as_it_is_shown(tmp_path: Path, warm: Interpreter) -> None:
    assert len(carry_out(ROOT / "docs" / "surveys.md", tmp_path, warm)) == 4
    assert (tmp_path / "paper" / "survey.tex").exists()
    written = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "surveys.md").read_text(encoding="utf-8")
    named = {*written, *written["items"][0], *written["tests"][0], *written["alpha"], *written["alpha"]["items"][0]}
    assert not {name for name in named if f"`{name}`" not in text and not name.startswith("count_")}
    assert {path.suffix for path in (tmp_path / "surveyed").iterdir()} == {".html", ".tex", ".json", ".csv", ".pdf"}


def test_a_review_works_as_it_is_shown(tmp_path: Path, warm: Interpreter) -> None:
    assert carry_out(ROOT / "docs" / "reviewing.md", tmp_path, warm)
    before, after = (
        json.loads((tmp_path / name).read_bytes())["predicate"] for name in ("certificate.json", "after.json")
    )
    assert before["passes"] is True
    assert before["replay"]["studies"]["small"]["answers"].keys() == {"same"}
    assert {check["name"] for check in after["checks"] if check["faults"]} == {"digests", "root"}


def test_banks_of_losses_work_as_it_is_shown(tmp_path: Path, warm: Interpreter) -> None:
    assert len(carry_out(ROOT / "docs" / "policies.md", tmp_path, warm)) == 2


def test_the_metadata_of_the_parquet_file_is_read_as_shown(tmp_path: Path, warm: Interpreter) -> None:
    publish(tmp_path)
    assert carry_out(ROOT / "docs" / "records.md", tmp_path, warm)


@pytest.mark.parametrize("document", ["README.md", "docs/extending.md", "docs/notebook.md", "docs/policies.md"])
def test_every_block_is_either_run_or_marked_as_shown_only(document: str) -> None:
    found = blocks(ROOT / document)
    assert {block.language for block in found} <= RUN_BY_THE_TEST | SHOWN_ONLY
    assert all(block.path for block in found if block.language == "yaml")


# ---- what is named exists --------------------------------------------------------------------------------------------


def anchors(document: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_to_files_and_headings_that_exist(document: Path) -> None:
    for path, anchor in _LINK.findall(document.read_text(encoding="utf-8")):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{path} does not exist"
        assert not anchor or anchor in anchors(target), f"{path} has no heading #{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_commands_and_make_targets_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    targets = {target for names in targets for target in names.split()}
    assert set(re.findall(r"`make ([a-z-]+)|^make ([a-z-]+)", text, re.MULTILINE)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }
    assert set(re.findall(r"(?:^|`)harness ([a-z]+)\b", text, re.MULTILINE)) <= set(COMMANDS)


def test_the_folders_of_the_layout_exist() -> None:
    [layout] = [block.content for block in blocks(ROOT / "README.md") if block.content.startswith("conf/")]
    parent = ROOT
    for line in layout.splitlines():
        name = line.split()[0]
        parent = ROOT / "harness" if line.startswith("  ") else ROOT
        assert (parent / name).exists(), name


def test_make_help_explains_every_target_that_is_meant_for_people() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    [targets] = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    explained = set(re.findall(r"^#   make ([\w-]+)", text, re.MULTILINE))
    assert explained == set(targets.split()) - {"help"}


def test_continuous_integration_runs_what_make_test_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test </dev/null"


# ---- what is listed is complete --------------------------------------------------------------------------------------


def test_every_field_of_a_record_is_explained() -> None:
    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    named = {*(field.name for field in fields(Record)), *provenance.header()}
    assert not {name for name in named if f"`{name}`" not in text}


@pytest.mark.parametrize("dataset", ["iris", "boston"])
def test_every_factor_and_measurement_of_a_trial_is_explained(dataset: str, tmp_path: Path, warm: Interpreter) -> None:
    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    execute(
        Block(None, "sh", f"harness run dataset={dataset} synthesis=stacking 'pool=[tree,nb]' results=.\n"),
        tmp_path,
        warm,
    )
    [record] = store.read(tmp_path / ".adhoc" / "synthesis").records
    named = {*record.factors, *record.measurements, *record.clock}
    assert not {name for name in named if f"`{name}`" not in text}
    assert not {name for name in predictions.load(tmp_path / ".adhoc" / "synthesis", record) if f"`{name}`" not in text}


@pytest.mark.parametrize(
    "asked",
    [
        "trial=detection dataset=wine scenario=mean_shift harm=null scenario.strength='{harm: null, raw: 2.0}'",
        "trial=detection dataset=wine scenario=shift_then_permutation detectors=[chi_square,ddm,ks]",
        "trial=calibration dataset=wine detectors=[ddm,chi_square,never] n_streams=20 n_fresh=20",
    ],
)
def test_every_factor_and_measurement_of_a_stream_is_explained(asked: str, tmp_path: Path, warm: Interpreter) -> None:
    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    execute(Block(None, "sh", f"harness run {asked} results=.\n"), tmp_path, warm)
    [record] = store.read(next((tmp_path / ".adhoc").iterdir())).records
    named = {*record.factors, *record.measurements, *record.clock}
    assert not {name for name in named if f"`{name}`" not in text}


@pytest.mark.parametrize("number", range(len(DECISIONS)), ids=lambda number: DECISIONS[number].name)
def test_decisions_are_numbered_without_a_gap_and_say_why(number: int) -> None:
    text = DECISIONS[number].read_text(encoding="utf-8")
    assert DECISIONS[number].name.startswith(f"{number + 1:04}-")
    assert text.startswith(f"# {number + 1}. ")
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {project['version']}" in changes
    assert f"Protocol version {PROTOCOL_VERSION}." in changes
