"""Delay-adjusted CBPE against numbers worked out by hand, and against a search for the likelihood's maximum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit

from harness.estimators import Labelled, cbpe, delay_adjusted_cbpe
from harness.estimators.delay_adjusted_cbpe import moved

HALF, SURE = 0.5, 0.9
REFERENCE = Labelled(np.array([HALF, HALF, SURE, SURE]), np.array([1.0, 0.0, 0.0, 0.0]))
"""HALF is right half of the time, odds 1; SURE always, which is held 1 / 6 away from 1: odds 5."""


def estimate(window: list[float], arrived: list[tuple[float, int]]) -> float:
    confidence, error = (np.array([one[place] for one in arrived], dtype=np.float64) for place in (0, 1))
    return delay_adjusted_cbpe(np.array(window), Labelled(confidence, error), REFERENCE)


def test_without_labels_it_is_cbpe() -> None:
    assert estimate([HALF, SURE], []) == pytest.approx((1 / 2 + 5 / 6) / 2)


def test_with_all_labels_at_once_it_is_the_share_of_right_answers() -> None:
    window = [HALF, SURE, SURE, HALF]
    for errors in ([1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 0]):
        assert estimate(window, list(zip(window, errors, strict=True))) == pytest.approx(1 - np.mean(errors))


def test_pending_labels_count_as_the_confidences_say() -> None:
    # four rows at 1/2, two labels, both wrong: 2 (0 - p) + (1 - 2/4) 4 (1/2 - p) = 0
    assert estimate([HALF] * 4, [(HALF, 1), (HALF, 1)]) == pytest.approx(1 / 4)
    # both right: 2 (1 - p) + 2 (1/2 - p) = 0
    assert estimate([HALF] * 4, [(HALF, 0), (HALF, 0)]) == pytest.approx(3 / 4)


def test_the_offset_is_learned_from_older_rows_and_moves_the_newer() -> None:
    # odds 1 and 5 times k, one of the two right: k / (1 + k) + 5 k / (1 + 5 k) = 1, so that 5 k^2 = 1
    k = 1 / np.sqrt(5)
    assert estimate([HALF, HALF], [(HALF, 1), (SURE, 0)]) == pytest.approx(k / (1 + k))


@pytest.mark.parametrize(("error", "share"), [(1, 0.0), (0, 1.0)])
def test_labels_that_are_all_alike_move_it_to_the_end(error: int, share: float) -> None:
    assert estimate([HALF, SURE], [(HALF, error), (SURE, error)]) == pytest.approx(share, abs=1e-9)


logits = st.lists(st.floats(-5, 5), min_size=1, max_size=15)


@settings(max_examples=40)
@given(window=logits, arrived=st.lists(st.tuples(st.floats(-5, 5), st.booleans()), max_size=15))
def test_the_offset_has_the_greatest_likelihood(window: list[float], arrived: list[tuple[float, bool]]) -> None:
    arrived = arrived[: len(window)]
    of_rows, of_arrived = np.array(window), np.array([one[0] for one in arrived])
    wrong = np.array([one[1] for one in arrived], dtype=np.float64)
    pending = 1 - len(arrived) / len(window)

    def loss(offset: float) -> float:
        found = ((1 - wrong) * log_expit(of_arrived + offset) + wrong * log_expit(-of_arrived - offset)).sum()
        guessed = expit(of_rows)
        guesses = guessed * log_expit(of_rows + offset) + (1 - guessed) * log_expit(-of_rows - offset)
        return float(-found - pending * guesses.sum())

    best = minimize_scalar(loss, bounds=(-30, 30), method="bounded", options={"xatol": 1e-10}).x
    assert moved(of_rows, of_arrived, wrong) == pytest.approx(expit(of_rows + best).mean(), abs=1e-5)


def test_a_change_of_labels_alone_is_seen_as_far_as_labels_have_come() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.6, 1.0, 600)
    reference = Labelled(confidence[:300], (rng.random(300) > confidence[:300]).astype(np.float64))
    window, wrong = confidence[300:], (rng.random(300) < 0.5).astype(np.float64)
    found = [delay_adjusted_cbpe(window, Labelled(window[:n], wrong[:n]), reference) for n in (0, 75, 150, 300)]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(cbpe(window, reference), abs=0.004)
    assert found[-1] == pytest.approx(1 - wrong.mean())
