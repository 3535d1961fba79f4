"""The Bayesian signed-rank test over data sets: how probably A is worse than B, practically equal, or better.

The differences are draws from an unknown distribution, whose prior is a Dirichlet process. Its posterior gives each difference
a random weight, and the prior's pseudo-observation another. Two differences drawn by these weights have an average below, in or
above the region of practical equivalence with probabilities theta, which are random too. The test asks which of the three is
largest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats, Ints
from harness.inference.estimate import DECIMALS, ROUNDING, observed, sentences

DRAWN_AT_ONCE = 10**6
"""How many weights are drawn before they are summed up."""

MOST_DRAWN = 10**10
"""So many weights, a minute of them, are drawn at most."""


@dataclass(frozen=True, kw_only=True)
class SignedRankPosterior:
    """The posterior of the signed-rank statistic, cut at -region and +region.

    Attributes:
        left: the probability that the average of two differences lies below -region more often than elsewhere: A is worse.
        rope: ... within the region: A and B are practically equal.
        right: ... above it: A is better.
        error: the largest Monte Carlo standard error of these three, sqrt(p (1 - p) / n_draws). It is 0 where all
            draws agree; then the other two are below 3 / n_draws at 95 %.
        expected_left: the posterior mean of theta below the region, exact.
        expected_rope: ... of theta in the region, exact.
        expected_right: ... of theta above the region, exact.
        region: half the width of the region, in the unit of the differences.
        n_draws: the number of draws behind left, rope and right.
        n: the number of differences.
        note: empty, or what was degenerate.
    """

    left: float
    rope: float
    right: float
    error: float
    expected_left: float
    expected_rope: float
    expected_right: float
    region: float
    n_draws: int
    n: int
    note: str = ""


def signed_rank_posterior(
    differences: ArrayLike,
    *,
    region: float,
    rng: np.random.Generator,
    n_draws: int = 50_000,
    prior_strength: float = 0.5,
) -> SignedRankPosterior:
    """The Bayesian signed-rank test with a region of practical equivalence.

    Differences are rounded to nine decimals. An average at the edge of the region counts half inside and half outside. So
    without a region a zero counts half for either method, and `rope` is 0. Draws in which two thetas tie are shared by both.

    Args:
        differences: shape (n_sets,), A - B on each data set.
        region: half the width of the region of practical equivalence, 0 or more, in the unit of the differences.
        rng: draws the weights.
        n_draws: the number of draws; an error of at most .0022 with the default.
        prior_strength: the weight of the prior's one observation of no difference; each data set has weight 1.

    Returns:
        The posterior. All but the expected values are Monte Carlo estimates, `error` says how good.

    Raises:
        ConfigError: a negative region, a strength that is not positive, or more draws than can be made.

    Source: Benavoli et al. (2014), ICML, https://proceedings.mlr.press/v32/benavoli14.html; with a region Benavoli et al.
    (2017), Journal of Machine Learning Research 18(77), 1-36, https://jmlr.org/papers/v18/16-305.html.
    """
    inputs.check_kind(rng, np.random.Generator, what="rng")
    region, strength = inputs.region(region), inputs.number(prior_strength, what="prior_strength")
    if not 1e-6 <= strength <= 1e6:
        raise ConfigError(
            f"prior_strength is {strength:g}, but it counts observations: give 0.5, or from 1e-06 to 1e+06"
        )
    n_draws = inputs.count(n_draws, what="n_draws", least=1)
    sample = observed(differences)
    n = len(sample.values)
    if not n:
        return _nothing(region, sentences(sample.note, "There is no difference, and the prior alone is no result."))
    if n_draws * (n + 1) > MOST_DRAWN:
        raise ConfigError(f"{n_draws} draws of {n} differences take more than minutes: draw fewer")
    pairs = _Pairs.of(np.concatenate([[0.0], np.round(sample.values, DECIMALS)]), region)
    wins = np.zeros(3)
    for weights in _drawn(n, strength, n_draws, rng):
        wins += _wins(pairs, weights) / n_draws
    below, above = pairs.expected(strength)
    return SignedRankPosterior(
        left=float(wins[0]),
        rope=float(wins[1]),
        right=float(wins[2]),
        error=math.sqrt(float((wins * (1 - wins)).max()) / n_draws),
        expected_left=below,
        expected_rope=max(0.0, 1 - below - above),
        expected_right=above,
        region=region,
        n_draws=n_draws,
        n=n,
        note=sentences(sample.note, "There is one difference: the prior weighs heavily." if n == 1 else ""),
    )


class _Pairs(NamedTuple):
    """Sorted observations, and for each how many make a sum with it that is below, at or above an edge of the region.

    Attributes:
        order: what sorts the observations, of which the first is the prior's.
        ends: shape (4, n + 1): so many partners, counted from the smallest, have a sum below -2 region, and at most it; below
            +2 region, and at most it.
    """

    order: Ints
    ends: Ints

    @classmethod
    def of(cls, observations: Floats, region: float) -> _Pairs:
        order = np.argsort(observations, kind="stable")
        values = observations[order]
        slack = max(10.0**-DECIMALS / 2, ROUNDING * float(np.abs(values).max()))
        edges = [(-2 * region, -slack), (-2 * region, slack), (2 * region, -slack), (2 * region, slack)]
        ends = [np.searchsorted(values, edge - values + more, side="right") for edge, more in edges]
        return cls(order, np.array(ends))

    def theta(self, weights: Floats) -> tuple[Floats, Floats]:
        """The probabilities below and above the region for each row of weights, which sum up to 1."""
        sorted_ = weights[:, self.order]
        up_to = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(sorted_, axis=1)], axis=1)
        to_low, through_low, to_high, through_high = ((sorted_ * up_to[:, end]).sum(axis=1) for end in self.ends)
        return (to_low + through_low) / 2, up_to[:, -1] ** 2 - (to_high + through_high) / 2

    def expected(self, strength: float) -> tuple[float, float]:
        """E theta below and above: E w_i w_j = a_i a_j / (A (A + 1)), and E w_i^2 = a_i (a_i + 1) / (A (A + 1))."""
        a = np.ones(len(self.order))
        a[0] = strength
        below, above = (float(each[0]) for each in self.theta(a[None]))
        own = np.arange(len(a))
        to_low, through_low, to_high, through_high = self.ends
        a_sorted, total = a[self.order], float(a.sum())
        below += float(a_sorted @ ((own < to_low) + (own < through_low).astype(float))) / 2
        above += float(a_sorted @ ((own >= to_high) + (own >= through_high).astype(float))) / 2
        return below / (total * (total + 1)), above / (total * (total + 1))


def _drawn(n: int, strength: float, n_draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Weights of Dirichlet(strength, 1, ..., 1), shape (some draws, n + 1) at a time."""
    at_once = max(1, DRAWN_AT_ONCE // (n + 1))
    for done in range(0, n_draws, at_once):
        rows = min(at_once, n_draws - done)
        raw = np.concatenate([rng.standard_gamma(strength, (rows, 1)), rng.standard_exponential((rows, n))], axis=1)
        yield raw / raw.sum(axis=1, keepdims=True)


def _wins(pairs: _Pairs, weights: Floats) -> Floats:
    """In how many draws each of the three is the largest, shape (3,); those that tie share a draw."""
    below, above = pairs.theta(weights)
    theta = np.stack([below, 1 - below - above, above])
    largest = theta > theta.max(axis=0) - 1e-12
    shared: Floats = (largest / largest.sum(axis=0)).sum(axis=1)
    return shared


def _nothing(region: float, note: str) -> SignedRankPosterior:
    nan = math.nan
    return SignedRankPosterior(
        left=nan,
        rope=nan,
        right=nan,
        error=nan,
        expected_left=nan,
        expected_rope=nan,
        expected_right=nan,
        region=region,
        n_draws=0,
        n=0,
        note=note,
    )
