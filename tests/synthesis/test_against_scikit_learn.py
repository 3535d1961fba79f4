"""Where scikit-learn has the method too, both must give the same answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris, load_wine
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge, RidgeCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness.core import Floats, Task
from harness.memo import Memo
from harness.synthesis import (
    AdaBoost,
    Bagging,
    Greedy,
    HardVote,
    Learner,
    Prediction,
    Preprocessing,
    Single,
    SoftVote,
    Stacking,
    Training,
)
from harness.synthesis.greedy import select
from harness.synthesis.loss import selection_loss
from harness.synthesis.pool import out_of_fold

# learners without randomness, so that seeds are not in question
POOL = (
    Learner("nb", GaussianNB(), Ridge()),
    Learner("knn", KNeighborsClassifier(), KNeighborsRegressor()),
    Learner("logistic", LogisticRegression(max_iter=1000), Ridge(alpha=10)),
)
META = Learner("meta", LogisticRegression(max_iter=1000), RidgeCV())
TREE = Learner("tree", DecisionTreeClassifier(max_depth=2), DecisionTreeRegressor(max_depth=2))


class Rows:
    """Every third row to test on, the others to train on, in a shuffled order; features are left as they are."""

    def __init__(self, load: Callable[..., Any]) -> None:
        features, target = load(return_X_y=True)
        features = (features - features.mean(axis=0)) / features.std(axis=0)
        order = np.random.default_rng(0).permutation(len(target))
        cut = len(target) // 3
        test, train = order[:cut], order[cut:]
        is_regression = load is load_diabetes
        target = target.astype(np.float64 if is_regression else np.int64)
        self.test, self.truth = features[test], target[test]
        self.training = Training(
            matrix=features[train],
            target=target[train],
            groups=np.arange(len(train)),
            nominal=np.zeros(features.shape[1], dtype=bool),
            n_classes=0 if is_regression else len(np.unique(target)),
            preprocessing=Preprocessing(scale=False),
            seed=0,
            path=(0,),
            inner_folds=4,
            memo=Memo(),
        )

    def ours(self, method: Any) -> Prediction:
        return method.fit(self.training).value.predict(self.test)

    def theirs(self, estimator: Any) -> Any:
        return estimator.fit(self.training.matrix, self.training.target)


@pytest.fixture(params=[load_iris, load_wine])
def rows(request: pytest.FixtureRequest) -> Rows:
    return Rows(request.param)


@pytest.fixture
def two_classes() -> Rows:
    return Rows(lambda return_X_y: tuple(part[:100] for part in load_iris(return_X_y=return_X_y)))


@pytest.fixture
def regression() -> Rows:
    return Rows(load_diabetes)


def estimators(task: Task) -> list[tuple[str, Any]]:
    return [(learner.name, learner.estimator(task, random_state=0)) for learner in POOL]


def inner_cuts(training: Training) -> list[tuple[Any, Any]]:
    """The inner folds as scikit-learn wants them."""
    everyone = np.arange(len(training.target))
    return [(np.setdiff1d(everyone, fold.left_out), fold.left_out) for fold in training.inner()]


def assert_same(prediction: Prediction, estimator: Any, test: Floats) -> None:
    if prediction.probabilities is None:
        np.testing.assert_allclose(prediction.target, estimator.predict(test), rtol=1e-10)
    else:
        np.testing.assert_array_equal(prediction.target, estimator.predict(test))
        np.testing.assert_allclose(prediction.probabilities, estimator.predict_proba(test), atol=1e-10)


def test_stacking_on_the_same_inner_folds_is_theirs(rows: Rows) -> None:
    theirs = StackingClassifier(
        estimators(Task.CLASSIFICATION),
        final_estimator=LogisticRegression(max_iter=1000),
        cv=inner_cuts(rows.training),
        stack_method="predict_proba",
    )
    assert_same(rows.ours(Stacking(POOL, META)), rows.theirs(theirs), rows.test)


def test_stacking_of_two_classes_leaves_out_the_first_as_theirs_does(two_classes: Rows) -> None:
    theirs = StackingClassifier(
        estimators(Task.CLASSIFICATION),
        final_estimator=LogisticRegression(max_iter=1000),
        cv=inner_cuts(two_classes.training),
    )
    fitted = two_classes.theirs(theirs)
    assert_same(two_classes.ours(Stacking(POOL, META)), fitted, two_classes.test)
    assert fitted.final_estimator_.n_features_in_ == len(POOL)


def test_stacking_of_values_is_theirs(regression: Rows) -> None:
    theirs = StackingRegressor(
        estimators(Task.REGRESSION), final_estimator=RidgeCV(), cv=inner_cuts(regression.training)
    )
    assert_same(regression.ours(Stacking(POOL, META)), regression.theirs(theirs), regression.test)


def test_soft_vote_is_theirs(rows: Rows) -> None:
    theirs = VotingClassifier(estimators(Task.CLASSIFICATION), voting="soft")
    assert_same(rows.ours(SoftVote(POOL)), rows.theirs(theirs), rows.test)


def test_soft_vote_of_values_is_their_average(regression: Rows) -> None:
    theirs = VotingRegressor(estimators(Task.REGRESSION))
    assert_same(regression.ours(SoftVote(POOL)), regression.theirs(theirs), regression.test)


def test_hard_vote_is_theirs_and_gives_shares_of_votes(rows: Rows) -> None:
    theirs = rows.theirs(VotingClassifier(estimators(Task.CLASSIFICATION), voting="hard"))
    answer = rows.ours(HardVote(POOL))
    np.testing.assert_array_equal(answer.target, theirs.predict(rows.test))
    votes = theirs.transform(rows.test)
    shares = np.stack([(votes == code).mean(axis=1) for code in range(rows.training.n_classes)], axis=1)
    np.testing.assert_allclose(answer.probabilities, shares)


@pytest.mark.parametrize(("method", "combine"), [(Bagging, BaggingClassifier), (AdaBoost, AdaBoostClassifier)])
def test_bagging_and_boosting_are_theirs_at_the_same_seed(rows: Rows, method: Any, combine: Any) -> None:
    ours = method(TREE, n_members=10)
    seed = rows.training.random_state("model", ours.name, TREE.name)
    theirs = combine(TREE.estimator(Task.CLASSIFICATION, random_state=0), n_estimators=10, random_state=seed)
    assert_same(rows.ours(ours), rows.theirs(theirs), rows.test)


@pytest.mark.parametrize(("method", "combine"), [(Bagging, BaggingRegressor), (AdaBoost, AdaBoostRegressor)])
def test_bagging_and_boosting_of_values_are_theirs(regression: Rows, method: Any, combine: Any) -> None:
    ours = method(TREE, n_members=10)
    seed = regression.training.random_state("model", ours.name, TREE.name)
    theirs = combine(TREE.estimator(Task.REGRESSION, random_state=0), n_estimators=10, random_state=seed)
    assert_same(regression.ours(ours), regression.theirs(theirs), regression.test)


def test_a_single_model_is_the_model(rows: Rows) -> None:
    theirs = rows.theirs(GaussianNB())
    assert_same(rows.ours(Single(POOL[0])), theirs, rows.test)


# ---- greedy selection, against the words of the paper ---------------------------------------------------------------


def brute_force(answers: Floats, target: Any, n_rounds: int) -> list[int]:
    """Try every model in every round, averaging the chosen ones from scratch; keep the best round."""
    chosen: list[int] = []
    rounds = []
    for _ in range(n_rounds):
        bags = [[*chosen, candidate] for candidate in range(len(answers))]
        losses = [selection_loss(average(answers, bag), target) for bag in bags]
        chosen = bags[losses.index(min(losses))]
        rounds.append((min(losses), chosen))
    _, best = min(rounds, key=lambda entry: entry[0])
    return [best.count(model) for model in range(len(answers))]


def average(answers: Floats, bag: Sequence[int]) -> Any:
    return sum(answers[model] for model in bag) / len(bag)


@pytest.mark.parametrize("seed", range(20))
def test_greedy_selection_is_a_brute_force_transcription(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = rng.dirichlet(np.ones(3), size=(4, 40))
    target = rng.integers(0, 3, size=40)
    assert select(answers, target, n_rounds=12).tolist() == brute_force(answers, target, 12)


@pytest.mark.parametrize("seed", range(5))
def test_greedy_selection_of_values_is_a_brute_force_transcription(seed: int) -> None:
    rng = np.random.default_rng(seed)
    target = rng.normal(size=30)
    answers = target[None, :, None] + rng.normal(size=(5, 30, 1))
    assert select(answers, target, n_rounds=12).tolist() == brute_force(answers, target, 12)


def test_greedy_of_a_perfect_model_and_bad_ones_is_the_perfect_model() -> None:
    target = np.array([0, 1, 0, 1])
    perfect = np.eye(2)[target]
    assert select(np.stack([1 - perfect, perfect, 1 - perfect]), target, n_rounds=5).tolist() == [0, 1, 0]


def test_greedy_averages_with_the_counts_as_weights(rows: Rows) -> None:
    fitted = Greedy(POOL, n_rounds=7).fit(rows.training).value
    counts = select(out_of_fold(POOL, rows.training).value, rows.training.target, n_rounds=7)
    chosen = np.flatnonzero(counts)
    parts = [rows.ours(Single(POOL[index])).probabilities for index in chosen]
    expected = np.average(np.stack(parts), axis=0, weights=counts[chosen])
    np.testing.assert_allclose(fitted.predict(rows.test).probabilities, expected, atol=1e-12)
