"""A trial from a notebook is the trial of the command line, and leaves the notebook as it was."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir, version
from hydra.core.global_hydra import GlobalHydra
from threadpoolctl import threadpool_info

import harness
from harness.core import Code, Status
from harness.planning import hydra_session
from harness.planning.one_trial import plan_one
from harness.planning.sweeps import plan_sweep, wanted
from harness.running import store

HarnessIn = Callable[[Path], Callable[..., subprocess.CompletedProcess[str]]]

OVERRIDES = [
    (),
    ("dataset=wine", "model=svm"),
    ("dataset=wine", "model=svm", "seed=7", "n_folds=3"),
    ("dataset=boston", "model=tree_depth3"),
    ("dataset=iris", "synthesis=bagging", "model=stump"),
    ("dataset=iris", "synthesis=stacking", "pool=[tree,nb]"),
    ("dataset=wine", "label_noise=0.1", "train_size=0.5"),
    ("dataset=pima", "dataset.max_rows=100", "preprocessing.scale=false"),
    ("trial=detection", "dataset=wine", "detectors=[ddm,never]"),
    ("trial=detection", "dataset=pima", "scenario=mean_shift", "harm=10", "settings=[default]", "months=4"),
    ("trial=calibration", "dataset=wine", "detectors=[ddm]", "n_streams=20"),
    ("dataset=file", "dataset.path=my.csv", "dataset.target=label", "model=mean"),
    ("dataset=wine", "seed=2", "seed=3"),
    ("dataset=wine", "study=mine", "++seed=3"),
]

IDS_OF_THE_COMMAND_LINE = """\
import json, sys
from harness.cli import run

def note(one, *rest):
    print(one.trial.trial_id)
    sys.exit()

run.run_or_find = note
for words in json.loads(sys.argv[1]):
    try:
        run.main(["--config-dir", "mine", *words])
    except SystemExit:
        pass
"""

MEAN = "_target_: harness.synthesis.Learner\nname: mean\nclassifier: {_target_: mean_of_mine.Mean}\n"


@pytest.fixture
def mine(folder: Path) -> Path:
    """A folder of a user's, with a model whose class stands beside it, and a table."""
    (folder / "my.csv").write_text("x,y,label\n" + "".join(f"{i},{i % 7},{'ab'[i % 2]}\n" for i in range(40)))
    own = folder / "mine"
    (own / "model").mkdir(parents=True)
    (own / "model" / "mean.yaml").write_text(MEAN)
    (own / "mean_of_mine.py").write_text("from sklearn.dummy import DummyClassifier as Mean\n")
    return own


