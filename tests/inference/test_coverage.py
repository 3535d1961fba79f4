"""Intervals hold the truth as often as they say: by simulation, 400 studies, or 2000 in the exhaustive suite."""

import math

import numpy as np
import pytest

from harness.inference.hierarchical import hierarchical
from harness.inference.mean import bootstrap_t, mean, prediction_interval
from harness.inference.paired import cohen_dz, hedges_gz
from harness.inference.signed_rank import hodges_lehmann
from harness.inference.within import corrected_mean, corrected_t, rope_posterior
from harness.randomness import stream

RUNS = pytest.mark.parametrize("runs", [400, pytest.param(2000, marks=pytest.mark.exhaustive)])
LOWEST = {400: 0.922, 2000: 0.938}
HIGHEST = {400: 0.978, 2000: 0.962}


def covered(study, runs):
    """The share of simulated studies whose interval holds the truth."""
    return np.mean([study(stream(run, "coverage", study.__name__)) for run in range(runs)])


def mean_of_ten_sets(rng):
    return 3.0 in mean(rng.normal(3.0, 2.0, size=10)).interval


def bootstrap_of_ten_sets(rng):
    return 3.0 in bootstrap_t(rng.normal(3.0, 2.0, size=10), rng=rng, n_resamples=499).interval


def prediction_of_an_eleventh_set(rng):
    return rng.normal(3.0, 2.0) in prediction_interval(rng.normal(3.0, 2.0, size=10)).interval


def standardised_effect(rng):
    return 0.8 in cohen_dz(rng.normal(0.8, 1.0, size=15)).interval


def hodges_lehmann_of_skewless_values(rng):
    return 3.0 in hodges_lehmann(rng.standard_t(3, size=20) + 3.0).interval


def corrected_mean_over_splits(rng):
    values = 3.0 + math.sqrt(0.2) * rng.normal() + math.sqrt(0.8) * rng.normal(size=25)
    return 3.0 in corrected_mean(values, test_train_ratio=0.25).interval


def mean_of_sets_that_differ(rng):
    errors = rng.uniform(0.5, 2.0, size=10)
    found = hierarchical(3.0 + rng.normal(size=10) + errors * rng.normal(size=10), errors, region=0.0)
    return 3.0 in found.interval


# 95.9 % by 2000 studies: a flat prior of the spread takes large ones for as likely as small ones.
@RUNS
def test_a_credible_interval_under_a_flat_prior_holds_the_truth_at_least_as_often(runs):
    assert covered(mean_of_sets_that_differ, runs) >= LOWEST[runs]


@RUNS
@pytest.mark.parametrize(
    "study",
    [
        mean_of_ten_sets,
        bootstrap_of_ten_sets,
        prediction_of_an_eleventh_set,
        standardised_effect,
        hodges_lehmann_of_skewless_values,
        corrected_mean_over_splits,
    ],
)
def test_an_interval_of_95_percent_holds_the_truth_in_nineteen_of_twenty_studies(study, runs):
    assert LOWEST[runs] <= covered(study, runs) <= HIGHEST[runs]


def test_hedges_g_is_unbiased_where_d_is_not():
    samples = [stream(run, "bias").normal(0.8, 1.0, size=6) for run in range(2000)]
    d, g = (np.mean([effect(sample).estimate for sample in samples]) for effect in (cohen_dz, hedges_gz))
    assert g == pytest.approx(0.8, abs=0.03)
    assert d > 0.9


def test_the_posterior_is_calibrated_without_a_region():
    rng = stream(0, "posterior")
    left = [
        rope_posterior(corrected_t(rng.normal(size=20), test_train_ratio=1e-9), region=0.0).left for _ in range(400)
    ]
    assert np.quantile(left, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.06)
