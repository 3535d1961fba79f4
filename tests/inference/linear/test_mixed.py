"""Mixed models: lmerTest's numbers, the closed forms of balanced data, and variances of zero."""

import numpy as np
import pandas as pd
import pytest

from harness.errors import ConfigError
from harness.inference.linear.mixed import mixed_model
from harness.inference.planning import variance_components
from harness.inference.repeated_measures import repeated_measures
from harness.randomness import stream
from tests.inference.linear.reference import frame, numbers, uneven_seeds

MODELS = {
    "mixed": (lambda: frame("d"), {"terms": ["x", "kind", "z"]}, "kind", ["set", "error"]),
    "seeds": (lambda: frame("b"), {"terms": ["method"], "inner": ["method"]}, "method", ["set:method", "set", "error"]),
    "uneven": (uneven_seeds, {"terms": ["method"], "inner": ["method"]}, "method", ["set:method", "set", "error"]),
}


@pytest.mark.parametrize("model", MODELS)
def test_a_mixed_model_has_the_numbers_of_lmertest(model):
    data, arguments, term, components = MODELS[model]
    found = mixed_model(data(), value="score", sets="set", **arguments)
    # R stops its search at seven digits; its degrees of freedom come from numerical derivatives.
    for name, digits in (("estimate", 1e-6), ("standard_error", 1e-6), ("df", 1e-5), ("p", 1e-4)):
        assert [getattr(c.test, name) for c in found.coefficients] == pytest.approx(
            numbers(f"{model}.{name}"), rel=digits
        ), name
    test = found.terms[term]
    assert [test.statistic, test.df, test.df_error, test.p] == pytest.approx(numbers(f"{model}.joint"), rel=1e-4)
    variances = {component.name: component.variance for component in found.components}
    assert [variances[name] for name in components] == pytest.approx(numbers(f"{model}.variances"), rel=1e-5)
    if model != "uneven":
        assert found.criterion == pytest.approx(numbers(f"{model}.criterion")[0], rel=1e-12)
    assert sum(component.share for component in found.components) == pytest.approx(1.0)


def test_on_the_level_of_seeds_the_test_of_methods_is_that_of_the_means():
    data = frame("b")
    found = mixed_model(data, value="score", terms=["method"], sets="set", inner=["method"]).terms["method"]
    means = repeated_measures(data, value="score", within=["method"], block="set").effects[0]
    assert (found.statistic, found.df_error, found.p) == pytest.approx(
        (means.statistic, means.df_error, means.p_uncorrected), rel=1e-9
    )


def test_the_variances_of_balanced_differences_are_those_by_moments():
    wide = stream(0, "components").normal(size=(12, 1)) * 2 + stream(1, "components").normal(size=(12, 5))
    rows = pd.DataFrame(wide).rename_axis("set").reset_index().melt("set", value_name="difference")
    rows["order"] = rows["variable"].astype(int) - 2.0
    found = mixed_model(rows, value="difference", terms=["order"], sets="set")
    level = mixed_model(rows.assign(order=rows["order"] ** 2), value="difference", terms=["order"], sets="set")
    plain = variance_components(wide)
    # A term that is orthogonal to sets costs one degree of freedom of the errors, and nothing else.
    slope = found.coefficients[1].test
    residual = (plain.within * 48 - slope.estimate**2 * 12 * 10) / 47
    assert found.components[1].variance == pytest.approx(residual, rel=1e-9)
    between = float(wide.mean(axis=1).var(ddof=1)) - residual / 5
    assert found.components[0].variance == pytest.approx(between, rel=1e-9)
    assert level.components[0].name == "set"


def test_a_variance_of_zero_leaves_the_model_and_is_said():
    rows = pd.DataFrame({"set": np.repeat(np.arange(8), 6), "x": np.tile(np.arange(6.0), 8)})
    rows["y"] = stream(0, "zero").normal(size=48)
    rows["y"] -= rows.groupby("set")["y"].transform("mean")
    found = mixed_model(rows, value="y", terms=["x"], sets="set")
    assert found.components[0].variance == 0.0
    assert found.note == "The variance of set is estimated as 0."
    assert found.coefficients[1].test.df == pytest.approx(46, rel=1e-6)


def test_an_inner_factor_without_repeats_cannot_be_told_from_the_errors():
    means = frame("b").groupby(["set", "method"], as_index=False)["score"].mean()
    found = mixed_model(means, value="score", terms=["method"], sets="set", inner=["method"])
    assert found.note == "set:method cannot be told from the sets' or the errors' own variance and was left out."
    seeds = mixed_model(frame("b"), value="score", terms=["method"], sets="set", inner=["method"])
    assert found.terms["method"].p == pytest.approx(seeds.terms["method"].p, rel=1e-9)


def test_sets_of_one_row_have_no_mixed_model():
    found = mixed_model(frame("d").drop_duplicates("set"), value="score", terms=["x"], sets="set")
    assert found.coefficients == ()
    assert found.note == "No set has two rows: use regression or between_sets."


@pytest.mark.parametrize(
    ("inner", "message"), [("method", "inner is 'method': give a list"), (["set"], "name columns other than the sets")]
)
def test_inner_factors_that_are_none_are_refused(inner, message):
    with pytest.raises(ConfigError, match=message):
        mixed_model(frame("b"), value="score", terms=["method"], sets="set", inner=inner)
