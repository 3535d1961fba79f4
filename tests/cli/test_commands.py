"""The command as a user meets it: it helps, it runs, and what is wrong it says in a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core import Record, Status
from harness.running import store

Harness = Callable[..., subprocess.CompletedProcess[str]]

SLOW_MODEL = """\
import time

from sklearn.dummy import DummyClassifier


class Slow(DummyClassifier):
    def fit(self, X, y, sample_weight=None):
        time.sleep(0.05)
        return super().fit(X, y)
"""
SLOW_YAML = """\
_target_: harness.synthesis.Learner
name: slow
classifier: {_target_: slow_model.Slow}
about: {title: A slow model}
"""


def records(folder: Path) -> tuple[Record, ...]:
    return store.read(folder / "results" / ".adhoc" / "synthesis").records


# ---- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), ("--help",), ("help",)])
def test_help_names_every_command(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    from harness.cli.main import COMMANDS, main

    assert main(words) == 0
    said = capsys.readouterr().out
    assert all(f"  {command} " in said for command in COMMANDS)


def test_every_command_has_its_file() -> None:
    from importlib.util import find_spec

    from harness.cli.main import COMMANDS

    assert all(find_spec(f"harness.cli.{command}") for command in COMMANDS)


def test_an_unknown_command_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    from harness.cli.main import main

    assert main(["nonsense"]) == 2
    assert "there is no command 'nonsense'; there are: run" in capsys.readouterr().err


def test_help_of_run_explains_groups_and_settings(harness: Harness) -> None:
    answer = harness("run", "--help")
    assert answer.returncode == 0
    for word in ("harness run dataset=wine model=svm", "random_forest", "label_noise=0", "--config-dir"):
        assert word in answer.stdout


def test_the_composed_trial_can_be_looked_at_without_running(harness: Harness, tmp_path: Path) -> None:
    answer = harness("run", "dataset=wine", "--cfg", "job")
    assert answer.returncode == 0
    assert "name: wine" in answer.stdout
    assert harness("run", "--info", "searchpath").returncode == 0
    assert not (tmp_path / "results").exists()


# ---- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["model=treee"], "there is no model 'treee'; did you mean 'tree'"),
        (["sed=3"], "sed=3: there is no setting 'sed'; did you mean 'seed'"),
        (["synthesis=stacking", "pool=[tree,treee]"], "there is no model 'treee'"),
        (["synthesis=stacking", "pool=tree"], "pool=tree is not a list; write pool=[tree]"),
        (["dataset=file", "dataset.target=y"], "dataset.path"),
        (["dataset=file", "dataset.path=no.csv", "dataset.target=y"], "There is no file"),
        (["results=/dev/null/x"], "cannot write results to"),
        (["-m", "model=tree,treee"], "there is no model 'treee'; did you mean 'tree'"),
        (["-m", "dataset=file", "dataset.path=no.csv", "dataset.target=y"], "There is no file"),
        (["-m", "workers=-1"], "how trials are run: workers has to be at least 1, not -1"),
        (["label_noise=nan"], "SynthesisTrial: label_noise has to be a finite number, not nan"),
        (["n_folds=1"], "SynthesisTrial: n_folds has to be at least 2, not 1"),
        (["experiment=synthesis"], "add -m"),
        (
            ["dataset=iris", "dataset.task=regresion"],
            "unknown task 'regresion'; choose one of classification, regression",
        ),
        (["-m", "retry_failed=no"], "how trials are run: retry_failed has to be true or false, not 'no'"),
        (["-m", "share=dataset"], "how trials are run: share has to be a list, not 'dataset'"),
        (["-m", "limits=null"], "limits has to be a mapping of seconds and memory"),
        (["-m", "limits.memory=inf"], "limits.memory=inf is no size of memory"),
        (["-m", "results=null"], "how trials are run: results has to be text, not None"),
        (["-m", "seed=range(0,0)"], "this sweep has no trials"),
        (["-m", "workers=1,2"], "workers=1,2 cannot be swept: it says how all trials are run"),
        (["-m", "limits.memory=much"], "limits.memory=much is no size of memory: write for instance 2GB"),
        (["-m", "limits.seconds=-1"], "limits: seconds has to be above 0, not -1"),
        (["-m", "seed=interval(0,3)"], "cannot be swept"),
        (["-m", "--cfg", "job"], "without -m"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_wrong_setting_is_one_sentence_without_traceback(harness: Harness, words: list[str], sentence: str) -> None:
    answer = harness("run", *words)
    said = answer.stdout + answer.stderr
    assert answer.returncode not in (0, 130)
    assert sentence in said
    assert "Traceback" not in said


# ---- one trial, and sweeps ------------------------------------------------------------------------------------------


def test_a_trial_is_shown_recorded_and_not_run_again(harness: Harness, tmp_path: Path) -> None:
    first = harness("run", "model=nb", "n_folds=2")
    assert first.returncode == 0, first.stderr
    assert "accuracy" in first.stdout
    assert [record.status for record in records(tmp_path)] == [Status.OK]
    parts = sorted(tmp_path.rglob("*.jsonl"))
    again = harness("run", "model=nb", "n_folds=2")
    assert again.stdout == first.stdout  # with the seconds of the first run
    assert sorted(tmp_path.rglob("*.jsonl")) == parts


def test_a_sweep_records_what_single_trials_do(harness: Harness, tmp_path: Path) -> None:
    words = ("model=nb,stump", "synthesis=single,bagging", "seed=range(0,2)", "n_folds=2", "workers=1")
    swept = harness("run", "-m", *words, PYTHONUNBUFFERED="1")  # in a Python of its own, which starts a worker
    assert swept.returncode == 0, swept.stderr
    assert "8 ok" in swept.stderr
    by_id = {record.trial_id: record for record in records(tmp_path)}
    alone = harness("run", "model=stump", "synthesis=bagging", "seed=1", "n_folds=2", "results=alone")
    assert alone.returncode == 0, alone.stderr
    (record,) = store.read(tmp_path / "alone" / ".adhoc" / "synthesis").records
    assert by_id[record.trial_id].measurements == record.measurements
    assert by_id[record.trial_id].predictions == record.predictions


def test_a_model_that_fails_is_recorded_and_the_others_run(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "mine" / "model").mkdir(parents=True)
    fails = SLOW_MODEL.replace("time.sleep(0.05)", "raise ArithmeticError('no fit')").replace("Slow", "Broken")
    (tmp_path / "mine" / "broken_model.py").write_text(fails)
    (tmp_path / "mine" / "model" / "broken.yaml").write_text(
        SLOW_YAML.replace("slow_model.Slow", "broken_model.Broken").replace("name: slow", "name: broken")
    )
    answer = harness("run", "-m", "--config-dir", "mine", "model=nb,broken", "n_folds=2", "workers=1")
    assert answer.returncode not in (0, 130)
    assert "ArithmeticError: no fit" in answer.stderr
    ended = {record.factors["model"]: record for record in records(tmp_path)}
    assert ended["nb"].status is Status.OK
    assert "Traceback" in ended["broken"].error


@pytest.mark.slow
def test_ctrl_c_keeps_the_records_and_the_same_command_continues(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "mine" / "model").mkdir(parents=True)
    (tmp_path / "mine" / "model" / "slow.yaml").write_text(SLOW_YAML)
    (tmp_path / "slow_model.py").write_text(SLOW_MODEL)
    words = ("run", "-m", "--config-dir", "mine", "model=slow", "seed=range(0,12)", "workers=2")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", *words], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 300
    while len(records(tmp_path)) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    kept = records(tmp_path)
    assert process.returncode == 130
    assert "the same command continues" in said
    assert "Traceback" not in said
    assert 2 <= len(kept) < 12
    assert harness(*words).returncode == 0
    assert len(records(tmp_path)) == 12
    assert all(record in records(tmp_path) for record in kept)


def test_a_refused_setting_leaves_no_record(harness: Harness, tmp_path: Path) -> None:
    assert harness("run", "seed=abc", f"results={tmp_path}").returncode == 2
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_known_trial_needs_no_data(harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("run", "dataset=pima", "model=nb", f"results={tmp_path}")
    first = harness(*words)
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "empty"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert harness(*words).stdout == first.stdout
    assert "accuracy" in first.stdout


def test_info_is_said_once(harness: Harness) -> None:
    answer = harness("run", "--info", "searchpath")
    assert (answer.stdout + answer.stderr).count("Provider") == 1
