"""What a small forest costs, grown quickly and by scikit-learn's own `fit`: the same forest, bit for bit.

Run by `pytest benchmarks/test_quick_trees.py --benchmark-only`; compare the two rows of each group.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from harness.synthesis import quick_trees

FORESTS = {
    "random forest": RandomForestClassifier(random_state=0),
    "extra trees": ExtraTreesClassifier(random_state=0),
    "of the two-sample classifier": ExtraTreesClassifier(25, max_depth=8, min_samples_leaf=3, random_state=0),
}
X, Y = make_classification(256, 8, flip_y=0.2, random_state=0)

fits = pytest.mark.parametrize("fit", [quick_trees.fit, lambda forest, *rows: forest.fit(*rows)], ids=["quick", "own"])
forests = pytest.mark.parametrize("name", FORESTS)


@pytest.mark.benchmark(group="fit 256 rows of 8 columns")
@forests
@fits
def test_fit_a_forest(benchmark: BenchmarkFixture, name: str, fit: Callable[..., Any]) -> None:
    """All trees, from checked parameters to the last attribute."""
    forest = benchmark(lambda: fit(clone(FORESTS[name]), X, Y))
    assert len(forest.estimators_) == FORESTS[name].n_estimators


@pytest.mark.benchmark(group="class probabilities of 256 rows")
@forests
@pytest.mark.parametrize(
    "asked", [quick_trees.predict_proba, lambda forest, rows: forest.predict_proba(rows)], ids=["quick", "own"]
)
def test_ask_a_forest(benchmark: BenchmarkFixture, name: str, asked: Callable[..., Any]) -> None:
    """The mean over all trees."""
    forest = quick_trees.fit(clone(FORESTS[name]), X, Y)
    assert benchmark(lambda: asked(forest, X)).shape == (256, 2)
