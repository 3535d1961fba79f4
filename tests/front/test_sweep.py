"""A sweep from a notebook, a script or `python -c` is the sweep of the command line."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

import harness
from harness.cli import progress
from harness.core import Status
from harness.running import store
from harness.running.sweep import Summary

Script = Callable[..., subprocess.CompletedProcess[str]]

SWEEP = """\
import harness
swept = harness.sweep("dataset=iris", "model=tree,nb", "n_folds=2", workers=2)
print(swept)
print(sorted(swept.frame["model"]))
"""


@pytest.mark.parametrize("as_file", [True, False], ids=["a script without a guard", "python -c"])
def test_it_works_in(as_file: bool, script: Script) -> None:
    answer = script(SWEEP, as_file=as_file)
    assert answer.stdout.splitlines() == [
        "2 trials: 0 recorded before; 2 ok. Records: results/.adhoc/synthesis",
        "['nb', 'tree']",
    ], answer.stderr
    assert answer.stderr == ""


def test_what_is_defined_in_a_script_is_not_there_for_workers_and_the_reason_says_so(
    script: Script, folder: Path
) -> None:
    (folder / "mine" / "model").mkdir(parents=True)
    text = "_target_: harness.synthesis.Learner\nname: own\nclassifier: {_target_: __main__.Own}\n"
    (folder / "mine" / "model" / "own.yaml").write_text(text)
    answer = script(
        "import harness\nfrom sklearn.dummy import DummyClassifier\nclass Own(DummyClassifier): pass\n"
        "swept = harness.sweep('dataset=iris', 'model=own', config_dir='mine', workers=1)\n"
        "print(swept.frame['status'][0], swept.frame['reason'][0])"
    )
    assert "failed _target_ '__main__.Own' names nothing: there is no __main__.Own." in answer.stdout


@pytest.mark.usefixtures("in_this_process")
def test_trials_that_fail_or_make_no_sense_are_rows(folder: Path) -> None:
    swept = harness.sweep("dataset=iris,boston", "synthesis=single,soft_vote", "n_folds=2", "pool=[tree]", workers=1)
    found = {(row.dataset, row.synthesis): row.status for row in swept.frame.itertuples()}
    assert found[("iris", "single")] == "ok"
    assert len(found) == 4
    frame = swept.frame[swept.frame["status"] != "ok"]
    assert all(frame["code"])
    assert all(frame["reason"])


@pytest.mark.usefixtures("in_this_process")
def test_its_frame_has_its_own_trials_alone(folder: Path) -> None:
    harness.run("dataset=wine", "n_folds=2")
    swept = harness.sweep("dataset=iris", "seed=0,1", "n_folds=2", workers=1)
    assert list(swept.frame["dataset"]) == ["iris", "iris"]
    assert set(swept.frame["trial_id"]) == set(swept.sweeps[0].trial_ids)
    assert len(harness.records("synthesis", tier="adhoc")) == 3
    assert "<div>2 trials: 0 recorded before; 2 ok." in swept._repr_html_()


@pytest.mark.usefixtures("in_this_process")
def test_several_sweeps_run_one_after_the_other(folder: Path) -> None:
    swept = harness.sweep("tier=adhoc,smoke", "dataset=iris", "n_folds=2", workers=1)
    assert [str(one.folder) for one in swept.sweeps] == ["results/.adhoc/synthesis", "results/.smoke/synthesis"]
    assert [one.summary.ended[Status.OK] for one in swept.sweeps] == [1, 1]
    assert list(swept.frame["dataset"]) == ["iris", "iris"]


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process")
def test_an_experiment_has_its_own_design(folder: Path) -> None:
    small = ["dataset=wine", "seed=0", "settings=[default]", "detectors=[ddm,never]"]
    swept = harness.sweep("experiment=detection", "tier=smoke", *small, results="there", workers=1)
    assert swept.sweeps[0].folder == Path("there/.smoke/detection")
    assert set(swept.frame["dataset"]) == {"wine"}
    assert swept.frame["scenario"].nunique() > 5


def test_classes_beside_a_users_yaml_are_found_by_workers(folder: Path) -> None:
    (folder / "mine" / "model").mkdir(parents=True)
    text = "_target_: harness.synthesis.Learner\nname: most\nclassifier: {_target_: most_of_mine.Most}\n"
    (folder / "mine" / "model" / "most.yaml").write_text(text)
    (folder / "mine" / "most_of_mine.py").write_text("from sklearn.dummy import DummyClassifier as Most\n")
    swept = harness.sweep("dataset=iris", "model=most", config_dir="mine", workers=1)
    assert list(swept.frame["status"]) == ["ok"]


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["seed=range(3,3)"], "this sweep has no trials"),
        (["dataset=iris,wien"], "there is no dataset 'wien'; did you mean 'wine'"),
        (["limits.seconds=1,2"], "limits.seconds=1,2 cannot be swept"),
        (["workers=0"], "workers has to be"),
        (["experiment=synthesis", "tier=adhoc"], "the experiment has no design for tier=adhoc"),
    ],
)
def test_what_cannot_be_swept_is_one_sentence(overrides: list[str], said: str, folder: Path) -> None:
    with pytest.raises(harness.HarnessError) as refused:
        harness.sweep(*overrides)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_stopped_sweep_stops_the_cell_and_keeps_what_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stops = iter([KeyboardInterrupt])

    def stop(self: progress.Bar, summary: Summary) -> None:
        if summary.ended[Status.OK]:
            for interruption in stops:
                raise interruption

    monkeypatch.setattr(progress.Bar, "show", stop)
    with pytest.raises(KeyboardInterrupt, match="the same call continues"):
        harness.sweep("dataset=wine", "seed=range(0,40)", workers=1)
    assert 0 < len(store.read(folder / "results/.adhoc/synthesis")) < 40


@pytest.mark.parametrize(
    ("is_jupyter", "has_widgets", "is_watched"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_a_bar_is_shown_in_a_notebook_that_can_draw_it(
    is_jupyter: bool, has_widgets: bool, is_watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "find_spec", lambda name: object() if has_widgets else None)
    assert progress.is_watched(Console(force_jupyter=is_jupyter, stderr=True)) is is_watched


def test_workers_load_neither_the_door_nor_what_stands_behind_it(folder: Path, script: Script) -> None:
    (folder / "mine" / "model").mkdir(parents=True)
    text = "_target_: harness.synthesis.Learner\nname: telling\nclassifier: {_target_: telling_of_mine.Telling}\n"
    (folder / "mine" / "model" / "telling.yaml").write_text(text)
    (folder / "mine" / "telling_of_mine.py").write_text(
        "import sys\nfrom sklearn.dummy import DummyClassifier\n"
        "class Telling(DummyClassifier):\n"
        "    def fit(self, X, y):\n"
        "        open('loaded.txt', 'w').write(' '.join(sys.modules))\n"
        "        return super().fit(X, y)\n"
    )
    content = (
        "import harness, matplotlib\nharness.sweep('dataset=iris', 'model=telling', config_dir='mine', workers=1)\n"
    )
    assert script(content).returncode == 0
    loaded = set((folder / "loaded.txt").read_text().split())
    assert "harness.running.worker" in loaded
    assert not loaded & {"hydra", "omegaconf", "matplotlib", "statsmodels", "river"}  # rich is scikit-learn's
    ours = {
        name
        for name in loaded
        if name.startswith(("harness.front", "harness.planning", "harness.cli", "harness.report"))
    }
    assert not ours
