"""Small banks of whole parts per million, whose sums are exact, and every schedule on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from harness.policies import Bank

PPM = 1_000_000
ANY_LOSS = st.integers(0, PPM)
TIED_LOSS = st.sampled_from([0, 100_000, 100_000, 200_000, 300_000])
"""Few values: many schedules cost the same, although their floats differ in the last digits (.1 + .2 > .3)."""


@dataclass(frozen=True)
class Whole:
    """A bank in whole parts per million. `rows[k]` is None where there is no model."""

    rows: tuple[tuple[int, ...] | None, ...]

    @property
    def n(self) -> int:
        return len(self.rows)

    @property
    def feasible(self) -> list[int]:
        return [k for k in range(1, self.n) if self.rows[k] is not None]

    @cached_property
    def bank(self) -> Bank:
        losses = np.full((self.n, self.n), np.nan)
        for k, row in enumerate(self.rows):
            if row is not None:
                losses[k, k:] = np.array(row[k:]) / PPM
        return Bank(losses)

    def total(self, schedule: tuple[int, ...]) -> int:
        served = [max([0, *(point for point in schedule if point <= t)]) for t in range(self.n)]
        return sum(self.rows[k][t] for t, k in enumerate(served))

    def schedules(self, n_retrains: int) -> list[tuple[int, ...]]:
        return list(combinations(self.feasible, n_retrains))

    def every_schedule(self) -> list[tuple[int, ...]]:
        return [schedule for n in range(len(self.feasible) + 1) for schedule in self.schedules(n)]

    def best_of(self, schedules: list[tuple[int, ...]], cost: int = 0) -> tuple[int, ...]:
        """The best schedule: of least cost, then of fewest retrains, then of the latest points."""
        least = min(self.total(schedule) + cost * len(schedule) for schedule in schedules)
        equal = [schedule for schedule in schedules if self.total(schedule) + cost * len(schedule) == least]
        fewest = min(len(schedule) for schedule in equal)
        return max(schedule for schedule in equal if len(schedule) == fewest)


@st.composite
def whole_banks(draw: st.DrawFn, most: int = 6) -> Whole:
    """Banks of 1 to `most` periods, with ties, harmful retraining and points without a model."""
    n = draw(st.integers(1, most))
    losses = draw(st.sampled_from([ANY_LOSS, TIED_LOSS]))
    rows = [tuple(draw(st.lists(losses, min_size=n, max_size=n)))]
    for _ in range(1, n):
        missing = draw(st.integers(0, 4)) == 0
        rows.append(None if missing else tuple(draw(st.lists(losses, min_size=n, max_size=n))))
    return Whole(tuple(rows))


def drifting(seed: int, n: int = 24, without: tuple[int, ...] = ()) -> Bank:
    """A bank of realistic size: the loss of a model rises with its age, and all lose where something changes."""
    rng = np.random.default_rng(seed)
    k, t = np.ogrid[:n, :n]
    onset = rng.integers(n)
    losses = 0.1 + 0.01 * (t - k) + 0.2 * ((k < onset) & (t >= onset)) + rng.uniform(0, 0.05, (n, n))
    losses[np.tri(n, k=-1, dtype=bool)] = np.nan
    losses[list(without)] = np.nan
    return Bank(losses)
