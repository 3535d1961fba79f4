"""Pairs by mean ranks against R and the tables of Demsar (2006) and of Garcia and Herrera (2008)."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.core import ConfigError
from harness.inference.multiplicity import bonferroni, holm, shaffer
from harness.inference.rank_pairs import rank_pairs, ranks_against
from harness.inference.ranks import bonferroni_dunn_difference, critical_difference
from harness.randomness import stream
from tests.inference.test_ranks import AUC, UNROUNDED

# R 4.2.2, of the ranks of AUC: d = diff of colMeans; z = d / sqrt(4 * 5 / (6 * 14)); 2 * pnorm(-abs(z)); pnorm(-z);
# ptukey(abs(z) * sqrt(2), 4, Inf, lower.tail = FALSE)
R = {
    (0, 1): (-1.14285714285714, -2.34216017507648, 0.0191724847552231, 0.990413757622388, 0.0886727092950266),
    (0, 2): (-0.214285714285714, -0.43915503282684, 0.660549205201673, 0.669725397399164, 0.9716864713034),
    (0, 3): (-1.21428571428571, -2.48854518601876, 0.0128266936454855, 0.993586653177257, 0.0616832589144738),
    (1, 2): (0.928571428571428, 1.90300514224964, 0.0570398742490556, 0.0285199371245278, 0.226696886026406),
    (1, 3): (-0.0714285714285714, -0.14638501094228, 0.883617459381368, 0.558191270309316, 0.99888234398196),
    (2, 3): (-1.0, -2.04939015319192, 0.0404239793369086, 0.979788010331546, 0.17005163566434),
}
# Mean ranks of C4.5, 1-NN, naive Bayes, kernel and CN2 over 30 sets: Garcia and Herrera (2008), table 2.
FIVE = {"C4.5": 2.1, "1-NN": 3.25, "NaiveBayes": 2.2, "Kernel": 4.333, "CN2": 3.117}
FIVE_Z = {("C4.5", "Kernel"): 5.471, ("NaiveBayes", "Kernel"): 5.226, ("CN2", "Kernel"): 2.98, ("C4.5", "1-NN"): 2.817}


def test_all_pairs_are_those_of_r():
    found = rank_pairs(AUC)
    assert [(pair.first, pair.second) for pair in found.pairs] == [(AUC.columns[i], AUC.columns[j]) for i, j in R]
    for pair, expected in zip(found.pairs, R.values(), strict=True):
        numbers = (pair.difference, pair.z, pair.p, pair.p_greater, pair.p_nemenyi)
        assert numbers == pytest.approx(expected, rel=1e-8)
        assert pair.p_less == pytest.approx(1 - pair.p_greater)
    assert (found.n, found.n_methods, found.note) == (14, 4, "")


def test_nemenyis_p_is_below_five_percent_beyond_the_critical_difference():
    scores = pd.DataFrame(stream(2, "rank pairs").normal(size=(20, 6)) + np.linspace(0, 2, 6))
    limit = critical_difference(6, 20)
    for pair in rank_pairs(scores).pairs:
        assert (abs(pair.difference) >= limit) == (pair.p_nemenyi <= 0.05)


def test_bonferroni_dunns_p_is_below_five_percent_beyond_its_critical_difference():
    scores = pd.DataFrame(stream(3, "rank pairs").normal(size=(20, 6)) + np.linspace(0, 1.4, 6), columns=list("abcdef"))
    found, limit = ranks_against(scores, "c"), bonferroni_dunn_difference(6, 20)
    outcomes = {p <= 0.05 for p in bonferroni(found.p).p}
    assert outcomes == {True, False}
    for pair, p in zip(found.pairs, bonferroni(found.p).p, strict=True):
        assert pair.second == "c"
        assert (abs(pair.difference) >= limit) == (p <= 0.05)


def test_demsars_comparison_with_the_control():
    # Demsar (2006), section 3.2.2: C4.5 against C4.5+m+cf, C4.5+m and C4.5+cf at z = 2.416, 2.343 and .512.
    z = {pair.first: pair.z for pair in ranks_against(UNROUNDED, "C4.5").pairs}
    assert z == pytest.approx({"C4.5+m+cf": 2.416, "C4.5+m": 2.343, "C4.5+cf": 0.512}, abs=5e-3)


def test_shaffer_rejects_more_than_holm_in_the_published_example():
    # From the mean ranks of Garcia and Herrera: their z, and one rejection more by Shaffer's factors than by Holm's.
    names = list(FIVE)
    z = {(a, b): (FIVE[b] - FIVE[a]) / np.sqrt(5 * 6 / (6 * 30)) for i, a in enumerate(names) for b in names[i + 1 :]}
    for (first, second), published in FIVE_Z.items():
        assert abs(z.get((first, second), z.get((second, first)))) == pytest.approx(published, abs=4e-3)
    p = 2 * stats.norm.sf(np.abs(list(z.values())))
    assert [sum(each < 0.05 for each in adjust(p).p) for adjust in (bonferroni, holm, shaffer)] == [4, 5, 6]
    by_size = np.argsort(p)
    assert np.array(shaffer(p).p)[by_size][:7] == pytest.approx(
        np.maximum.accumulate(p[by_size] * [10, 6, 6, 6, 6, 4, 4, 3, 2, 1])[:7]
    )


def test_a_pair_changes_with_the_methods_beside_it():
    with_others, alone = rank_pairs(AUC).pairs[0], rank_pairs(AUC.iloc[:, :2]).pairs[0]
    assert with_others.z != pytest.approx(alone.z, abs=0.01)


def test_all_methods_are_ranked_also_those_that_no_pair_names():
    assert rank_pairs(AUC, pairs=[("C4.5+m", "C4.5")]).pairs[0].z == pytest.approx(-R[0, 1][1])


def test_incomplete_data_sets_are_named_and_none_at_all_is_said():
    holed = AUC.copy()
    holed.loc["iris", "C4.5"] = np.nan
    assert rank_pairs(holed).note == "Left out, for lack of some values: iris."
    none = rank_pairs(AUC.iloc[:0])
    assert none.note == "There is no data set with a score of every method."
    assert np.isnan(none.pairs[0].z)


def test_a_control_without_scores_or_alone_is_refused():
    with pytest.raises(ConfigError, match=r"control='z' has no scores: the methods are C4\.5,"):
        ranks_against(AUC, "z")
    with pytest.raises(ConfigError, match=r"control='C4\.5' is the only method"):
        ranks_against(AUC[["C4.5"]], "C4.5")
