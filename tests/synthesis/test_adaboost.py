"""Where our AdaBoost deviates from scikit-learn's: the scale of the weights, and a model that it cannot improve."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from harness.core import Floats, Ints
from harness.memo import Memo
from harness.synthesis import AdaBoost, Learner, Preprocessing, Single, Training


class WeighedStump(DecisionTreeClassifier):
    """A stump that writes down the weights it was given."""

    weights: ClassVar[list[Floats | None]] = []

    def fit(self, X: Floats, y: Ints, sample_weight: Floats | None = None) -> Any:
        self.weights.append(sample_weight)
        return super().fit(X, y, sample_weight)


def training(estimator: BaseEstimator, dataset: Any) -> tuple[Training, Learner]:
    table = dataset.table
    rows = Training(
        matrix=table.matrix[:, 1:],
        target=table.target,
        groups=table.groups,
        nominal=np.zeros(2, dtype=bool),
        n_classes=table.n_classes,
        preprocessing=Preprocessing(),
        seed=0,
        path=(0,),
        inner_folds=5,
        memo=Memo(),
    )
    return rows, Learner("weak", estimator)


def test_weights_have_mean_1_and_change_from_round_to_round(classes: Any) -> None:
    WeighedStump.weights.clear()
    rows, weak = training(WeighedStump(max_depth=1), classes)
    AdaBoost(weak, n_members=4).fit(rows)
    given = [weights for weights in WeighedStump.weights if weights is not None]
    assert len(given) == 4
    np.testing.assert_allclose([weights.mean() for weights in given], 1)
    np.testing.assert_allclose(given[0], 1)
    assert given[1].std() > 0.1


def test_the_first_member_of_a_boosted_model_with_a_penalty_is_that_model_alone(classes: Any) -> None:
    rows, logistic = training(LogisticRegression(), classes)
    alone = Single(logistic).fit(rows).value.predict(rows.prepared().value.matrix)
    boosted: Any = AdaBoost(logistic, n_members=2).fit(rows).value
    first = boosted.estimator.estimators_[0].predict(rows.prepared().value.matrix)
    np.testing.assert_array_equal(first, alone.target)


def test_a_model_no_better_than_chance_stays_alone(classes: Any) -> None:
    rows, useless = training(DummyClassifier(strategy="constant", constant=2), classes)  # right on 20 of 90 rows
    boosted: Any = AdaBoost(useless).fit(rows).value
    assert isinstance(boosted.estimator, DummyClassifier)
    np.testing.assert_array_equal(boosted.predict(rows.prepared().value.matrix).target, 2)
