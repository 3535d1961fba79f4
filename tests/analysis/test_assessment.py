"""Verdicts on pairs follow their intervals, and every number is that of the test it names."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.assessment import Assessment, assess
from harness.core import ConfigError
from harness.inference.multiplicity import shaffer
from harness.inference.rank_pairs import rank_pairs
from harness.inference.ranks import friedman
from harness.randomness import stream


def scores(gaps: list[float], n: int = 20, noise: float = 0.01) -> pd.DataFrame:
    """Methods a, b, c ... that lie these gaps above the first on every data set, more or less."""
    rng = stream(0, "assessment")
    base = rng.uniform(0.6, 0.9, size=(n, 1))
    return pd.DataFrame(
        base + np.array(gaps) + noise * rng.normal(size=(n, len(gaps))), columns=list("abcdef")[: len(gaps)]
    )


def pair(found: Assessment, first: str, second: str) -> pd.Series:
    pairs = found.pairs
    return pairs[(pairs["first"] == first) & (pairs["second"] == second)].iloc[0]


def test_the_interval_that_decides_is_that_of_bonferroni() -> None:
    table = scores([0, 0.01, 0.05])
    found = assess(table)
    expected = stats.ttest_rel(table["c"], table["a"]).confidence_interval(1 - 0.05 / 3)
    row = pair(found, "c", "a")
    assert (row["together_low"], row["together_high"]) == pytest.approx((expected.low, expected.high))
    assert found.together == pytest.approx(1 - 0.05 / 3)


@pytest.mark.parametrize(
    ("gap", "region", "direction", "size", "verdict"),
    [
        (0.05, 0.02, "for", "at least the region", "for"),
        (0.05, 0.05, "for", "open", "for"),
        (0.002, 0.02, "open", "practically none", "practically none"),
        (0.01, 0.03, "for", "practically none", "practically none"),
        (0.0, 0.0, "open", "open", "open"),
        (-0.05, 0.02, "against", "at least the region", "against"),
        (-0.05, 0.05, "against", "open", "against"),
        (-0.01, 0.03, "against", "practically none", "practically none"),
    ],
)
def test_a_verdict_says_on_which_side_the_interval_lies_and_whether_beyond_the_region(
    gap: float, region: float, direction: str, size: str, verdict: str
) -> None:
    row = assess(scores([0, gap]), pairs=[("b", "a")], region=region).pairs.iloc[0]
    assert (row["direction"], row["size"], row["verdict"]) == (direction, size, verdict)


def test_the_better_mean_comes_first_whichever_is_better() -> None:
    table = scores([0, 0.05, 0.02])
    assert list(zip(*assess(table).pairs[["first", "second"]].to_numpy().T, strict=True)) == [
        ("b", "c"),
        ("b", "a"),
        ("c", "a"),
    ]
    losses = assess(table, lower_is_better=True)
    assert losses.pairs[["first", "second"]].to_numpy().tolist() == [["a", "c"], ["a", "b"], ["c", "b"]]
    assert (losses.pairs["difference"] > 0).all()
    assert losses.means["mean"].tolist() == pytest.approx(table[["a", "c", "b"]].mean().tolist())
    assert losses.means["rank"].is_monotonic_increasing


def test_a_control_is_the_second_of_every_pair() -> None:
    found = assess(scores([0, 0.05, 0.02]), control="a")
    assert found.pairs[["first", "second"]].to_numpy().tolist() == [["b", "a"], ["c", "a"]]
    assert found.groups == ()


def test_ranks_are_those_of_friedman_and_adjusted_by_shaffer() -> None:
    table = scores([0, 0.004, 0.008, 0.012])
    found = assess(table)
    assert found.friedman == friedman(table)
    assert found.means.set_index("method")["rank"].to_dict() == dict(found.friedman.average_ranks)
    p = rank_pairs(table, pairs=list(zip(found.pairs["first"], found.pairs["second"], strict=True))).p
    assert found.pairs["p_rank_adjusted"].tolist() == pytest.approx(list(shaffer(p).p))


def test_shapes_of_differences_are_tested_and_choose_nothing() -> None:
    table = scores([0, 0.01])
    expected = stats.shapiro(table["b"] - table["a"])
    row = pair(assess(table), "b", "a")
    assert (row["w_normal"], row["p_normal"]) == pytest.approx((expected.statistic, expected.pvalue))


def test_a_difference_as_large_as_detectable_is_found_four_times_in_five() -> None:
    table = scores([0, 0.01, 0.02])
    row = pair(assess(table), "b", "a")
    sd, n = row["sd"], len(table)
    critical = stats.t.isf(0.05 / 3 / 2, n - 1)
    power = stats.nct.sf(critical, n - 1, row["detectable"] / sd * math.sqrt(n))
    assert power == pytest.approx(0.8, abs=1e-3)


def test_the_posterior_of_a_pair_does_not_depend_on_other_methods() -> None:
    table = scores([0, 0.01, 0.02])
    sides = ["worse", "equal", "better"]
    more = pair(assess(table, region=0.01), "b", "a")[sides].tolist()
    assert pair(assess(table[["a", "b"]], region=0.01), "b", "a")[sides].tolist() == more
    assert sum(more) == pytest.approx(1)


def test_methods_that_no_test_tells_apart_form_groups() -> None:
    found = assess(scores([0, 0, 0.1, 0.1]))
    assert {frozenset(group) for group in found.groups} == {frozenset("ab"), frozenset("cd")}


def test_few_equal_differences_are_no_evidence() -> None:
    few = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 3.0]})
    assert pair(assess(few), "b", "a")["verdict"] == "open"
    many = pd.DataFrame({"a": np.arange(10.0), "b": np.arange(10.0) + 1})
    assert pair(assess(many), "b", "a")["verdict"] == "for"


def test_scores_that_are_not_there_leave_their_pairs_with_fewer_sets() -> None:
    table = scores([0, 0.01, 0.02])
    table.loc[:3, "a"] = math.nan
    table.loc[4, "b"] = math.inf
    found = assess(table)
    assert pair(found, "c", "b")["n"] == 19
    assert pair(found, "c", "a")["n"] == 16
    assert found.friedman.n == 15
    assert "0, 1, 2, 3, 4" in found.note


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(ConfigError, match="at least two methods"):
        assess(scores([0]))
    with pytest.raises(ConfigError, match="no scores of the control z"):
        assess(scores([0, 1]), control="z")
    with pytest.raises(ConfigError, match="both pairs and a control"):
        assess(scores([0, 1]), pairs=[("a", "b")], control="a")
    with pytest.raises(ConfigError, match="pairs are more than 20000: name a control"):
        assess(pd.DataFrame(np.zeros((3, 202))))
