"""Quick forests are those of scikit-learn, bit for bit; and where they cannot be, scikit-learn makes them."""

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.ensemble._forest import BaseForest

from harness.synthesis import quick_trees

CLASSIFIERS = (RandomForestClassifier, ExtraTreesClassifier)
REGRESSORS = (RandomForestRegressor, ExtraTreesRegressor)
OTHER_SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"bootstrap": True},
    {"bootstrap": False},
    {"bootstrap": True, "max_samples": 0.5},
    {"max_depth": 3, "min_samples_leaf": 4},
    {"min_samples_split": 9, "max_features": None},
    {"max_features": 2, "min_weight_fraction_leaf": 0.05, "min_impurity_decrease": 0.001},
)


class OwnForest(RandomForestClassifier):  # type: ignore[misc]
    """A forest of somebody's, of which nothing is known."""


def classes(n_classes: int, *, missing: bool = False) -> tuple[Any, Any]:
    """Rows and class codes."""
    X, y = make_classification(120, 6, n_informative=4, n_classes=n_classes, flip_y=0.2, random_state=n_classes)
    if missing:
        X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    return X, y


def values() -> tuple[Any, Any]:
    """Rows and values with ties."""
    X, y = make_regression(120, 6, noise=5, random_state=0)
    return X.round(1), y.round()


def assert_same(forest: Any, X: Any, y: Any, sample_weight: Any = None) -> None:
    """Fit both ways and compare all that a forest is and answers."""
    own = clone(forest).fit(X, y, sample_weight=sample_weight)
    quick = quick_trees.fit(clone(forest), X, y, sample_weight)
    assert type(quick) is type(own)
    assert [tree.random_state for tree in quick.estimators_] == [tree.random_state for tree in own.estimators_]
    for mine, theirs in zip(quick.estimators_, own.estimators_, strict=True):
        state, expected = mine.tree_.__getstate__(), theirs.tree_.__getstate__()
        assert state.keys() == expected.keys()
        for part in state:
            np.testing.assert_array_equal(state[part], expected[part])
    assert list(vars(quick)) == list(vars(own))
    assert list(vars(quick.estimators_[-1])) == list(vars(own.estimators_[-1]))
    assert len(pickle.dumps(quick)) == len(pickle.dumps(own))
    again = pickle.loads(pickle.dumps(quick))
    for rows in (X, X[:1], np.asarray(X, dtype=np.float32)):
        for method in ("predict", "predict_proba"):
            if hasattr(own, method):
                expected_answer = getattr(own, method)(rows)
                answer = getattr(quick_trees, method)(quick, rows)
                assert answer.dtype == expected_answer.dtype
                np.testing.assert_array_equal(answer, expected_answer)
                np.testing.assert_array_equal(getattr(again, method)(rows), expected_answer)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of trees that scikit-learn's own `fit` is asked for."""
    asked: list[int] = []
    own = BaseForest.fit

    def fit(self: Any, X: Any, y: Any, sample_weight: Any = None) -> Any:
        asked.append(self.n_estimators)
        return own(self, X, y, sample_weight=sample_weight)

    monkeypatch.setattr(BaseForest, "fit", fit)
    return asked


@pytest.mark.parametrize("settings", OTHER_SETTINGS, ids=str)
@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_forest_of_classes_is_the_one_of_scikit_learn(kind: Any, n_classes: int, settings: dict[str, Any]) -> None:
    assert_same(kind(n_estimators=20, random_state=3, **settings), *classes(n_classes))


@pytest.mark.parametrize("settings", OTHER_SETTINGS, ids=str)
@pytest.mark.parametrize("kind", REGRESSORS)
def test_a_forest_of_values_is_the_one_of_scikit_learn(kind: Any, settings: dict[str, Any]) -> None:
    assert_same(kind(n_estimators=20, random_state=3, **settings), *values())


@pytest.mark.parametrize("kind", CLASSIFIERS + REGRESSORS)
def test_missing_values_are_sent_the_same_way(kind: Any) -> None:
    X, y = classes(3, missing=True)
    assert_same(kind(n_estimators=20, random_state=5), X, y if kind in CLASSIFIERS else y * 1.5)


@pytest.mark.parametrize("bootstrap", [True, False])
@pytest.mark.parametrize("kind", CLASSIFIERS + REGRESSORS)
def test_sample_weights_weigh_the_same(kind: Any, bootstrap: bool) -> None:
    X, y = classes(2) if kind in CLASSIFIERS else values()
    weights = np.random.default_rng(1).integers(0, 4, len(y)).astype(float)
    assert_same(kind(n_estimators=20, random_state=5, bootstrap=bootstrap), X, y, weights)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 1, 1: 5}, "balanced_subsample"])
