"""Thousands of intervals at once are those that inference gives one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.claims.entries import Summary, Test
from harness.claims.intervals import bounds, clopper_pearson, ranks
from harness.core import Floats
from harness.inference.decision import RANKED, decide
from harness.inference.descriptives import median
from harness.inference.estimate import Estimate, Interval
from harness.inference.mean import prediction_interval
from harness.inference.student import one_sample_t
from harness.inference.trimmed import trimmed_mean
from harness.randomness import stream

LEVEL = 0.99


@pytest.fixture
def values() -> Floats:
    """Rows with many values, with missing ones, with two, one and none; constants, and an offset."""
    table = stream(0, "intervals").normal(size=(12, 21)) + 0.5
    table[1, :8] = np.nan
    table[2, 2:] = np.nan
    table[3, 1:] = np.nan
    table[4] = np.nan
    table[5] = 2.0
    table[6] = 0.0
    table[7] += 1e9
    table[8] *= 1e-12
    table[9, 3:] = np.nan
    return table


def exact_median(row: Floats) -> Estimate:
    """The median of a row; without an interval where so few values cannot reach the level."""
    found = median(row, level=LEVEL)
    is_reached = found.interval.level >= LEVEL and found.n > 1
    return found if is_reached else replace(found, interval=Interval(np.nan, np.nan, LEVEL))


@pytest.mark.parametrize(
    ("summary", "alone"),
    [
        (Summary.MEAN, lambda row: one_sample_t(row, level=LEVEL)),
        (Summary.TRIMMED, lambda row: trimmed_mean(row, level=LEVEL)),
        (Summary.MEDIAN, exact_median),
    ],
)
def test_a_row_has_the_interval_that_it_has_alone(values: Floats, summary: Summary, alone: object) -> None:
    found = bounds(values, test=Test.MEAN, summary=summary, level=LEVEL)
    each = [alone(row) for row in values]  # type: ignore[operator]
    assert found.n[:, 0].tolist() == [one.n for one in each]
    np.testing.assert_allclose(found.estimate[:, 0], [one.estimate for one in each], rtol=1e-9, atol=1e-9)
    for ends, name in ((found.low, "low"), (found.high, "high")):
        np.testing.assert_allclose(ends[:, 0], [getattr(one.interval, name) for one in each], rtol=1e-7, atol=1e-9)


def test_so_few_sets_that_no_place_reaches_the_level_have_a_median_without_an_interval() -> None:
    found = bounds(np.array([[1.0, 2, 3, 4, 5, 6]]), test=Test.MEAN, summary=Summary.MEDIAN, level=0.998)
    assert found.estimate.tolist() == [[3.5]]
    assert np.isnan([found.low, found.high]).all()


def test_a_stated_number_meets_the_prediction_interval(values: Floats) -> None:
    found = bounds(values[:4], test=Test.STATED, summary=Summary.MEAN, level=LEVEL)
    each = [prediction_interval(row, level=LEVEL).interval for row in values[:4]]
    np.testing.assert_allclose(found.high[:, 0], [one.high for one in each], rtol=1e-9)


@pytest.mark.parametrize("summary", list(Summary))
def test_a_set_that_counts_twice_counts_as_two_sets_alike(values: Floats, summary: Summary) -> None:
    weights = np.ones((2, values.shape[1]))
    weights[1, :2], weights[1, 2] = 2, 0
    found = bounds(values[:3], test=Test.MEAN, summary=summary, level=LEVEL, weights=weights)
    longer = np.column_stack([values[:3, :2], values[:3, :2], values[:3, 3:]])
    alone = bounds(longer, test=Test.MEAN, summary=summary, level=LEVEL)
    for drawn, other in zip(found, alone, strict=True):
        np.testing.assert_allclose(drawn[:, 1], other[:, 0], rtol=1e-9)


def test_a_share_has_the_exact_interval_less_the_share_by_chance() -> None:
    hits = np.array([[1.0, 1, 1, 0, np.nan], [0, 0, 0, 0, 0]])
    found = bounds(hits, test=Test.SHARE, summary=Summary.MEAN, level=0.95, against=0.5)
    assert found.estimate[:, 0] == pytest.approx([25, -50])
    low, high = clopper_pearson(3, 4, 0.95)
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx((100 * low - 50, 100 * high - 50))
    assert (low, high) == pytest.approx((0.19412, 0.99369), abs=1e-5)


@pytest.mark.parametrize("region", [0.0, 1.0])
def test_many_intervals_are_judged_as_one_by_one(region: float) -> None:
    ends = (-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, np.nan)
    low, high = (np.array(each) for each in zip(*((a, b) for a in ends for b in ends if not a > b), strict=True))
    each = [
        decide(Estimate(estimate=0.0, interval=Interval(*one, 0.95), n=9), region=region).verdict
        for one in zip(low, high, strict=True)
    ]
    assert [RANKED[place] for place in ranks(low, high, region)] == each
