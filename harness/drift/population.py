"""All rows that a trial may draw from, and rows taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, DataTable, Floats, Ints, Skip
from harness.data.splits import dealt

N_BINS = 5
"""Quantile bins that stand for classes where a regression target is stratified."""


class Rows(NamedTuple):
    """Some rows: `matrix` of shape (n, n_features) as `DataTable.matrix`, and `target` of shape (n,)."""

    matrix: Floats
    target: Ints | Floats


@dataclass(frozen=True, eq=False)
class Population:
    """Rows known by their id, which is their position here. Nothing is copied from the table.

    Attributes:
        name: of the data set, for messages.
        matrix: shape (n_rows, n_features); category codes in nominal columns, NaN where missing.
        target: shape (n_rows,); class codes or regression values.
        n_classes: 0 for regression.
        columns: names of the features.
        levels: shape (n_features,), the number of levels of a nominal column, 0 for a numeric one.
        strata: shape (n_rows,); the class, or the quantile bin of a regression target.
        groups: shape (n_rows,); equal rows share one, which is never on two sides of a split.
    """

    name: str
    matrix: Floats
    target: Ints | Floats
    n_classes: int
    columns: tuple[str, ...]
    levels: Ints
    strata: Ints
    groups: Ints

    @classmethod
    def of(cls, table: DataTable) -> Population:
        """The rows of a table."""
        dtypes = table.features.dtypes
        levels = [len(dtype.categories) if dtype == "category" else 0 for dtype in dtypes]
        columns = tuple(map(str, table.features.columns))
        strata = table.target.astype(np.int64) if table.n_classes else quantile_bins(table.target)
        counted = np.array(levels)
        return cls(table.name, table.matrix, table.target, table.n_classes, columns, counted, strata, table.groups)

    @property
    def nominal(self) -> NDArray[np.bool_]:
        """Which columns are nominal, shape (n_features,)."""
        return self.levels > 0

    def take(self, ids: Ints) -> Rows:
        """A fresh copy of these rows."""
        return Rows(self.matrix[ids], self.target[ids])


def quantile_bins(target: Ints | Floats, n_bins: int = N_BINS) -> Ints:
    """The bin of each value, 0 .. at most n_bins - 1, none of them empty; equal values share a bin."""
    edges = np.unique(np.quantile(target, np.arange(1, n_bins) / n_bins))
    bins: Ints = np.unique(np.searchsorted(edges, target, side="left"), return_inverse=True)[1].astype(np.int64)
    return bins


def ranks(strata: Ints, luck: Floats, offset: Floats | None = None) -> Floats:
    """Random ranks in (0, 1), shape (n,), evenly spaced within each stratum: below rank s lies a share s of every stratum.

    Args:
        strata: shape (n,), 0 or more.
        luck: shape (n,); orders the rows within their stratum.
        offset: shape (n_strata,), in (0, 1); the first rank of a stratum of m rows is offset / m. One half if not given; random
            offsets keep the ranks of two strata apart.
    """
    order = np.lexsort((luck, strata))
    counts = np.bincount(strata)
    first = np.cumsum(counts) - counts
    rank = np.empty(len(strata))
    rank[order] = np.arange(len(strata)) - np.repeat(first, counts)
    return (rank + (0.5 if offset is None else offset[strata])) / counts[strata]


def parts(population: Population, sizes: tuple[int, ...], rng: np.random.Generator) -> list[Ints]:
    """Disjoint stratified parts of the population, each with its ids in ascending order; see `harness.data.splits.dealt`.

    Args:
        population: all rows.
        sizes: of the parts. They have exactly these if no rows are equal; rows may be left.
        rng: deals the rows.

    Raises:
        Skip: a class has so few different rows that a part could miss it.
    """
    left = len(population.strata) - sum(sizes)
    wanted = (*sizes, left) if left else sizes
    first = np.unique(population.groups, return_index=True)[1]
    fewest = int(np.bincount(population.strata[first]).min())
    if fewest < len(wanted):
        raise Skip(
            f"the rarest class of {population.name} has {fewest} different rows, too few for {len(wanted)} parts; "
            "merge or leave out that class",
            code=Code.RARE_CLASS,
        )
    part = dealt(population.strata, population.groups, wanted, rng)
    return [np.flatnonzero(part == number) for number in range(len(sizes))]
