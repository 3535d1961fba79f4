"""The hierarchical posterior against a published example, closed forms and a grid over both of its parameters."""

import math

import numpy as np
import pytest
from scipy import stats

from harness.core import DataError
from harness.inference.hierarchical import hierarchical
from harness.inference.random_effects import random_effects
from harness.randomness import stream

# Rubin's eight schools: Gelman et al. (2013), Bayesian Data Analysis, table 5.2.
EFFECTS = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0]
ERRORS = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0]


def grid(differences, errors):
    """The posterior on a grid of mu (rows) and tau (columns), both at the middle of their cells."""
    mu = np.linspace(-120, 130, 1501)
    tau = np.linspace(0, 150, 3001)[:-1] + 0.025
    variance = tau[:, None] ** 2 + np.square(errors)
    log = np.array(
        [-0.5 * (np.log(variance) + (np.array(differences) - each) ** 2 / variance).sum(axis=1) for each in mu]
    )
    weight = np.exp(log - log.max())
    return mu, tau, weight / weight.sum()


def test_the_eight_schools_are_drawn_together_as_published():
    found = hierarchical(EFFECTS, ERRORS, region=0.0)
    # Table 5.3 has medians 10, 8, 7, 8, 5, 6, 10, 8 out of 200 draws; means of long runs are these.
    assert found.of_sets == pytest.approx((11.4, 7.9, 6.1, 7.6, 5.1, 6.1, 10.7, 8.5), abs=0.1)
    assert found.estimate == pytest.approx(7.9, abs=0.1)


@pytest.mark.parametrize("region", [0.0, 5.0, 20.0])
def test_every_number_is_that_of_a_grid_over_both_parameters(region):
    found = hierarchical(EFFECTS, ERRORS, region=region)
    mu, tau, weight = grid(EFFECTS, ERRORS)
    left, right = (stats.norm.cdf((-region - sign * mu[:, None]) / tau) for sign in (1, -1))
    sides = np.stack([left, 1 - left - right, right])
    assert (found.expected_left, found.expected_rope, found.expected_right) == pytest.approx(
        tuple((weight * side).sum() for side in sides), abs=2e-3
    )
    likeliest = sides.argmax(axis=0)
    chances = [float(weight[likeliest == side].sum()) for side in range(3)]
    assert (found.left, found.rope, found.right) == pytest.approx(chances, abs=5e-3)
    ends = np.interp([0.025, 0.975], np.cumsum(weight.sum(axis=1)), mu + (mu[1] - mu[0]) / 2)
    assert (found.interval.low, found.interval.high) == pytest.approx(ends, abs=0.05)
    spread = np.interp([0.025, 0.5, 0.975], np.cumsum(weight.sum(axis=0)), tau + 0.025)
    assert (found.spread_interval.low, found.spread, found.spread_interval.high) == pytest.approx(spread, abs=0.1)


def test_without_errors_the_mean_has_students_distribution_of_two_degrees_less_than_sets():
    x = np.array([1.0, 2.0, 4.0, 7.0, 3.5, 2.2])
    found = hierarchical(x, np.zeros(6), region=0.0)
    squares = float(((x - x.mean()) ** 2).sum())
    expected = stats.t(df=4, loc=x.mean(), scale=math.sqrt(squares / (6 * 4)))
    assert found.estimate == pytest.approx(x.mean())
    assert (found.interval.low, found.interval.high) == pytest.approx(expected.interval(0.95), rel=1e-6)
    assert (found.left, found.rope, found.right) == pytest.approx((expected.cdf(0), 0.0, expected.sf(0)), abs=1e-6)
    assert found.of_sets == pytest.approx(tuple(x))


def test_large_errors_of_equal_sets_draw_them_onto_their_mean():
    found = hierarchical([1.0, 2.0, 3.0, 2.0, 2.0, 2.0], [50.0] * 6, region=0.0)
    assert np.ptp(found.of_sets) < 0.5


def test_over_many_sets_it_agrees_with_random_effects():
    rng = stream(0, "hierarchical")
    errors = rng.uniform(0.5, 2.0, size=60)
    x = 1.0 + 0.8 * rng.normal(size=60) + errors * rng.normal(size=60)
    found, other = hierarchical(x, errors, region=0.0), random_effects(x, errors**2)
    assert found.estimate == pytest.approx(other.estimate, abs=0.03)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (other.interval.low, other.interval.high), abs=0.06
    )


def test_swapping_the_methods_swaps_the_sides():
    ours = hierarchical(EFFECTS, ERRORS, region=5.0)
    swapped = hierarchical([-each for each in EFFECTS], ERRORS, region=5.0)
    assert (ours.left, ours.rope, ours.right) == pytest.approx((swapped.right, swapped.rope, swapped.left))
    assert ours.of_sets == pytest.approx([-each for each in swapped.of_sets])


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_unit_does_not_matter(factor):
    ours = hierarchical(EFFECTS, ERRORS, region=5.0)
    scaled = hierarchical(factor * np.array(EFFECTS), factor * np.array(ERRORS), region=factor * 5)
    assert scaled.rope == pytest.approx(ours.rope)
    assert scaled.interval.high == pytest.approx(factor * ours.interval.high)


def test_a_set_whose_runs_agree_takes_the_smallest_error():
    found = hierarchical([0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 0.5, 1.0], region=0.0)
    assert found.note == "2 sets without error take the smallest, 0.5."
    assert found.estimate == hierarchical([0.0, 0.0, 1.0, 2.0], [0.5, 0.5, 0.5, 1.0], region=0.0).estimate


def test_sets_without_a_difference_are_left_out_and_keep_their_place():
    found = hierarchical([1.0, math.nan, 2.0, 4.0], [1.0] * 4, region=0.0)
    assert found.note == "1 of 4 sets lack a difference or an error and were left out."
    assert [math.isnan(each) for each in found.of_sets] == [False, True, False, False]
    assert found.n == 3


def test_too_few_sets_and_perfect_agreement_are_said():
    assert hierarchical([1.0, 2.0], [1.0, 1.0], region=0.0).note == "There are 2 sets, and it takes 3."
    assert hierarchical([1.0] * 5, [0.0] * 5, region=0.0).note == "All sets agree without any error."


def test_a_negative_error_is_refused():
    with pytest.raises(DataError, match="errors has -1, but a standard error is 0 or more"):
        hierarchical([1.0, 2.0, 3.0], [1.0, -1.0, 1.0], region=0.0)
