"""Analysis of variance of independent observations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from harness.core import ConfigError, DataError
from harness.inference.anova import one_way, two_way
from harness.inference.repeated_measures import repeated_measures
from harness.randomness import stream
from tests.inference.linear.reference import frame as reference
from tests.inference.linear.reference import numbers

GROUPS = [stream(i, "anova").normal(i / 3, 1.0, size=6 + i) for i in range(3)]
ONE = pd.DataFrame({"score": np.concatenate(GROUPS), "injector": np.repeat(["swap", "noise", "shift"], [6, 7, 8])})


def unbalanced(seed=0):
    rng = stream(seed, "two way")
    rows = [(a, b) for a in "xyz" for b in "uv" for _ in range(rng.integers(2, 6))]
    frame = pd.DataFrame(rows, columns=["drift kind", "detector"])
    frame["delay"] = rng.normal(size=len(frame)) + (frame["drift kind"] == "x") * (frame["detector"] == "u")
    return frame


def residual_sum(frame, columns):
    design = pd.get_dummies(frame[columns], drop_first=True, dtype=float).to_numpy()
    X = np.column_stack([np.ones(len(frame)), design])
    y = frame["delay"].to_numpy()
    return float(((y - X @ np.linalg.lstsq(X, y)[0]) ** 2).sum())


def test_one_way_is_scipys_f():
    effect = one_way(ONE, value="score", factor="injector").effects[0]
    expected = stats.f_oneway(*GROUPS)
    assert (effect.statistic, effect.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert (effect.name, effect.df, effect.df_error) == ("injector", 2, 18)


def test_effect_sizes_of_one_way_have_the_closed_forms():
    effect = one_way(ONE, value="score", factor="injector").effects[0]
    values = ONE["score"].to_numpy()
    ss = sum(len(g) * (g.mean() - values.mean()) ** 2 for g in GROUPS)
    error = sum(((g - g.mean()) ** 2).sum() for g in GROUPS)
    assert effect.partial_eta_squared == pytest.approx(ss / (ss + error))
    assert effect.partial_omega_squared == pytest.approx((ss - 2 * error / 18) / (ss + error + error / 18))


def test_type_two_sums_compare_nested_models():
    frame = unbalanced()
    first, second, both = two_way(frame, value="delay", factors=("drift kind", "detector")).effects
    additive = residual_sum(frame, ["drift kind", "detector"])
    cells = frame.assign(cell=frame["drift kind"] + frame["detector"])
    error = residual_sum(cells, ["cell"])
    gains = [
        residual_sum(frame, ["detector"]) - additive,
        residual_sum(frame, ["drift kind"]) - additive,
        additive - error,
    ]
    df_error = len(frame) - 6
    for effect, gain, df in zip((first, second, both), gains, (2, 1, 2), strict=True):
        assert effect.statistic == pytest.approx(gain / df / (error / df_error))
        assert (effect.df, effect.df_error) == (df, df_error)
    assert [effect.name for effect in (first, second, both)] == ["drift kind", "detector", "drift kind:detector"]


def test_the_order_of_the_factors_does_not_matter():
    frame = unbalanced(1)
    forwards = two_way(frame, value="delay", factors=("drift kind", "detector")).effects
    backwards = two_way(frame, value="delay", factors=("detector", "drift kind")).effects
    assert [e.statistic for e in forwards] == pytest.approx([backwards[i].statistic for i in (1, 0, 2)])


@pytest.mark.parametrize(
    "take",
    [
        lambda f: f.drop_duplicates(["drift kind", "detector"]),
        lambda f: f.query("detector == 'u' or `drift kind` != 'x'"),
    ],
)
def test_without_repeats_or_with_an_empty_combination_the_interaction_is_left_out(take):
    result = two_way(take(unbalanced(2)), value="delay", factors=("drift kind", "detector"))
    assert [effect.name for effect in result.effects] == ["drift kind", "detector"]
    assert "the interaction was left out" in result.note


def test_factors_whose_levels_occur_only_together_cannot_be_told_apart():
    frame = pd.DataFrame(
        {"a": list("xxxxyyyyzzzz"), "b": list("uuvvuuvvwwww"), "score": stream(3, "anova").normal(size=12)}
    )
    result = two_way(frame, value="score", factors=("a", "b"))
    assert result.effects == ()
    assert "occur only together" in result.note


def test_missing_values_are_counted():
    frame = ONE.assign(score=ONE["score"].where(ONE.index > 1))
    result = one_way(frame, value="score", factor="injector")
    assert (result.n, result.note) == (19, "2 of 21 values are not finite and were left out.")


@pytest.mark.parametrize(
    ("scores", "groups", "note"),
    [
        ([1.0, 1.0, 1.0, 1.0], "aabb", "All 4 values are equal"),
        ([1.0, 1.0, 2.0, 2.0], "aabb", "no variance within the groups"),
        ([1.0, 2.0], "ab", "no more values than means"),
        ([1.0, 2.0], "aa", "fewer than two levels"),
        ([], "", "fewer than two levels"),
    ],
)
def test_degenerate_groups_have_no_effects_and_a_reason(scores, groups, note):
    frame = pd.DataFrame({"score": np.array(scores, dtype=float), "group": list(groups)})
    result = one_way(frame, value="score", factor="group")
    assert result.effects == ()
    assert note in result.note


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="no column accuracy: it has score, injector"):
        one_way(ONE, value="accuracy", factor="injector")


def test_rows_without_a_label_are_counted_and_the_rest_is_analysed_with_its_own_n():
    labels = ONE["injector"].astype(object).where(ONE.index > 1, None)
    result = one_way(ONE.assign(injector=labels), value="score", factor="injector")
    assert (result.n, result.note) == (19, "2 of 21 rows have no injector and were left out.")
    assert result.effects == one_way(ONE.iloc[2:], value="score", factor="injector").effects
    frame = unbalanced(4)
    holed = frame.assign(detector=frame["detector"].where(frame.index != 3))
    both = two_way(holed, value="delay", factors=("drift kind", "detector"))
    assert both.n == len(frame) - 1
    assert both.effects == two_way(frame.drop(index=3), value="delay", factors=("drift kind", "detector")).effects


def test_labels_that_read_alike_are_refused():
    frame = pd.DataFrame({"score": [1.0, 2.0, 3.0, 5.0], "group": pd.Series([1, "1", 2, 2], dtype=object)})
    with pytest.raises(DataError, match="column group has the label 1 both as text and as number"):
        one_way(frame, value="score", factor="group")


def test_a_column_of_numbers_is_no_factor():
    frame = pd.DataFrame({"score": np.arange(3000.0), "x": stream(5, "anova").integers(1500, size=3000)})
    with pytest.raises(ConfigError, match="at most 500 are analysed"):
        one_way(frame, value="score", factor="x")


@pytest.mark.parametrize("sums", ["I", "II", "III"])
def test_each_type_of_sums_of_squares_is_that_of_r(sums):
    effects = two_way(reference("w"), value="delay", factors=("kind", "detector"), sums=sums).effects
    squares = [*(effect.sum_of_squares for effect in effects), effects[0].sum_of_squares_error]
    assert squares == pytest.approx(numbers(f"anova.{sums}"), rel=1e-10)
    assert [effect.statistic for effect in effects] == pytest.approx(numbers(f"anova.{sums}.F"), rel=1e-10)
    assert [effect.p for effect in effects] == pytest.approx(numbers(f"anova.{sums}.p"), rel=1e-10)


def test_type_three_with_contrasts_that_do_not_sum_to_zero_would_be_another_test():
    w = reference("w")
    wrong = anova_lm(ols("delay ~ kind * detector", w).fit(), typ=3)["sum_sq"]
    assert wrong["detector"] != pytest.approx(numbers("anova.III")[1], rel=0.5)
    balanced = pd.DataFrame({"kind": list("xyz") * 8, "detector": list("uuuvvv") * 4})
    balanced["delay"] = stream(6, "anova").normal(size=24)
    every = [two_way(balanced, value="delay", factors=("kind", "detector"), sums=sums) for sums in ("I", "II", "III")]
    for other in every[1:]:
        assert [e.sum_of_squares for e in other.effects] == pytest.approx([e.sum_of_squares for e in every[0].effects])


def test_shares_of_variance_and_their_intervals_are_those_of_r():
    effects = two_way(reference("w"), value="delay", factors=("kind", "detector")).effects
    shown = [v for e in effects for v in (e.partial_eta_squared, e.eta_interval.low, e.eta_interval.high)]
    assert shown == pytest.approx(numbers("two.eta"), rel=1e-6)  # effectsize searches to seven digits
    assert [effect.eta_squared for effect in effects] == pytest.approx(numbers("two.eta.whole"), rel=1e-10)
    one = one_way(reference("w"), value="delay", factor="kind").effects[0]
    assert [one.eta_squared, one.eta_interval.low, one.eta_interval.high] == pytest.approx(numbers("one.eta"), rel=1e-6)
    assert one.omega_squared == pytest.approx(one.partial_omega_squared, rel=1e-10)


def test_an_interval_of_omega_squared_has_the_strengths_that_f_does_not_contradict():
    effect = one_way(ONE.assign(score=ONE["score"] + 3 * (ONE["injector"] == "swap")), value="score", factor="injector")
    found = effect.effects[0]
    for end, p in ((found.omega_interval.low, 0.975), (found.omega_interval.high, 0.025)):
        strength = 21 * end / (1 - end)
        assert stats.ncf.cdf(found.statistic, 2, 18, strength) == pytest.approx(p, abs=1e-8)
    assert found.omega_interval.low < found.partial_omega_squared < found.omega_interval.high
    far = one_way(ONE.assign(score=ONE["score"] + 1e5 * (ONE["injector"] == "swap")), value="score", factor="injector")
    assert 0.99 < far.effects[0].eta_interval.low < far.effects[0].partial_eta_squared < 1.0


def test_sums_of_squares_within_blocks_add_up():
    cells = pd.DataFrame(stream(7, "anova").normal(size=(6, 3))).rename_axis("set").reset_index()
    long = cells.melt("set", var_name="method", value_name="score")
    effect = repeated_measures(long, value="score", within=["method"], block="set").effects[0]
    blocks = long.groupby("set")["score"].transform("mean") - long["score"].mean()
    total = float(((long["score"] - long["score"].mean()) ** 2).sum())
    assert effect.sum_of_squares + effect.sum_of_squares_error + float((blocks**2).sum()) == pytest.approx(total)
    assert effect.partial_eta_squared == pytest.approx(
        effect.statistic * effect.df / (effect.statistic * effect.df + effect.df_error)
    )


@pytest.mark.parametrize("sums", ["2", "IV", 2, None])
def test_another_type_of_sums_is_refused(sums):
    with pytest.raises(ConfigError, match="but must be one of I, II, III"):
        two_way(unbalanced(), value="delay", factors=("drift kind", "detector"), sums=sums)
