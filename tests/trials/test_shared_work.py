"""Neighbouring trials share fits, and nobody can tell from what they measure or from the seconds they report."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from harness.core import Floats, Ints, Outcome
from harness.memo import Memo
from harness.synthesis import (
    AdaBoost,
    Bagging,
    BestByCV,
    Greedy,
    HardVote,
    Learner,
    Preprocessing,
    Single,
    SoftVote,
    Stacking,
)
from harness.trials import SynthesisTrial

TREE = Learner("tree", DecisionTreeClassifier(max_features=1))  # random, so that its seed matters
DEEP = Learner("tree", DecisionTreeClassifier())  # another model by the same name
POOL = (TREE, Learner("nb", GaussianNB()), Learner("knn", KNeighborsClassifier()))
META = Learner("logistic", LogisticRegression())
METHODS = (
    *(Single(learner) for learner in POOL),
    Single(DEEP),
    Bagging(TREE, n_members=3),
    AdaBoost(TREE, n_members=3),
    HardVote(POOL),
    SoftVote(POOL[:2]),
    Stacking(POOL, META),
    Greedy(POOL, n_rounds=5),
    BestByCV(POOL),
)


def trials(dataset: Any, **settings: Any) -> list[SynthesisTrial]:
    return [SynthesisTrial(dataset, method, Preprocessing(), **{"seed": 0, **settings}) for method in METHODS]


def run_with_one_memo(wanted: Sequence[SynthesisTrial]) -> dict[str, Outcome]:
    memo = Memo()
    return {repr(trial): trial.run(memo) for trial in wanted}


def assert_same_bits(first: Outcome, second: Outcome) -> None:
    assert first.measurements == second.measurements
    for name, array in first.predictions.items():
        assert array.tobytes() == second.predictions[name].tobytes()


def test_a_trial_measures_the_same_bits_alone_and_among_neighbours_in_any_order(classes: Any) -> None:
    wanted = trials(classes, label_noise=0.1)
    alone = {repr(trial): trial.run(Memo()) for trial in wanted}
    for order in (wanted, wanted[::-1]):
        for key, outcome in run_with_one_memo(order).items():
            assert_same_bits(outcome, alone[key])


def test_trials_that_differ_in_anything_that_rows_depend_on_share_nothing(classes: Any) -> None:
    variants = [{}, {"seed": 1}, {"label_noise": 0.2}, {"train_size": 0.6}, {"n_folds": 4}, {"inner_folds": 3}]
    wanted = [trials(classes, **settings)[8] for settings in variants]  # stacking
    alone = [trial.run(Memo()) for trial in wanted]
    memo = Memo()
    among_others = [trial.run(memo) for trial in wanted]
    for outcome, expected in zip(among_others, alone, strict=True):
        assert_same_bits(outcome, expected)


def test_two_subsamples_of_one_content_share_nothing(classes: Any) -> None:
    """The name of a set chooses the rows of its subsample, so that equal content and size are not enough."""
    table = classes.table
    memo = Memo()
    first, second = (
        type(classes)(type(table)(name, table.task, table.features.iloc[rows], table.target[rows], table.classes, "x"))
        for name, rows in (("first", np.arange(0, 90, 2)), ("second", np.arange(1, 90, 2)))
    )
    trials(first)[0].run(memo)
    assert_same_bits(trials(second)[0].run(memo), trials(second)[0].run(Memo()))


# ---- seconds, as if apart -------------------------------------------------------------------------------------------

_clock = [0.0]


class Costly(ClassifierMixin, BaseEstimator):
    """A fit takes `cost` seconds of a clock that nothing else moves, an answer takes 0.25."""

    def __init__(self, cost: float = 1.0) -> None:
        self.cost = cost

    def fit(self, X: Floats, y: Ints) -> Costly:
        _clock[0] += self.cost
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: Floats) -> Floats:
        _clock[0] += 0.25
        return np.tile(np.eye(len(self.classes_))[0], (len(X), 1))

    def predict(self, X: Floats) -> Any:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.memo.time.process_time", lambda: _clock[0])


ONE, TWO = Learner("one", Costly(1.0)), Learner("two", Costly(2.0))
INNER = 5 * (1 + 2) + 5 * 2 * 0.25  # five inner folds: fit both, let both answer
SECONDS = {
    Single(ONE): 1,
    HardVote((ONE, TWO)): 3,
    SoftVote((ONE, TWO)): 3,
    Stacking((ONE, TWO), META): 3 + INNER,
    Greedy((ONE, TWO)): 3 + INNER,
    BestByCV((ONE, TWO)): 1 + INNER,  # both answer alike, and the first of equals is fitted
}


@pytest.mark.usefixtures("stopped_clock")
def test_fit_seconds_are_those_of_the_trial_alone_whatever_was_shared(classes: Any) -> None:
    for order in itertools.islice(itertools.permutations(SECONDS), 0, 720, 131):
        memo = Memo()
        for method in order:
            outcome = SynthesisTrial(classes, method, Preprocessing(), seed=0).run(memo)
            assert outcome.clock["fit_seconds"] == pytest.approx([SECONDS[method]] * 5), method.name


@pytest.mark.usefixtures("stopped_clock")
def test_predict_seconds_are_those_of_one_pass_over_the_test_rows(classes: Any) -> None:
    for method, models in ((Single(ONE), 1), (SoftVote((ONE, TWO)), 2), (Stacking((ONE, TWO), META), 2)):
        outcome = SynthesisTrial(classes, method, Preprocessing(), seed=0).run(Memo())
        assert outcome.clock["predict_seconds"] == pytest.approx([models * 0.25] * 5)


def test_the_size_of_a_model_counts_all_its_members(classes: Any) -> None:
    one, many = (
        SynthesisTrial(classes, method, Preprocessing(), seed=0).run(Memo()).clock["model_bytes"]
        for method in (Single(POOL[2]), SoftVote(POOL))
    )
    assert all(size > alone for size, alone in zip(many, one, strict=True))
