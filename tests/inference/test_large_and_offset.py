"""Right numbers where numbers are large, many or far from zero: the unit and the origin of a metric decide nothing."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.core import ConfigError, DataError
from harness.inference import rank_sums
from harness.inference.anova import one_way, two_way
from harness.inference.cliques import cliques
from harness.inference.mean import bootstrap_t
from harness.inference.paired import cohen_dz, paired_t
from harness.inference.ranks import friedman, rank_diagram
from harness.inference.repeated_measures import repeated_measures
from harness.inference.signed_rank import hodges_lehmann, signed_rank
from harness.inference.sphericity import sphericity
from harness.randomness import stream

OFFSET = 1e12
VALUES = np.array([1.0, 2.0, 11.0, 12.0])


def design(cells):
    """A long frame of blocks by levels."""
    return pd.DataFrame(cells).rename_axis("block").reset_index().melt("block", var_name="level", value_name="value")


def exact_p(doubled_ranks, positive):
    """The two-sided p by whole numbers, which Python adds without any limit."""
    ways = {0: 1}
    for rank in doubled_ranks:
        moved = dict(ways)
        for total, count in ways.items():
            moved[total + rank] = moved.get(total + rank, 0) + count
        ways = moved
    below = sum(count for total, count in ways.items() if total <= positive)
    above = sum(count for total, count in ways.items() if total >= positive)
    return min(1.0, 2 * min(below, above) / 2 ** len(doubled_ranks))


@pytest.mark.parametrize(
    ("blocks", "levels", "scale"), [(35, 30, 1e6), (45, 40, 1e-5), (90, 80, 0.01), (30, 4, 1e-200)]
)
def test_mauchlys_w_is_that_of_the_eigenvalues_in_any_unit(blocks, levels, scale):
    contrasts = stream(blocks, "sphericity").normal(size=(blocks, levels - 1))
    found = sphericity(scale * contrasts)
    eigenvalues = np.linalg.eigvalsh(np.cov(contrasts, rowvar=False))
    log_w = float(np.sum(np.log(eigenvalues / eigenvalues.mean())))
    assert found.mauchly_w == pytest.approx(math.exp(log_w), rel=1e-8)
    assert found.mauchly_p == pytest.approx(sphericity(contrasts).mauchly_p, rel=1e-8)
    assert found.greenhouse_geisser == pytest.approx(sphericity(contrasts).greenhouse_geisser, rel=1e-12)
    assert found.note == ""


def test_a_level_that_repeats_another_makes_mauchlys_w_zero_and_says_so():
    contrasts = stream(1, "sphericity").normal(size=(30, 4))
    found = sphericity(contrasts[:, [0, 1, 2, 2]])
    assert (found.mauchly_w, found.mauchly_p) == (0.0, 0.0)
    assert "singular" in found.note


def test_constants_on_a_large_offset_are_no_constant():
    test, plain = paired_t(OFFSET + VALUES), stats.ttest_1samp(VALUES, 0)
    assert test.estimate == OFFSET + 6.5
    assert test.standard_error == pytest.approx(stats.sem(VALUES))
    assert test.interval.high - test.interval.low == pytest.approx(
        2 * stats.sem(VALUES) * stats.t.isf(0.025, 3), rel=1e-4
    )
    assert cohen_dz(VALUES).estimate == pytest.approx(plain.statistic / 2)
    assert test.note == ""


def test_analyses_of_variance_are_the_same_on_a_large_offset():
    cells = stream(2, "offset").integers(0, 50, size=(9, 4)).astype(float)
    one, far = design(cells), design(cells + OFFSET)
    for analysis in (
        lambda frame: repeated_measures(frame, value="value", within=["level"], block="block").effects[0],
        lambda frame: one_way(frame, value="value", factor="level").effects[0],
        lambda frame: two_way(frame, value="value", factors=("level", "block")).effects[0],
    ):
        assert analysis(far).statistic == pytest.approx(analysis(one).statistic, rel=1e-9)
        assert analysis(far).p == pytest.approx(analysis(one).p, rel=1e-9)
    groups = cells.T.astype(float)
    assert one_way(far, value="value", factor="level").effects[0].p == pytest.approx(stats.f_oneway(*groups).pvalue)


def test_values_too_large_to_be_squared_are_refused_and_tiny_ones_are_zero_with_a_note():
    with pytest.raises(DataError, match="values reaches 3e\\+300, which is too large to be squared and summed"):
        paired_t([1e300, 2e300, 3e300])
    assert paired_t(np.array([1.0, 2.0, 4.0]) * 1e140).p == pytest.approx(paired_t([1.0, 2.0, 4.0]).p)
    tiny = paired_t([1e-300, 2e-300])
    assert (tiny.estimate, tiny.p) == (0.0, 1.0)
    assert tiny.note.startswith("All 2 values equal 0 within 1e-09")


@pytest.mark.parametrize("decimals", [9, 1, 0])
def test_the_signed_rank_test_of_hundreds_is_exact(decimals):
    differences = np.round(stream(3, "signed rank").normal(0.1, 1.0, size=150), decimals)
    kept = differences[differences != 0]
    doubled = (2 * stats.rankdata(np.abs(kept))).round().astype(int)
    expected = exact_p(doubled.tolist(), int(doubled[kept > 0].sum()))
    assert signed_rank(differences).p == pytest.approx(expected, rel=1e-12)


def test_the_signed_rank_test_of_two_thousand_is_exact_and_near_its_limit():
    differences = stream(4, "signed rank").normal(0.05, 1.0, size=2000)
    test = signed_rank(differences)
    assert rank_sums.of_whole_ranks(2000).is_exact
    assert test.note == ""
    assert test.p == pytest.approx(stats.wilcoxon(differences, method="asymptotic", correction=True).pvalue, rel=0.01)
    assert signed_rank(np.arange(1.0, 1001.0)).p == 2.0**-999


def test_beyond_the_threshold_the_approximation_is_close_and_said(monkeypatch):
    rank_sums.of_whole_ranks.cache_clear()
    for differences in (
        stream(5, "signed rank").normal(0.06, 1, size=900),
        stream(6, "signed rank").integers(-9, 11, size=900),
    ):
        exact = signed_rank(differences)
        rank_sums.of_whole_ranks.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr("harness.inference.rank_sums.EXACT_COST", 0)
            patch.setattr("harness.inference.signed_rank.SORTED_AT_MOST", 0)
            near = signed_rank(differences)
        rank_sums.of_whole_ranks.cache_clear()
        assert near.p == pytest.approx(exact.p, rel=2e-3)
        assert near.estimate == pytest.approx(exact.estimate)
        assert (near.interval.low, near.interval.high) == pytest.approx(
            (exact.interval.low, exact.interval.high), abs=1e-3
        )
        assert "p is that of the normal approximation" in near.note
        assert "the interval is that of the normal approximation" in near.note


def test_averages_that_are_counted_are_those_that_are_sorted(monkeypatch):
    for values in ([1.0, -1.0, 1.0, -1.0, 0.0], stream(7, "averages").normal(size=41), [0.1, 0.2, 0.3, 0.3, 0.1, 0.7]):
        expected = hodges_lehmann(values)
        monkeypatch.setattr("harness.inference.signed_rank.SORTED_AT_MOST", 0)
        assert hodges_lehmann(values) == expected
        monkeypatch.undo()


def test_a_bootstrap_draws_the_same_however_many_values_fit_into_memory(monkeypatch):
    values = stream(8, "bootstrap").normal(size=37)
    whole = bootstrap_t(values, rng=stream(9, "bootstrap"), n_resamples=500)
    monkeypatch.setattr("harness.inference.mean.DRAWN_AT_ONCE", 1000)
    assert bootstrap_t(values, rng=stream(9, "bootstrap"), n_resamples=500) == whole


def test_forty_methods_that_are_all_alike_are_one_group():
    diagram = rank_diagram(pd.DataFrame(np.ones((12, 40)), columns=[f"m{i}" for i in range(40)]))
    assert [len(group) for group in diagram.cliques] == [40]


def test_more_groups_than_anyone_can_read_are_refused():
    alike = np.ones((39, 39), dtype=bool)
    for i in range(0, 39, 3):  # 3^13 groups: one of each three
        alike[i : i + 3, i : i + 3] = np.eye(3, dtype=bool)
    with pytest.raises(ConfigError, match="more than 10000 groups"):
        cliques([str(i) for i in range(39)], alike)


@pytest.mark.parametrize("columns", [["a", "a", "b"], [1, "1", "b"]])
@pytest.mark.parametrize("function", [friedman, rank_diagram])
def test_two_methods_of_one_name_are_refused(function, columns):
    scores = pd.DataFrame(stream(10, "names").normal(size=(8, 3)), columns=columns)
    with pytest.raises(DataError, match=r"has the name [a1] more than once"):
        function(scores)
