"""Repeated-measures analysis of variance against statsmodels and R."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.anova import AnovaRM

from harness.core import ConfigError
from harness.inference.repeated_measures import repeated_measures
from harness.randomness import stream

# Maxwell and Delaney's reaction times, in R's manual of mauchly.test: noise absent or present, at 0, 4 and 8 degrees.
REACTION = np.array(
    [
        [420, 420, 480, 480, 600, 780],
        [420, 480, 480, 360, 480, 600],
        [480, 480, 540, 660, 780, 780],
        [420, 540, 540, 480, 780, 900],
        [540, 660, 540, 480, 660, 720],
        [360, 420, 360, 360, 480, 540],
        [480, 480, 600, 540, 720, 840],
        [480, 600, 660, 540, 720, 900],
        [540, 600, 540, 480, 720, 780],
        [480, 420, 540, 540, 660, 780],
    ],
    dtype=float,
)


def long(cells, *names):
    """One row per entry of `cells`, whose first axis is the data set and whose others are the factors named."""
    index = np.indices(cells.shape).reshape(cells.ndim, -1)
    frame = pd.DataFrame(dict(zip(("dataset", *names), index, strict=True)))
    return frame.astype(str).assign(score=cells.ravel())


TWO_FACTORS = long(REACTION.reshape(10, 2, 3), "noise", "degrees")


def test_two_within_factors_have_the_f_and_p_of_statsmodels():
    ours = repeated_measures(TWO_FACTORS, value="score", within=("noise", "degrees"), block="dataset").effects
    theirs = AnovaRM(TWO_FACTORS, "score", "dataset", within=["noise", "degrees"]).fit().anova_table
    assert [effect.name for effect in ours] == list(theirs.index)
    assert [effect.statistic for effect in ours] == pytest.approx(list(theirs["F Value"]))
    assert [effect.p_uncorrected for effect in ours] == pytest.approx(list(theirs["Pr > F"]))
    assert [(effect.df, effect.df_error) for effect in ours] == list(
        zip(theirs["Num DF"], theirs["Den DF"], strict=True)
    )


def test_the_interaction_is_that_of_rs_manual():
    # anova(mlmfit, mlmfit0, X = ~ deg + noise, test = "Spherical"): F = 45.31, GG 0.904, HF 1.118, W = 0.8938, p = 0.6381.
    effect = repeated_measures(TWO_FACTORS, value="score", within=("noise", "degrees"), block="dataset").effects[2]
    assert effect.statistic == pytest.approx(45.310, abs=5e-4)
    assert effect.p_uncorrected == pytest.approx(9.424e-08, rel=1e-3)
    assert effect.sphericity.greenhouse_geisser == pytest.approx(0.904, abs=5e-4)
    assert effect.p == pytest.approx(3.454e-07, rel=1e-3)
    assert effect.sphericity.huynh_feldt == 1.0
    assert effect.sphericity.mauchly_w == pytest.approx(0.8937772, abs=5e-8)
    assert effect.sphericity.mauchly_p == pytest.approx(0.6381418, abs=5e-8)


def test_six_levels_have_rs_mauchly_but_for_the_term_where_r_departs_from_anderson():
    # R prints W = 0.03108446 and p = 0.04765187. Its series has 3p with p = 6 cells where Anderson's has 5 contrasts: the
    # polynomial is 420 for 417, and with 420 our p is R's.
    sphere = (
        repeated_measures(long(REACTION, "method"), value="score", within=["method"], block="dataset")
        .effects[0]
        .sphericity
    )
    leading = stats.chi2.sf(-9 * (1 - 57 / 270) * math.log(sphere.mauchly_w), 14)
    assert sphere.mauchly_w == pytest.approx(0.03108446, abs=5e-9)
    assert leading + (sphere.mauchly_p - leading) * 420 / 417 == pytest.approx(0.04765187, abs=5e-9)


def test_epsilon_is_that_of_the_double_centred_covariance():
    covariance = np.cov(REACTION, rowvar=False)
    centred = covariance - covariance.mean(axis=0) - covariance.mean(axis=1)[:, None] + covariance.mean()
    expected = np.trace(centred) ** 2 / (5 * (centred**2).sum())
    effect = repeated_measures(long(REACTION, "method"), value="score", within=["method"], block="dataset").effects[0]
    assert effect.sphericity.greenhouse_geisser == pytest.approx(expected)
    assert effect.p == pytest.approx(stats.f.sf(effect.statistic, 5 * expected, 45 * expected))
    huynh_feldt = (10 * 5 * expected - 2) / (5 * (9 - 5 * expected))
    assert effect.sphericity.huynh_feldt == pytest.approx(huynh_feldt)
    assert effect.p_huynh_feldt == pytest.approx(stats.f.sf(effect.statistic, 5 * huynh_feldt, 45 * huynh_feldt))


def test_effect_sizes_have_their_closed_forms():
    effect = repeated_measures(long(REACTION, "method"), value="score", within=["method"], block="dataset").effects[0]
    grand = REACTION.mean()
    total = ((REACTION - grand) ** 2).sum()
    between = 10 * ((REACTION.mean(axis=0) - grand) ** 2).sum()
    blocks = 6 * ((REACTION.mean(axis=1) - grand) ** 2).sum()
    error = (total - between - blocks) / 45
    assert effect.generalised_eta_squared == pytest.approx(between / total)
    variance = 5 * (between / 5 - error) / 60
    assert effect.partial_omega_squared == pytest.approx(variance / (variance + error))


def test_generalised_eta_squared_of_two_factors_counts_every_sum_of_squares_with_blocks():
    cells = REACTION.reshape(10, 2, 3)
    effects = repeated_measures(TWO_FACTORS, value="score", within=("noise", "degrees"), block="dataset").effects
    ratios = [e.generalised_eta_squared / (1 - e.generalised_eta_squared) for e in effects]
    means = cells.mean(axis=0)
    a, b = means.mean(axis=1), means.mean(axis=0)
    sums = [
        30 * ((a - means.mean()) ** 2).sum(),
        20 * ((b - means.mean()) ** 2).sum(),
        10 * ((means - a[:, None] - b + means.mean()) ** 2).sum(),
    ]
    noise = ((cells - means) ** 2).sum()
    assert ratios == pytest.approx([ss / noise for ss in sums])


def test_two_methods_give_the_square_of_the_paired_t():
    effect = repeated_measures(
        long(REACTION[:, :2], "method"), value="score", within=["method"], block="dataset"
    ).effects[0]
    paired = stats.ttest_rel(REACTION[:, 0], REACTION[:, 1])
    assert (effect.statistic, effect.p) == pytest.approx((paired.statistic**2, paired.pvalue))
    assert (effect.sphericity.greenhouse_geisser, effect.sphericity.mauchly_w) == (1.0, 1.0)


def test_seeds_are_averaged_first():
    seeds = pd.concat([TWO_FACTORS.assign(score=TWO_FACTORS["score"] + shift) for shift in (-7.0, 7.0)])
    once, averaged = (
        repeated_measures(frame, value="score", within=("noise", "degrees"), block="dataset")
        for frame in (TWO_FACTORS, seeds)
    )
    assert averaged.n == 10
    assert [e.p for e in averaged.effects] == pytest.approx([e.p for e in once.effects])


def test_an_incomplete_data_set_is_left_out_and_named():
    frame = TWO_FACTORS.drop(index=[0]).reset_index(drop=True)
    result = repeated_measures(frame, value="score", within=("noise", "degrees"), block="dataset")
    rest = repeated_measures(
        TWO_FACTORS.query("dataset != '0'"), value="score", within=("noise", "degrees"), block="dataset"
    )
    assert (result.n, result.note) == (9, "Left out, for lack of some values: 0.")
    assert [e.p for e in result.effects] == pytest.approx([e.p for e in rest.effects])


def test_a_data_set_without_any_value_is_named_too():
    frame = TWO_FACTORS.assign(score=TWO_FACTORS["score"].where(TWO_FACTORS["dataset"] != "3"))
    result = repeated_measures(frame, value="score", within=("noise", "degrees"), block="dataset")
    assert result.note == "6 of 60 values are missing and are not in the means. Left out, for lack of some values: 3."


def test_more_contrasts_than_data_sets_leave_mauchly_out_and_keep_the_corrected_p():
    effect = repeated_measures(long(REACTION[:4], "method"), value="score", within=["method"], block="dataset").effects[
        0
    ]
    assert math.isnan(effect.sphericity.mauchly_p)
    assert "needs more than 5 blocks, and there are 4" in effect.note
    assert effect.p_uncorrected < effect.p < 1


def test_methods_that_always_agree_give_p_one():
    cells = np.repeat(stream(0, "blocks").normal(size=(6, 1)), 3, axis=1)
    effect = repeated_measures(long(cells, "method"), value="score", within=["method"], block="dataset").effects[0]
    assert (effect.p, effect.generalised_eta_squared) == (1.0, 0.0)
    assert "all its cells are equal" in effect.note


def test_an_effect_without_any_spread_over_data_sets_has_no_f():
    cells = stream(1, "blocks").normal(size=(6, 1)) + np.array([0.0, 1.0, 2.0])
    effect = repeated_measures(long(cells, "method"), value="score", within=["method"], block="dataset").effects[0]
    assert math.isnan(effect.p)
    assert "every block shows the same effect" in effect.note


def test_one_data_set_or_one_method_cannot_be_tested():
    for cells in (REACTION[:1], REACTION[:, :1]):
        result = repeated_measures(long(cells, "method"), value="score", within=["method"], block="dataset")
        assert result.effects == ()
        assert "no effect can be tested" in result.note


def test_a_factor_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="no column model"):
        repeated_measures(TWO_FACTORS, value="score", within=("noise", "model"), block="dataset")


def test_rows_without_a_label_are_counted():
    rows = TWO_FACTORS.assign(noise=TWO_FACTORS["noise"].where(TWO_FACTORS.index > 0))
    result = repeated_measures(rows, value="score", within=("noise", "degrees"), block="dataset")
    assert result.note == (
        "1 of 60 rows have no dataset or no noise or no degrees and were left out. Left out, for lack of some values: 0."
    )
    assert result.n == 9


def test_one_factor_is_named_in_a_list():
    with pytest.raises(ConfigError, match="give a list of columns"):
        repeated_measures(TWO_FACTORS, value="score", within="noise", block="dataset")
