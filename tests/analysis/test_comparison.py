"""Contrasts of methods over data sets."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.comparison import compare, compare_within, summarise
from harness.core import DataError


@pytest.fixture
def scores() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    base = rng.uniform(60, 95, size=20)
    return pd.DataFrame({"a": base + rng.normal(2, 1, size=20), "b": base, "c": base + rng.normal(0, 1, size=20)})


def test_the_contrast_is_scipys_paired_t_test(scores: pd.DataFrame) -> None:
    row = compare(scores, [("a", "b")]).frame.iloc[0]
    expected = stats.ttest_rel(scores["a"], scores["b"])
    ends = expected.confidence_interval(0.95)
    assert row["p_t"] == pytest.approx(expected.pvalue)
    assert (row["low"], row["high"]) == pytest.approx((ends.low, ends.high))
    assert (row["wins"], row["draws"], row["losses"]) == (
        (scores["a"] > scores["b"]).sum(),
        0,
        (scores["a"] < scores["b"]).sum(),
    )


def test_p_values_are_adjusted_over_the_family(scores: pd.DataFrame) -> None:
    frame = compare(scores, [("a", "b"), ("b", "c"), ("a", "c")]).frame
    smallest = frame["p_t"].min()
    assert frame["p_t_holm"].min() == pytest.approx(min(1, 3 * smallest))
    assert (frame["p_w_holm"] >= frame["p_w"]).all()


def test_a_data_set_without_both_methods_is_left_out(scores: pd.DataFrame) -> None:
    scores.loc[0, "a"] = math.nan
    assert compare(scores, [("a", "b")]).frame.iloc[0]["n"] == 19


def test_too_few_data_sets_are_said_instead_of_an_adjusted_p(scores: pd.DataFrame) -> None:
    found = compare(scores.head(4), [("a", "b"), ("b", "c")])
    assert "at least" in found.note
    assert found.frame["p_w_holm"].isna().all()


def test_the_mean_has_a_t_interval_over_data_sets(scores: pd.DataFrame) -> None:
    row = summarise(scores).set_index("method").loc["a"]
    low, high = stats.t.interval(0.95, 19, loc=scores["a"].mean(), scale=stats.sem(scores["a"]))
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((scores["a"].mean(), low, high))


def test_within_a_data_set_the_variance_is_corrected_for_shared_training_rows() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(80, 2, size=10), rng.normal(79, 2, size=10)
    found = compare_within(first, second, test_train_ratio=1 / 4, region=1.0)
    difference = first - second
    t = difference.mean() / math.sqrt((1 / 10 + 1 / 4) * difference.var(ddof=1))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), 9))
    assert found.p_worse + found.p_equivalent + found.p_better == pytest.approx(1)


def test_a_row_rests_on_one_set_of_data_sets_whatever_a_third_method_lacks(scores: pd.DataFrame) -> None:
    whole = compare(scores, [("a", "b"), ("a", "c")])
    scores.loc[3, "c"] = math.nan
    found = compare(scores, [("a", "b"), ("a", "c")])
    full, holed = (row for _, row in found.frame.iterrows())
    same = [name for name in found.frame.columns if not name.endswith("_holm")]
    assert full[same].equals(whole.frame.iloc[0][same])
    rest = (scores["a"] - scores["c"]).dropna()
    assert (full["n"], holed["n"], len(rest)) == (20, 19, 19)
    assert holed["wins"] + holed["draws"] + holed["losses"] == 19
    assert holed["p_w"] == pytest.approx(stats.wilcoxon(rest).pvalue)
    assert holed["p_t"] == pytest.approx(stats.ttest_1samp(rest, 0).pvalue)
    assert found.note == "Not all have a score on 3: each pair rests on the data sets with a score of both, see n."


def test_numbers_of_any_width_are_subtracted_as_numbers() -> None:
    first, second = np.array([10, 200, 250, 90, 31]), np.array([20, 180, 200, 50, 40])
    expected = float((first - second).mean())
    for width in (np.uint8, np.uint16, np.float32):
        narrow = pd.DataFrame({"a": first.astype(width), "b": second.astype(width)})
        assert compare(narrow, [("a", "b")]).frame.loc[0, "difference"] == expected
    flags = pd.DataFrame({"a": [True, True, False], "b": [False, True, False]})
    assert compare(flags, [("a", "b")]).frame.loc[0, "difference"] == pytest.approx(1 / 3)


def test_why_a_pair_lacks_numbers_is_said() -> None:
    found = compare(pd.DataFrame({"a": [1.0] * 9, "b": [2.0] * 9, "c": range(9)}), [("a", "b"), ("a", "c")])
    assert found.note.startswith("a - b: All 9 values equal -1: t is undefined")
    assert "a - c" not in found.note


@pytest.mark.parametrize("index", [range(5, 15), range(9, -1, -1)])
def test_folds_are_paired_by_place_and_series_of_different_indexes_are_refused(index: range) -> None:
    first, second = (pd.Series(np.random.default_rng(seed).normal(size=10)) for seed in (4, 5))
    by_place = compare_within(first, second, test_train_ratio=0.25, region=1.0)
    assert by_place == compare_within(first.to_numpy(), second.to_numpy(), test_train_ratio=0.25, region=1.0)
    with pytest.raises(DataError, match="first and second have different indexes"):
        compare_within(first, second.set_axis(index), test_train_ratio=0.25, region=1.0)
