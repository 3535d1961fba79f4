"""Two different things never share a name in one folder of records; what has changed since is stale, and is said to be."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.cli import report, status
from harness.core import ConfigError, Status
from harness.planning.one_thing_a_name import check_names
from harness.running import store
from harness.running.identity import PlannedTrial
from harness.running.rebuilding import rebuilt, rebuilt_all

LEVEL = "_target_: harness.synthesis.Learner\nname: mine\nclassifier: {_target_: own_models.Most, strategy: prior}\n"
CLASS = "from sklearn.dummy import DummyClassifier\n\n\nclass Most(DummyClassifier):\n    SHARE = 1\n"
SMALL = ("n_folds=2", "dataset=iris")
FOLDER = Path("results/.adhoc/synthesis")

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "mine"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "mine.yaml").write_text(LEVEL)
    (folder / "own_models.py").write_text(CLASS)
    return folder


def csv(path: Path, shift: int = 0) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("x,y,label\n" + "".join(f"{i + shift},{i % 7},{'ab'[i % 2]}\n" for i in range(40)))
    return path


def n_records() -> int:
    return len(store.read(FOLDER))


# ---- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("model=tree", "+model.classifier.max_depth=3,5"),
            r"model=tree has classifier.max_depth=\d, and another trial",
        ),
        (("model=tree", "preprocessing.scale=true,false"), "preprocessing.scale is .* in another trial of this sweep"),
        (("preprocessing.scale=true,false", "seed=0,1"), "preprocessing.scale is"),
        (("dataset=wine", "dataset.max_rows=50,60"), "dataset=wine has max_rows="),
        (("model=tree,svm", "model.name=same"), "model=same has"),
    ],
)
def test_within_a_sweep_before_anything_runs(words: tuple[str, ...], said: str, mine: Path) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        harness.sweep(*SMALL, *words)
    assert "study=<a name> or results=<a folder>" in str(refused.value)
    assert not FOLDER.exists()


def test_two_files_of_one_name_are_two_data_sets(mine: Path) -> None:
    words = ("dataset=file", "dataset.target=label", "n_folds=2", "model=nb")
    one, other = csv(mine / "a" / "d.csv"), csv(mine / "b" / "d.csv", shift=3)
    harness.run(*words, f"dataset.path={one}")
    for ask in (harness.run, harness.sweep):
        with pytest.raises(ConfigError) as refused:
            ask(*words, f"dataset.path={other}")
        assert f"dataset=d has other data ({other}) than the records in" in str(refused.value)
        assert str(one) in str(refused.value)
    with pytest.raises(ConfigError, match="than another trial of this sweep"):
        harness.sweep(*words, f"dataset.path={one},{other}", "results=elsewhere")
    assert n_records() == 1
    assert harness.run(*words, f"dataset.path={other}", "dataset.name=other").status == "ok"
    other.write_bytes(one.read_bytes())
    assert harness.run(*words, f"dataset.path={other}").status == "ok"  # one content is one set


def test_against_what_is_recorded_whatever_the_seed_and_the_data_set(mine: Path) -> None:
    harness.run(*SMALL, "model=tree", "+model.classifier.max_depth=3")
    deeper = ("model=tree", "+model.classifier.max_depth=5", "seed=1", "n_folds=2", "dataset=wine")
    for ask in (harness.run, harness.sweep):
        with pytest.raises(ConfigError, match=r"model=tree has classifier.max_depth=5, and the records in .* 3:"):
            ask(*deeper)
    assert n_records() == 1
    assert harness.run(*deeper, "model.name=deeper").status == "ok"
    assert harness.run(*deeper, "study=other").status == "ok"


def test_what_has_no_name_is_equal_where_all_factors_are(mine: Path) -> None:
    harness.run(*SMALL, "model=nb")
    with pytest.raises(ConfigError, match=r"preprocessing.scale is false here and true in the records"):
        harness.run(*SMALL, "model=nb", "seed=1", "preprocessing.scale=false")
    assert harness.run(*SMALL, "model=nb", "label_noise=0.1", "preprocessing.scale=false").status == "ok"


# ---- allowed -----------------------------------------------------------------------------------------------------------


def test_more_of_the_same_is_more_of_the_same(mine: Path) -> None:
    words = (*SMALL, "model=nb,tree_depth3", "synthesis=single,hard_vote", "pool=[nb,tree_depth3]")
    harness.sweep(*words, workers=1)
    more = harness.sweep(*words, "seed=0,1", "label_noise=0,0.1", workers=1)
    assert set(more.frame["status"]) == {"ok"}
    again = harness.sweep(*words, "seed=0,1", "label_noise=0,0.1", workers=1)
    assert again.sweeps[0].summary.known == len(again.frame)


def test_a_part_may_hold_the_level_of_a_factor(mine: Path) -> None:
    (mine / "model" / "mine.yaml").write_text(LEVEL.replace("prior", "prior, random_state: '${seed}'"))
    assert set(harness.sweep(*SMALL, "model=mine", "seed=0,1", config_dir=mine, workers=1).frame["status"]) == {"ok"}
    assert harness.run(*SMALL, "model=mine", "seed=2", config_dir=mine).status == "ok"


def trial_of(dataset: str, blocks: list[int], sampled: list[int]) -> PlannedTrial:
    data = {"name": dataset, "checksum": dataset, "blocks": blocks}
    spec = {"_target_": "x", "dataset": data, "sampling": {"name": "ordered", "blocks": sampled}, "seed": 0}
    return PlannedTrial("synthesis", spec, dataset)


def test_a_part_may_hold_an_entry_of_its_data_set(tmp_path: Path) -> None:
    """The blocks of real streams, be they equally many or not."""
    for other in ([0, 5], [0, 5, 9]):
        check_names([trial_of("a", [0, 7], [0, 7]), trial_of("b", other, other)], tmp_path)
        for wrong in (trial_of("b", other, [0, 6]), trial_of("a", [0, 7], [0, 6])):
            with pytest.raises(ConfigError, match="sampling=ordered has blocks"):
                check_names([trial_of("a", [0, 7], [0, 7]), wrong], tmp_path)


def test_nor_do_its_records_become_stale_when_another_set_is_met(mine: Path) -> None:
    (mine / "model" / "mine.yaml").write_text(LEVEL.replace("prior", "prior, random_state: '${dataset.rows}'"))
    for dataset in ("iris", "wine"):
        assert harness.run("n_folds=2", f"dataset={dataset}", "model=mine", config_dir=mine).status == "ok"
    assert not (FOLDER / "levels.json").exists()
    assert len(store.read(FOLDER).current()) == 2


def test_the_strength_of_a_scenario_is_measured(mine: Path) -> None:
    words = (
        "trial=detection",
        "dataset=wine",
        "detectors=[never]",
        "scenario=mean_shift",
        "scenario.strength.harm=null",
    )
    swept = harness.sweep(*words, "scenario.strength.raw=0.1,0.5", "months=4", workers=1)
    assert list(swept.frame["status"]) == ["ok", "ok"]


def test_a_trial_that_failed_keeps_its_name_free(mine: Path) -> None:
    cannot_be_read = "+model.classifier.class_weight={nothing:1}"  # found out by the fit
    assert harness.run(*SMALL, "model=tree", cannot_be_read).status == "failed"
    assert harness.run(*SMALL, "model=tree", "+model.classifier.max_depth=3").status == "ok"


@pytest.mark.parametrize("study", ["synthesis", "calibration", "detection"])
def test_published_records_keep_the_rules(study: str, tmp_path: Path, published_folder: Callable[[str], Path]) -> None:
    published = published_folder(study)
    stored = store.read(published)
    every = max(1, len(stored) // 2000)
    sample = stored.only(stored.table["trial_id"].to_pylist()[::every])
    trials = list(rebuilt_all(sample))
    check_names(trials, tmp_path)
    check_names(trials[:1], published)


def test_a_hundred_thousand_trials_are_checked_in_a_moment(tmp_path: Path) -> None:
    parts: dict[str, Any] = {"model": {"name": "tree"}, "dataset": {"name": "iris"}, "preprocessing": {"scale": True}}
    trials = [PlannedTrial("toy", {**parts, "seed": seed, "noise": 0.1}, "") for seed in range(100_000)]
    started = time.process_time()
    check_names(trials, tmp_path)
    assert time.process_time() - started < 1


# ---- changed since: stale ------------------------------------------------------------------------------------------------


def edited_class(mine: Path) -> None:
    (mine / "own_models.py").write_text(CLASS.replace("1", "2"))


def edited_level(mine: Path) -> None:
    (mine / "model" / "mine.yaml").write_text(LEVEL.replace("prior", "stratified, random_state: 1"))


@pytest.mark.parametrize(
    ("edit", "named"), [(edited_class, "own_models.py"), (edited_level, "model=mine")], ids=["class", "level"]
)
@pytest.mark.parametrize("ask", [harness.run, harness.sweep])
def test_an_edit_is_run_anew_and_what_is_older_is_stale(
    ask: Callable[..., Any], edit: Callable[[Path], None], named: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, folder = (*SMALL, "study=own"), Path("results/.adhoc/own")
    before = harness.run(*words, "model=mine", config_dir=mine).record.trial_id
    harness.run(*words, "model=nb")
    edit(mine)
    ask(*words, "model=mine", config_dir=mine)
    stored = store.read(folder)
    assert len(stored) == 3
    assert {record.trial_id for record in stored.records} - {one.trial_id for one in stored.current().records} == {
        before
    }
    capsys.readouterr()
    status.main([])
    assert f"stale: 1 (made by an earlier version of {named}; reports leave them out" in capsys.readouterr().out
    report.main(["tier=adhoc"])
    assert "left out: 1 stale records" in capsys.readouterr().err
    (mine / "own_models.py").write_text(CLASS)
    (mine / "model" / "mine.yaml").write_text(LEVEL)
    assert (
        harness.run(*words, "model=mine", config_dir=mine).record.trial_id == before
    )  # undone, found and not run again
    assert before in {one.trial_id for one in store.read(folder).current().records}
    assert len(store.read(folder)) == 3


def test_what_runs_in_one_process_is_what_the_file_says(mine: Path) -> None:
    text = (
        CLASS
        + "\n    def predict_proba(self, X):\n        import numpy as np\n        return np.eye(3)[[0] * len(X)]\n"
    )
    (mine / "own_models.py").write_text(text)
    first = harness.run(*SMALL, "model=mine", config_dir=mine)
    (mine / "own_models.py").write_text(text.replace("[[0]", "[[1]"))  # in the same second, of the same size
    second = harness.run(*SMALL, "model=mine", config_dir=mine)
    assert first.record.trial_id != second.record.trial_id
    assert first.record.measurements["precision"] == second.record.measurements["precision"]
    assert first.record.predictions != second.record.predictions


def test_edited_data_are_run_anew_and_the_older_are_stale(mine: Path) -> None:
    words = ("dataset=file", f"dataset.path={csv(mine / 'd.csv')}", "dataset.target=label", "n_folds=2", "model=nb")
    before = harness.run(*words).record.trial_id
    csv(mine / "d.csv", shift=3)
    after = harness.run(*words).record.trial_id
    assert [one.trial_id for one in store.read(FOLDER).current().records] == [after] != [before]


def test_a_record_with_a_users_class_gives_back_its_trial(mine: Path) -> None:
    record = harness.run(*SMALL, "model=mine", config_dir=mine).record
    stored = store.read(FOLDER)
    trial = rebuilt(record, stored.specs[record.spec], stored.headers[record.header])
    assert trial.trial_id == record.trial_id
    assert set(trial.spec["_code_"]["own_models.Most"]) == {"own_models.py", "scikit-learn"}
    assert record.status is Status.OK


# ---- classes that are not there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("own_models.Mots", "did you mean 'Most'"),
        ("own_modles.Most", "names no package that is installed; did you mean 'own_models'"),
        ("harnes.synthesis.Learner", "names no package that is installed; did you mean 'harness'"),
        ("harness.synthesiss.Learner", "there is no harness.synthesiss; did you mean 'synthesis'"),
        ("sklaern.dummy.DummyClassifier", "did you mean 'sklearn'"),
        ("sklearn.dummy.DumyClassifier", "did you mean 'DummyClassifier'"),
    ],
)
def test_a_misspelt_class_is_refused_before_anything_runs(target: str, said: str, mine: Path) -> None:
    (mine / "model" / "mine.yaml").write_text(LEVEL.replace("own_models.Most", target))
    for ask in (harness.run, harness.sweep):
        with pytest.raises(ConfigError, match=said):
            ask(*SMALL, "model=mine", config_dir=mine)
    assert not FOLDER.exists()


def test_a_package_that_is_not_here_stays_a_skip(mine: Path) -> None:
    (mine / "model" / "mine.yaml").write_text(LEVEL.replace("own_models.Most", "xyzboost.XYZClassifier"))
    ran = harness.run(*SMALL, "model=mine", config_dir=mine)
    assert (ran.status, ran.record.code) == ("skipped", "not-installed")
