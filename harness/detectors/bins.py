"""Columns in bins: the levels of a nominal column, the quantile intervals of a numeric one, and counts that slide.

A nominal column has a bin for each level of the reference, one for all levels that the reference lacks, and one for missing
values. A numeric column has intervals [edge, next edge) between quantiles of the reference, tied ones made one, and one bin
for missing values.

Both statistics here are sums over bins of a term of that bin's counts, and only bins whose count changed since the last test
are computed again. The sum is kept in whole multiples of a tiny unit. Such sums do not depend on their order: sliding adds
up no rounding errors, and a stream gives the same numbers however it is cut into scans.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.kernel import kernel
from harness.detectors.rank_cells import RankCells
from harness.detectors.windows import Mask


class Term(IntEnum):
    """What is summed over the bins; r of n reference rows and w of m window rows are in the bin."""

    CHI_SQUARE = 0
    """w^2 / (r + w)"""
    PSI = 1
    """(q - p) ln(q / p) with smoothed shares p = (r + a) / (n + a bins) and q = (w + a) / (m + a bins)"""


UNIT_OF_PSI = 2.0**-50  # |term| < 1500 for any two shares that a float64 can hold


class Sums(NamedTuple):
    """The sums of the windows, each of shape (n_tests, n_columns).

    Attributes:
        total: the term summed over the bins.
        occupied: bins that hold a row of the reference or of the window.
    """

    total: Floats
    occupied: Ints


@dataclass(frozen=True)
class Histogram:
    """Reference rows in bins.

    Attributes:
        columns: shape (n_columns,), the columns of the stream that are tested.
        cells: cut at the levels or edges.
        nominal: shape (n_columns,).
        n_bins: shape (n_columns,).
        counts: shape (n_columns, most_bins), reference rows in each bin.
        n_rows: reference rows.
    """

    columns: Ints
    cells: RankCells
    nominal: Mask
    n_bins: Ints
    counts: Ints
    n_rows: int

    @classmethod
    def of(cls, rows: Floats, columns: Ints, nominal: Mask, intervals: int) -> Histogram:
        """The reference rows of some columns in bins.

        Args:
            rows: shape (n_rows, n_columns); no column is all NaN.
            columns: shape (n_columns,), what they are called in the stream.
            nominal: shape (n_columns,).
            intervals: of a numeric column, before tied edges are made one.
        """
        knots = np.full((max(len(rows), intervals), len(columns)), np.nan)
        knots[: len(rows), nominal] = rows[:, nominal]
        if not nominal.all():
            knots[: intervals - 1, ~nominal] = _edges(rows[:, ~nominal], intervals)
        cells = RankCells.at(knots)
        n_bins = cells.n_knots + 2
        binned = np.empty((len(columns), len(rows)), dtype=np.int64)
        _bin(cells.place(rows, np.arange(len(columns))), nominal, n_bins, binned)
        counts = np.zeros((len(columns), n_bins.max()), dtype=np.int64)
        np.add.at(counts, (np.arange(len(columns))[:, None], binned), 1)
        return cls(columns, cells, nominal, n_bins, counts, len(rows))

    def sums(self, term: Term, rows: Floats, ends: Ints, *, window: int, smoothing: float = 0.0) -> Sums:
        """Sum the term over the bins of each window that ends with one of the rows `ends`, ascending."""
        shape = len(ends), len(self.columns)
        sums = Sums(np.empty(shape), np.empty(shape, dtype=np.int64))
        if len(ends):
            # a chi-square sum is at most m: as fine as 63 bits allow
            unit = UNIT_OF_PSI if term is Term.PSI else 2.0 ** (window.bit_length() - 62)
            placed = self.cells.place(rows, self.columns)
            binned = np.empty_like(placed)
            _bin(placed, self.nominal, self.n_bins, binned)
            _slide(int(term), binned, self.n_bins, self.counts, self.n_rows, smoothing, ends, window, unit, *sums)
        return sums


def _edges(rows: Floats, intervals: int) -> Floats:
    """Values that cut each column into equal counts, shape (intervals - 1, n_columns); NaN for one with nothing below."""
    ordered = np.sort(rows, axis=0)  # NaN goes to the end
    n_values = np.count_nonzero(~np.isnan(rows), axis=0)
    edges = np.take_along_axis(ordered, np.arange(1, intervals)[:, None] * n_values // intervals, axis=0)
    return np.where(edges > ordered[0], edges, np.nan)


@kernel
def _bin(placed: Ints, nominal: Mask, n_bins: Ints, binned: Ints) -> None:
    for column in range(len(placed)):
        missing = n_bins[column] - 1
        for row in range(placed.shape[1]):
            cell = placed[column, row]
            if cell < 0:
                binned[column, row] = missing
            elif not nominal[column]:
                binned[column, row] = (cell + 1) // 2
            else:
                binned[column, row] = cell // 2 if cell % 2 else missing - 1


@kernel
def _term(term: int, r: int, w: int, n: int, m: int, bins: int, smoothing: float) -> float:
    if term == 0:
        return w * w / (r + w) if w else 0.0
    p = (r + smoothing) / (n + smoothing * bins)
    q = (w + smoothing) / (m + smoothing * bins)
    return (q - p) * math.log(q / p)


@kernel
def _slide(
    term: int,
    binned: Ints,
    n_bins: Ints,
    counts: Ints,
    n_rows: int,
    smoothing: float,
    ends: Ints,
    window: int,
    unit: float,
    total: Floats,
    occupied: Ints,
) -> None:
    start = ends[0] - window + 1
    for column in range(len(binned)):
        bins = n_bins[column]
        inside = np.zeros(bins, dtype=np.int64)
        terms = np.zeros(bins, dtype=np.int64)
        filled = np.zeros(bins, dtype=np.int64)
        stale = np.ones(bins, dtype=np.bool_)
        waiting = np.arange(bins)
        n_waiting = bins
        units, n_filled, test = 0, 0, 0
        for row in range(start, ends[-1] + 1):
            for change in (1, -1):
                other = row if change == 1 else row - window
                if other < start:
                    continue
                changed = binned[column, other]
                inside[changed] += change
                if not stale[changed]:
                    stale[changed] = True
                    waiting[n_waiting] = changed
                    n_waiting += 1
            if row != ends[test]:
                continue
            for changed in waiting[:n_waiting]:
                r, w = counts[column, changed], inside[changed]
                value = round(_term(term, r, w, n_rows, window, bins, smoothing) / unit)
                holds = 1 if r + w > 0 else 0
                units += value - terms[changed]
                n_filled += holds - filled[changed]
                terms[changed], filled[changed], stale[changed] = value, holds, False
            n_waiting = 0
            total[test, column], occupied[test, column] = units * unit, n_filled
            test += 1
