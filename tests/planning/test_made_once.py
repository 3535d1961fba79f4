"""What is wrong with a setting of any part is said before anything runs, in one sentence, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.core import ConfigError
from harness.planning.hydra_session import compose
from harness.planning.made_once import MadeOnce, make_all
from harness.planning.one_trial import plan_one
from harness.planning.sweeps import plan_sweep, run, wanted
from harness.running.identity import PlannedTrial

WRONG = {
    "preprocessing.scale=no": "scale has to be true or false, not 'no'",
    "preprocessing.scale=off": "scale has to be true or false, not 'off'",
    "preprocessing.scale='false'": "scale has to be true or false, not 'false'",
    "preprocessing.scale=1": "scale has to be true or false, not 1",
    "n_folds='5'": "n_folds has to be a whole number, not '5'",
    "n_folds=2.5": "n_folds has to be a whole number, not 2.5",
    "n_folds=1": "n_folds has to be at least 2, not 1",
    "seed=abc": "seed has to be a whole number, not 'abc'",
    "label_noise=2": "label_noise has to be",
    "+trial.remark=hello": "has no parameter 'remark'",
    "+preprocessing.more=1": "has no parameter 'more'",
    "+model.classifier.max_dept=3": "did you mean 'max_depth'?",
    "+model.classifier.max_depth=abc": "The 'max_depth' parameter of DecisionTreeClassifier must be",
    "model.classifier=abc": "classifier has to be a scikit-learn-compatible estimator",
    "model.classifier._target_=sklearn.preprocessing.StandardScaler": "classifier has to be a scikit-learn-compatible",
    "++model.ensemble=maybe": "ensemble has to be true or false, not 'maybe'",
    "model.name=7": "name has to be text, not 7",
    "dataset.max_rows=20.5": "max_rows",
    "++model.classifier.min_samples_split=true": "min_samples_split has to be a number, not a truth value",
    "+model._partial_=true": "model has to be a node with a _target_ (Learner), not functools.partial",
    "+model._convert_=foo": "_convert_ of harness.synthesis.Learner is always 'all' here",
    "+model._recursive_=maybe": "_recursive_ of harness.synthesis.Learner has to be true or false",
    "synthesis.model=tree": "model has to be a node with a _target_ (Learner), not 'tree'",
}


@pytest.mark.parametrize("word", WRONG)
def test_a_wrong_setting_ends_one_trial_before_it_runs(word: str, loader: Any) -> None:
    config = compose(loader, ["dataset=iris", word])
    with pytest.raises(ConfigError) as refused:
        make_all([plan_one(config).trial])
    assert WRONG[word] in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["seed=1,abc"], "seed has to be a whole number, not 'abc'"),
        (["seed=1,2", "preprocessing.scale=no"], "scale has to be true or false, not 'no'"),
        (["seed=1,2", "+model.classifier.max_depth=x"], "The 'max_depth' parameter"),
        (["label_noise=0,0.1,-1"], "label_noise has to be"),
        (["trial=detection", "dataset=pima", "rows_per_month=300,abc"], "rows_per_month has to be"),
        (["trial=detection", "dataset=pima", "+scenario.injector.features=x"], ""),
        (["trial=calibration", "dataset=pima", "rates=[2]"], "each of rates has to be above 0 and below 1, not 2"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_one_wrong_level_ends_a_sweep_before_it_runs(words: Sequence[str], said: str, loader: Any) -> None:
    [sweep] = wanted(words, loader)
    with pytest.raises(ConfigError) as refused:
        make_all(plan_sweep(sweep).trials)
    assert said in str(refused.value)


def test_equal_parts_are_made_once_and_what_is_not_installed_is_left_to_the_trial(tmp_path: Path) -> None:
    made = MadeOnce()
    counter = {"_target_": f"{__name__}.Counted", "number": 1}
    Counted.made = 0
    for seed in range(3):
        spec = {"_target_": f"{__name__}.Trial", "part": dict(counter), "seed": seed}
        made(PlannedTrial("mine", spec, ""))
    assert Counted.made == 1
    made(PlannedTrial("mine", {"_target_": f"{__name__}.Trial", "part": {"_target_": "not_there.A"}, "seed": 0}, ""))


def test_what_a_class_refuses_is_said_with_its_name() -> None:
    spec = {"_target_": f"{__name__}.Trial", "part": {"_target_": f"{__name__}.Fussy"}, "seed": 0}
    with pytest.raises(ConfigError, match=r"^part: .*Fussy refuses its settings: never$"):
        MadeOnce()(PlannedTrial("mine", spec, ""))


class Counted:
    made = 0

    def __init__(self, number: int) -> None:
        Counted.made += 1


class Fussy:
    def __init__(self) -> None:
        raise RuntimeError("never")


class Trial:
    def __init__(self, part: Any, seed: int) -> None:
        self.part, self.seed = part, seed


def test_nothing_is_written_by_a_sweep_that_is_refused(tmp_path: Path, loader: Any) -> None:
    [sweep] = wanted([f"results={tmp_path}/results", "n_folds=2", "label_noise=0,3"], loader)
    with pytest.raises(ConfigError, match="label_noise has to be"):
        run(plan_sweep(sweep))
    assert not (tmp_path / "results").exists()
