"""ROC curves against scikit-learn, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from harness.core import DataError, Floats, Ints
from harness.scoring.roc import DECIMALS, RATES, averaged, roc_points

EVEN = np.array([0, 1] * 10)


def both(scores: Floats) -> Floats:
    """Probabilities of two classes from those of the second."""
    return np.column_stack([1 - scores, scores])


@st.composite
def answers(draw: st.DrawFn) -> tuple[Ints, Floats]:
    """Truth of which no class is absent, and probabilities with ties."""
    n_classes, n = draw(st.integers(2, 4)), draw(st.integers(8, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = rng.integers(1, draw(st.integers(2, 9)), size=(n, n_classes)).astype(float)
    truth = np.concatenate([np.arange(n_classes), rng.integers(n_classes, size=n - n_classes)])
    return truth, weights / weights.sum(axis=1, keepdims=True)


@given(answers())
def test_a_curve_is_that_of_scikit_learn_read_at_the_rates(drawn: tuple[Ints, Floats]) -> None:
    truth, probabilities = drawn
    expected = []
    for code in [1] if probabilities.shape[1] == 2 else range(probabilities.shape[1]):
        false, true, _ = metrics.roc_curve(truth == code, probabilities[:, code], drop_intermediate=False)
        upper = [np.flatnonzero(false <= rate + 1e-12)[-1] for rate in RATES]
        on_step = np.isclose(false[upper], RATES, rtol=0, atol=1e-12)
        expected.append(np.where(on_step, true[upper], np.interp(RATES, false, true)))
    assert roc_points(truth, probabilities) == pytest.approx(np.mean(expected, axis=0), abs=1e-7)


@given(answers())
def test_a_curve_rises_and_ends_at_one(drawn: tuple[Ints, Floats]) -> None:
    curve = roc_points(*drawn)
    assert curve is not None
    assert (np.diff(curve) >= 0).all()
    assert curve[0] >= 0
    assert curve[-1] == 1


def test_curves_by_hand() -> None:
    assert roc_points(EVEN, both(EVEN.astype(float))) == pytest.approx(np.ones(51))
    assert roc_points(EVEN, both(np.full(20, 0.5))) == pytest.approx(RATES, abs=1e-7)
    a_step = np.where(EVEN == 1, 0.5, np.where(np.arange(20) < 10, 0.5, 0.1))  # half of the others are tied with all
    assert roc_points(EVEN, both(a_step)) == pytest.approx(np.minimum(2 * RATES, 1), abs=1e-7)


def test_a_curve_of_a_thousand_rows_has_the_area_that_is_scored() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(2, size=1000)
    scores = 1 / (1 + np.exp(-rng.normal(size=1000) - truth))
    curve = roc_points(truth, both(scores))
    assert curve is not None
    assert np.trapezoid(curve, RATES) == pytest.approx(metrics.roc_auc_score(truth, scores), abs=0.005)


def test_rounding_never_decides_at_which_end_of_a_rise_a_curve_is_read() -> None:
    """Steps at fiftieths, which have no exact binary form, lie on the rates."""
    truth = np.array([0, 1] * 50)
    ranks = np.where(truth == 1, np.arange(100) - 0.5, np.arange(100))
    curve = roc_points(truth, both((100 - ranks) / 101))
    assert curve is not None
    assert curve == pytest.approx(np.arange(51) / 50 + np.append(np.full(50, 0), 0), abs=0.021)
    assert len(set(np.round(np.diff(curve), 6))) <= 2


def test_folds_without_a_class_are_left_out_of_an_average() -> None:
    assert roc_points(np.zeros(4, dtype=int), both(np.full(4, 0.5))) is None
    assert averaged([None, None]) is None
    assert averaged([]) is None
    found = averaged([None, np.zeros(51), np.full(51, 1 / 3)])
    assert found == [round(1 / 6, DECIMALS)] * 51


def test_probabilities_that_are_none_are_refused() -> None:
    with pytest.raises(DataError, match="outside of 0 to 1"):
        roc_points(EVEN, both(np.full(20, 3.0)))
