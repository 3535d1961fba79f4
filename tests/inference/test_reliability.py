"""Cronbach's alpha against psych and closed forms."""

import math

import numpy as np
import pandas as pd
import pytest

from harness.inference.reliability import cronbach_alpha
from harness.randomness import stream

# R's attitude: thirty departments' shares of favourable answers to seven questions (Chatterjee and Price 1977).
NUMBERS = """
43 51 30 39 61 92 45 63 64 51 54 63 73 47 71 70 68 69 76 86 48 61 63 45 47 54 84 35 81 78 56 66 71 83 47 43 55
49 44 54 49 34 58 67 42 56 66 68 35 71 75 50 55 70 66 41 72 82 72 67 71 83 31 67 61 45 47 62 80 41 64 53 53 58
58 67 34 67 60 47 39 59 74 41 69 62 57 42 55 63 25 68 83 83 45 59 77 35 77 77 54 72 79 77 46 81 90 50 72 60 54
36 74 85 64 69 79 79 63 65 60 65 75 55 80 60 65 70 46 57 75 85 46 50 58 68 54 64 78 52 50 40 33 34 43 64 33 64
61 52 62 66 80 41 53 66 52 50 63 80 37 40 37 42 58 50 57 49 63 54 42 48 66 75 33 66 77 66 63 88 76 72 78 75 58
74 80 78 49 48 57 44 45 51 83 38 85 85 71 71 77 74 55 82 82 39 59 64 78 39
"""
ATTITUDE = pd.DataFrame(
    np.array(NUMBERS.split(), dtype=float).reshape(30, 7),
    columns=["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"],
)


def test_alpha_is_that_of_psych():
    """R: psych::alpha(attitude): raw_alpha, Feldt's bounds, alpha.drop, r.drop."""
    found = cronbach_alpha(ATTITUDE)
    assert found.estimate == pytest.approx(0.843142769565)
    assert (found.interval.low, found.interval.high) == pytest.approx((0.74, 0.92), abs=0.005)
    assert [item.alpha_without for item in found.items] == pytest.approx(
        [0.809760206309, 0.796917457274, 0.827847765939, 0.803030975023, 0.795386574198, 0.863872311446, 0.840464868265]
    )
    assert [item.rest_correlation for item in found.items] == pytest.approx(
        [0.671262057224, 0.742109710222, 0.560711111480, 0.714445498134, 0.786275593834, 0.265034339197, 0.460810549468]
    )
    assert (found.n, found.note) == (30, "")


def test_items_that_say_the_same_have_an_alpha_of_one():
    assert cronbach_alpha(pd.DataFrame({"a": [1, 2, 4], "b": [1, 2, 4]})).estimate == pytest.approx(1)


@pytest.mark.parametrize(
    ("items", "note"),
    [
        ({"a": [1, 2]}, "There is one item: there is no alpha."),
        ({"a": [1], "b": [2]}, "One respondent answered every item: there is no alpha."),
        ({"a": [1, 2], "b": [2, 1]}, "The sums of all respondents are equal: there is no alpha."),
        (
            {"a": [1, None, 3], "b": [2, 1, None]},
            "2 of 3 respondents lack an answer and were left out. One respondent answered every item: there is no alpha.",
        ),
    ],
)
def test_without_alpha_the_note_says_why(items, note):
    found = cronbach_alpha(pd.DataFrame(items))
    assert math.isnan(found.estimate)
    assert found.note == note


@pytest.mark.parametrize("runs", [400, pytest.param(2000, marks=pytest.mark.exhaustive)])
def test_feldts_interval_holds_the_truth_in_nineteen_of_twenty_studies(runs):
    truth = 5 * 0.5 / (1 + 4 * 0.5)  # of five items that correlate at 1/2
    covered = []
    for run in range(runs):
        rng = stream(run, "alpha")
        items = rng.normal(size=(40, 1)) + rng.normal(size=(40, 5))
        covered.append(truth in cronbach_alpha(pd.DataFrame(items)).interval)
    assert {400: 0.922, 2000: 0.938}[runs] <= np.mean(covered) <= {400: 0.978, 2000: 0.962}[runs]
