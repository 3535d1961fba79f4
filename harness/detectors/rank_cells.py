"""The real line cut at knots, column by column: in which cell a value lies, found in a few nanoseconds.

With k knots a column has 2k + 1 cells: cell 2i is the open gap below knot i (above the last knot for i = k), cell 2i + 1 is the
knot itself. Every question about ranks and ties against the knots is a question about cells. Missing values are in cell -1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.kernel import kernel

MISSING = -1
MOST_BUCKETS = 4096


@dataclass(frozen=True)
class RankCells:
    """Knots and, for speed, evenly spaced buckets that say between which knots to search.

    Attributes:
        knots: shape (n_columns, most_knots), ascending in each column, filled up with NaN.
        n_knots: shape (n_columns,).
        counts: shape (n_columns, most_knots + 1), how often each knot was given; 0 beyond the last.
        first: shape (n_columns, n_buckets + 1), the number of knots in lower buckets.
        low: shape (n_columns,), where the buckets begin.
        scale: shape (n_columns,), buckets per unit.
    """

    knots: Floats
    n_knots: Ints
    counts: Ints
    first: Ints
    low: Floats
    scale: Floats

    @classmethod
    def at(cls, values: Floats) -> RankCells:
        """Cells with a knot at each distinct value.

        Args:
            values: shape (n_values, n_columns), 1 value or more; NaN is no knot.
        """
        ordered = np.sort(values.T, axis=1)  # NaN goes to the end
        n_columns, n_values = ordered.shape
        n_buckets = min(4 * n_values, MOST_BUCKETS)
        cells = cls(
            knots=np.full(ordered.shape, np.nan),
            n_knots=np.zeros(n_columns, dtype=np.int64),
            counts=np.zeros((n_columns, n_values + 1), dtype=np.int64),
            first=np.zeros((n_columns, n_buckets + 1), dtype=np.int64),
            low=np.zeros(n_columns),
            scale=np.zeros(n_columns),
        )
        _fill(ordered, cells.knots, cells.n_knots, cells.counts, cells.first, cells.low, cells.scale)
        return cells

    def place(self, rows: Floats, columns: Ints) -> Ints:
        """The cell of each value, shape (n_columns, n_rows).

        Args:
            rows: shape (n_rows, n_features).
            columns: shape (n_columns,), the columns of `rows` that belong to the cells' columns.
        """
        placed = np.empty((len(columns), len(rows)), dtype=np.int64)
        _place(rows, columns, self.knots, self.n_knots, self.first, self.low, self.scale, placed)
        return placed


@kernel
def _bucket(value: float, low: float, scale: float, n_buckets: int) -> int:
    """The bucket of a value. It never falls as the value rises, and this alone makes the search exact."""
    steps = (value - low) * scale
    if not steps > 0:
        return 0
    return n_buckets - 1 if steps >= n_buckets - 1 else int(steps)


@kernel
def _fill(ordered: Floats, knots: Floats, n_knots: Ints, counts: Ints, first: Ints, low: Floats, scale: Floats) -> None:
    n_buckets = first.shape[1] - 1
    for column in range(len(ordered)):
        last = -1
        for value in ordered[column]:
            if np.isnan(value):
                break
            if last < 0 or value != knots[column, last]:
                last += 1
                knots[column, last] = value
            counts[column, last] += 1
        n_knots[column] = last + 1
        if last < 0:
            continue
        low[column] = knots[column, 0]
        width = knots[column, last] - knots[column, 0]
        # one bucket, searched by halving, where the values leave no even spacing
        scale[column] = n_buckets / width if np.isfinite(width) and np.isfinite(n_buckets / width) else 0.0
        for knot in range(last + 1):
            first[column, _bucket(knots[column, knot], low[column], scale[column], n_buckets) + 1] += 1
        for bucket in range(n_buckets):
            first[column, bucket + 1] += first[column, bucket]


@kernel
def _place(
    rows: Floats, columns: Ints, knots: Floats, n_knots: Ints, first: Ints, low: Floats, scale: Floats, placed: Ints
) -> None:
    n_buckets = first.shape[1] - 1
    for column in range(len(columns)):
        for row in range(len(rows)):
            value = rows[row, columns[column]]
            if np.isnan(value):
                placed[column, row] = MISSING
                continue
            bucket = _bucket(value, low[column], scale[column], n_buckets)
            left, right = first[column, bucket], first[column, bucket + 1]
            while left < right:
                middle = (left + right) // 2
                if knots[column, middle] < value:
                    left = middle + 1
                else:
                    right = middle
            met = left < n_knots[column] and knots[column, left] == value
            placed[column, row] = 2 * left + met
