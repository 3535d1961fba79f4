"""Two samples, rates and times by simulation: 400 studies in the normal suite, 2000 in the exhaustive one."""

import numpy as np
import pandas as pd
import pytest

from harness.inference import event_rates, five_by_two, proportions, two_proportions, two_samples
from harness.inference.descriptives import median
from harness.inference.dominance import brunner_munzel, cliffs_delta
from harness.inference.hazards import cox
from harness.inference.log_rank import log_rank
from harness.inference.paired import paired_t
from harness.inference.power import two_sample_power
from harness.inference.restricted_mean import restricted_mean, restricted_mean_difference
from harness.inference.survival import kaplan_meier
from tests.inference.test_coverage import HIGHEST as MOST_COVERED
from tests.inference.test_coverage import LOWEST as LEAST_COVERED
from tests.inference.test_coverage import covered
from tests.inference.test_type_one_error import HIGHEST, LOWEST, RUNS, cross_validation, rejections

HORIZON = 60.0


def lives(rng, n=30, step=3):
    """Delays of two groups of one distribution, in whole steps, so that some tie, censored at the horizon; a row for each."""
    values = np.ceil(rng.exponential(40.0, size=2 * n) / step) * step
    frame = pd.DataFrame({"t": np.minimum(values, HORIZON), "d": values <= HORIZON})
    return frame.assign(g=np.repeat([0, 1], n))


def curve_of(frame, group):
    part = frame[frame["g"] == group]
    return part["t"].to_numpy(), part["d"].to_numpy()


def streams_of_data_sets(rng, sets=8, streams=12):
    """Delays of two detectors that are alike over all data sets, and not on each: shape (n_sets, 2, n_streams)."""
    scale = 20 * np.exp(0.5 * rng.normal(size=(sets, 1, 1)) + 0.7 * rng.normal(size=(sets, 2, 1)))
    return np.minimum(rng.exponential(scale, size=(sets, 2, streams)), HORIZON)


def alarms_of_data_sets(rng, sets=20, streams=100, share=0.1, correlation=0.05):
    """False alarms of streams that resemble each other on a data set: shape (n_sets,)."""
    size = 1 / correlation - 1
    return rng.binomial(streams, rng.beta(share * size, (1 - share) * size, size=sets)), [streams] * sets


def welch_of_unlike_variances(rng):
    return two_samples.welch_t(rng.normal(size=8), rng.normal(scale=3, size=14)).p


def brunner_munzel_of_unlike_variances_and_ties(rng):
    return brunner_munzel(rng.normal(size=20).round(), rng.normal(scale=2, size=25).round()).p


def log_rank_of_independent_delays(rng):
    return log_rank(lives(rng), delay="t", detected="d", group="g").p


def peto_of_independent_delays(rng):
    return log_rank(lives(rng), delay="t", detected="d", group="g", rho=1.0).p


def cox_of_independent_delays(rng):
    return cox(lives(rng, n=20, step=6), delay="t", detected="d", covariates=["g"]).effects[0].p


def restricted_means_of_independent_delays(rng):
    frame = lives(rng)
    return restricted_mean_difference(curve_of(frame, 0), curve_of(frame, 1), horizon=45.0).p


def restricted_means_of_data_sets(rng):
    means = streams_of_data_sets(rng).mean(axis=2)
    return paired_t(means[:, 0] - means[:, 1]).p


@RUNS
@pytest.mark.parametrize(
    "study",
    [
        welch_of_unlike_variances,
        brunner_munzel_of_unlike_variances_and_ties,
        log_rank_of_independent_delays,
        peto_of_independent_delays,
        cox_of_independent_delays,
        restricted_means_of_independent_delays,
        restricted_means_of_data_sets,
    ],
)
def test_a_true_null_hypothesis_is_rejected_in_one_of_twenty_studies(study, runs):
    assert LOWEST[runs] <= rejections(study, runs) <= HIGHEST[runs]


def fisher(rng):
    return two_proportions.fisher_exact(rng.binomial(30, 0.3), 30, rng.binomial(25, 0.3), 25).p


def mcnemar(rng):
    hard = rng.normal(size=60)
    return two_proportions.mcnemar(hard + rng.normal(size=60) > 0.5, hard + rng.normal(size=60) > 0.5).p


def two_rates(rng):
    return event_rates.rate_ratio(rng.poisson(12), 100, rng.poisson(24), 200).p


def folds_of_five_by_two(rng):
    return cross_validation(rng, n=200, folds=2, repeats=5).reshape(5, 2)


def five_by_two_t(rng):
    return five_by_two.five_by_two_t(folds_of_five_by_two(rng)).p


def five_by_two_f(rng):
    return five_by_two.five_by_two_f(folds_of_five_by_two(rng)).p


@RUNS
@pytest.mark.parametrize("study", [fisher, mcnemar, two_rates, five_by_two_t, five_by_two_f])
def test_exact_and_conservative_tests_reject_no_more_than_that(study, runs):
    assert rejections(study, runs) <= HIGHEST[runs]


