"""Who sees which rows: every method the same ones, and no model a row that it is scored on.

A witness is a model that writes down what it was given. The first column of the data numbers its rows.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from harness.core import DataTable, Floats, Ints, Outcome, Skip
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


class Sight(NamedTuple):
    """What a witness was shown: features and target to fit, or features alone to answer for."""

    matrix: Floats
    target: Any = None

    @property
    def rows(self) -> list[int]:
        return self.matrix[:, 0].astype(int).tolist()


class Witness(ClassifierMixin, BaseEstimator):
    """Answers with the shares of the classes it was trained on; boosting can weight its rows."""

    fitted: ClassVar[list[Sight]] = []
    asked: ClassVar[list[Sight]] = []

    def fit(self, X: Floats, y: Ints, sample_weight: Floats | None = None) -> Witness:
        self.fitted.append(Sight(X.copy(), y.copy()))
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / counts.sum()
        return self

    def predict_proba(self, X: Floats) -> Floats:
        self.asked.append(Sight(X.copy()))
        return np.tile(self.shares_, (len(X), 1))

    def predict(self, X: Floats) -> Any:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class ValueWitness(RegressorMixin, BaseEstimator):
    """The same for values: answers with their mean."""

    def fit(self, X: Floats, y: Floats) -> ValueWitness:
        Witness.fitted.append(Sight(X.copy(), y.copy()))
        self.mean_ = y.mean()
        return self

    def predict(self, X: Floats) -> Floats:
        return np.full(len(X), self.mean_)


@pytest.fixture(autouse=True)
def _forget() -> None:
    Witness.fitted.clear()
    Witness.asked.clear()


WITNESS = Learner("witness", Witness(), ValueWitness())
NB = Learner("nb", GaussianNB())
TREE = Learner("tree", DecisionTreeClassifier(max_depth=2))
UNSCALED = Preprocessing(scale=False)
METHODS = (
    Single(WITNESS),
    Bagging(WITNESS, n_members=3),
    AdaBoost(WITNESS, n_members=3),
    HardVote((WITNESS, NB)),
    SoftVote((WITNESS, NB)),
    Stacking((WITNESS, NB), meta=NB),
    Greedy((WITNESS, NB), n_rounds=3),
    BestByCV((WITNESS, NB)),
)
every_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def trial(dataset: Any, method: Any, **settings: Any) -> SynthesisTrial:
    return SynthesisTrial(dataset, method, **{"preprocessing": UNSCALED, "seed": 0, **settings})


def run(dataset: Any, method: Any, **settings: Any) -> Outcome:
    return trial(dataset, method, **settings).run(Memo())


# ---- folds ----------------------------------------------------------------------------------------------------------


def test_every_method_meets_the_same_folds(classes: Any) -> None:
    cuts = [run(classes, method).predictions["fold"] for method in METHODS]
    for cut in cuts[1:]:
        np.testing.assert_array_equal(cut, cuts[0])


def test_another_seed_cuts_other_folds(classes: Any) -> None:
    first, second = (run(classes, Single(NB), seed=seed).predictions["fold"] for seed in (0, 1))
    assert (first != second).any()


def test_every_row_is_scored_once_and_folds_keep_the_shares_of_the_classes(classes: Any) -> None:
    outcome = run(classes, Single(NB))
    for fold in range(5):
        assert np.bincount(classes.table.target[outcome.predictions["fold"] == fold]).tolist() == [8, 6, 4]
    assert outcome.measurements["n_test"] == [18] * 5
    np.testing.assert_array_equal(outcome.predictions["truth"], classes.table.target)


@every_method
def test_no_model_is_trained_on_a_row_that_it_is_scored_on(classes: Any, method: Any) -> None:
    table: DataTable = classes.table
    fold_of = run(classes, method).predictions["fold"]
    seen: set[int] = set()
    for fold in range(5):  # fold by fold, so that the witness knows whom it was trained for
        Witness.fitted.clear()
        one = trial(classes, method)
        cut = list(one._folds(table))[fold][1]
        one._score(table, cut, fold, Memo())
        test = set(np.flatnonzero(fold_of == fold))
        trained = {row for sight in Witness.fitted for row in sight.rows}
        assert trained
        assert not trained & test
        seen |= trained
    assert seen == set(range(table.n_rows))


def test_a_single_model_is_trained_on_all_rows_of_the_other_folds(classes: Any) -> None:
    fold_of = run(classes, Single(WITNESS)).predictions["fold"]
    for fold, sight in enumerate(Witness.fitted):
        assert sight.rows == np.flatnonzero(fold_of != fold).tolist()


def test_out_of_fold_answers_cover_every_training_row_once_and_come_from_models_that_did_not_see_it(
    classes: Any,
) -> None:
    fold_of = run(classes, Stacking((WITNESS,), meta=NB)).predictions["fold"]
    per_fold = len(Witness.fitted) // 5
    assert per_fold == 6  # the whole and five inner folds
    for fold in range(5):
        outer, *inner = Witness.fitted[fold * per_fold : (fold + 1) * per_fold]
        training = set(np.flatnonzero(fold_of != fold).tolist())
        left_out = [sorted(training - set(sight.rows)) for sight in inner]
        assert set(outer.rows) == training
        assert sorted(row for rows in left_out for row in rows) == sorted(training)
        for sight, rows in zip(inner, left_out, strict=True):
            assert [later.rows for later in Witness.asked].count(rows) == 1
            assert len(sight.rows) + len(rows) == len(training)


# ---- preprocessing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [Single(WITNESS), Stacking((WITNESS,), meta=NB)], ids=lambda method: method.name)
def test_features_are_scaled_by_the_rows_a_model_is_trained_on(classes: Any, method: Any) -> None:
    run(classes, method, preprocessing=Preprocessing())
    assert {len(sight.matrix) for sight in Witness.fitted} <= {72, 57, 58}  # outer and inner training rows
    for sight in Witness.fitted:
        np.testing.assert_allclose(sight.matrix.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(sight.matrix.std(axis=0), 1, atol=1e-12)


def test_an_outlier_among_the_test_rows_changes_no_training_row(classes: Any) -> None:
    fold_of = run(classes, Single(WITNESS), preprocessing=Preprocessing()).predictions["fold"]
    before = [sight.matrix for sight in Witness.fitted]
    Witness.fitted.clear()
    classes.table.features.loc[0, "x"] = 1e6
    classes.table.__dict__.pop("matrix")  # cached
    run(classes, Single(WITNESS), preprocessing=Preprocessing())
    for fold, sight in enumerate(Witness.fitted):
        assert np.array_equal(sight.matrix, before[fold]) == (fold == fold_of[0])


# ---- label noise and training size ----------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3])
def test_label_noise_is_exact_and_spares_the_test_labels(classes: Any, share: float) -> None:
    outcome = run(classes, Single(WITNESS), label_noise=share)
    truth = classes.table.target
    for sight in Witness.fitted:
        assert np.count_nonzero(sight.target != truth[sight.rows]) == round(share * 72)
    np.testing.assert_array_equal(outcome.predictions["truth"], truth)


def test_label_noise_is_nested_across_levels(classes: Any) -> None:
    truth = classes.table.target
    wrong: list[set[tuple[int, int, int]]] = []
    for share in (0.05, 0.1, 0.3):
        Witness.fitted.clear()
        run(classes, Single(WITNESS), label_noise=share)
        given = [(fold, *pair) for fold, sight in enumerate(Witness.fitted) for pair in zip(*sight[::-1], strict=True)]
        wrong.append({(fold, int(row[0]), int(y)) for fold, y, row in given if y != truth[int(row[0])]})
    assert wrong[0] < wrong[1] < wrong[2]


@pytest.mark.parametrize("setting", [{"label_noise": 0.2}, {"train_size": 0.5}], ids=str)
def test_every_method_meets_the_same_noise_and_the_same_subset(classes: Any, setting: Any) -> None:
    run(classes, Single(WITNESS), **setting)
    alone = list(Witness.fitted)
    Witness.fitted.clear()
    run(classes, SoftVote((NB, WITNESS)), **setting)
    for mine, theirs in zip(alone, Witness.fitted, strict=True):
        assert mine.rows == theirs.rows
        np.testing.assert_array_equal(mine.target, theirs.target)


def test_fewer_training_rows_leave_the_test_rows_alone(classes: Any) -> None:
    whole, half = (run(classes, Single(NB), train_size=share) for share in (1.0, 0.5))
    np.testing.assert_array_equal(whole.predictions["fold"], half.predictions["fold"])
    assert half.measurements["n_train"] == [36] * 5
    assert half.measurements["n_test"] == whole.measurements["n_test"]


def test_a_subset_of_noisy_rows_keeps_their_labels(classes: Any) -> None:
    """Less training data and label noise can be crossed: the rows that stay keep what noise made of them."""
    run(classes, Single(WITNESS), label_noise=0.3)
    noisy = [dict(zip(sight.rows, sight.target.tolist(), strict=True)) for sight in Witness.fitted]
    Witness.fitted.clear()
    run(classes, Single(WITNESS), label_noise=0.3, train_size=0.5)
    for labels, sight in zip(noisy, Witness.fitted, strict=True):
        assert [labels[row] for row in sight.rows] == sight.target.tolist()


def test_noise_gives_a_value_the_target_of_another_row(values: Any) -> None:
    run(values, Single(WITNESS), label_noise=0.25)
    truth = values.table.target
    for sight in Witness.fitted:
        wrong = sight.target != truth[sight.rows]
        assert np.count_nonzero(wrong) == 16
        assert set(sight.target[wrong]) <= set(truth[sight.rows])


# ---- what makes no sense --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "settings", "reason"),
    [
        (Single(NB), {"n_folds": 25}, "the rarest class has 20 different rows to cut into 25 folds"),
        (Single(NB), {"train_size": 0.1}, "fewer than inner_folds=5"),
        (Single(Learner("none")), {}, "the model 'none' has no classification estimator"),
        (Bagging(Learner("forest", NB.classifier, ensemble=True)), {}, "is an ensemble by itself"),
        (AdaBoost(Learner("forest", NB.classifier, ensemble=True)), {}, "is an ensemble by itself"),
        (SoftVote(()), {}, "no models to combine"),
        (BestByCV(()), {}, "no models to combine"),
    ],
)
def test_a_trial_that_makes_no_sense_is_skipped_with_the_reason(
    classes: Any, method: Any, settings: Any, reason: str
) -> None:
    with pytest.raises(Skip, match=reason):
        run(classes, method, **settings)


def test_a_majority_vote_on_values_is_skipped(values: Any) -> None:
    with pytest.raises(Skip, match="soft_vote averages"):
        run(values, HardVote((WITNESS,)))
