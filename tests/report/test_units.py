"""Logarithms of ratios are printed as ratios, and nothing else is."""

from __future__ import annotations

import math

import pytest

from harness.claims.entries import Contrast, Test
from harness.inference.estimate import Interval
from harness.report.units import printed, printed_interval, printed_text, printed_unit


def contrast(test: Test, unit: str) -> Contrast:
    return Contrast(id="X1.a", statement="a − b", of="difference", given={}, test=test, unit=unit, region=0.1)


RATIO, POINTS = contrast(Test.LOG_RATIO, "log ratio"), contrast(Test.MEAN, "points")


def test_a_ratio_is_told_in_times() -> None:
    assert printed_unit(RATIO) == "times"
    assert printed(RATIO, math.log(9.19)) == pytest.approx(9.19)
    assert printed_text(RATIO, math.log(9.19)) == "× 9.19"
    assert printed_text(RATIO, -math.log(2), interval=Interval(-math.log(4), 0.0, 0.95)) == "× 0.50 [0.25, 1.00]"
    assert printed_interval(RATIO, Interval(0.0, math.log(3), 0.9)) == Interval(1.0, pytest.approx(3.0), 0.9)


def test_points_stay_as_they_are() -> None:
    assert printed_unit(POINTS) == "points"
    assert printed_text(POINTS, 1.888) == "+1.89"
    assert printed_text(POINTS, -0.5, interval=Interval(-1.0, 0.25, 0.95)) == "−0.50 [−1.00, 0.25]"


@pytest.mark.parametrize("one", [RATIO, POINTS])
def test_what_is_not_known_is_a_dash_and_what_is_beyond_all_is_infinite(one: Contrast) -> None:
    assert printed_text(one, math.nan, interval=Interval(math.nan, math.nan, 0.95)) == "–"
    assert printed(one, math.inf) == math.inf
    assert printed_text(one, 1.0, interval=Interval(math.nan, math.nan, 0.95)).count("[") == 0
