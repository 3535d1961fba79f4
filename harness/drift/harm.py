"""The strength that does a given harm. It is found once, by the fixed reference model, and holds for all models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from harness.core import Code, Skip
from harness.drift.injectors.injection import Injection
from harness.drift.pools import Pools

N_GRID = 12
N_BISECTIONS = 12
TOLERANCE = 0.5
"""Points; a pool of n rows has a tolerance of 100/n points if that is more."""


class Reached(NamedTuple):
    """A strength, and the harm it does to the reference model, in points."""

    strength: float
    harm: float


@dataclass(frozen=True, eq=False)
class HarmCurve:
    """The harm that an injection does to the reference model at every strength, exactly, on the finite evaluation pool.

    Attributes:
        pools: of the trial.
        injection: the drift.
        strongest: the largest strength that is tried.
    """

    pools: Pools
    injection: Injection
    strongest: float
    _known: dict[float, float] = field(default_factory=dict, repr=False)

    def at(self, strength: float) -> float:
        """Points lost (negative: gained): accuracy, or R2 x 100."""
        if strength not in self._known:
            self._known[strength] = self._harm(strength)
        return self._known[strength]

    def _harm(self, strength: float) -> float:
        rows, weights, ids = self.pools.before, None, self.pools.evaluate
        reference_model = self.pools.reference_model
        if self.injection.change is not None:
            rows = self.injection.change(self.pools.population.take(ids), ids, strength)
        if self.injection.weights is not None:
            weights = self.injection.weights(ids, strength)
        return self.pools.points_before - reference_model.points(rows, weights)

    @property
    def tolerance(self) -> float:
        """How far from its target a harm may be, in points."""
        return max(TOLERANCE, 100 / len(self.pools.evaluate))

    def reach(self, target: float) -> Reached:
        """The strength whose harm is nearest to the target within the tolerance, the smallest if there are several.

        It looks for the first strength on a grid of 12 that does enough, then bisects below it, since a step of the grid can do
        more harm than the target. A negative target asks for an improvement.

        Raises:
            Skip: no strength does as much, the message names the most that was reached; or harm jumps over the target, as where
                many rows share one value.
        """
        tried = [float(strength) for strength in self.strongest * np.arange(1, N_GRID + 1) / N_GRID]
        most = max(self._done(strength, target) for strength in tried)
        reached = next((n for n, strength in enumerate(tried) if self._done(strength, target) >= abs(target)), None)
        if reached is not None:
            below = tried[reached - 1] if reached else 0.0
            tried = tried[: reached + 1] + self._bisected(below, tried[reached], target)
        near = [strength for strength in tried if abs(self.at(strength) - target) <= self.tolerance]
        if near:
            chosen = min(near, key=lambda strength: (abs(self.at(strength) - target), strength))
            return Reached(chosen, self.at(chosen))
        sign, done = np.sign(target), [0.0, *(self._done(strength, target) for strength in tried)]
        if reached is None:
            code, why = Code.HARM_OUT_OF_REACH, f"the most is {sign * most:.1f} points"
        else:
            below, above = max(one for one in done if one < abs(target)), min(one for one in done if one > abs(target))
            code, why = Code.HARM_JUMPED_OVER, f"it jumps from {sign * below:.1f} to {sign * above:.1f} points"
        raise Skip(f"a harm of {target:g} points cannot be reached on {self.pools.population.name}: {why}", code=code)

    def _done(self, strength: float, target: float) -> float:
        """The harm in the direction of the target."""
        return float(np.sign(target)) * self.at(strength)

    def _bisected(self, below: float, above: float, target: float) -> list[float]:
        """The strengths tried on the way to the smallest between two that does enough."""
        tried = []
        for _ in range(N_BISECTIONS):
            middle = (below + above) / 2
            tried.append(middle)
            if self._done(middle, target) >= abs(target):
                above = middle
            else:
                below = middle
        return tried
