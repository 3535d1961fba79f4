"""Verdicts on two axes, by the interval alone."""

import math

import numpy as np
import pytest

from harness.core import ConfigError
from harness.inference import decision
from harness.inference.decision import Direction, Size, Verdict, decide, together
from harness.inference.estimate import Estimate, Interval
from harness.inference.paired import paired_t
from harness.inference.student import one_sample_t

NAN = math.nan


def decided(low, high, region=1.0):
    return decide(Estimate(estimate=(low + high) / 2, interval=Interval(low, high, 0.95), n=10), region=region)


CASES = [
    (1.5, 3.5, Verdict.SUPPORTED, Direction.FOR, Size.AT_LEAST),
    (1.0, 3.5, Verdict.SUPPORTED, Direction.FOR, Size.AT_LEAST),  # from exactly the region on
    (0.5, 3.5, Verdict.FOR, Direction.FOR, Size.OPEN),  # an estimate beyond it does not decide
    (0.1, 0.9, Verdict.NONE, Direction.FOR, Size.NONE),
    (-0.9, 0.9, Verdict.NONE, Direction.OPEN, Size.NONE),
    (-0.9, -0.1, Verdict.NONE, Direction.AGAINST, Size.NONE),
    (-1.0, 1.0, Verdict.NONE, Direction.OPEN, Size.NONE),
    (-1.1, 0.9, Verdict.OPEN, Direction.OPEN, Size.OPEN),
    (-3.5, -0.5, Verdict.AGAINST, Direction.AGAINST, Size.OPEN),
    (-3.5, 0.0, Verdict.OPEN, Direction.OPEN, Size.OPEN),
    (0.0, 3.5, Verdict.OPEN, Direction.OPEN, Size.OPEN),
    (NAN, NAN, Verdict.OPEN, Direction.OPEN, Size.OPEN),
]


@pytest.mark.parametrize(("low", "high", "verdict", "direction", "size"), CASES)
def test_the_interval_decides_on_direction_and_size(low, high, verdict, direction, size):
    found = decided(low, high)
    assert (found.verdict, found.direction, found.size) == (verdict, direction, size)


def test_the_mirrored_contrast_has_the_mirrored_verdict():
    mirrored = {Verdict.SUPPORTED: Verdict.AGAINST, Verdict.FOR: Verdict.AGAINST, Verdict.NONE: Verdict.NONE}
    for low, high, verdict, _, _ in CASES[:5]:
        assert decided(-high, -low).verdict is mirrored[verdict]


def test_without_a_region_the_direction_alone_counts():
    assert decided(0.01, 0.03, region=0.0).verdict is Verdict.SUPPORTED
    assert decided(-0.01, 0.01, region=0.0).verdict is Verdict.OPEN
    assert decided(0.0, 0.0, region=0.0).verdict is Verdict.OPEN


def test_methods_that_always_agree_make_practically_no_difference():
    found = decide(paired_t([0.0] * 12), region=1.0)
    assert found.verdict is Verdict.NONE
    assert "practically no difference" in found.note


def test_one_data_set_decides_nothing():
    found = decide(paired_t([5.0]), region=1.0)
    assert found.verdict is Verdict.OPEN
    assert found.note.startswith("There is one value")


def test_a_verdict_at_the_level_of_many_contrasts_needs_more_than_at_that_of_one():
    values = np.array([1.0, 2.0, 3.0, 4.0, 0.5, 2.5, 3.5, 1.5])
    verdicts = [decide(one_sample_t(values, level=1 - 0.05 / m), region=1.0).verdict for m in (1, 1000)]
    assert verdicts == [Verdict.SUPPORTED, Verdict.OPEN]


def test_of_contrasts_that_all_have_to_hold_the_worst_decides():
    assert together([Verdict.SUPPORTED, Verdict.SUPPORTED], is_any=False) is Verdict.SUPPORTED
    assert together([Verdict.SUPPORTED, Verdict.FOR], is_any=False) is Verdict.FOR
    assert together([Verdict.SUPPORTED, Verdict.NOT_TESTED], is_any=False) is Verdict.NOT_TESTED
    assert together([Verdict.NOT_TESTED, Verdict.AGAINST], is_any=False) is Verdict.AGAINST
    assert together([Verdict.SUPPORTED, Verdict.NONE, Verdict.OPEN], is_any=False) is Verdict.NONE


def test_of_contrasts_of_which_one_suffices_the_best_decides():
    assert together([Verdict.AGAINST, Verdict.SUPPORTED, Verdict.NOT_TESTED], is_any=True) is Verdict.SUPPORTED
    assert together([Verdict.AGAINST, Verdict.AGAINST], is_any=True) is Verdict.AGAINST
    assert together([Verdict.AGAINST, Verdict.NOT_TESTED], is_any=True) is Verdict.NOT_TESTED


@pytest.mark.parametrize("verdicts", [[], [Verdict.EXCLUDED]])
def test_no_verdict_comes_of_nothing_and_of_stated_numbers(verdicts):
    with pytest.raises(ConfigError, match="give one or more of against"):
        together(verdicts, is_any=False)


@pytest.mark.parametrize(
    ("number", "expected"), [(2.0, Verdict.NOT_EXCLUDED), (40.0, Verdict.EXCLUDED), (-40.0, Verdict.EXCLUDED)]
)
def test_a_stated_number_is_compared_with_a_new_data_set(number, expected):
    found = decision.stated([0.5, 1.0, 3.0, 2.0, 4.0], number=number)
    assert found.verdict is expected
    assert found.width == pytest.approx(found.interval.high - found.interval.low)
    assert f"{number:g} lies" in found.note


def test_a_stated_number_outside_the_interval_of_the_mean_can_still_be_that_of_a_data_set():
    values = [float(v) for v in range(30)]
    assert 25.0 not in paired_t(values).interval
    assert decision.stated(values, number=25.0).verdict is Verdict.NOT_EXCLUDED


def test_one_data_set_predicts_nothing():
    assert decision.stated([2.0], number=2.0).verdict is Verdict.OPEN


def test_a_stated_number_is_a_number():
    with pytest.raises(ConfigError, match="the stated number is nan"):
        decision.stated([1.0, 2.0, 3.0], number=math.nan)
