"""Forests of scikit-learn, grown by scikit-learn's own builder without what it repeats for every tree.

A small forest spends nine tenths of its fit on clones, parameters, warnings and checks of each of its 100 trees. Here
scikit-learn fits a forest of one tree, with all of its checks; the other trees are copies of that tree with random states
and nodes of their own, which the same compiled builder grows. The result is the forest that `fit` would have made, bit for
bit: same class, same attributes, same trees.

The builder is private to scikit-learn, so nothing rests on it. The first tree is grown both ways in every fit. Unless both
are equal, and for any estimator, parameter or version that this module does not know, scikit-learn fits the forest itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor

from harness.core import Floats, Ints

try:
    from sklearn.tree._classes import CRITERIA_CLF, CRITERIA_REG, DENSE_SPLITTERS
    from sklearn.tree._tree import DepthFirstTreeBuilder, Tree
except ImportError:  # another scikit-learn, which then does all the work
    DepthFirstTreeBuilder = None

VERSIONS = ("1.9.",)
"""Versions of scikit-learn whose builder is called here."""

FORESTS = (RandomForestClassifier, RandomForestRegressor, ExtraTreesClassifier, ExtraTreesRegressor)

PLAIN = {
    "oob_score": False,
    "warm_start": False,
    "n_jobs": None,
    "verbose": 0,
    "max_leaf_nodes": None,
    "monotonic_cst": None,
    "ccp_alpha": 0.0,
}
"""Parameters of a forest that are known at these values only."""

MOST_SEED = np.iinfo(np.int32).max
"""Random states of trees are drawn below this, as scikit-learn draws them."""


def fit(estimator: Any, X: Floats, y: Ints | Floats, sample_weight: Floats | None = None) -> Any:
    """The estimator, fitted exactly as `estimator.fit` does: quickly for a plain forest, by scikit-learn for all others.

    Args:
        estimator: any scikit-learn-compatible estimator; it is fitted in place.
        X: shape (n, n_features).
        y: shape (n,).
        sample_weight: shape (n,), or None; given to `fit` only where there are any.
    """
    if _is_plain(estimator, X, y) and _grown(estimator, X, y, sample_weight):
        return estimator
    return estimator.fit(X, y) if sample_weight is None else estimator.fit(X, y, sample_weight=sample_weight)


def predict_proba(estimator: Any, X: Floats) -> Floats:
    """What `estimator.predict_proba` answers, shape (n, n_classes): sums over trees in the same order."""
    rows = _rows_for(estimator, X)
    if rows is None:
        return estimator.predict_proba(X)  # type: ignore[no-any-return]
    n_classes = estimator.n_classes_
    return _mean((tree.tree_.predict(rows)[:, :n_classes] for tree in estimator.estimators_), (len(rows), n_classes))


def predict(estimator: Any, X: Floats) -> NDArray[Any]:
    """What `estimator.predict` answers, shape (n,)."""
    rows = _rows_for(estimator, X)
    if rows is None:
        return estimator.predict(X)  # type: ignore[no-any-return]
    if hasattr(estimator, "classes_"):
        return estimator.classes_.take(np.argmax(predict_proba(estimator, X), axis=1), axis=0)  # type: ignore[no-any-return]
    return _mean((tree.tree_.predict(rows)[:, 0] for tree in estimator.estimators_), (len(rows),))


# ---- growing ----------------------------------------------------------------------------------------------------------


def is_known() -> bool:
    """Whether the installed scikit-learn has the builder that this module calls."""
    return DepthFirstTreeBuilder is not None and sklearn.__version__.startswith(VERSIONS)


def _is_plain(estimator: Any, X: Any, y: Any) -> bool:
    return (
        type(estimator) in FORESTS
        and is_known()
        and all(getattr(estimator, name, None) == value for name, value in PLAIN.items())
        and type(estimator.random_state) is int
        and type(estimator.n_estimators) is int
        and estimator.n_estimators > 1
        and type(estimator.min_samples_split) is int
        and type(estimator.min_samples_leaf) is int
        and type(estimator.criterion) is str
        and getattr(estimator, "class_weight", None) != "balanced_subsample"
        and type(X) is np.ndarray
        and type(y) is np.ndarray
        and y.ndim == 1
    )


def _grown(forest: Any, X: Floats, y: NDArray[Any], sample_weight: Floats | None) -> bool:
    """Fit a plain forest. Returns False, with the forest unfit for use, if its trees are not those of scikit-learn."""
    n_trees = forest.n_estimators
    try:
        forest.n_estimators = 1
        forest.fit(X, y, sample_weight=sample_weight)
    finally:
        forest.n_estimators = n_trees
    first = forest.estimators_[0]
    seeds = np.random.RandomState(forest.random_state).randint(MOST_SEED, size=n_trees).tolist()
    try:
        grow = _growth(forest, first, X, y)
        same = seeds[0] == first.random_state and _are_equal(grow(seeds[0]), first.tree_)
    except (AttributeError, TypeError, ValueError):  # the builder is not as it was
        return False
    if same:
        forest.estimators_.extend(_twin(first, seed, grow(seed)) for seed in seeds[1:])
    return same


def _growth(forest: Any, first: Any, X: Floats, y: NDArray[Any]) -> Callable[[int], Any]:
    """What grows the tree of a random state, on the rows and with the settings that scikit-learn fitted the first tree with."""
    rows = np.asarray(X, dtype=np.float32)
    n_rows, n_features = rows.shape
    missing = first._compute_missing_values_in_feature_mask(rows)
    weights, n_drawn = forest._sample_weight, forest._n_samples_bootstrap
    shares = None if weights is None else weights / np.sum(weights)
    if classes := hasattr(first, "classes_"):
        y = np.unique(y, return_inverse=True)[1]
    n_classes = np.array([first.n_classes_ if classes else 1], dtype=np.intp)
    target = np.ascontiguousarray(y, dtype=np.float64).reshape(-1, 1)
    criterion_of, sized = (CRITERIA_CLF, n_classes) if classes else (CRITERIA_REG, n_rows)
    leaf, split = first.min_samples_leaf, max(first.min_samples_split, 2 * first.min_samples_leaf)
    depth = np.iinfo(np.int32).max if first.max_depth is None else first.max_depth
    draws = np.random.RandomState(0)

    def sampled(seed: int) -> Floats | None:
        """How often each row is drawn, or the weights of rows where none is drawn."""
        if not forest.bootstrap:
            return None if weights is None else np.asarray(weights, dtype=np.float64)
        draws.seed(seed)
        drawn = draws.randint(0, n_rows, n_drawn) if shares is None else draws.choice(n_rows, n_drawn, p=shares)
        return np.bincount(drawn, minlength=n_rows).astype(np.float64)

    def grow(seed: int) -> Any:
        counts = sampled(seed)
        lightest = first.min_weight_fraction_leaf * (n_rows if counts is None else np.sum(counts))
        draws.seed(seed)
        criterion = criterion_of[first.criterion](1, sized)
        splitter = DENSE_SPLITTERS[first.splitter](criterion, first.max_features_, leaf, lightest, draws, None)
        builder = DepthFirstTreeBuilder(splitter, split, leaf, lightest, depth, first.min_impurity_decrease)
        tree = Tree(n_features, n_classes, 1)
        builder.build(tree, rows, target, counts, missing)
        return tree

    return grow


def _are_equal(one: Any, other: Any) -> bool:
    """Whether two trees of scikit-learn have equal nodes and values."""
    mine, theirs = one.__getstate__(), other.__getstate__()
    return mine.keys() == theirs.keys() and all(np.array_equal(mine[part], theirs[part]) for part in mine)


def _twin(first: Any, seed: int, tree: Any) -> Any:
    """A fitted tree with the parameters of the first one, as if scikit-learn had cloned and fitted it."""
    twin = object.__new__(type(first))
    twin.__dict__.update(first.__dict__)
    twin.random_state, twin.tree_ = seed, tree
    if hasattr(first, "classes_"):  # no tree shares them
        twin.classes_, twin.n_classes_ = first.classes_.copy(), first.n_classes_.copy()
    return twin


# ---- answering --------------------------------------------------------------------------------------------------------


def _rows_for(forest: Any, X: Any) -> NDArray[np.float32] | None:
    """The rows as the trees of a fitted forest read them; None if scikit-learn has to look at them itself."""
    if type(forest) not in FORESTS or not is_known() or forest.n_jobs is not None or forest.verbose:
        return None
    if type(X) is not np.ndarray or X.ndim != 2 or getattr(forest, "n_outputs_", 0) != 1:
        return None
    if X.shape[1] != forest.n_features_in_ or hasattr(forest, "feature_names_in_"):
        return None
    rows = np.asarray(X, dtype=np.float32)
    return rows if len(rows) and np.isfinite(rows).all() else None


def _mean(answers: Iterator[Floats], shape: tuple[int, ...]) -> Floats:
    """The mean of the answers of trees, summed in the order of trees."""
    total, number = np.zeros(shape), 0
    for number, answer in enumerate(answers, start=1):  # noqa: B007
        total += answer
    total /= number
    return total
