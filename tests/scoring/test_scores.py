"""Every score against scikit-learn or a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics

from harness.core import DataError, Floats, Ints
from harness.scoring import calibration_error, score_classes, score_values

Answers = tuple[Ints, Ints, Floats]


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Truth, predicted classes and probabilities; classes may be absent, probabilities may be 0, 1 or tied."""
    n, n_classes = draw(st.integers(1, 30)), draw(st.integers(2, 4))
    codes = arrays(np.int64, n, elements=st.integers(0, n_classes - 1))
    weights = draw(arrays(np.float64, (n, n_classes), elements=st.integers(0, 5).map(float)))
    weights[weights.sum(axis=1) == 0, 0] = 1
    return draw(codes), draw(codes), weights / weights.sum(axis=1, keepdims=True)


@given(answers())
def test_scores_of_labels_are_those_of_scikit_learn(drawn: Answers) -> None:
    truth, predicted, _ = drawn
    macro = {"average": "macro", "zero_division": 0}
    expected = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "precision": metrics.precision_score(truth, predicted, **macro),
        "recall": metrics.recall_score(truth, predicted, **macro),
        "f1": metrics.f1_score(truth, predicted, **macro),
    }
    scores = score_classes(truth, predicted, None)
    assert {name: scores[name] for name in expected} == pytest.approx(expected, abs=1e-12)


@given(answers())
def test_scores_of_probabilities_are_those_of_scikit_learn(drawn: Answers) -> None:
    truth, predicted, probabilities = drawn
    codes = np.arange(probabilities.shape[1])
    scores = score_classes(truth, predicted, probabilities)
    assert scores["log_loss"] == pytest.approx(metrics.log_loss(truth, probabilities, labels=codes), abs=1e-9)
    brier = metrics.brier_score_loss(truth, probabilities, labels=codes, scale_by_half=False)
    assert scores["brier"] == pytest.approx(brier, abs=1e-12)
    if len(np.unique(truth)) < len(codes):
        assert scores["roc_auc"] is None
    else:
        column = probabilities[:, 1] if len(codes) == 2 else probabilities
        auc = metrics.roc_auc_score(truth, column, multi_class="ovr")
        assert scores["roc_auc"] == pytest.approx(auc, abs=1e-12)


@given(answers())
def test_without_probabilities_nothing_is_made_up(drawn: Answers) -> None:
    scores = score_classes(drawn[0], drawn[1], None)
    assert [name for name, score in scores.items() if score is None] == [
        "roc_auc",
        "log_loss",
        "brier",
        "calibration_error",
    ]


def test_a_sure_and_wrong_answer_costs_a_finite_log_loss() -> None:
    scores = score_classes(np.array([0]), np.array([1]), np.array([[0.0, 1.0]]))
    assert scores["log_loss"] == pytest.approx(-np.log(np.finfo(np.float64).eps))
    assert scores["brier"] == 2


floats = st.floats(-1e6, 1e6)


@given(arrays(np.float64, 12, elements=floats, unique=True), arrays(np.float64, 12, elements=floats))
def test_scores_of_values_follow_their_formulas(truth: Floats, predicted: Floats) -> None:
    errors = truth - predicted
    scores = score_values(truth, predicted)
    assert scores["rmse"] == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert scores["mae"] == pytest.approx(np.mean(np.abs(errors)))
    assert scores["r2"] == pytest.approx(1 - np.sum(errors**2) / np.sum((truth - truth.mean()) ** 2))


def test_one_row_has_no_r2() -> None:
    assert score_values(np.array([1.0]), np.array([2.0])) == {"rmse": 1.0, "mae": 1.0, "r2": None}


# ---- calibration error: closed forms -------------------------------------------------------------------------------


def confident(confidences: list[float]) -> Floats:
    """Two classes; the given confidence in class 0."""
    return np.column_stack([confidences, 1 - np.array(confidences)])


@given(st.floats(0.5, 1, exclude_min=True), st.integers(0, 20))
def test_one_confidence_is_off_by_its_distance_from_the_accuracy(confidence: float, hits: int) -> None:
    truth = np.repeat([0, 1], [hits, 20 - hits])
    expected = abs(confidence - hits / 20)
    assert calibration_error(truth, confident([confidence] * 20)) == pytest.approx(expected, abs=1e-12)


def test_bins_are_weighted_by_their_rows() -> None:
    truth = np.array([0] * 3 + [1])  # three sure hits, one miss at 0.6
    assert calibration_error(truth, confident([1.0, 1.0, 1.0, 0.6])) == pytest.approx(0.6 / 4)


def test_errors_within_a_bin_cancel_and_across_bins_do_not() -> None:
    truth = np.array([0, 1])
    assert calibration_error(truth, confident([0.61, 0.61])) == pytest.approx(0.11)
    assert calibration_error(truth, confident([0.61, 0.81])) == pytest.approx((0.39 + 0.81) / 2)


def test_a_confidence_on_an_edge_belongs_to_the_lower_bin() -> None:
    truth = np.array([0, 1])  # in one bin (0.7, 0.8] the gaps cancel in part, in two bins they add up
    assert calibration_error(truth, confident([0.75, 0.8]), n_bins=10) == pytest.approx(abs(-0.25 + 0.8) / 2)
    assert calibration_error(truth, confident([0.75, 0.8001]), n_bins=10) == pytest.approx((0.25 + 0.8001) / 2)


@given(answers())
def test_calibration_error_lies_between_0_and_1(drawn: Answers) -> None:
    assert 0 <= calibration_error(drawn[0], drawn[2]) <= 1


def test_a_predicted_class_without_a_column_is_refused() -> None:
    with pytest.raises(DataError, match="predicted has the class code 7, but probabilities has 2 columns only"):
        score_classes([0, 1], [0, 7], np.array([[0.5, 0.5], [0.5, 0.5]]))
