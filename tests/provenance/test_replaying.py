"""Trials run again are the same, and an edited record is found."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import harness
from harness.cli.main import main
from harness.core import HarnessError
from harness.provenance import cores, replaying
from harness.provenance.replaying import Answer, replay
from harness.running import store
from harness.running.store.stored import Stored

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results with two trials: one that ended well, with predictions, and one that was skipped."""
    results = tmp_path_factory.mktemp("again") / "results"
    harness.run("dataset=iris", "model=tree", f"results={results}")
    harness.run("dataset=iris", "model=knn", "synthesis=adaboost", f"results={results}")
    return results / ".adhoc" / "synthesis"


def edited(stored: Stored, edit: Edit) -> Stored:
    rows = stored.table.to_pylist()
    for row in rows:
        edit(row)
    return replace(stored, table=pa.Table.from_pylist(rows, schema=stored.table.schema))


def test_trials_are_the_same_bit_for_bit(folder: Path) -> None:
    found = list(replay(store.read(folder)))
    assert {str(one.record.status) for one in found} == {"ok", "skipped"}
    assert [(one.answer, list(one.differences)) for one in found] == [(Answer.SAME, [])] * 2
    assert any(one.record.predictions for one in found)


def test_many_trials_are_no_deadlock(folder: Path) -> None:
    """What is asked and what is answered are each longer than a pipe holds."""
    stored = store.read(folder)
    first = stored.table["status"].to_pylist().index("ok")
    found = list(replay(replace(stored, table=stored.table.take([first] * 200))))
    assert {one.answer for one in found} == {Answer.SAME}
    assert len(found) == 200


def other_accuracy(row: dict[str, Any]) -> None:
    if row["status"] == "ok":
        row["measurements"]["accuracy"][0] += 1e-16 if row["measurements"]["accuracy"][0] < 0.5 else 2.3e-16


def other_predictions(row: dict[str, Any]) -> None:
    row["predictions"] = "0" * 64 if row["predictions"] else ""


def other_status(row: dict[str, Any]) -> None:
    row["code"] = "too-few-rows" if row["status"] == "skipped" else row["code"]


@pytest.mark.parametrize(
    ("edit", "place"), [(other_accuracy, "accuracy[0]"), (other_predictions, "predictions"), (other_status, "code")]
)
def test_an_edited_record_differs(folder: Path, edit: Edit, place: str) -> None:
    found = list(replay(edited(store.read(folder), edit)))
    assert [[each.place for each in one.differences] for one in found if one.answer is Answer.DIFFERS] == [[place]]


def test_a_record_of_another_content_than_its_id_says_is_not_run(folder: Path) -> None:
    def other_seed(row: dict[str, Any]) -> None:
        row["factors"]["seed"] = 7

    found = list(replay(edited(store.read(folder), other_seed)))
    assert {one.answer for one in found} == {Answer.DIFFERS}
    assert all(
        re.search(r"has the content of the trial \w{12}: its id or a setting was changed", one.note) for one in found
    )


def test_a_record_of_a_stranger_is_not_run(folder: Path) -> None:
    stored = store.read(folder)
    specs = {
        key: {**spec, "model": {"_target_": "os.system", "command": "false"}} for key, spec in stored.specs.items()
    }
    found = list(replay(replace(stored, specs=specs)))
    assert {one.answer for one in found} == {Answer.NOT_RUN}
    assert all("would build os.system" in one.note for one in found)


