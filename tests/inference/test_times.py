"""Restricted means, log-rank tests and Cox's regression against R, statsmodels and closed forms."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from harness.errors import ConfigError
from harness.inference.hazards import cox
from harness.inference.log_rank import log_rank
from harness.inference.restricted_mean import restricted_mean, restricted_mean_difference

# Weeks in remission (Freireich et al. 1963) under 6-MP, + still in remission, and under placebo.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
# aml of R's survival: maintained chemotherapy or not.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"
# ovarian of R's survival: futime with + if censored, age, rx.
OVARIAN = """59 72.3315 1; 115 74.4932 1; 156 66.4658 1; 421+ 53.3644 2; 431 50.3397 1; 448+ 56.4301 1; 464 56.9370 2;
475 59.8548 2; 477+ 64.1753 1; 563 55.1781 2; 638 56.7562 1; 744+ 50.1096 2; 769+ 59.6301 2; 770+ 57.0521 2; 803+ 39.2712 1;
855+ 43.1233 1; 1040+ 38.8932 1; 1106+ 44.6000 1; 1129+ 53.9068 2; 1206+ 44.2055 2; 1227+ 59.5890 2; 268 74.5041 1;
329 43.1370 1; 353 63.2192 2; 365 64.4247 2; 377+ 58.3096 2"""


def read(text):
    words = text.split()
    return np.array([float(word.rstrip("+")) for word in words]), np.array([not word.endswith("+") for word in words])


def groups(**texts):
    parts = [pd.DataFrame({"t": read(text)[0], "d": read(text)[1], "g": name}) for name, text in texts.items()]
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(second=frame["g"] == list(texts)[-1])


REMISSION = groups(treated=TREATED, untreated=PLACEBO)
AML = groups(maintained=MAINTAINED, not_maintained=NOT_MAINTAINED)


def ranked(frame, rho=0.0, group="g"):
    return log_rank(frame, delay="t", detected="d", group=group, rho=rho)


@pytest.mark.parametrize(
    ("text", "horizon", "mean", "error"),
    [
        (TREATED, 20, 16.11652661064, 1.25156019601),
        (TREATED, 35, 23.28739495798, 2.82746762337),
        (PLACEBO, 20, 8.42857142857, 1.26808268250),
        (PLACEBO, 35, 8.66666666667, 1.37739004126),
        (MAINTAINED, 40, 28.8977272727, 3.46757767889),
        (NOT_MAINTAINED, 40, 21.9305555556, 3.83564116318),
    ],
)
def test_the_restricted_mean_and_its_error_are_those_of_r(text, horizon, mean, error):
    """R: summary(survfit(Surv(t, d) ~ g), rmean = horizon)$table."""
    found = restricted_mean(*read(text), horizon=horizon)
    assert (found.estimate, found.standard_error) == pytest.approx((mean, error), rel=1e-11)
    assert found.interval.high == pytest.approx(min(mean + stats.norm.ppf(0.975) * error, horizon))


def test_without_a_miss_the_restricted_mean_is_that_of_what_was_watched():
    values = np.array([1.0, 4, 4, 9, 12, 20])
    found, cut = restricted_mean(values, [True] * 6, horizon=10), np.minimum(values, 10)
    assert (found.estimate, found.standard_error) == pytest.approx((cut.mean(), cut.std() / math.sqrt(6)))


def test_the_difference_of_restricted_means_is_the_sum_of_their_variances():
    found = restricted_mean_difference(read(TREATED), read(PLACEBO), horizon=20)
    error = math.hypot(1.25156019601, 1.26808268250)
    assert (found.estimate, found.standard_error) == pytest.approx((16.11652661064 - 8.42857142857, error))
    assert found.p == pytest.approx(2 * stats.norm.sf(found.statistic))
    assert (found.first.n, found.second.n, found.n) == (21, 21, 42)


def test_a_horizon_beyond_what_was_watched_is_noted():
    found = restricted_mean([3, 8, 8], [True, False, False], horizon=12)
    assert found.note == "No delay was watched beyond 8, and the curve is taken as flat from there to 12."
    assert restricted_mean([3, 8], [True, True], horizon=12).note == ""


def test_nothing_found_is_the_horizon_without_error():
    found = restricted_mean([20, 20], [False, False], horizon=5)
    assert (found.estimate, found.standard_error) == (5.0, 0.0)
    assert found.note == "Delays do not vary before the horizon: the error is 0, and the interval has no width."


# R: survdiff(Surv(t, d) ~ g, rho = 0 and 1): chisq, obs, exp.
@pytest.mark.parametrize(
    ("frame", "rho", "statistic", "observed", "expected"),
    [
        (REMISSION, 0, 16.79294098922, (9, 21), (19.25050094803, 10.74949905197)),
        (REMISSION, 1, 14.45715081872, (5.12151463951, 14.55285169207), (11.99855967708, 7.67580665450)),
        (AML, 0, 3.39638869898, (7, 11), (10.68933599230, 7.31066400770)),
        (AML, 1, 2.77927954475, (3.84541062802, 7.18150448585), (6.14285714286, 4.88405797101)),
    ],
)
def test_log_rank_and_peto_are_those_of_r(frame, rho, statistic, observed, expected):
    test = ranked(frame, rho)
    assert test.statistic == pytest.approx(statistic, rel=1e-11)
    assert test.observed == pytest.approx(observed)
    assert test.expected == pytest.approx(expected)
    assert (test.df, test.p) == (1, pytest.approx(stats.chi2.sf(statistic, 1)))


def test_three_groups_are_those_of_statsmodels():
    frame = pd.concat([REMISSION, AML.assign(g="other")], ignore_index=True)
    theirs = survdiff(frame["t"], frame["d"], frame["g"])
    ours = ranked(frame)
    assert (ours.statistic, ours.df, ours.p) == (pytest.approx(theirs[0]), 2, pytest.approx(theirs[1]))
    assert sum(ours.observed) == pytest.approx(sum(ours.expected))


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"g": "one"}, "There is one group: there is nothing to compare."),
        ({"d": False}, "Nothing was found: there is no detection to compare."),
        ({"t": 3.0, "d": True}, "Whatever was found, was found where groups cannot differ: the test has no variance."),
    ],
)
def test_without_a_test_the_note_says_why(change, note):
    test = ranked(REMISSION.assign(**change))
    assert math.isnan(test.p)
    assert test.note == note


def test_rows_without_a_group_are_left_out():
    test = ranked(REMISSION.assign(g=REMISSION["g"].where(REMISSION.index > 3)))
    assert test.n == 38
    assert test.note == "4 of 42 rows have no g and were left out."


# R: coxph(Surv(t, d) ~ second, ties = ...): coef, se(coef), z, p, and the likelihood-ratio test.
@pytest.mark.parametrize(
    ("frame", "ties", "expected"),
    [
        (REMISSION, "efron", (1.57212514883, 0.412396717709, 3.81216697737, 0.000137753761987)),
        (REMISSION, "breslow", (1.50919141259, 0.409564406367, 3.68486955684, 0.000228819799073)),
        (AML, "efron", (0.915532575015, 0.511934275172, 1.78837913267, 0.073714860639)),
        (AML, "breslow", (0.904219723686, 0.512247907304, 1.76519944892, 0.0775302512086)),
    ],
)
def test_cox_is_that_of_r_for_both_rules_of_ties(frame, ties, expected):
    (effect,) = cox(frame, delay="t", detected="d", covariates=["second"], ties=ties).effects
    assert (effect.coefficient, effect.standard_error, effect.statistic, effect.p) == pytest.approx(expected, rel=1e-6)
    assert effect.estimate == pytest.approx(math.exp(expected[0]), rel=1e-6)


def test_the_likelihood_ratio_and_the_interval_are_those_of_r():
    model = cox(REMISSION, delay="t", detected="d", covariates=["second"])
    assert (model.statistic, model.df, model.p) == pytest.approx((16.3516908390, 1, 5.26092053289e-05), rel=1e-8)
    interval = model.effects[0].interval
    assert (interval.low, interval.high) == pytest.approx((2.14650821273, 10.8093106816), rel=1e-6)
    assert (model.n, model.n_detected) == (42, 30)


def test_cox_of_two_covariates_is_that_of_r():
    """R: coxph(Surv(futime, fustat) ~ age + rx, ovarian)."""
    rows = [row.split() for row in OVARIAN.split(";")]
    times, found = read(" ".join(row[0] for row in rows))
    frame = pd.DataFrame([row[1:] for row in rows], columns=["age", "rx"], dtype=float).assign(t=times, d=found)
    model = cox(frame, delay="t", detected="d", covariates=["age", "rx"])
    assert [each.coefficient for each in model.effects] == pytest.approx([0.147326595469, -0.803973012665], rel=1e-6)
    assert [each.standard_error for each in model.effects] == pytest.approx([0.0461470477408, 0.63204937188], rel=1e-6)
    assert model.statistic == pytest.approx(2 * (34.9849403712 - 27.0418988630), rel=1e-8)


@pytest.mark.parametrize(
    ("covariates", "note"),
    [
        (["sure"], "A covariate tells early from late without error"),
        (["same"], "same does not vary: it has no hazard ratio."),
        (["second", "twice"], "The covariates repeat each other"),
    ],
)
def test_a_ratio_that_cannot_be_told_is_said_to_be_so(covariates, note):
    frame = AML.assign(sure=-AML["t"], same=1.0, twice=2.0 * AML["second"])
    model = cox(frame, delay="t", detected="d", covariates=covariates)
    assert model.effects == ()
    assert model.note.startswith(note)


def test_other_rules_of_ties_are_refused():
    with pytest.raises(ConfigError, match="ties is 'exact', but must be one of efron, breslow"):
        cox(AML, delay="t", detected="d", covariates=["second"], ties="exact")