def test_weights_of_classes_weigh_the_same(class_weight: Any) -> None:
    assert_same(RandomForestClassifier(n_estimators=20, random_state=5, class_weight=class_weight), *classes(2))


@pytest.mark.parametrize("criterion", ["entropy", "absolute_error", "poisson"])
def test_another_criterion_splits_the_same(criterion: str) -> None:
    X, y = values()
    if criterion == "entropy":
        assert_same(RandomForestClassifier(n_estimators=10, random_state=5, criterion=criterion), *classes(3))
    else:
        assert_same(RandomForestRegressor(n_estimators=10, random_state=5, criterion=criterion), X, np.abs(y))


@pytest.mark.parametrize("labels", [[7, 9], ["no", "yes"]])
def test_classes_keep_their_labels(labels: list[Any]) -> None:
    X, y = classes(2)
    assert_same(RandomForestClassifier(n_estimators=10, random_state=5), X, np.array(labels)[y])


def test_rows_of_one_class_make_a_forest_of_stumps() -> None:
    X, y = classes(2)
    assert_same(RandomForestClassifier(n_estimators=10, random_state=5), X, np.zeros_like(y))


def test_a_plain_forest_costs_scikit_learn_one_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    forest = quick_trees.fit(RandomForestClassifier(n_estimators=30, random_state=0), *classes(2))
    assert (asked, len(forest.estimators_), forest.n_estimators) == ([1], 30, 30)


@pytest.mark.parametrize(
    "forest",
    [
        RandomForestClassifier(30),
        RandomForestClassifier(30, random_state=np.random.RandomState(0)),
        RandomForestClassifier(30, random_state=0, oob_score=True),
        RandomForestClassifier(30, random_state=0, warm_start=True),
        RandomForestClassifier(30, random_state=0, n_jobs=1),
        RandomForestClassifier(30, random_state=0, max_leaf_nodes=5),
        RandomForestClassifier(30, random_state=0, ccp_alpha=0.1),
        RandomForestClassifier(30, random_state=0, min_samples_leaf=0.1),
        RandomForestClassifier(30, random_state=0, class_weight="balanced_subsample"),
        OwnForest(30, random_state=0),
    ],
    ids=range(10),
)
def test_what_is_not_known_is_left_to_scikit_learn(forest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    assert len(quick_trees.fit(forest, *classes(2)).estimators_) == 30
    assert asked == [30]


def test_any_other_estimator_is_fitted_and_asked_as_it_is() -> None:
    X, y = classes(2)
    own = GradientBoostingClassifier(n_estimators=5, random_state=0)
    fitted = quick_trees.fit(clone(own), X, y)
    np.testing.assert_array_equal(quick_trees.predict_proba(fitted, X), own.fit(X, y).predict_proba(X))
    np.testing.assert_array_equal(quick_trees.predict(fitted, X), own.predict(X))


def other_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another scikit-learn, which may build otherwise."""
    monkeypatch.setattr("sklearn.__version__", "1.10.0")


def no_builder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scikit-learn without that builder."""
    monkeypatch.setattr(quick_trees, "DepthFirstTreeBuilder", None)


def other_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A builder that takes something else."""
    monkeypatch.setattr(quick_trees, "DepthFirstTreeBuilder", lambda splitter: None)


def other_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """A builder whose trees differ from those of `fit`."""
    own: Any = vars(quick_trees)["DepthFirstTreeBuilder"]

    def shallow(splitter: Any, split: int, leaf: int, lightest: float, depth: int, decrease: float) -> Any:
        return own(splitter, split, leaf, lightest, min(depth, 2), decrease)

    monkeypatch.setattr(quick_trees, "DepthFirstTreeBuilder", shallow)


@pytest.mark.parametrize("change", [other_version, no_builder, other_arguments, other_trees])
def test_another_builder_leaves_the_forest_to_scikit_learn(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    change(monkeypatch)
    asked = counted(monkeypatch)
    forest = RandomForestClassifier(n_estimators=30, random_state=0)
    quick_trees.fit(forest, *classes(2))
    assert asked[-1] == 30
    monkeypatch.undo()
    assert_same(forest, *classes(2))


def test_a_column_too_many_is_refused_as_by_scikit_learn() -> None:
    X, y = classes(2)
    forest = quick_trees.fit(RandomForestClassifier(n_estimators=10, random_state=0), X, y)
    with pytest.raises(ValueError, match="6 features"):
        quick_trees.predict_proba(forest, np.hstack([X, X]))
    with pytest.raises(ValueError, match="infinity"):
        quick_trees.predict_proba(forest, np.full_like(X, np.inf))
