"""The Bayesian hierarchical comparison: sets differ in how much better A is, and their differences are measured with error.

The difference that set i shows is x_i ~ N(mu_i, e_i^2), and the true ones are mu_i ~ N(mu, tau^2). The prior is flat in mu and
in tau > 0. Given tau, everything is normal. So there is one integral left, over tau, which needs no sampling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from harness.errors import DataError
from harness.inference import inputs
from harness.inference.arrays import Bools, Floats
from harness.inference.estimate import Estimate, Interval, is_constant, sentences, unknown_interval

FEWEST = 3
"""Below three sets the posterior of tau under a flat prior has no finite mass."""

_NODES = 401
_HALVINGS = 60


@dataclass(frozen=True, kw_only=True)
class Hierarchical(Estimate):
    """The posterior of the differences between two methods, over the sets seen and the next one.

    `estimate` is the posterior median of mu, the mean over all sets there might be, with its credible interval.

    Attributes:
        spread: the posterior median of tau, the standard deviation of true differences over sets.
        spread_interval: its credible interval.
        left: the probability that on the next set a difference below -region is likelier than one in or above the region.
        rope: ... that one within the region is the likeliest: A and B are practically equal.
        right: ... that one above it is.
        expected_left: the probability that the true difference on the next set lies below the region.
        expected_rope: ... within it.
        expected_right: ... above it.
        of_sets: for each set given the posterior mean of its true difference, drawn towards the others; NaN where the set had
            no difference or no error.
        region: half the width of the region of practical equivalence, in the unit of the differences.
    """

    spread: float
    spread_interval: Interval
    left: float
    rope: float
    right: float
    expected_left: float
    expected_rope: float
    expected_right: float
    of_sets: tuple[float, ...]
    region: float


def hierarchical(differences: ArrayLike, errors: ArrayLike, *, region: float, level: float = 0.95) -> Hierarchical:
    """The hierarchical posterior, with a region of practical equivalence.

    Args:
        differences: shape (n_sets,), the mean of A - B over the folds or seeds of each set.
        errors: shape (n_sets,), the standard error of each, such as that of `within.corrected_t`. A set whose runs all agree
            has an error of 0; it takes the smallest error of the others, since so few runs do not prove that it has none.
        region: half the width of the region of practical equivalence, 0 or more.
        level: of the credible intervals.

    Returns:
        The posterior. Below `FEWEST` sets, or if all differences are equal and have no error, its numbers are NaN with a note.

    Raises:
        DataError: a negative error.

    Source: Corani, Benavoli, Demsar, Mangili and Zaffalon (2017), doi 10.1007/s10994-017-5641-9, whose sets follow Student's
    distribution, and here the normal one; Gelman (2006), doi 10.1214/06-BA117A, on the flat prior.
    """
    both = inputs.paired(differences, errors, names=("differences", "errors"))
    region, level = inputs.region(region), inputs.level(level)
    if (both.second < 0).any():
        raise DataError(f"errors has {both.second.min():g}, but a standard error is 0 or more")
    known = np.isfinite(both.first) & np.isfinite(both.second)
    x, e, note = both.first[known], *_positive(both.second[known])
    lost = len(known) - int(known.sum())
    note = sentences(
        f"{lost} of {len(known)} sets lack a difference or an error and were left out." if lost else "", note
    )
    if len(x) < FEWEST or (not e.any() and is_constant(x)):
        few = (
            f"There are {len(x)} sets, and it takes {FEWEST}."
            if len(x) < FEWEST
            else "All sets agree without any error."
        )
        return _nothing(len(x), len(known), region, level, sentences(note, few))
    with np.errstate(over="ignore"):  # a region of many spreads is as good as an infinite one
        return _posterior(x, e, known, region, level, note)


def _positive(errors: Floats) -> tuple[Floats, str]:
    """The errors, those of 0 raised to the smallest other one, and a note; all of 0 stay."""
    exact = errors == 0
    if not exact.any() or exact.all():
        return errors, ""
    smallest = float(errors[~exact].min())
    return np.where(
        exact, smallest, errors
    ), f"{int(exact.sum())} sets without error take the smallest, {smallest:.4g}."


def _posterior(x: Floats, e: Floats, known: Bools, region: float, level: float, note: str) -> Hierarchical:
    middle = float(np.median(x))
    scale = max(float(np.std(x)), float(np.median(e)))
    tau, share, centre, error = _integral((x - middle) / scale, e / scale)
    own = tau[:, None] ** 2 / (tau[:, None] ** 2 + (e / scale) ** 2)
    at = ((1 - level) / 2, 0.5, (1 + level) / 2)
    low, median, high = (_quantile(centre, error, share, one) * scale + middle for one in at)
    tau, centre, error = tau * scale, centre * scale + middle, error * scale
    spread = [float(np.interp(one, np.cumsum(share) - share / 2, tau)) for one in at]
    new = np.hypot(error, tau)
    below, above = (float(share @ special.ndtr((-region - sign * centre) / new)) for sign in (1, -1))
    # Where tau is c or less, the region is the likeliest place of the next set as long as |mu| < c(tau).
    edge = _edges(tau, region)
    left, right = (float(share @ special.ndtr((-edge - sign * centre) / error)) for sign in (1, -1))
    of_sets = np.full(len(known), math.nan)
    of_sets[known] = share @ (own * x + (1 - own) * centre[:, None])
    return Hierarchical(
        estimate=median,
        interval=Interval(low, high, level),
        n=len(x),
        note=note,
        spread=spread[1],
        spread_interval=Interval(spread[0], spread[2], level),
        left=left,
        rope=max(0.0, 1 - left - right),
        right=right,
        expected_left=below,
        expected_rope=max(0.0, 1 - below - above),
        expected_right=above,
        of_sets=tuple(map(float, of_sets)),
        region=region,
    )


def _integral(x: Floats, e: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Values of tau, the posterior share of each, and the normal distribution of mu given each: its centre and its SD."""
    nodes, weights = _nodes()
    part = (nodes + 1) / 2  # tau / (1 + tau), from 0 to 1
    tau = part / (1 - part)
    precision = 1 / (tau[:, None] ** 2 + e**2)
    total = precision.sum(axis=1)
    centre = (precision * x).sum(axis=1) / total
    log = 0.5 * np.log(precision).sum(axis=1) - 0.5 * np.log(total)
    log += -0.5 * (precision * (x - centre[:, None]) ** 2).sum(axis=1) - 2 * np.log(1 - part)
    share = weights * np.exp(log - log.max())
    return tau, share / share.sum(), centre, 1 / np.sqrt(total)


