"""Each estimate against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core import DataError
from harness.estimators import Labelled, atc, average_confidence, cbpe, delay_adjusted_cbpe, disagreement, doc
from harness.estimators.atc import atc_threshold


def labelled(confidence: list[float], error: list[int]) -> Labelled:
    return Labelled(np.array(confidence), np.array(error, dtype=np.float64))


FOUR = labelled([0.9, 0.8, 0.7, 0.6], [0, 0, 0, 1])
"""Mean confidence .75, accuracy .75."""


def test_average_confidence_is_the_mean() -> None:
    assert average_confidence(np.array([0.9, 0.8, 0.7, 0.6])) == pytest.approx(0.75)


def test_lists_are_as_good_as_arrays() -> None:
    assert average_confidence([0.5, 0.6]) == pytest.approx(0.55)  # type: ignore[arg-type]
    lists = Labelled([0.9, 0.8, 0.7, 0.6], [0, 0, 0, 1])  # type: ignore[arg-type]
    for of in (doc, atc, cbpe):
        assert of([0.7, 0.65], lists) == of(np.array([0.7, 0.65]), FOUR)  # type: ignore[arg-type]
    moved = delay_adjusted_cbpe([0.7, 0.65], lists, lists)  # type: ignore[arg-type]
    assert moved == delay_adjusted_cbpe(np.array([0.7, 0.65]), FOUR, FOUR)


@pytest.mark.parametrize(
    "values", [np.array([[0.9, 0.1], [0.8, 0.2]]), np.array(0.5), np.array(["0.5"]), np.array([True])]
)
def test_a_table_of_probabilities_and_what_is_no_number_are_refused(values: Any) -> None:
    for of in (doc, atc, cbpe):
        with pytest.raises(DataError, match="a confidence has to be one number for each row"):
            of(values, FOUR)
    with pytest.raises(DataError, match="a confidence has to be one number for each row"):
        average_confidence(values)
    with pytest.raises(DataError, match="a confidence has to be one number for each row"):
        delay_adjusted_cbpe(values, FOUR, FOUR)
    with pytest.raises(DataError, match="a share of models has to be one number for each row"):
        disagreement(values)


def test_doc_adds_what_the_mean_confidence_has_gained() -> None:
    # (.7 + .6 + .6 + .5) / 4 = .6, which is .15 less than .75
    assert doc(np.array([0.7, 0.6, 0.6, 0.5]), FOUR) == pytest.approx(0.75 - 0.15)
    assert doc(np.ones(3), labelled([0.5, 0.5], [0, 0])) == 1.0  # 1 + .5 is no accuracy
    assert doc(np.zeros(3), labelled([0.9, 0.5], [1, 1])) == 0.0


def test_atc_counts_confidences_above_the_share_of_errors() -> None:
    # one of four is wrong, and up to .6 there is one row: .95 and .65 are above
    assert atc_threshold(FOUR) == 0.6
    assert atc(np.array([0.95, 0.65, 0.6, 0.5]), FOUR) == pytest.approx(0.5)
    assert atc(FOUR.confidence, FOUR) == pytest.approx(0.75)


@pytest.mark.parametrize(("errors", "share"), [([0, 0, 0, 0], 1.0), ([1, 1, 1, 1], 0.0)])
def test_atc_where_no_answer_is_wrong_or_every_one(errors: list[int], share: float) -> None:
    assert atc(FOUR.confidence, Labelled(FOUR.confidence, np.array(errors, dtype=np.float64))) == share


def test_atc_counts_ties_at_the_threshold_as_wrong() -> None:
    tied = labelled([0.9, 0.6, 0.6, 0.6], [0, 0, 0, 1])
    assert atc(tied.confidence, tied) == pytest.approx(0.25)  # though .75 are right


def test_cbpe_is_the_mean_of_calibrated_confidences() -> None:
    # right: 0 1 0 1 1. The middle two fall, so they are pooled: 0 .5 .5 1 1
    reference = labelled([0.5, 0.6, 0.7, 0.8, 0.9], [1, 0, 1, 0, 0])
    # halfway between .5 and .6: .25; on the level: .5; halfway between .7 and .8: .75; above all: 1
    assert cbpe(np.array([0.55, 0.65, 0.75, 0.95]), reference) == pytest.approx((0.25 + 0.5 + 0.75 + 1) / 4)
    assert cbpe(np.array([0.1]), reference) == 0.0
    assert cbpe(reference.confidence, reference) == pytest.approx(0.6)


def test_disagreement_is_what_is_not_answered_otherwise() -> None:
    assert disagreement(np.array([0.0, 0.2, 0.4, 0.2])) == pytest.approx(0.8)


# ---- what holds of all -----------------------------------------------------------------------------------------------

NONE = labelled([], [])
ESTIMATES: dict[str, Callable[[np.ndarray, Labelled], float]] = {
    "average_confidence": lambda confidence, _: average_confidence(confidence),
    "cbpe": cbpe,
    "atc": atc,
    "doc": doc,
    "delay_adjusted_cbpe": lambda confidence, reference: delay_adjusted_cbpe(confidence, NONE, reference),
    "disagreement": lambda confidence, _: disagreement(confidence),
}
every_estimate = pytest.mark.parametrize("name", ESTIMATES)
rows = st.lists(st.tuples(st.integers(0, 10).map(lambda tenths: tenths / 10), st.booleans()), min_size=1, max_size=30)


@every_estimate
@settings(max_examples=40)
@given(reference=rows, window=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_estimate_is_an_accuracy_that_rises_with_confidences(
    name: str, reference: list[tuple[float, bool]], window: list[float]
) -> None:
    known = labelled([one[0] for one in reference], [one[1] for one in reference])
    low = ESTIMATES[name](np.array(window) / 2, known)
    high = ESTIMATES[name](np.array(window), known)
    assert 0 <= low <= 1
    assert 0 <= high <= 1
    assert high <= low + 1e-9 if name == "disagreement" else high >= low - 1e-9


@settings(max_examples=40)
@given(reference=rows)
def test_cbpe_and_doc_give_the_reference_its_own_accuracy(reference: list[tuple[float, bool]]) -> None:
    known = labelled([one[0] for one in reference], [one[1] for one in reference])
    for estimate in (cbpe, doc):
        assert estimate(known.confidence, known) == pytest.approx(known.accuracy)


@every_estimate
@pytest.mark.parametrize(
    ("window", "said"),
    [([], "window without rows"), ([0.5, 1.2], "that of row 1 is 1.2"), ([0.5, np.nan], "that of row 1 is nan")],
)
def test_a_window_that_is_none_is_refused(name: str, window: list[float], said: str) -> None:
    with pytest.raises(DataError, match=said):
        ESTIMATES[name](np.array(window), FOUR)


@pytest.mark.parametrize("name", ["cbpe", "atc", "doc", "delay_adjusted_cbpe"])
def test_a_reference_without_rows_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="without rows"):
        ESTIMATES[name](np.array([0.5]), NONE)


@pytest.mark.parametrize(
    ("confidence", "error", "said"),
    [
        ([0.5, 0.6], [0.0], r"not arrays of shape \(2,\) and \(1,\)"),
        ([0.5, -0.1], [0.0, 1.0], "that of row 1 is -0.1"),
        ([0.5, 0.6], [0.0, 0.5], "has to be 0 or 1, and that of row 1 is 0.5"),
    ],
)
def test_labelled_rows_that_cannot_be_are_refused(confidence: list[float], error: list[float], said: str) -> None:
    with pytest.raises(DataError, match=said):
        Labelled(np.array(confidence), np.array(error))
