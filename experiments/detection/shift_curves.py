"""How often shifts of given strengths are found, as curves, and the smallest shift that is found often enough.

A curve is fitted once for each test on each data set, and read at any power.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from harness.core import Floats
from harness.scoring.flat import Bools

POWER = 0.8
"""The share of drifts that is asked for unless another is."""

FEWEST = 20
"""Streams of a data set below which no curve is fitted."""

PRIOR = 1.0
"""Weight of the penalty on the slope (a ridge), without which a curve that parts hits from misses has no end."""


class Smallest(NamedTuple):
    """The strength at which the fitted curve reaches the power, kept within the strengths that were staged.

    Attributes:
        strength: in standard deviations.
        bound: "" if it lies within them, "≥" at their largest, "≤" at their smallest.
    """

    strength: float
    bound: str


class Curve(Protocol):
    """The share of drifts that is found, by their strength."""

    @property
    def found(self) -> float:
        """The share of all drifts that was found."""
        ...

    def smallest(self, power: float) -> Smallest:
        """The strength from which on that share is found."""
        ...


@dataclass(frozen=True)
class Logistic:
    """A logistic regression of detection on the logarithm of the strength.

    Attributes:
        centre, spread: of the logarithms, which are standardised by them.
        level, slope: the regression on what is standardised.
        found: the share of all drifts that was found.
        lowest, highest: strength that was staged.
    """

    centre: float
    spread: float
    level: float
    slope: float
    found: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, strengths: Floats, found: Bools) -> Logistic:
        """Fitted by penalised Newton steps; shapes (n_streams,), strengths above 0."""
        logs = np.log(strengths)
        centre, spread = float(logs.mean()), float(logs.std()) or 1.0
        design = np.column_stack([np.ones_like(logs), (logs - centre) / spread])
        level, slope = _logistic(design, found.astype(np.float64))
        return cls(centre, spread, level, slope, float(found.mean()), float(strengths.min()), float(strengths.max()))

    def smallest(self, power: float) -> Smallest:
        """The strength at which the regression reaches the power."""
        if self.slope <= 0:  # the curve does not rise: it is above the power everywhere, or nowhere
            return Smallest(self.lowest, "≤") if self.found >= power else Smallest(self.highest, "≥")
        steps = (math.log(power / (1 - power)) - self.level) / self.slope
        wanted = math.exp(min(self.centre + self.spread * steps, 700.0))
        if wanted >= self.highest:
            return Smallest(self.highest, "≥")
        return Smallest(wanted, "") if wanted > self.lowest else Smallest(self.lowest, "≤")


@dataclass(frozen=True)
class Steps:
    """Shares of drifts found at each strength, made monotone and joined by straight lines over the logarithm.

    Attributes:
        logs: of the strengths, rising.
        shares: at each of them, never falling.
        found: the share of all drifts that was found.
    """

    logs: Floats
    shares: Floats
    found: float

    @classmethod
    def of(cls, strengths: Floats, found: Bools) -> Steps:
        """By pooling neighbours that are out of order; shapes (n_streams,), strengths above 0."""
        levels, place = np.unique(strengths, return_inverse=True)
        n = np.bincount(place).astype(np.float64)
        return cls(np.log(levels), _rising(np.bincount(place, found) / n, n), float(found.mean()))

    def smallest(self, power: float) -> Smallest:
        """The first strength at which the joined shares reach the power."""
        reached = np.flatnonzero(self.shares >= power)
        if not len(reached):
            return Smallest(math.exp(self.logs[-1]), "≥")
        first = int(reached[0])
        if first == 0:
            return Smallest(math.exp(self.logs[0]), "≤")
        below, above = self.shares[first - 1], self.shares[first]
        part = (power - below) / (above - below)
        return Smallest(math.exp(self.logs[first - 1] + part * (self.logs[first] - self.logs[first - 1])), "")


def smallest_shift(strengths: Floats, found: Bools, *, power: float = POWER) -> Smallest:
    """By logistic regression of detection on the logarithm of the strength.

    Args:
        strengths: shape (n_streams,), above 0.
        found: shape (n_streams,), whether the drift was found.
        power: the share of drifts to be found.
    """
    return Logistic.of(strengths, found).smallest(power)


def log_ratio(one: Smallest, other: Smallest, *, unknown: float = math.nan) -> float:
    """log(the other / the one): positive where the one sees subtler shifts.

    Where a power lies beyond the strengths that were staged, the nearest of these stands in, which makes the ratio a bound;
    `unknown` where both lie beyond the same end, for nothing can be said then.
    """
    if one.bound and one.bound == other.bound:
        return unknown
    return math.log(other.strength / one.strength)


def _logistic(design: Floats, found: Floats) -> tuple[float, float]:
    penalty = np.diag([1e-6, PRIOR])
    weights = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curvature = design.T @ (design * (p * (1 - p))[:, None]) + penalty
        step = np.linalg.solve(curvature, design.T @ (found - p) - penalty @ weights)
        weights += np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), float(weights[1])


def _rising(shares: Floats, n: Floats) -> Floats:
    """The nearest shares that never fall (pool adjacent violators)."""
    blocks: list[list[float]] = []  # share, weight, length
    for share, weight in zip(shares, n, strict=True):
        blocks.append([float(share), float(weight), 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            weight = before[1] + last[1]
            blocks.append([(before[0] * before[1] + last[0] * last[1]) / weight, weight, before[2] + last[2]])
    return np.repeat([block[0] for block in blocks], [int(block[2]) for block in blocks])
