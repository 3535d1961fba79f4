"""Linear models, groups and random effects hold their level and their coverage: by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.inference.anova import one_way, two_way
from harness.inference.groups import bartlett, kruskal_wallis, levene, shapiro_wilk, welch
from harness.inference.linear.mixed import mixed_model
from harness.inference.linear.regression import between_sets, fixed_effects, regression
from harness.inference.noncentral import noncentrality_of_f
from harness.inference.random_effects import random_effects
from harness.inference.tukey import tukey
from tests.inference import test_coverage as intervals
from tests.inference.test_coverage import covered
from tests.inference.test_type_one_error import HIGHEST, LOWEST, RUNS, rejections

SETS = np.repeat(np.arange(12), [3, 8, 4, 4, 10, 3, 6, 5, 4, 7, 3, 9])


def rows_of_sets(rng):
    """Unbalanced rows in which data sets differ, also in how they react to x and to the kind."""
    n, m = len(SETS), SETS.max() + 1
    frame = pd.DataFrame({"set": SETS, "x": rng.normal(size=n), "kind": rng.choice(["a", "b", "c"], size=n)})
    frame["size"] = rng.normal(size=m)[SETS]
    own = rng.normal(size=(m, 3)) * 0.5
    reaction = own[SETS, frame["kind"].map({"a": 0, "b": 1, "c": 2})] + rng.normal(size=m)[SETS] * 0.3 * frame["x"]
    return frame.assign(y=rng.normal(size=m)[SETS] + reaction + rng.normal(size=n))


def coefficient(fit, term):
    return next(each for each in fit.coefficients if each.term == term)


def independent_rows(rng):
    frame = pd.DataFrame({"x": rng.normal(size=30), "kind": rng.choice(["a", "b", "c"], size=30)})
    return frame.assign(y=rng.normal(size=30) + 2 * frame["x"])


def independent_rows_of_unequal_variance(rng):
    frame = pd.DataFrame({"x": rng.normal(size=100)})
    return frame.assign(y=rng.normal(size=100) * (0.3 + np.abs(frame["x"])))


def groups_of(rng, spread=(1.0, 1.0, 1.0), sizes=(6, 8, 11)):
    values = np.concatenate([s * rng.normal(size=n) for s, n in zip(spread, sizes, strict=True)])
    return pd.DataFrame({"y": values, "group": np.repeat(["a", "b", "c"], sizes)})


def seeds_of(rng, sets=8, seeds=3, own=1.0):
    methods = np.array(list("abc"))
    frame = pd.DataFrame(
        {"set": np.repeat(np.arange(sets), 3 * seeds), "method": np.tile(np.repeat(methods, seeds), sets)}
    )
    cells = rng.normal(size=(sets, 1)) * 2 + own * rng.normal(size=(sets, 3))
    return frame.assign(y=np.repeat(cells.ravel(), seeds) + rng.normal(size=len(frame)))


def kind_of_independent_rows(rng):
    return regression(independent_rows(rng), value="y", terms=["x", "kind"]).terms[1].classical.p


def breusch_pagan_of_equal_variances(rng):
    return regression(independent_rows(rng), value="y", terms=["x", "kind"]).breusch_pagan.p


def durbin_watson_of_independent_errors(rng):
    return regression(independent_rows(rng), value="y", terms=["x", "kind"]).durbin_watson.p


def covariate_of_sets_on_their_means(rng):
    return between_sets(rows_of_sets(rng), value="y", terms=["size"], sets="set").coefficients[1].classical.p


def slope_within_sets(rng):
    return coefficient(fixed_effects(rows_of_sets(rng), value="y", terms=["x", "kind"], sets="set"), "x").cr2.p


def methods_on_seeds(rng):
    return mixed_model(seeds_of(rng), value="y", terms=["method"], sets="set", inner=["method"]).terms["method"].p


def a_slope_beside_random_sets(rng):
    frame = rows_of_sets(rng)
    frame["y"] = np.repeat(rng.normal(size=12), np.bincount(SETS)) + rng.normal(size=len(SETS))
    return mixed_model(frame, value="y", terms=["x", "size"], sets="set").terms["size"].p


def main_effect_by_type_three(rng):
    frame = pd.DataFrame({"a": list("xxyyyzz") * 4, "b": list("uvuvvuv") * 4, "y": rng.normal(size=28)})
    return two_way(frame, value="y", factors=("a", "b"), sums="III").effects[0].p


def main_effect_by_type_one(rng):
    frame = pd.DataFrame({"a": list("xxyyyzz") * 4, "b": list("uvuvvuv") * 4, "y": rng.normal(size=28)})
    return two_way(frame, value="y", factors=("a", "b"), sums="I").effects[1].p


def welch_of_unequal_variances(rng):
    return welch(groups_of(rng, (3.0, 1.0, 1.0)), value="y", factor="group").p


def levene_from_the_means(rng):
    return levene(groups_of(rng, sizes=(20, 25, 30)), value="y", factor="group", centre="mean").p


def bartlett_of_equal_variances(rng):
    return bartlett(groups_of(rng), value="y", factor="group").p


def kruskal_wallis_of_three_groups(rng):
    return kruskal_wallis(groups_of(rng, sizes=(8, 10, 12)), value="y", factor="group").p


def shapiro_wilk_of_normal_values(rng):
    return shapiro_wilk(rng.normal(size=20)).p


def tukey_over_all_pairs(rng):
    return min(pair.p for pair in tukey(groups_of(rng, sizes=(8, 8, 8)), value="y", factor="group").pairs)


def mean_of_effects_that_differ(rng):
    variances = rng.uniform(0.05, 1.0, size=12)
    return random_effects(rng.normal(size=12) * np.sqrt(0.3 + variances), variances).p


@RUNS
@pytest.mark.parametrize(
    "study",
    [
        kind_of_independent_rows,
        durbin_watson_of_independent_errors,
        covariate_of_sets_on_their_means,
        slope_within_sets,
        methods_on_seeds,
        a_slope_beside_random_sets,
        welch_of_unequal_variances,
        levene_from_the_means,
        bartlett_of_equal_variances,
        kruskal_wallis_of_three_groups,
        shapiro_wilk_of_normal_values,
        mean_of_effects_that_differ,
    ],
)
def test_a_true_null_hypothesis_is_rejected_in_one_of_twenty_studies(study, runs):
    assert LOWEST[runs] <= rejections(study, runs) <= HIGHEST[runs]


@pytest.mark.exhaustive
@pytest.mark.parametrize("study", [main_effect_by_type_three, main_effect_by_type_one, tukey_over_all_pairs])
def test_so_are_those_that_take_long(study):
    assert LOWEST[2000] <= rejections(study, 2000) <= HIGHEST[2000]


def slope_of_unequal_variances_by_hc3(rng):
    return regression(independent_rows_of_unequal_variance(rng), value="y", terms=["x"]).coefficients[1].hc3.p


def covariate_of_sets_by_cr2(rng):
    fit = regression(rows_of_sets(rng), value="y", terms=["size"], sets="set")
    return fit.coefficients[1].cr2.p


def kind_within_sets_together(rng):
    return fixed_effects(rows_of_sets(rng), value="y", terms=["x", "kind"], sets="set").terms[1].cr2.p


def levene_from_the_medians(rng):
    return levene(groups_of(rng), value="y", factor="group").p


def mean_of_effects_that_are_equal(rng):
    variances = rng.uniform(0.05, 1.0, size=8)
    return random_effects(rng.normal(size=8) * np.sqrt(variances), variances).p


@RUNS
@pytest.mark.parametrize(
    "study",
    [
        breusch_pagan_of_equal_variances,
        slope_of_unequal_variances_by_hc3,
        covariate_of_sets_by_cr2,
        kind_within_sets_together,
        levene_from_the_medians,
        mean_of_effects_that_are_equal,
    ],
)
def test_conservative_tests_reject_no_more_than_that(study, runs):
    assert rejections(study, runs) <= HIGHEST[runs]


def covariate_of_sets_on_rows(rng):
    return regression(rows_of_sets(rng), value="y", terms=["size"], sets="set").coefficients[1].classical.p


def slope_of_unequal_variances_by_least_squares(rng):
    return regression(independent_rows_of_unequal_variance(rng), value="y", terms=["x"]).coefficients[1].classical.p


def f_of_unequal_variances(rng):
    return one_way(groups_of(rng, (3.0, 1.0, 1.0)), value="y", factor="group").effects[0].p


def test_the_simulations_catch_the_tests_that_are_wrong():
    for study in (covariate_of_sets_on_rows, slope_of_unequal_variances_by_least_squares, f_of_unequal_variances):
        assert rejections(study, 150) > HIGHEST[400]


def slope_that_sets_share(rng):
    frame = rows_of_sets(rng)
    fit = fixed_effects(frame.assign(y=frame["y"] + 2 * frame["x"]), value="y", terms=["x", "kind"], sets="set")
    return 2.0 in fit.coefficients[0].cr2.interval


def difference_of_two_methods(rng):
    frame = seeds_of(rng)
    fit = mixed_model(
        frame.assign(y=frame["y"] + 1.5 * (frame["method"] == "b")),
        value="y",
        terms=["method"],
        sets="set",
        inner=["method"],
    )
    return 1.5 in fit.coefficients[1].test.interval


def share_of_variance(rng):
    f = float(stats.f_oneway(*(rng.normal(size=(8, 3)) + np.array([-1.0, 0.0, 1.0])).T).statistic)
    return noncentrality_of_f(f, 2, 21, 0.95).low <= 16 <= noncentrality_of_f(f, 2, 21, 0.95).high


def all_pairs_together(rng):
    found = tukey(groups_of(rng, sizes=(8, 8, 8)), value="y", factor="group")
    return all(0.0 in pair.interval for pair in found.pairs)


def mean_effect(rng):
    variances = rng.uniform(0.05, 1.0, size=12)
    return 3.0 in random_effects(3 + rng.normal(size=12) * np.sqrt(0.3 + variances), variances).interval


def effect_of_a_new_set(rng):
    variances = rng.uniform(0.05, 0.5, size=20)
    found = random_effects(3 + rng.normal(size=20) * np.sqrt(1.0 + variances), variances, method="reml")
    return rng.normal(3.0, 1.0) in found.prediction


def variance_between_sets(rng):
    variances = rng.uniform(0.05, 1.0, size=12)
    return 0.3 in random_effects(rng.normal(size=12) * np.sqrt(0.3 + variances), variances).tau2_interval


@RUNS
@pytest.mark.parametrize(
    "study",
    [
        share_of_variance,
        mean_effect,
        effect_of_a_new_set,
        variance_between_sets,
    ],
)
def test_an_interval_of_95_percent_holds_the_truth_in_nineteen_of_twenty_studies(study, runs):
    assert intervals.LOWEST[runs] <= covered(study, runs) <= intervals.HIGHEST[runs]


@pytest.mark.exhaustive
@pytest.mark.parametrize("study", [slope_that_sets_share, difference_of_two_methods, all_pairs_together])
def test_so_do_those_that_take_long(study):
    assert intervals.LOWEST[2000] <= covered(study, 2000) <= intervals.HIGHEST[2000]
