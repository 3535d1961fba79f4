"""Alarms are measured as reports measure them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import harness
from harness import places
from harness.scoring import flat_alarms, flat_truth, measured, score_runs

ALARMS = [[700, 710], [], [1500], [100, 600]]
TRUTH: list[list[object]] = [[500], [(500, 560)], [], [500, 1200]]
INTERVALS = [[(500, 500)], [(500, 560)], [], [(500, 500), (1200, 1200)]]


def test_the_measures_are_those_of_scoring() -> None:
    scored = score_runs(flat_alarms(ALARMS), flat_truth(INTERVALS), horizon=1800, month=300, grace=600)
    assert harness.score(ALARMS, TRUTH, 1800).to_dict() == pytest.approx(measured(scored), nan_ok=True)


def test_one_stream_is_a_list_of_one() -> None:
    for alarms, truth in zip(ALARMS, TRUTH, strict=True):
        assert harness.score(alarms, truth, 1800).equals(harness.score([alarms], [truth], 1800))
        assert harness.score(alarms, truth, 1800).equals(harness.score([alarms], [truth], [1800]))


def test_arrays_are_as_good_as_lists() -> None:
    expected = harness.score([700, 710], [(500, 560)], 1800)
    assert harness.score(np.array([700, 710]), np.array([[500, 560]]), 1800).equals(expected)
    assert harness.score([np.array([700, 710])], [np.array([[500, 560]])], np.array([1800])).equals(expected)


def test_grace_is_two_months() -> None:
    assert harness.score([90], [10], 200, rows_per_month=40)["recall"] == 100
    assert harness.score([91], [10], 200, rows_per_month=40)["recall"] == 0


def test_every_measure_is_explained() -> None:
    text = (places.shipped("conf").parent / "docs" / "scoring.md").read_text(encoding="utf-8")
    assert set(harness.score([], [], 10).index) <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize(
    ("alarms", "truth", "length", "error"),
    [
        ([7, 3], [2], 10, harness.DataError),
        ([3], [20], 10, harness.DataError),
        ([50], [], 10, harness.DataError),
        ([11], [5], 10, harness.DataError),
        ([10], [5], 10, harness.DataError),
        ([[1], [10]], [[5], []], 10, harness.DataError),
        ([[3], [4]], [[2]], 10, harness.DataError),
        ([3], [2], 0, harness.ConfigError),
    ],
)
def test_what_makes_no_sense_is_refused(alarms: list[object], truth: list[object], length: int, error: type) -> None:
    with pytest.raises(error):
        harness.score(alarms, truth, length)


@pytest.mark.parametrize(
    ("alarms", "truth", "length", "said"),
    [
        ([3.5], [2], 10, "alarms has 3.5 as entry 0"),
        ([np.nan], [2], 10, "alarms has nan as entry 0"),
        (["3"], [2], 10, "alarms has to hold numbers alone, and entry 0 is '3'"),
        ([True, False], [2], 10, "alarms holds truth values"),
        (3, [2], 10, "alarms is 3; give a list"),
        ([3], None, 10, "truth is None; give a list"),
        ([3], [(1, 2, 3)], 10, "give the row of a drift, or (first row, last row)"),
        ([3], [2], 10.5, "horizon has 10.5 as entry 0"),
        ([3], [2], "10", "horizon has to hold numbers alone"),
    ],
)
def test_rows_are_whole_numbers(alarms: list[object], truth: list[object], length: int, said: str) -> None:
    with pytest.raises(harness.HarnessError) as refused:
        harness.score(alarms, truth, length)
    assert said in str(refused.value)


def test_alarms_of_a_series_are_read_by_place() -> None:
    alarms = pd.Series([700, 710], index=[5, 6])
    assert harness.score(alarms, [500], 1800).equals(harness.score([700, 710], [500], 1800))