def test_the_same_overrides_are_the_same_trials(mine: Path) -> None:
    command = [sys.executable, "-c", IDS_OF_THE_COMMAND_LINE, json.dumps(OVERRIDES)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(command, cwd=mine.parent, env=environment, capture_output=True, text=True)
    for overrides, trial_id in zip(OVERRIDES, answer.stdout.split(), strict=True):
        with hydra_session.visit(mine), hydra_session.loading(mine) as loader:
            assert plan_one(hydra_session.compose(loader, overrides)).trial.trial_id == trial_id, overrides
            [one] = wanted(overrides, loader)
            assert [trial.trial_id for trial in plan_sweep(one).trials] == [trial_id], overrides


def test_what_one_of_them_recorded_the_other_does_not_run_again(folder: Path, harness_in: HarnessIn) -> None:
    ran = harness.run("dataset=iris", "seed=5")
    answer = harness_in(folder)("run", "-m", "dataset=iris", "seed=4,5", "workers=1")
    assert "2 trials: 1 recorded before; 1 ok." in answer.stderr
    again = harness.sweep("dataset=iris", "seed=4,5", workers=1)
    assert again.sweeps[0].summary.known == 2
    assert ran.record.trial_id in set(again.frame["trial_id"])


def test_a_trial_is_returned_with_its_record_and_its_scores(folder: Path) -> None:
    ran = harness.run("dataset=iris")
    assert (ran.status, ran.folder) == (Status.OK, Path("results/.adhoc/synthesis"))
    accuracies = ran.record.measurements["accuracy"]
    assert ran.scores.loc["accuracy", "mean"] == pytest.approx(np.mean(accuracies))
    assert ran.scores.loc["accuracy", "max"] == max(accuracies)
    assert harness.run("dataset=iris").record == store.read(ran.folder).find(ran.record.trial_id)


def test_it_shows_what_the_command_line_shows(folder: Path, harness_in: HarnessIn) -> None:
    ran = harness.run("dataset=iris", "results=there")
    shown = harness_in(folder)("run", "dataset=iris", "results=there", COLUMNS="200").stdout
    assert repr(ran).split() == shown.split()
    html = ran._repr_html_()
    assert html.count("<tr") == len(ran.scores) + 1
    assert "trial " in html


def test_a_stream_shows_its_alarms(folder: Path) -> None:
    ran = harness.run("trial=detection", "dataset=wine", "detectors=[never,oracle]")
    assert repr(ran).splitlines()[1:5] == [
        "no drift",
        "detector alarms, in months",
        "never    -",
        "oracle   -",
    ]


def test_a_failed_trial_is_an_outcome(folder: Path) -> None:
    ran = harness.run("dataset=iris", "synthesis=stacking", "pool=[majority,tree]", "n_folds=200")
    assert ran.status is not Status.OK
    assert f"{ran.status}: {ran.record.reason}" in repr(ran)
    assert ran.scores.empty


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["dataset=wien"], "there is no dataset 'wien'; did you mean 'wine'"),
        (["model=tree,svm"], "model=tree,svm asks for several trials: add -m (in Python: harness.sweep)"),
        (["nonsense=1"], "nonsense=1: there is no setting 'nonsense'"),
        (["experiment=synthesis"], "experiment=synthesis is a sweep of many trials"),
        (["pool=[tree"], "pool=[tree cannot be read: a ] is missing; write 'pool=[tree]'"),
        (["-m"], "-m is a flag of the command line"),
        (["dataset=file"], "dataset.path"),
        (["seed=x"], "seed has to be a whole number"),
        (["pool=tree", "synthesis=stacking"], "pool=tree is not a list"),
        ([7], "7 is no override"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(overrides: list[str], said: str, folder: Path) -> None:
    with pytest.raises(harness.HarnessError) as refused:
        harness.run(*overrides)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_that_is_not_there_is_one_sentence(folder: Path) -> None:
    with pytest.raises(harness.ConfigError, match="config_dir=nope: there is no folder"):
        harness.run(config_dir="nope")


def test_results_go_where_they_are_wanted(folder: Path) -> None:
    ran = harness.run("dataset=iris", results=folder / "my results, it's (them)")
    assert ran.folder == folder / "my results, it's (them)" / ".adhoc" / "synthesis"
    assert len(store.read(ran.folder)) == 1


# ---- the process is left as it was -----------------------------------------------------------------------------------


def surroundings() -> list[object]:
    loggers = [(logger.level, list(logger.handlers)) for logger in (logging.getLogger(), logging.getLogger("hydra"))]
    threads = {one["filepath"]: one["num_threads"] for one in threadpool_info()}
    rules = version.getbase()
    return [list(sys.argv), list(sys.path), Path.cwd(), dict(os.environ), loggers, threads, rules]


def test_arguments_paths_folder_logging_and_threads_are_left_as_they_were(mine: Path) -> None:
    harness.run("dataset=iris")  # loads libraries
    before = surroundings()
    harness.run("dataset=iris", "seed=8", "model=mean", config_dir=mine)
    with pytest.raises(harness.ConfigError):
        harness.run("dataset=wien")
    assert surroundings() == before
    assert not GlobalHydra.instance().is_initialized()


def test_within_a_hydra_application_of_the_users_that_one_goes_on(folder: Path) -> None:
    (folder / "theirs").mkdir()
    (folder / "theirs" / "app.yaml").write_text("speed: 3\n")
    with initialize_config_dir(config_dir=str(folder / "theirs"), version_base="1.2", job_name="theirs"):
        theirs = GlobalHydra.instance().hydra
        harness.run("dataset=iris")
        with pytest.raises(harness.ConfigError):
            harness.run("nonsense=1")
        assert GlobalHydra.instance().hydra is theirs
        assert str(version.getbase()) == "1.2"
        config = compose("app", overrides=["speed=4"], return_hydra_config=True)
        assert (config.speed, config.hydra.job.name) == (4, "theirs")


def test_what_was_edited_between_two_calls_is_read_again(mine: Path) -> None:
    words = ("dataset=file", "dataset.path=my.csv", "dataset.target=label", "synthesis=stacking", "pool=[tree,mean]")
    first = harness.run(*words, config_dir=mine)
    (mine / "model" / "mean.yaml").write_text(MEAN.replace("Mean}", "Mean, strategy: stratified, random_state: 1}"))
    second = harness.run(*words, config_dir=mine)
    (mine.parent / "my.csv").write_text("x,y,label\n" + "".join(f"{i},1,{'ab'[i % 2]}\n" for i in range(44)))
    third = harness.run(*words, config_dir=mine)
    assert len({ran.record.trial_id for ran in (first, second, third)}) == 3


def test_calls_from_several_threads_wait_for_each_other(folder: Path) -> None:
    found: dict[int, harness.Ran] = {}
    started = [threading.Thread(target=lambda n=n: found.update({n: harness.run(f"seed={n}")})) for n in range(3)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert {n: ran.record.factors["seed"] for n, ran in found.items()} == {0: 0, 1: 1, 2: 2}
    assert not GlobalHydra.instance().is_initialized()


@pytest.mark.usefixtures("in_this_process")
def test_records_keep_the_words_of_the_call_and_not_those_of_the_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["kernel", "-f", "/somewhere/private.json"])
    ran = harness.run("dataset=iris")
    harness.sweep("dataset=iris", "seed=0,1", workers=1)
    headers = store.read(ran.folder).headers.values()
    assert sorted(header["command"] for header in headers) == [
        ["-m", "dataset=iris", "seed=0,1", "workers=1"],
        ["dataset=iris"],
    ]
    kept = [path.read_text() for path in (ran.folder / "sweeps").glob("*") if path.suffix in (".json", ".log")]
    assert kept
    assert not any("private" in text for text in kept)


def test_each_folder_has_the_modules_that_stand_in_it(folder: Path) -> None:
    said = []
    for number, name in enumerate(("one", "two")):
        own = folder / name
        (own / "model").mkdir(parents=True)
        (own / "spying.py").write_text(f"def model(**_):\n    raise RuntimeError('made in {name}')\n")
        level = "_target_: harness.synthesis.Learner\nname: spy\nclassifier: {_target_: spying.model}\n"
        (own / "model" / "spy.yaml").write_text(level)
        with pytest.raises(harness.HarnessError) as refused:
            harness.run("dataset=iris", "model=spy", f"seed={number}", config_dir=own)
        said.append(str(refused.value))
    assert ["made in one" in said[0], "made in two" in said[1]] == [True, True]


# ---- limits --------------------------------------------------------------------------------------------------------------

SLEEPER = """\
import time
from sklearn.dummy import DummyClassifier


class Sleeper(DummyClassifier):
    def fit(self, X, y):
        time.sleep(60)


class Glutton(DummyClassifier):
    def fit(self, X, y):
        self.eaten = bytearray(4 << 30)
"""


def own_model(folder: Path, kind: str) -> None:
    (folder / "mine" / "model").mkdir(parents=True, exist_ok=True)
    (folder / "mine" / "slow.py").write_text(SLEEPER)
    node = f"_target_: harness.synthesis.Learner\nname: own\nclassifier: {{_target_: slow.{kind}}}\n"
    (folder / "mine" / "model" / "own.yaml").write_text(node)


@pytest.mark.parametrize(
    ("kind", "limit", "code", "why"),
    [
        ("Sleeper", "limits.seconds=0.5", Code.OUT_OF_TIME, "it passed its limit of 0.5 seconds"),
        pytest.param(
            "Glutton",
            "limits.memory=2GB",
            Code.OUT_OF_MEMORY,
            "MemoryError",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone"),
        ),
    ],
)
def test_a_trial_alone_is_stopped_at_its_limits(folder: Path, kind: str, limit: str, code: Code, why: str) -> None:
    own_model(folder, kind)
    ran = harness.run("model=own", limit, config_dir="mine")
    assert (ran.status, ran.record.code) == (Status.FAILED, code)
    assert ran.record.reason.startswith(why)  # a worker that starts slowly is stopped from outside, which is said
    assert ran.record.error  # with its stack, which the screen is spared if the trial was only too slow
    assert ("File" in repr(ran)) == (code is not Code.OUT_OF_TIME)
    assert harness.run("model=own", limit, config_dir="mine").record == ran.record
    assert not (ran.folder / "sweeps").exists()


def test_within_its_limits_a_trial_measures_what_it_measures_without(folder: Path) -> None:
    free, limited = (
        harness.run("model=tree", *limits, results=name)
        for name, limits in (("free", ()), ("limited", ("limits.seconds=500",)))
    )
    assert limited.record.measurements == free.record.measurements
    assert limited.record.predictions == free.record.predictions


@pytest.mark.parametrize(
    "limit",
    ["limits.seconds=abc", "limits.seconds=0", "limits.seconds=true", "limits.memory=much", "limits.memory=1MB"],
)
def test_a_limit_that_makes_no_sense_is_refused_as_in_a_sweep(folder: Path, limit: str) -> None:
    with pytest.raises(harness.ConfigError) as alone:
        harness.run(limit)
    with pytest.raises(harness.ConfigError) as swept:
        harness.sweep(limit)
    assert str(alone.value) == str(swept.value)
    assert not (folder / "results").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_a_memory_in_which_no_trial_begins_is_one_sentence_with_what_it_takes(folder: Path) -> None:
    ran = harness.run("model=tree", "limits.memory=100MB")
    assert (ran.status, ran.record.code, ran.record.error) == (Status.FAILED, Code.SETTING_REFUSED, "")
    assert ran.record.reason.startswith("limits.memory is 100MB, but a worker needs ")
    assert harness.run("model=tree", "limits.memory=4GB").status is Status.OK
