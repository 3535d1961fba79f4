"""Samplers: which row of a pool arrives at which time, with replacement or each row at most once.

A sampler fixes all its random numbers when it is made. A drift that changes the draw weights at some times changes the rows of
these times only. So a stream and its drift-free twin share every other row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from harness.core import Code, Floats, Ints, Skip


class Weighted(NamedTuple):
    """Times at which rows are drawn with these weights, shape (n_pool,), instead of equal ones."""

    times: Ints
    weights: Floats


class RowSampler(Protocol):
    """Rows of one pool for one stream."""

    def places(self, exceptions: Iterable[Weighted] = ()) -> Ints:
        """The position in the pool of the row of each time, shape (n_times,).

        Raises `Skip` if the pool has too few rows for these weights.
        """
        ...


@dataclass(frozen=True, eq=False)
class Replacing:
    """Independent draws with replacement, by the inverse of the cumulated weights.

    Attributes:
        n_pool: rows of the pool.
        luck: shape (n_times,), uniform in [0, 1).
    """

    n_pool: int
    luck: Floats

    def places(self, exceptions: Iterable[Weighted] = ()) -> Ints:
        """The position in the pool of the row of each time, shape (n_times,)."""
        places: Ints = (self.luck * self.n_pool).astype(np.int64)
        for times, weights in exceptions:
            cumulated = np.cumsum(weights)
            drawn = np.searchsorted(cumulated, self.luck[times] * cumulated[-1], side="right")
            places[times] = np.minimum(drawn, self.n_pool - 1)
        return places


@dataclass(frozen=True, eq=False)
class Once:
    """Draws without replacement: rows in a random order, taken from the front.

    Where weights are unequal, rows are taken from the back and each is let through with a probability in proportion to its
    weight, which gives exactly the weighted distribution while rows are left.

    Attributes:
        order: shape (n_pool,), a permutation of the pool.
        n_times: rows of the stream.
        reserved: rows after those of the stream that are kept for a reference window.
        luck: shape (n_pool,), uniform in [0, 1); decides which rows of the pool are let through.
    """

    order: Ints
    n_times: int
    reserved: int
    luck: Floats

    def places(self, exceptions: Iterable[Weighted] = ()) -> Ints:
        """The position in the pool of the row of each time, shape (n_times,), no two alike."""
        places = self.order[: self.n_times].copy()
        back = self.order[self.n_times + self.reserved :][::-1]
        for times, weights in exceptions:
            passed = np.flatnonzero(self.luck[back] * weights.max() < weights[back])[: len(times)]
            if len(passed) < len(times):
                raise Skip(
                    f"a pool of {len(self.order)} rows is too small to draw this drift with no row twice; "
                    "raise spare or use twin pools",
                    code=Code.TOO_FEW_ROWS,
                )
            places[times] = back[passed]
            back = back[passed[-1] + 1 :]
        return places
