"""Ranks against scipy and the tables of Demsar (2006)."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.core import ConfigError
from harness.inference.ranks import (
    bonferroni_dunn_difference,
    bonferroni_dunn_quantile,
    critical_difference,
    friedman,
    nemenyi_quantile,
    rank_diagram,
)
from harness.randomness import stream

# Demsar (2006), table 6: AUC of C4.5 with and without tuning of m and cf.
AUC = pd.DataFrame(
    [
        ("adult", 0.763, 0.768, 0.771, 0.798),
        ("breast cancer", 0.599, 0.591, 0.590, 0.569),
        ("breast cancer wisconsin", 0.954, 0.971, 0.968, 0.967),
        ("cmc", 0.628, 0.661, 0.654, 0.657),
        ("ionosphere", 0.882, 0.888, 0.886, 0.898),
        ("iris", 0.936, 0.931, 0.916, 0.931),
        ("liver disorders", 0.661, 0.668, 0.609, 0.685),
        ("lung cancer", 0.583, 0.583, 0.563, 0.625),
        ("lymphography", 0.775, 0.838, 0.866, 0.875),
        ("mushroom", 1.000, 1.000, 1.000, 1.000),
        ("primary tumor", 0.940, 0.962, 0.965, 0.962),
        ("rheum", 0.619, 0.666, 0.614, 0.669),
        ("voting", 0.972, 0.981, 0.975, 0.975),
        ("wine", 0.957, 0.978, 0.946, 0.970),
    ],
    columns=["dataset", "C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"],
).set_index("dataset")
# The paper ranks the two methods that print 0.975 on "voting" as 2 and 3: a tie that came from rounding.
UNROUNDED = AUC.copy()
UNROUNDED.loc["voting", "C4.5+cf"] += 0.0001


def test_the_unrounded_table_gives_the_published_ranks_and_statistics():
    test = friedman(UNROUNDED)
    assert test.average_ranks == pytest.approx(
        {"C4.5+m+cf": 1.964, "C4.5+m": 2.000, "C4.5+cf": 2.893, "C4.5": 3.143}, abs=5e-4
    )
    assert test.statistic_uncorrected == pytest.approx(9.28, abs=0.01)
    published = 13 * test.statistic_uncorrected / (14 * 3 - test.statistic_uncorrected)
    assert published == pytest.approx(3.69, abs=0.005)


def test_the_printed_table_has_one_tie_more_and_gives_another_statistic():
    assert friedman(AUC).statistic_uncorrected == pytest.approx(9.857, abs=5e-4)


def test_the_statistic_corrected_for_ties_is_scipys():
    test = friedman(AUC)
    expected = stats.friedmanchisquare(*AUC.to_numpy().T)
    assert (test.statistic, test.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert test.statistic > test.statistic_uncorrected


def test_iman_and_davenports_f_is_that_of_a_two_way_anova_of_the_ranks():
    ranks = stats.rankdata(-AUC.to_numpy(), axis=1)
    methods = 14 * ((ranks.mean(axis=0) - 2.5) ** 2).sum()
    rest = ((ranks - 2.5) ** 2).sum() - methods
    test = friedman(AUC)
    assert test.f_statistic == pytest.approx(methods / 3 / (rest / 39))
    assert test.f_p == pytest.approx(stats.f.sf(test.f_statistic, 3, 39))
    assert (test.f_df, test.f_df_error) == (3, 39)


def test_uncorrected_p_and_kendalls_w_are_those_of_r():
    # R 4.2.2: pchisq(9.85714285714285, 3, lower.tail = FALSE); effectsize::kendalls_w(AUC, blocks_on_rows = TRUE).
    test = friedman(AUC)
    assert test.p_uncorrected == pytest.approx(0.0198203340379048, rel=1e-12)
    assert test.kendall_w == pytest.approx(0.260770975057, rel=1e-11)


def test_kendalls_w_is_one_if_all_data_sets_agree_and_zero_if_methods_tie_on_average():
    assert friedman(pd.DataFrame(np.tile([1.0, 2.0, 3.0], (5, 1)))).kendall_w == pytest.approx(1.0)
    assert friedman(pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]})).kendall_w == 0.0


def test_without_ties_both_statistics_are_the_same():
    scores = pd.DataFrame(stream(0, "ranks").normal(size=(9, 5)))
    assert friedman(scores).statistic == pytest.approx(friedman(scores).statistic_uncorrected)


@pytest.mark.parametrize(("methods", "q"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (10, 3.164)])
def test_nemenyis_quantiles_are_the_published_ones(methods, q):
    assert nemenyi_quantile(methods) == pytest.approx(q, abs=1e-3)


@pytest.mark.parametrize(("methods", "q"), [(2, 1.960), (3, 2.241), (5, 2.498), (9, 2.734), (10, 2.773)])
def test_bonferroni_dunns_quantiles_are_the_right_ones(methods, q):
    assert bonferroni_dunn_quantile(methods) == pytest.approx(q, abs=1e-3)


def test_demsars_critical_difference():
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)
    assert critical_difference(4, 14, alpha=0.10) == pytest.approx(1.12, abs=0.005)


@pytest.mark.parametrize(("methods", "difference"), [(3, 0.578728), (5, 1.019684), (9, 1.933491), (10, 2.167692)])
def test_bonferroni_dunns_critical_difference_over_thirty_sets(methods, difference):
    # R 4.2.2: qnorm(1 - .05 / (2 * (k - 1))) * sqrt(k * (k + 1) / (6 * 30))
    assert bonferroni_dunn_difference(methods, 30) == pytest.approx(difference, abs=1e-6)


def test_demsars_critical_difference_against_a_control():
    # Demsar (2006), section 3.2.2: q = 2.394 for four methods, and a difference of 1.16 at 5 %.
    assert bonferroni_dunn_difference(4, 14) == pytest.approx(1.16, abs=0.01)


def test_the_diagram_joins_what_is_closer_than_the_critical_difference():
    scores = pd.DataFrame({"low": range(12), "middle": np.arange(12) + 0.5, "high": np.arange(12) + 0.7}, dtype=float)
    scores.loc[:4, "middle"] += 0.5
    diagram = rank_diagram(scores)
    assert diagram.critical_difference == pytest.approx(critical_difference(3, 12))
    assert list(diagram.average_ranks) == ["high", "middle", "low"]
    assert diagram.cliques == (("high", "middle"),)


def test_neighbours_can_be_joined_while_their_ends_are_apart():
    rng = stream(1, "ranks")
    scores = pd.DataFrame(rng.normal(size=(30, 5)) + np.linspace(0, 1.6, 5), columns=list("abcde"))
    groups = rank_diagram(scores).cliques
    place = rank_diagram(scores).average_ranks
    assert len(groups) > 1
    for group in groups:
        assert max(place[m] for m in group) - min(place[m] for m in group) < rank_diagram(scores).critical_difference


def test_more_is_better_and_rank_one_is_the_best():
    scores = pd.DataFrame({"good": [0.9, 0.8, 0.9], "bad": [0.5, 0.6, 0.8]})
    assert friedman(scores).average_ranks == {"good": 1.0, "bad": 2.0}


def test_scores_that_agree_to_nine_decimals_tie():
    scores = pd.DataFrame({"a": [0.1 + 0.2, 0.5], "b": [0.3, 0.4]})
    assert friedman(scores).average_ranks == {"a": 1.25, "b": 1.75}


def test_all_ties_give_p_one():
    test = friedman(pd.DataFrame(np.ones((5, 3))))
    assert (test.statistic, test.p, test.f_p) == (0.0, 1.0, 1.0)
    assert "All methods tie on every data set" in test.note


def test_full_agreement_has_an_infinite_f_and_the_p_of_chance():
    test = friedman(pd.DataFrame(np.tile([1.0, 2.0, 3.0], (5, 1))))
    assert test.f_statistic == math.inf
    assert test.f_p == pytest.approx((1 / 6) ** 4)
    assert "rank the methods alike" in test.note


def test_incomplete_data_sets_are_left_out_and_named():
    holed = AUC.copy()
    holed.loc[["iris", "wine"], "C4.5"] = np.nan
    test = friedman(holed)
    assert (test.n, test.note) == (12, "Left out, for lack of some values: iris, wine.")
    assert test.statistic == friedman(AUC.drop(index=["iris", "wine"])).statistic


def test_one_data_set_or_one_method_is_no_comparison():
    for scores in (AUC.iloc[:1], AUC.iloc[:, :1], AUC.iloc[:0]):
        assert "at least two of each" in friedman(scores).note
        assert "at least two of each" in rank_diagram(scores).note


def test_a_quantile_for_one_method_is_refused():
    with pytest.raises(ConfigError, match="at least two"):
        nemenyi_quantile(1)


def test_methods_too_many_to_integrate_are_refused():
    assert nemenyi_quantile(10**6) == pytest.approx(7.325, abs=1e-3)
    with pytest.raises(ConfigError, match=r"the quantile for 10000000 methods at alpha 0.05 cannot be computed"):
        nemenyi_quantile(10**7)
