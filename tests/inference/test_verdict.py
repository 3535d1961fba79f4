"""The decision rule of the protocol."""

import math

import pytest

from harness.core import ConfigError
from harness.inference.estimate import Estimate, Interval
from harness.inference.paired import paired_t
from harness.inference.verdict import Verdict, judge, magnitude

NAN = math.nan


def verdict(low, high, p, region=1.0):
    contrast = Estimate(estimate=(low + high) / 2, interval=Interval(low, high, 0.95), n=10)
    return judge(contrast, p_adjusted=p, region=region).verdict


@pytest.mark.parametrize(
    ("low", "high", "p", "expected"),
    [
        (0.5, 3.5, 0.01, Verdict.SUPPORTED),
        (0.0, 2.0, 0.049, Verdict.SUPPORTED),  # exactly the region
        (0.5, 3.5, 0.06, Verdict.INCONCLUSIVE),  # not after Holm
        (0.1, 1.5, 0.01, Verdict.INCONCLUSIVE),  # significant, but smaller than the region
        (-3.5, -0.5, 0.01, Verdict.REFUTED),  # the other direction
        (-0.5, -0.1, 0.01, Verdict.REFUTED),
        (-0.9, 0.9, 0.9, Verdict.REFUTED),  # practically nothing
        (0.1, 0.9, 0.01, Verdict.REFUTED),  # significant and practically nothing
        (-1.0, 0.9, 0.9, Verdict.INCONCLUSIVE),  # touches the region's edge
        (-2.0, 2.0, 0.9, Verdict.INCONCLUSIVE),
        (-3.0, 0.0, 0.06, Verdict.INCONCLUSIVE),
        (NAN, NAN, NAN, Verdict.INCONCLUSIVE),
        (0.5, 3.5, NAN, Verdict.INCONCLUSIVE),
    ],
)
def test_the_rule(low, high, p, expected):
    assert verdict(low, high, p) is expected


def test_without_a_region_only_the_direction_counts():
    assert verdict(0.01, 0.03, 0.001, region=0.0) is Verdict.SUPPORTED
    assert verdict(-0.01, 0.01, 0.9, region=0.0) is Verdict.INCONCLUSIVE


def test_methods_that_always_agree_refute_a_claimed_difference():
    contrast = paired_t([0.0] * 12)
    judgement = judge(contrast, p_adjusted=contrast.p, region=1.0)
    assert judgement.verdict is Verdict.REFUTED
    assert "practically no difference" in judgement.note


def test_one_data_set_decides_nothing():
    contrast = paired_t([5.0])
    judgement = judge(contrast, p_adjusted=contrast.p, region=1.0)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.note.startswith("There is one value")


def test_a_negative_region_is_refused():
    with pytest.raises(ConfigError, match="0 or more"):
        verdict(0, 1, 0.01, region=-1.0)


@pytest.mark.parametrize(
    ("stated", "expected"), [(2.0, Verdict.SUPPORTED), (40.0, Verdict.REFUTED), (-40.0, Verdict.REFUTED)]
)
def test_a_stated_number_is_compared_with_a_new_data_set(stated, expected):
    size = magnitude([0.5, 1.0, 3.0, 2.0, 4.0], stated=stated)
    assert size.verdict is expected
    assert f"{stated:g} lies" in size.note


def test_a_stated_number_outside_the_interval_of_the_mean_can_still_be_that_of_a_data_set():
    values = [float(v) for v in range(30)]
    assert 25.0 not in paired_t(values).interval
    assert magnitude(values, stated=25.0).verdict is Verdict.SUPPORTED


def test_one_data_set_predicts_nothing():
    assert magnitude([2.0], stated=2.0).verdict is Verdict.INCONCLUSIVE


def test_a_stated_number_is_a_number():
    with pytest.raises(ConfigError, match="the stated number is nan"):
        magnitude([1.0, 2.0, 3.0], stated=math.nan)


def test_an_interval_outside_of_its_limits_is_refused_and_one_beyond_them_by_rounding_is_cut():
    with pytest.raises(ConfigError, match="give both in one unit"):
        Interval(2.0, 3.0, 0.95).within((0, 1))
    assert Interval(1 + 1e-12, 1 + 1e-12, 0.95).within((0, 1)) == Interval(1.0, 1.0, 0.95)
    assert Interval(-1.0, 0.5, 0.95).within((0, 1)) == Interval(0.0, 0.5, 0.95)
