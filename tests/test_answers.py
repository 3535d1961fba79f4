"""What a model or a detector cannot answer is refused in one sentence, and what it can is taken as it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harness import answers
from harness.detectors.contract import Scan, checked_scan
from harness.errors import AnswerError

WHO = "the model 'mine'"


@pytest.mark.parametrize(
    "answer",
    [
        [0, 2, 1],
        np.array([0, 2, 1], dtype=np.uint8),
        [0.0, 2.0, 1.0],
        np.array([0, 2, 1], dtype=object),
        [False, True, True],
    ],
)
def test_classes_of_any_type_of_numbers_are_taken(answer: Any) -> None:
    found = answers.class_codes(answer, 3, 3, WHO)
    assert found.dtype == np.int64
    assert found.tolist() == [int(one) for one in answer]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            [0, np.nan, 1],
            "gave an answer that cannot be for 1 of 3 rows (first nan in row 1): each answer has to be one of",
        ),
        ([0, 3, 7], "for 2 of 3 rows (first 3 in row 1)"),
        ([0, -1, 1], "first -1 in row 1"),
        ([0, 0.5, 1], "first 0.5 in row 1"),
        ([0, np.inf, 1], "first inf in row 1"),
        ([0, 1], "answered 3 rows with an array of shape (2,): one class a row is needed, of shape (3,)."),
        ([[0], [1], [2]], "an array of shape (3, 1)"),
        (["a", "b", "c"], "answered with what is no number such as"),
        (["0", "1", "2"], "what is no number"),
        (None, "an array of shape ()"),
        ([[0], [1, 2], []], "a list that is no array of numbers"),
        ([0, 1j, 2], "what is no number"),
        ([0, None, 2], "first nan in row 1"),
        ([True, True, False], "first 1 in row 0"),
    ],
)
def test_classes_that_cannot_be_are_refused(answer: Any, why: str) -> None:
    with pytest.raises(AnswerError) as refused:
        answers.class_codes(answer, 3, 1 if why == "first 1 in row 0" else 3, WHO)
    assert str(refused.value).startswith(WHO)
    assert why in str(refused.value)


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16])
def test_probabilities_of_every_precision_are_taken(kind: type) -> None:
    drawn = np.random.default_rng(0).dirichlet(np.full(40, 0.3), size=200).astype(kind)
    found = answers.class_probabilities(drawn, 200, 40, WHO)
    assert np.array_equal(found, drawn)
    if kind is np.float64:
        assert np.shares_memory(found, drawn)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ([5.0, -4.0], "(first 5 in row 1): a probability has to lie between 0 and 1."),
        ([np.nan, 1.0], "(first nan in row 1): a probability has to lie"),
        ([np.inf, 0.0], "first inf in row 1"),
        ([0.5, 0.4], "(first probabilities that sum to 0.9 in row 1): the probabilities of a row have to sum to 1."),
        ([0.0, 0.0], "sum to 0 in row 1"),
        ([0.5, 0.52], "sum to 1.02"),
    ],
)
def test_probabilities_that_cannot_be_are_refused(row: list[float], why: str) -> None:
    with pytest.raises(AnswerError) as refused:
        answers.class_probabilities([[0.5, 0.5], row, [1.0, 0.0]], 3, 2, WHO)
    assert f"{WHO} gave an answer that cannot be for 1 of 3 rows " in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 3), (2, 2)])
def test_probabilities_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(AnswerError, match="one probability for each row and class"):
        answers.class_probabilities(np.full(shape, 0.5), 3, 2, WHO)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39])
def test_values_that_are_no_finite_number_are_refused(value: float) -> None:
    with pytest.raises(
        AnswerError, match=r"for 1 of 3 rows \(first .* in row 2\): each answer has to be a finite number"
    ):
        answers.values([0.0, 1.0, value], 3, WHO)


def test_no_rows_are_no_mistake() -> None:
    assert not len(answers.class_codes([], 0, 3, WHO))
    assert answers.class_probabilities(np.empty((0, 3)), 0, 3, WHO).shape == (0, 3)
    assert not len(answers.values([], 0, WHO))


# ---- alarms -------------------------------------------------------------------------------------------------------------

SIGNAL = np.zeros(10)


class Named:
    name = "mine"


def scanned(found: Any, signal: Any = SIGNAL) -> Scan:
    return checked_scan(found, signal, Named())  # type: ignore[arg-type]


def test_a_scan_of_a_detector_of_ours_is_passed_on_as_it_is() -> None:
    scan = Scan(np.array([2, 9]))
    assert scanned(scan) is scan


@pytest.mark.parametrize("alarms", [[], [2, 9], (0,), np.array([3], dtype=np.uint8)])
def test_alarms_may_be_a_list(alarms: Any) -> None:
    assert scanned(Scan(alarms)).alarms.tolist() == [*alarms]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Scan(np.array([2, 10])), "the detector 'mine' gave an alarm in row 10, and the signal has rows 0 to 9."),
        (Scan(np.array([-1])), "an alarm in row -1"),
        (Scan(np.array([2, 50, 3])), "an alarm in row 50"),
        (Scan(np.array([4, 2])), "do not ascend (row 2 after row 4)"),
        (Scan(np.array([4, 4])), "do not ascend (row 4 after row 4)"),
        (Scan(np.array([1.0, np.nan])), "alarms of type float64"),
        (Scan(np.zeros(10, dtype=bool)), "alarms of type bool"),
        (Scan(np.array([[1]])), "of shape (1, 1)"),
        (Scan(3), "of shape ()"),  # type: ignore[arg-type]
        (Scan(None), "alarms of type object"),  # type: ignore[arg-type]
        ([1, 2], "answered with a list: scan has to return a harness.detectors.contract.Scan."),
        (None, "answered with a NoneType"),
    ],
)
def test_alarms_that_cannot_be_are_refused(found: Any, why: str) -> None:
    with pytest.raises(AnswerError) as refused:
        scanned(found)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("features", "why"),
    [
        ((np.array([0]),), "named columns at 1 of 2 alarms"),
        ((np.array([0]), np.array([3])), "named columns that are none of 0 to 2, such as 3."),
        ((np.array([0]), np.array([0.5])), "such as 0.0"),
        ((np.array([0]), np.array([-1])), "such as -1"),
    ],
)
def test_columns_that_cannot_be_are_refused(features: Any, why: str) -> None:
    with pytest.raises(AnswerError) as refused:
        scanned(Scan(np.array([1, 2]), features=features), np.zeros((10, 3)))
    assert why in str(refused.value)