def log_rank_over_streams_of_data_sets(rng):
    delays = streams_of_data_sets(rng)
    frame = pd.DataFrame({"t": delays.ravel(), "d": delays.ravel() < HORIZON})
    frame["g"] = np.broadcast_to(np.arange(2)[:, None], delays.shape).ravel()
    return log_rank(frame, delay="t", detected="d", group="g").p


def restricted_means_over_streams_of_data_sets(rng):
    first, second = (delays.ravel() for delays in streams_of_data_sets(rng).swapaxes(0, 1))
    curves = [(delays, delays < HORIZON) for delays in (first, second)]
    return restricted_mean_difference(*curves, horizon=50.0).p


@pytest.mark.parametrize("study", [log_rank_over_streams_of_data_sets, restricted_means_over_streams_of_data_sets])
def test_streams_of_data_sets_taken_as_independent_delays_are_wrong(study):
    assert rejections(study, 400) > 0.25


def difference_of_means(rng):
    return 1.0 in two_samples.welch_t(rng.normal(1.0, 1.0, size=8), rng.normal(scale=3, size=14)).interval


def cohens_d(rng):
    return 0.8 in two_samples.cohen_d(rng.normal(0.8, 1.0, size=12), rng.normal(size=16)).interval


def cliffs_delta_of_a_shift(rng):
    # P(X > Y) of two normal distributions half a standard deviation apart, both with a variance of 1.
    return 0.27632639016823696 in cliffs_delta(rng.normal(0.5, 1.0, size=25), rng.normal(size=30)).interval


def share_by_wilson(rng):
    share = rng.uniform()
    return share in proportions.wilson(rng.binomial(30, share), 30).interval


def share_by_jeffreys(rng):
    share = rng.uniform()
    return share in proportions.jeffreys(rng.binomial(30, share), 30).interval


def difference_of_shares(rng):
    first, second = rng.uniform(size=2)
    return (
        first - second in two_proportions.newcombe(rng.binomial(30, first), 30, rng.binomial(40, second), 40).interval
    )


def difference_of_paired_shares(rng):
    hard = rng.normal(size=(2, 50))
    first, second = hard[0] + rng.normal(size=50) > 0, hard[0] + rng.normal(size=50) > 0.9
    # P(hard + noise > 0.9), with a variance of 2, is 0.26224.
    return 0.5 - 0.2622396 in two_proportions.mcnemar(first, second).interval


def restricted_mean_of_delays(rng):
    values = rng.exponential(40.0, size=100)
    truth = 40 * (1 - np.exp(-45 / 40))
    return truth in restricted_mean(np.minimum(values, 50), values < 50, horizon=45.0).interval


def median_delay(rng):
    values = rng.exponential(40.0, size=50)
    return 40 * np.log(2) in kaplan_meier(np.minimum(values, 60), values < 60).median().interval


@RUNS
@pytest.mark.parametrize(
    "study",
    [
        difference_of_means,
        cohens_d,
        cliffs_delta_of_a_shift,
        share_by_wilson,
        share_by_jeffreys,
        difference_of_shares,
        difference_of_paired_shares,
        restricted_mean_of_delays,
        median_delay,
    ],
)
def test_an_interval_of_95_percent_holds_the_truth_in_nineteen_of_twenty_studies(study, runs):
    assert LEAST_COVERED[runs] <= covered(study, runs) <= MOST_COVERED[runs]


def share_by_clopper_and_pearson(rng):
    share = rng.uniform()
    return share in proportions.clopper_pearson(rng.binomial(30, share), 30).interval


def pooled_share(rng):
    return 0.1 in proportions.korn_graubard(*alarms_of_data_sets(rng)).interval


def rate(rng):
    return 0.05 in event_rates.poisson_rate(rng.poisson(5), 100).interval


def ratio_of_rates(rng):
    return 2.0 in event_rates.rate_ratio(rng.poisson(16), 100, rng.poisson(16), 200).interval


def median_of_skewed_values(rng):
    return np.log(2) in median(rng.exponential(size=25)).interval


@RUNS
@pytest.mark.parametrize(
    "study",
    [share_by_clopper_and_pearson, pooled_share, rate, ratio_of_rates, median_of_skewed_values],
)
def test_exact_intervals_hold_the_truth_at_least_as_often(study, runs):
    assert LEAST_COVERED[runs] <= covered(study, runs)


def share_pooled_as_if_independent(rng):
    hits, trials = alarms_of_data_sets(rng)
    return 0.1 in proportions.wilson(int(hits.sum()), sum(trials)).interval


def test_the_simulations_catch_the_interval_that_is_wrong():
    assert covered(share_pooled_as_if_independent, 400) < 0.85


def test_the_power_is_the_share_of_studies_that_find_the_difference():
    rng = np.random.default_rng(3)
    found = [two_samples.welch_t(rng.normal(1.0, 1.0, size=15), rng.normal(size=15)).p < 0.05 for _ in range(400)]
    assert np.mean(found) == pytest.approx(two_sample_power(15, difference=1.0, sd=1.0).power, abs=0.06)
