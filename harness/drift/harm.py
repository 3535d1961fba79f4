"""The strength that does a given harm to one model: the fixed reference model, or the deployed one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from harness.core import Code, Skip
from harness.drift.effective_rows import effective_rows, fewest_effective_rows
from harness.drift.injectors.injection import Injection
from harness.drift.pools import Pools
from harness.drift.population import Rows
from harness.drift.yardstick import Answered, answers_to, points

N_GRID = 12
N_BISECTIONS = 12
TOLERANCE = 0.5
"""Points of accuracy; a pool of n rows has a tolerance of 100/n points if that is more."""

OF_REGRESSION = 2.0
"""Points of R2 x 100, of which one row that is far off can cost more than a hundred rows."""


class Reached(NamedTuple):
    """A strength, and the harm it does, in points."""

    strength: float
    harm: float


@dataclass(frozen=True, eq=False)
class HarmCurve:
    """The harm that an injection does to the yardstick of the pools at every strength, exactly, on the finite evaluation pool.

    A row is predicted once as it is and once as it is at the strongest; a strength asks only about rows that look otherwise.

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
        before, predicted, weights = self.pools.before, self.pools.answered.predicted, None
        rows, n_classes = before, self.pools.population.n_classes
        if self.injection.change is not None:
            rows = self._rows(strength)
            predicted = answers_to(
                self.pools.yardstick.predict, rows.matrix, self.pools.answered, self._strongest
            ).predicted
        if self.injection.weights is not None:
            weights = self.injection.weights(self.pools.evaluate, strength)
        lost_from = points(before.target, self.pools.answered.predicted, n_classes)
        return lost_from - points(rows.target, predicted, n_classes, weights)

    def _rows(self, strength: float) -> Rows:
        ids = self.pools.evaluate
        assert self.injection.change is not None
        return self.injection.change(self.pools.population.take(ids), ids, strength)

    @cached_property
    def _strongest(self) -> Answered:
        return answers_to(self.pools.yardstick.predict, self._rows(self.strongest).matrix, self.pools.answered)

    # ---- how strong draw weights may be -----------------------------------------------------------------------------

    @cached_property
    def floor(self) -> float:
        """The effective rows that draw weights have to leave."""
        return fewest_effective_rows(len(self.pools.evaluate))

    @cached_property
    def allowed(self) -> float:
        """The largest strength up to which draw weights leave enough effective rows; `strongest` if no row is weighed."""
        beyond = next((strength for strength in self._grid(self.strongest) if not self._leaves_enough(strength)), None)
        if beyond is None:
            return self.strongest
        below = beyond - self.strongest / N_GRID
        for _ in range(N_BISECTIONS):
            middle = (below + beyond) / 2
            below, beyond = (middle, beyond) if self._leaves_enough(middle) else (below, middle)
        return below

    def _leaves_enough(self, strength: float) -> bool:
        weights = self.injection.weights
        return weights is None or effective_rows(weights(self.pools.evaluate, strength)) >= self.floor

    def _grid(self, top: float) -> list[float]:
        return [float(strength) for strength in top * np.arange(1, N_GRID + 1) / N_GRID]

    # ---- the strength of a harm -------------------------------------------------------------------------------------

    @property
    def tolerance(self) -> float:
        """How far from its target a harm may be, in points."""
        if not self.pools.population.n_classes:
            return OF_REGRESSION
        return max(TOLERANCE, 100 / len(self.pools.evaluate))

    @property
    def _half_a_step(self) -> float:
        """Half of what one row costs in points; 0 where harm has no steps: in regression, and where rows are weighed."""
        has_steps = self.pools.population.n_classes and self.injection.weights is None
        return 50 / len(self.pools.evaluate) if has_steps else 0.0

    def reach(self, target: float) -> Reached:
        """The strength whose harm is nearest to the target within the tolerance, the smallest if there are several.

        It looks for the first strength on a grid of 12 that does enough, then bisects below it, since a step of the grid can do
        more harm than the target. A negative target asks for an improvement. No strength is tried that leaves too few effective
        rows.

        Raises:
            Skip: no strength does as much, the message names the most that was reached; only strengths that leave too few
                effective rows do; or harm jumps over the target, as where many rows share one value.
        """
        tried = self._grid(self.allowed)
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
            code, why = Code.HARM_OUT_OF_REACH, f"the most is {sign * max(done[1:]):.1f} points"
            if self._is_kept_by_the_floor(target):
                code = Code.TOO_FEW_EFFECTIVE_ROWS
                why += f" while at least {self.floor:g} of {len(self.pools.evaluate)} rows count"
        else:
            below, above = max(one for one in done if one < abs(target)), min(one for one in done if one > abs(target))
            code, why = Code.HARM_JUMPED_OVER, f"it jumps from {sign * below:.1f} to {sign * above:.1f} points"
        raise Skip(f"a harm of {target:g} points cannot be reached on {self.pools.population.name}: {why}", code=code)

    def _is_kept_by_the_floor(self, target: float) -> bool:
        """Whether a strength that leaves too few effective rows does as much."""
        beyond = [strength for strength in self._grid(self.strongest) if strength > self.allowed]
        return any(self._done(strength, target) >= abs(target) for strength in beyond)

    def _done(self, strength: float, target: float) -> float:
        """The harm in the direction of the target."""
        return float(np.sign(target)) * self.at(strength)

    def _bisected(self, below: float, above: float, target: float) -> list[float]:
        """The strengths tried on the way to the smallest between two that does enough, until none can come nearer."""
        tried = []
        for _ in range(N_BISECTIONS):
            middle = (below + above) / 2
            tried.append(middle)
            if abs(self.at(middle) - target) <= self._half_a_step:
                break
            if self._done(middle, target) >= abs(target):
                above = middle
            else:
                below = middle
        return tried
