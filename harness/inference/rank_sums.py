"""The null distribution of signed ranks: the sum of the positive ones, where each is positive with probability 1/2.

It is exact. The ranks are dealt out to two halves, whose distributions are built rank by rank; the sum's distribution function
is one scalar product of the two. Beyond `EXACT_COST` additions it is the normal approximation, corrected for kurtosis.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import special

from harness.inference.arrays import Floats, Ints

EXACT_COST = 10_000_000_000
"""Ranks times their sum, of which about a twelfth are additions: 2000 different midranks, or 2700 different whole ranks."""

_HALVINGS = 500
"""After so many ranks counts are scaled back into the range of float64."""


class RankSums:
    """The distribution of the sum of the positive ranks."""

    def __init__(self, ranks: Ints) -> None:
        """Take whole numbers above 0, of shape (n,): ranks, or doubled midranks."""
        self._unit = int(np.gcd.reduce(ranks)) if len(ranks) else 1
        steps = np.sort(ranks) // self._unit
        self.total = int(ranks.sum())
        self.is_exact = len(steps) * int(steps.sum()) <= EXACT_COST
        if self.is_exact:
            self._first, self._second = _probabilities(steps[::2]), np.cumsum(_probabilities(steps[1::2]))
        else:
            squares = float((steps.astype(np.float64) ** 2).sum())
            self._middle, self._sd = float(steps.sum()) / 2, math.sqrt(squares / 4)
            self._excess = -float((steps.astype(np.float64) ** 4).sum()) / 8 / (squares / 4) ** 2

    def at_most(self, total: int) -> float:
        """P(sum <= total)."""
        if total < 0:
            return 0.0
        w = min(total, self.total) // self._unit
        if not self.is_exact:
            return self._approximated(w)
        # first + second <= w: below `low` any second one will do, above `high` none.
        low, high = max(0, w - (len(self._second) - 1)), min(w, len(self._first) - 1)
        both = float(self._first[low : high + 1] @ self._second[w - high : w - low + 1][::-1])
        return min(1.0, float(self._first[:low].sum()) + both)

    def two_sided(self, total: int) -> float:
        """The two-sided p of a sum."""
        return min(1.0, 2 * min(self.at_most(total), self.at_most(self.total - total)))

    def lowest_with(self, probability: float) -> int:
        """The smallest sum w for which P(sum <= w) is at least `probability`."""
        low, high = 0, self.total
        while low < high:
            middle = (low + high) // 2
            if self.at_most(middle) >= probability:
                high = middle
            else:
                low = middle + 1
        return low

    def _approximated(self, w: int) -> float:
        z = (w + 0.5 - self._middle) / self._sd
        return float(special.ndtr(z - self._excess / 24 * (z**3 - 3 * z)))


@lru_cache(maxsize=8)
def of_whole_ranks(n: int) -> RankSums:
    """The distribution for the ranks 1 to n, without ties."""
    return RankSums(np.arange(1, n + 1))


def _probabilities(steps: Ints) -> Floats:
    """P(sum = w) for w = 0 .. steps.sum(): symmetric about the middle, so that half of it is built."""
    total = int(steps.sum())
    lower, spare = np.zeros((2, total // 2 + 1))  # two arrays in turn: a shifted sum in place would copy each time
    lower[0] = 1.0
    reached = scaled = 0
    for done, step in enumerate(map(int, steps), start=1):
        reached += step
        end = min(reached + 1, len(lower))
        spare[:step] = lower[:step]
        np.add(lower[step:end], lower[: max(end - step, 0)], out=spare[step:end])
        lower, spare = spare, lower
        if done % _HALVINGS == 0 or done == len(steps):
            lower *= 2.0 ** (scaled - done)
            scaled = done
    return np.concatenate([lower, lower[: total - total // 2][::-1]])
