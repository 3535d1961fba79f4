"""Tests of independent groups: R's numbers, and groups that say nothing."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.errors import ConfigError
from harness.inference.anova import one_way
from harness.inference.groups import bartlett, kruskal_wallis, levene, shapiro_wilk, welch
from harness.inference.tukey import tukey
from harness.randomness import stream
from tests.inference.linear.reference import frame, numbers

COLUMNS = {"value": "delay", "factor": "kind"}


def shown(test, *names):
    return [getattr(test, name) for name in names]


def test_statistics_of_groups_are_those_of_r():
    w = frame("w")
    assert shown(welch(w, **COLUMNS), "statistic", "df", "df_error", "p") == pytest.approx(numbers("welch"), rel=1e-10)
    for centre in ("median", "mean"):
        found = levene(w, **COLUMNS, centre=centre)
        assert shown(found, "statistic", "df", "p") == pytest.approx(numbers(f"levene.{centre}"), rel=1e-10)
    assert shown(bartlett(w, **COLUMNS), "statistic", "df", "p") == pytest.approx(numbers("bartlett"), rel=1e-10)
    ranks = kruskal_wallis(w.assign(delay=w["delay"].round()), **COLUMNS)
    assert shown(ranks, "statistic", "df", "p") == pytest.approx(numbers("kruskal"), rel=1e-10)
    assert ranks.effect_size == pytest.approx(numbers("kruskal.epsilon")[0], rel=1e-10)
    assert shown(shapiro_wilk(w["delay"]), "statistic", "p") == pytest.approx(numbers("shapiro"), rel=1e-7)


def test_tukeys_pairs_of_unequal_groups_are_those_of_r():
    found = tukey(frame("w"), **COLUMNS)
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        ("shift", "noise"),
        ("swap", "noise"),
        ("swap", "shift"),
    ]
    values = [v for pair in found.pairs for v in (pair.estimate, pair.interval.low, pair.interval.high, pair.p)]
    assert values == pytest.approx(numbers("tukey"), rel=1e-6)
    expected = stats.tukey_hsd(*(group["delay"] for _, group in frame("w").groupby("kind")))
    assert found.pairs[1].p == pytest.approx(expected.pvalue[2, 0], rel=1e-9)


def test_of_two_groups_tukeys_p_is_that_of_t_and_welchs_that_of_welchs_t():
    w = frame("w").query("kind != 'swap'")
    one, other = (group["delay"] for _, group in w.groupby("kind"))
    assert tukey(w, **COLUMNS).pairs[0].p == pytest.approx(one_way(w, **COLUMNS).effects[0].p, rel=1e-6)
    assert welch(w, **COLUMNS).p == pytest.approx(stats.ttest_ind(one, other, equal_var=False).pvalue, rel=1e-9)


DEGENERATE = {
    "one group": ([1.0, 2.0, 3.0], "aaa"),
    "all alike": ([1.0] * 6, "aabbcc"),
    "alike within": ([1.0, 1.0, 2.0, 2.0], "aabb"),
    "single values": ([1.0, 2.0, 4.0], "abc"),
    "nothing": ([], ""),
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("function", [welch, levene, bartlett, kruskal_wallis, tukey])
def test_groups_that_say_nothing_get_a_note(function, name):
    values, labels = DEGENERATE[name]
    data = pd.DataFrame({"delay": np.array(values, dtype=float), "kind": list(labels)})
    found = function(data, **COLUMNS)
    assert found.n == len(values)
    if function is kruskal_wallis and name in ("alike within", "single values"):
        assert found.note == ""
        assert 0 < found.p < 1
    else:
        assert found.note
        assert name != "all alike" or function is not kruskal_wallis or found.p == 1.0


def test_of_a_constant_and_of_two_values_there_is_no_shape():
    assert shapiro_wilk([1.0] * 5).note == "All 5 values are equal: there is no shape to test."
    assert shapiro_wilk([1.0, 2.0]).note == "There are 2 values: W takes 3 to 5000."


def test_what_no_table_could_show_is_refused():
    rows = pd.DataFrame({"delay": stream(0, "groups").normal(size=200), "kind": np.arange(200) % 61})
    with pytest.raises(ConfigError, match="kind has 61 groups: at most 60 are compared"):
        tukey(rows, **COLUMNS)
    with pytest.raises(ConfigError, match="centre is 'mode', but must be median or mean"):
        levene(rows, **COLUMNS, centre="mode")
