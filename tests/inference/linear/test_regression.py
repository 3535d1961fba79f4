"""Regression by least squares: R's numbers, closed forms, and what cannot be estimated."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.errors import ConfigError, DataError
from harness.inference.linear.regression import between_sets, fixed_effects, regression
from harness.randomness import stream
from tests.inference.linear.reference import frame, numbers

MODELS = {
    "pooled": lambda: regression(frame("d"), value="score", terms=["x", "kind", "z"], sets="set"),
    "fixed": lambda: fixed_effects(frame("d"), value="score", terms=["x", "kind", "z"], sets="set"),
}
ERRORS = [
    f"{kind}.{name}" for kind in ("classical", "hc3", "cr2") for name in ("standard_error", "p", "df", "low", "high")
]
NOT_MADE = {"classical.df", "hc3.df", "hc3.low", "hc3.high"}


def joint(test):
    return [test.statistic, test.df, test.df_error, test.p]


@pytest.mark.parametrize("model", MODELS)
def test_coefficients_their_errors_and_degrees_of_freedom_are_those_of_r(model):
    found = MODELS[model]()
    assert [c.classical.estimate for c in found.coefficients] == pytest.approx(numbers(f"{model}.estimate"), rel=1e-10)
    for name in [each for each in ERRORS if each not in NOT_MADE]:
        kind, attribute = name.split(".")
        tests = [getattr(c, kind) for c in found.coefficients]
        values = [getattr(t.interval if attribute in ("low", "high") else t, attribute) for t in tests]
        assert values == pytest.approx(numbers(f"{model}.{name}"), rel=1e-10), name


@pytest.mark.parametrize("model", MODELS)
def test_joint_tests_fit_and_diagnostics_are_those_of_r(model):
    found = MODELS[model]()
    kind = found.terms[1]
    assert joint(kind.classical) == pytest.approx(numbers(f"{model}.kind.classical"), rel=1e-10)
    assert joint(kind.cr2) == pytest.approx(numbers(f"{model}.kind.htz"), rel=1e-10)
    for name in ("r_squared", "adjusted_r_squared", "residual_sd"):
        assert getattr(found, name) == pytest.approx(numbers(f"{model}.{name}")[0], rel=1e-10)
    assert [t.inflation for t in found.terms] == pytest.approx(numbers(f"{model}.gvif"), rel=1e-10)
    assert [t.inflation_per_df for t in found.terms] == pytest.approx(numbers(f"{model}.gvif.scaled"), rel=1e-10)
    bp, dw = found.breusch_pagan, found.durbin_watson
    assert [bp.statistic, bp.df, bp.p] == pytest.approx(numbers(f"{model}.breusch_pagan"), rel=1e-10)
    assert [dw.statistic, dw.p_positive, dw.p] == pytest.approx(numbers(f"{model}.durbin_watson"), rel=1e-8)
    assert dw.correlation == pytest.approx(numbers(f"{model}.durbin_watson.correlation")[0], rel=1e-10)


@pytest.mark.parametrize("model", MODELS)
def test_with_many_rows_durbin_and_watsons_p_is_that_of_its_moments(model, monkeypatch):
    monkeypatch.setattr("harness.inference.linear.least_squares.EXACT_BELOW", 0)
    assert MODELS[model]().durbin_watson.p_positive == pytest.approx(
        numbers(f"{model}.durbin_watson.normal")[0], rel=1e-10
    )


def test_a_product_has_the_coefficients_and_the_joint_test_of_r():
    found = fixed_effects(frame("d"), value="score", terms=["x", "kind", ("x", "kind")], sets="set")
    assert [(c.term, c.level) for c in found.coefficients][-2:] == [("x:kind", "gradual"), ("x:kind", "reoccur")]
    assert [c.cr2.estimate for c in found.coefficients] == pytest.approx(numbers("product.estimate"), rel=1e-10)
    assert [c.cr2.standard_error for c in found.coefficients] == pytest.approx(
        numbers("product.cr2.standard_error"), rel=1e-10
    )
    assert [c.cr2.df for c in found.coefficients] == pytest.approx(numbers("product.cr2.df"), rel=1e-10)
    assert joint(found.terms[2].cr2) == pytest.approx(numbers("product.htz"), rel=1e-10)


def test_one_mean_by_sets_is_the_t_test_of_their_means():
    rng = stream(0, "clusters")
    sets = pd.DataFrame({"set": np.repeat(list("abcdefgh"), 5), "x": np.repeat(rng.normal(size=8), 5)})
    sets["y"] = np.repeat(rng.normal(size=8), 5) + rng.normal(size=40)
    by_rows = regression(sets, value="y", terms=["x"], sets="set").coefficients[1]
    by_means = between_sets(sets, value="y", terms=["x"], sets="set").coefficients[1]
    assert by_rows.cr2.estimate == pytest.approx(by_means.classical.estimate)
    plain = stats.linregress(sets.groupby("set")["x"].first(), sets.groupby("set")["y"].mean())
    assert (by_means.classical.estimate, by_means.classical.p) == pytest.approx((plain.slope, plain.pvalue))
    assert by_means.classical.df == 6
    assert by_rows.cr2.df < 6


def test_the_difference_of_two_methods_within_sets_is_the_paired_t_test():
    rng = stream(1, "pairs")
    pairs = pd.DataFrame({"set": np.tile(np.arange(9), 2), "method": np.repeat(["a", "b"], 9)})
    pairs["y"] = np.tile(rng.normal(size=9), 2) + rng.normal(size=18) + (pairs["method"] == "b")
    found = fixed_effects(pairs, value="y", terms=["method"], sets="set").coefficients[0].cr2
    expected = stats.ttest_rel(pairs["y"][9:], pairs["y"][:9])
    assert (found.statistic, found.p, found.df) == pytest.approx((expected.statistic, expected.pvalue, 8))
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_a_covariate_of_sets_on_rows_is_said_and_beside_effects_of_sets_left_out():
    sets = frame("d").assign(size=lambda d: d["set"].map(d.groupby("set").size()))
    on_rows = regression(sets, value="score", terms=["x", "size"], sets="set")
    assert (
        on_rows.note == "size does not vary within sets, so that rows are no replicates of it: only the CR2 tests hold."
    )
    within = fixed_effects(sets, value="score", terms=["x", "size"], sets="set")
    assert "constant within each set" in within.note
    assert [c.term for c in within.coefficients] == ["x"]
    crossed = fixed_effects(sets, value="score", terms=["kind", "size", ("kind", "size")], sets="set")
    assert [term.name for term in crossed.terms] == ["kind", "kind:size"]
    with pytest.raises(DataError, match=r"x varies within set s\d: a covariate of sets has one value in each"):
        between_sets(sets, value="score", terms=["x"], sets="set")


def test_terms_that_others_determine_are_said_and_the_rest_is_as_without_them():
    doubled = frame("d").assign(twice=lambda d: 3 * d["x"] - 1, other=lambda d: d["kind"].str.upper(), flat=7.0)
    found = regression(doubled, value="score", terms=["x", "kind", "twice", "other", "flat"])
    assert found.note == (
        "It does not vary, and was left out: flat. "
        "The terms before determine it, and it was left out: twice, other GRADUAL, other REOCCUR."
    )
    alone = regression(doubled, value="score", terms=["x", "kind"])
    assert found.coefficients == alone.coefficients
    assert found.coefficients[0].cr2 is None


def test_the_first_category_is_the_reference():
    ordered = frame("d").assign(kind=lambda d: pd.Categorical(d["kind"], ["reoccur", "gradual", "abrupt", "never"]))
    found = regression(ordered, value="score", terms=["kind"])
    assert [c.level for c in found.coefficients] == ["", "gradual", "abrupt"]
    plain = regression(frame("d"), value="score", terms=["kind"])
    assert found.coefficients[2].classical.estimate == pytest.approx(-plain.coefficients[2].classical.estimate)
    assert found.terms[0].classical.statistic == pytest.approx(plain.terms[0].classical.statistic)


def test_the_origin_and_the_unit_of_a_response_and_of_a_covariate_decide_nothing():
    d, far = frame("d"), frame("d")
    far["score"], far["x"] = 1e9 + 1e3 * far["score"], 1e7 + 1e-4 * far["x"]
    for near, moved in (
        (regression(d, value="score", terms=["x", "kind"]), regression(far, value="score", terms=["x", "kind"])),
        (
            fixed_effects(d, value="score", terms=["x", "kind"], sets="set"),
            fixed_effects(far, value="score", terms=["x", "kind"], sets="set"),
        ),
    ):
        for one, other in zip(near.coefficients, moved.coefficients, strict=True):
            if one.term != "constant":
                assert other.classical.p == pytest.approx(one.classical.p, rel=1e-4)
                assert other.hc3.p == pytest.approx(one.hc3.p, rel=1e-4)
        assert moved.r_squared == pytest.approx(near.r_squared, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"score": 3.0}, "All 52 values are equal to 9 decimals"),
        ({"x": 3.0}, "No term varies"),
        ({"score": math.nan}, "There is no complete row"),
    ],
)
def test_without_anything_to_explain_there_are_no_coefficients_and_a_reason(change, note):
    found = regression(frame("d").assign(**change), value="score", terms=["x"])
    assert found.coefficients == ()
    assert note in found.note


def test_missing_entries_are_counted_by_column():
    d = frame("d")
    d["x"], d["kind"] = d["x"].where(d.index > 1), d["kind"].where(d.index != 5)
    found = regression(d, value="score", terms=["x", "kind"])
    assert (found.n, found.note) == (49, "3 of 52 rows lack a value and were left out: x (2), kind (1).")


def test_one_set_says_nothing_about_sets():
    found = regression(frame("d").assign(set="s"), value="score", terms=["x"], sets="set").coefficients[1].cr2
    assert math.isnan(found.p)
    assert found.note == "1 sets say nothing about the spread of this coefficient between sets."


def test_a_row_that_alone_has_a_level_has_no_hc3_and_its_set_is_named():
    d = frame("d")
    d.loc[0, "kind"] = "once"
    found = regression(d, value="score", terms=["kind"], sets="set")
    assert "A row determines its own fitted value" in found.coefficients[2].hc3.note
    assert "A set alone determines some coefficient" in found.note


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("x", "terms is 'x': give a list of columns"),
        ([], "give a list of columns"),
        (["x", "x"], "names a column or a product twice"),
        ([("x", "kind"), ("kind", "x")], "names a column or a product twice"),
        ([{"x"}], "neither the name of a column nor a tuple"),
        (["nothing"], "the frame has no column nothing"),
    ],
)
def test_terms_that_are_none_are_refused(terms, message):
    with pytest.raises(ConfigError, match=message):
        regression(frame("d"), value="score", terms=terms)


def test_a_column_of_names_for_a_term_is_refused():
    rng = stream(2, "names")
    rows = pd.DataFrame({"y": rng.normal(size=900), "name": [f"n{i}" for i in range(900)]})
    with pytest.raises(ConfigError, match="name makes 899 coefficients: group levels"):
        regression(rows, value="y", terms=["name"])


def test_a_coefficient_on_which_all_sets_agree_has_an_interval_without_width():
    twice = pd.concat([frame("d").assign(model="a"), frame("d").assign(model="b")], ignore_index=True)
    same = fixed_effects(twice, value="score", terms=["x", "model"], sets="set").coefficients[1].cr2
    assert (same.estimate, same.interval.low, same.interval.high, same.p) == (0.0, 0.0, 0.0, 1.0)
    assert same.note == "All sets agree on 0: the interval has no width and p = 1."
    shifted = twice.assign(score=twice["score"] + 2.0 * (twice["model"] == "b"))
    found = fixed_effects(shifted, value="score", terms=["x", "model"], sets="set")
    assert found.coefficients[1].cr2.estimate == pytest.approx(2.0)
    assert math.isnan(found.coefficients[1].cr2.p)
    assert found.terms[1].cr2.note == "All sets agree on these coefficients."


def test_a_model_that_leaves_no_errors_has_its_coefficients_and_no_test():
    exact = frame("d").assign(score=lambda d: 3 * d["x"] + (d["set"] == "s2"))
    found = fixed_effects(exact, value="score", terms=["x", "z"], sets="set")
    assert found.note == "The model fits every row exactly: there are no errors, and nothing is tested."
    slope, nothing = (each.cr2 for each in found.coefficients)
    assert (slope.estimate, slope.interval.low, slope.interval.high) == pytest.approx((3.0, 3.0, 3.0))
    assert (nothing.estimate, nothing.p) == (0.0, 1.0)
    assert found.terms == ()


def test_one_degree_of_freedom_has_no_p_of_neighbours():
    few = regression(frame("d").iloc[[0, 5, 11]], value="score", terms=["x"])
    assert few.df_error == 1
    assert math.isnan(few.durbin_watson.p)
    assert few.durbin_watson.note.startswith("One degree of freedom")