@lru_cache(maxsize=1)
def _nodes() -> tuple[Floats, Floats]:
    """Of Gauss and Legendre's quadrature, which take longer than all the rest."""
    nodes, weights = special.roots_legendre(_NODES)
    return nodes, weights


def _quantile(centre: Floats, error: Floats, share: Floats, probability: float) -> float:
    """Of a mixture of normal distributions."""
    reach = float((np.abs(centre) + 40 * error).max())
    return float(
        optimize.brentq(
            lambda at: float(share @ special.ndtr((at - centre) / error)) - probability, -reach, reach, xtol=1e-12
        )
    )


def _edges(tau: Floats, region: float) -> Floats:
    """For each tau how large mu may be with the region still the likeliest place of N(mu, tau^2); 0 if it never is."""
    low, high = np.zeros_like(tau), np.full_like(tau, region) + 10 * tau
    if not region:
        return low
    for _ in range(_HALVINGS):
        at = (low + high) / 2
        inside = special.ndtr((region - at) / tau) - special.ndtr((-region - at) / tau)
        wins = inside > special.ndtr((at - region) / tau)
        low, high = np.where(wins, at, low), np.where(wins, high, at)
    return low


def _nothing(n: int, n_given: int, region: float, level: float, note: str) -> Hierarchical:
    nan = math.nan
    return Hierarchical(
        estimate=nan,
        interval=unknown_interval(level),
        n=n,
        note=note,
        spread=nan,
        spread_interval=unknown_interval(level),
        left=nan,
        rope=nan,
        right=nan,
        expected_left=nan,
        expected_rope=nan,
        expected_right=nan,
        of_sets=(nan,) * n_given,
        region=region,
    )
