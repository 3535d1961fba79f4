"""The Bayesian signed rank test against closed forms and against the sum over all pairs."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from harness.core import ConfigError
from harness.inference.bayesian_signed_rank import signed_rank_posterior
from harness.inference.signed_rank import signed_rank
from harness.randomness import stream

SOME = [0.6, -0.2, 1.1, 0.0, 0.3, 0.9, -0.5, 0.4]


def posterior(differences, region=0.0, **others):
    return signed_rank_posterior(differences, region=region, rng=stream(0, "posterior"), **others)


def numbers(found):
    return found.left, found.rope, found.right


def expected(found):
    return found.expected_left, found.expected_rope, found.expected_right


@pytest.mark.parametrize("strength", [0.1, 0.5, 1.0, 3.0])
def test_of_one_difference_the_chance_is_that_of_a_beta(strength):
    # The prior's weight w is Beta(s, 1), and w^2 of the averages are its own: the others win if w^2 < 1/2.
    found = posterior([5.0], 1.0, prior_strength=strength)
    chance = math.sqrt(0.5) ** strength
    assert numbers(found) == pytest.approx((0.0, 1 - chance, chance), abs=4 * found.error)
    assert found.expected_rope == pytest.approx(strength / (strength + 2))


def test_of_many_equal_differences_the_chance_is_that_of_a_beta_too():
    # All n weights together are 1 - w with w of Beta(s, n). Averages of prior and difference are in the region here.
    found = posterior([1.5] * 4, 1.0)
    chance = stats.beta.sf(math.sqrt(0.5), 4, 0.5)
    assert numbers(found) == pytest.approx((0.0, 1 - chance, chance), abs=4 * found.error)


def test_two_differences_of_opposite_sign_have_even_chances():
    found = posterior([-1.0, 1.0])
    assert numbers(found) == pytest.approx((0.5, 0.0, 0.5), abs=4 * found.error)
    assert expected(found) == pytest.approx((0.5, 0.0, 0.5))


@pytest.mark.parametrize("region", [0.0, 0.2, 0.3, 5.0])
def test_expected_values_are_the_sum_over_all_pairs(region):
    strength, observations = 0.5, [0.0, *SOME]
    weight = [strength, *[1.0] * len(SOME)]
    total = sum(weight)
    sides = np.zeros(3)
    for i, j in itertools.product(range(len(observations)), repeat=2):
        chance = weight[i] * (weight[j] + (i == j)) / (total * (total + 1))
        both = round(observations[i] + observations[j], 9)
        above = (both > 2 * region) + (both == 2 * region) / 2
        below = (both < -2 * region) + (both == -2 * region) / 2
        sides += chance * np.array([below, 1 - below - above, above])
    assert expected(posterior(SOME, region, n_draws=10)) == pytest.approx(sides, abs=1e-12)


@pytest.mark.parametrize("region", [0.0, 0.25])
def test_chances_are_those_of_weights_drawn_by_numpy(region):
    rng = stream(1, "posterior")
    values = np.array([0.0, *SOME])
    weights = rng.dirichlet([0.5, *[1.0] * len(SOME)], size=20_000)
    sums = np.round(values[:, None] + values, 9)
    sides = [np.heaviside(sign * sums - 2 * region, 0.5) for sign in (-1, 1)]
    below, above = (np.einsum("ni,ij,nj->n", weights, side, weights) for side in sides)
    winners = np.argmax([below, 1 - below - above if region else np.zeros(len(below)), above], axis=0)
    found = posterior(SOME, region)
    assert numbers(found) == pytest.approx(np.bincount(winners, minlength=3) / 20_000, abs=0.015)


def test_the_error_is_that_of_the_draws():
    few = [
        signed_rank_posterior(SOME, region=0.25, rng=stream(run, "posterior"), n_draws=100).right for run in range(300)
    ]
    one = posterior(SOME, 0.25, n_draws=100)
    assert np.std(few) == pytest.approx(one.error, rel=0.15)
    assert posterior(SOME, 0.25, n_draws=10_000).error == pytest.approx(one.error / 10, rel=0.1)


def test_the_same_generator_gives_the_same_numbers_in_any_portion(monkeypatch):
    assert posterior(SOME, 0.25) == posterior(SOME, 0.25)
    whole = posterior(SOME, 0.25, n_draws=100)
    monkeypatch.setattr("harness.inference.bayesian_signed_rank.DRAWN_AT_ONCE", 90)
    assert numbers(posterior(SOME, 0.25, n_draws=100)) == pytest.approx(numbers(whole), abs=0.25)


def test_swapping_the_methods_swaps_the_sides():
    ours, swapped = posterior(SOME, 0.25), posterior([-each for each in SOME], 0.25)
    assert expected(ours) == pytest.approx(expected(swapped)[::-1])
    assert numbers(ours) == pytest.approx(numbers(swapped)[::-1], abs=5 * ours.error)


def test_over_many_sets_it_agrees_with_wilcoxons_one_sided_p():
    differences = stream(3, "posterior").normal(0.2, 1.0, size=60)
    assert posterior(differences).left == pytest.approx(signed_rank(differences).p_greater, abs=0.02)


def test_only_zeros_are_even_without_a_region_and_practically_equal_with_one():
    assert numbers(posterior([0.0] * 5)) == (0.5, 0.0, 0.5)
    assert numbers(posterior([0.0] * 5, 0.1)) == (0.0, 1.0, 0.0)


def test_differences_that_agree_to_nine_decimals_are_at_the_edge_together():
    assert expected(posterior([0.1 + 0.2], 0.3)) == expected(posterior([0.3], 0.3))
    assert posterior([0.3], 0.3).expected_right > 0


def test_nothing_and_one_difference_are_said():
    assert posterior([]).note == "There is no difference, and the prior alone is no result."
    assert posterior([1.0]).note == "There is one difference: the prior weighs heavily."


@pytest.mark.parametrize("strength", [0, -1, 1e9])
def test_a_prior_that_is_none_is_refused(strength):
    with pytest.raises(ConfigError, match=r"prior_strength is .*: give 0\.5"):
        posterior(SOME, prior_strength=strength)


def test_draws_that_take_hours_are_refused():
    with pytest.raises(ConfigError, match="1000000000 draws of 12 differences take more than minutes"):
        posterior([1.0] * 12, n_draws=10**9)
