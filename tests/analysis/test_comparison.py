"""Contrasts of methods over data sets, and claims with their verdicts."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.comparison import compare, compare_within, summarise
from harness.claims.contrasts import Directional, Share, Stated
from harness.claims.judging import claim_verdict, judge_all
from harness.core import ConfigError, DataError


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


def verdicts(*claims: Directional | Share | Stated) -> list[str]:
    return list(judge_all(claims)["verdict"])


def around(mean: float, n: int = 27) -> np.ndarray:
    return mean + np.random.default_rng(3).normal(0, 0.5, size=n)


def test_a_clear_difference_beyond_the_region_supports_a_claim() -> None:
    assert verdicts(Directional("S1", "a - b", around(3.0), 1.0)) == ["supported"]


def test_a_clear_difference_the_other_way_refutes_it() -> None:
    assert verdicts(Directional("S1", "a - b", around(-3.0), 1.0)) == ["refuted (reversed)"]


def test_a_difference_that_is_practically_none_refutes_it_too() -> None:
    assert verdicts(Directional("S1", "a - b", around(0.3), 1.0)) == ["refuted (negligible)"]


def test_a_wide_interval_decides_nothing() -> None:
    assert verdicts(Directional("S1", "a - b", around(2.0) * np.resize([6, -6, 2], 27), 1.0)) == ["inconclusive"]


def test_a_share_is_held_against_chance_by_the_exact_test() -> None:
    hits = np.repeat([1.0, 0.0], [15, 12])
    row = judge_all([Share("S2", "in order", hits, against=1 / 6, region=5.0)]).iloc[0]
    assert row["p"] == pytest.approx(stats.binomtest(15, 27, 1 / 6).pvalue)
    assert row["estimate"] == pytest.approx(100 * (15 / 27 - 1 / 6))
    assert row["verdict"] == "supported"


def test_a_stated_number_is_judged_by_what_a_new_data_set_would_show() -> None:
    assert verdicts(Stated("S3.a", "gap", around(1.0), 1.4), Stated("S3.b", "gap", around(1.0), 5.0)) == [
        "compatible",
        "contradicted",
    ]


def test_a_claim_without_data_is_left_out_and_the_family_is_adjusted_without_it() -> None:
    frame = judge_all([Directional("S1", "a", np.empty(0), 1.0), Directional("S2", "b", around(3.0), 1.0)])
    assert list(frame["claim"]) == ["S2"]
    assert frame["p_adjusted"].iloc[0] == frame["p"].iloc[0]


def test_no_claims_make_an_empty_frame_with_the_usual_columns() -> None:
    assert {"claim", "verdict", "region", "stated"} <= set(judge_all([]).columns)


def test_each_family_is_adjusted_by_its_own_rule_and_checks_by_none() -> None:
    claims = [
        Directional("S1.a", "a", around(0.3), 1.0),
        Directional("S1.b", "b", around(0.2), 1.0),
        Directional("S4.c", "c", around(0.2), 1.0, family="secondary"),
        Directional("S4.d", "d", around(0.25), 1.0, family="secondary"),
        Directional("S1.e", "check: e", around(0.2), 1.0, family="sensitivity"),
    ]
    frame = judge_all(claims).set_index("statement")
    raw, adjusted = frame["p"], frame["p_adjusted"]
    assert adjusted["a"] == pytest.approx(2 * raw["a"])
    assert adjusted["b"] == pytest.approx(max(raw["b"], 2 * raw["a"]))
    assert adjusted["d"] == pytest.approx(min(2 * raw["d"], raw["c"]))
    assert adjusted["c"] == pytest.approx(raw["c"])
    assert adjusted["check: e"] == raw["check: e"]


def test_contrasts_are_known_by_their_ids_and_no_two_have_the_same() -> None:
    with pytest.raises(ConfigError, match=r"two have the same: S1\.a"):
        judge_all([Directional("S1.a", "a", around(0.3), 1.0), Directional("S1.a", "b", around(0.2), 1.0)])


def test_a_bootstrap_draws_by_the_id_of_its_contrast_whatever_its_statement_says() -> None:
    said, otherwise = (Directional("S1.a", words, around(0.3), 1.0) for words in ("a − b", "b is less than a"))
    ends = ["low_bootstrap", "high_bootstrap"]
    assert judge_all([said])[ends].equals(judge_all([otherwise])[ends])
    other = judge_all([Directional("S1.b", "a − b", around(0.3), 1.0)])
    assert not judge_all([said])[ends].equals(other[ends])
    assert not judge_all([said], {"S1.a": "frozen"})[ends].equals(judge_all([said])[ends])


def test_a_t_interval_has_its_bootstrap_check_beside_it() -> None:
    row = judge_all([Directional("S1", "a", around(2.0), 1.0)]).iloc[0]
    assert row["low_bootstrap"] == pytest.approx(row["low"], abs=0.1)
    assert row["high_bootstrap"] == pytest.approx(row["high"], abs=0.1)


@pytest.mark.parametrize(
    ("contrasts", "verdict"),
    [
        (["supported", "supported"], "supported"),
        (["supported", "inconclusive"], "inconclusive"),
        (["supported", "refuted (negligible)"], "refuted"),
        ([], "inconclusive"),
    ],
)
def test_a_claim_needs_all_its_contrasts_and_one_refutation_sinks_it(contrasts: list[str], verdict: str) -> None:
    assert claim_verdict(contrasts) == verdict


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
    assert found.note == (
        "Left out, for lack of some values: 3. Each pair rests on the data sets with a score of both its methods: see n."
    )


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


def test_a_hit_that_is_not_known_is_left_out_and_others_than_zero_and_one_are_refused() -> None:
    hits = np.array([1, 1, 1, 0, math.nan])
    row = judge_all([Share("S2", "in order", hits, against=0.5, region=5.0)]).iloc[0]
    assert (row["n"], row["p"]) == (4, pytest.approx(stats.binomtest(3, 4, 0.5).pvalue))
    assert row["note"].startswith("1 of 5 values are not finite and were left out.")
    for wrong in (0.5, 2):
        with pytest.raises(DataError, match=rf"hits of S2 has {wrong} as entry 1"):
            Share("S2", "in order", np.array([1, wrong]), against=0.5, region=5.0)


def test_a_verdict_that_is_none_is_refused() -> None:
    for verdicts in ("supported", ["yes"], None):
        with pytest.raises(ConfigError, match="verdict"):
            claim_verdict(verdicts)  # type: ignore[arg-type]