def test_of_a_stranger_among_others_the_others_are_run(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A trial that would start foreign programs may not end a review."""
    study = tmp_path / "results" / ".adhoc" / "synthesis"
    shutil.copytree(folder, study)
    for part in (study / "parts").glob("*.jsonl"):
        part.write_text(part.read_text(encoding="utf-8").replace("sklearn.tree.", "strange."), encoding="utf-8")
    ids = store.read(study).table["trial_id"].to_pylist()
    assert main(["replay", *ids, "tier=adhoc", f"results={tmp_path / 'results'}"]) == 4
    said = capsys.readouterr().out
    assert "1 not run, 1 same" in said
    assert "would build strange.DecisionTreeClassifier" in said


def test_of_a_core_that_cannot_run_here_nothing_is_certified(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "can_run", lambda core: False)
    found = list(replay(store.read(folder)))
    assert {one.answer for one in found} == {Answer.NOT_HERE}
    assert all("it was measured on" in one.note for one in found)


def test_modules_in_the_current_folder_are_not_imported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "threadpoolctl.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert {one.answer for one in replay(store.read(folder))} == {Answer.SAME}


def test_a_worker_that_dies_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "WORKER", "harness.provenance.nobody")
    with pytest.raises(HarnessError, match="ended with exit code 1, before it was done"):
        list(replay(store.read(folder)))


def test_nothing_that_a_trial_starts_looks_into_the_current_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models with several jobs start processes of their own."""
    (tmp_path / "joblib").mkdir()
    (tmp_path / "joblib" / "__init__.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    variables = list[dict[str, str]]()
    started = subprocess.Popen

    def popen(*words: Any, **options: Any) -> Any:
        variables.append(options["env"])
        return started(*words, **options)

    monkeypatch.setattr(replaying.subprocess, "Popen", popen)
    assert {one.answer for one in replay(store.read(folder))} == {Answer.SAME}
    assert {one["PYTHONSAFEPATH"] for one in variables} == {"1"}


OWN = """
from sklearn.tree import DecisionTreeClassifier


class Stump(DecisionTreeClassifier):
    def __init__(self, random_state=None):
        super().__init__(max_depth=1, random_state=random_state)
"""


def test_trials_of_classes_of_ones_own_are_certified_when_their_folder_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    (mine / "model").mkdir(parents=True)
    (mine / "stumps_of_mine.py").write_text(OWN, encoding="utf-8")
    (mine / "model" / "my_stump.yaml").write_text(
        "_target_: harness.synthesis.Learner\nname: my_stump\nclassifier: {_target_: stumps_of_mine.Stump}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    own = ["--config-dir", str(mine)]
    assert main(["run", *own, "-m", "dataset=iris", "model=my_stump", "seed=0,1", "study=mine"]) == 0
    assert main(["report", *own, "tier=adhoc", "study=mine"]) == 0
    for words in (["replay", "--sample", "2"], ["verify", "--replay", "2"], ["review", "--minutes", "0.01"]):
        capsys.readouterr()
        assert main([*words, "tier=adhoc"]) != 0
        said = capsys.readouterr()
        assert "If you know that code, give --trust stumps_of_mine." in said.out + said.err
        assert main([*words, *own, "tier=adhoc"]) == 0
        assert main([*words, "--trust", "stumps_of_mine", "tier=adhoc"]) == 0


def test_exit_codes(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["tier=adhoc", f"results={folder.parents[1]}"]
    assert main(["replay", "--sample", "2", "--seed", "0", *words]) == 0
    assert "2 same" in capsys.readouterr().out
    monkeypatch.setattr(cores, "can_run", lambda core: False)
    assert main(["replay", *store.read(folder).table["trial_id"].to_pylist(), *words]) == 4
    assert "2 not certifiable here" in capsys.readouterr().out
    assert main(["replay", "--sample", "2", *words]) == 2
    assert "no record at tier=adhoc can be run again here: core " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say which trials"),
        (("ffffffff",), "no record has the id ffffffff"),
        (("",), "2 records have an id that begins with "),
        (("--sample", "0"), "--sample 0 is no number of trials"),
        (("--of", "synthesis/nothing.csv"), "there is no table 'nothing'"),
    ],
)
def test_what_cannot_be_chosen_is_said(
    folder: Path, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *words, "tier=adhoc", f"results={folder.parents[1]}"]) == 2
    assert sentence in capsys.readouterr().err


def test_cores_are_known_by_their_instructions(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("model name : x\nflags : fpu avx2 fma\n", encoding="utf-8")
    assert cores.can_run("Haswell", info)
    assert not cores.can_run("SkylakeX", info)
    assert cores.can_run("SomethingNew", info)
    assert cores.can_run("SkylakeX", tmp_path / "elsewhere")


@pytest.mark.parametrize("blas", [None, 3, "openblas", ["openblas"], {"architecture": "Haswell"}])
def test_a_header_that_names_no_core_is_no_error(blas: Any) -> None:
    assert cores.of_header({"blas": blas}) == ""
