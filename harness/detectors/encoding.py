"""Rows as points, for tests of all columns at once: numbers, levels and missing values in one matrix of like scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.windows import Mask


@dataclass(frozen=True)
class Cloud:
    """Reference rows of a test that names no columns.

    Attributes:
        read: shape (n_columns,), the columns of the stream that are tested.
        nominal: shape (n_columns,).
        rows: shape (n_rows, n_columns).
        rng: what the test draws from.
    """

    read: Ints
    nominal: Mask
    rows: Floats
    rng: np.random.Generator

    @classmethod
    def of(cls, rows: Floats, columns: Ints, nominal: Mask, rng: np.random.Generator | None) -> Cloud:
        """The rows of the columns read."""
        assert rng is not None, "start has refused a missing rng"
        return cls(columns, nominal, rows, rng)

    @property
    def columns(self) -> Ints:
        """None, for all columns are tested at once."""
        return np.empty(0, dtype=np.int64)


def encode(rows: Floats, nominal: Mask) -> Floats:
    """The rows as points, shape (n_rows, n_dimensions).

    A numeric column has mean 0 and standard deviation 1; missing values stand at the mean, and a further dimension says where
    they are. A nominal column has a dimension for each level and one for missing; rows with different levels are 1 apart. A
    column of one value gives no dimension.

    Reference and window are encoded as one matrix: the encoding treats all rows alike, and so a permutation test stays exact.

    Args:
        rows: shape (n_rows, n_columns), reference and window.
        nominal: shape (n_columns,).
    """
    columns = zip(rows.T, nominal, strict=True)
    parts = [_levels(column) if is_nominal else _numbers(column) for column, is_nominal in columns]
    return np.column_stack([np.empty((len(rows), 0)), *parts])


def thinned(rows: Floats, size: int, rng: np.random.Generator) -> Floats:
    """All rows, or as many as `size` drawn without replacement if there are more; nothing is drawn otherwise."""
    return rows if len(rows) <= size else rows[rng.choice(len(rows), size, replace=False)]


def _numbers(column: Floats) -> Floats:
    missing = np.isnan(column)
    known = column[~missing]
    dimensions = []
    if len(known) and known.min() < known.max():
        dimensions.append(np.where(missing, 0.0, (column - known.mean()) / known.std()))
    if len(known) and missing.any():
        dimensions.append(missing)
    return np.column_stack([np.empty((len(column), 0)), *dimensions])


def _levels(column: Floats) -> Floats:
    levels = np.unique(column)  # at most one NaN, which stands for all missing values
    if len(levels) < 2:
        return np.empty((len(column), 0))
    same = (column[:, None] == levels) | (np.isnan(column)[:, None] & np.isnan(levels))
    return np.where(same, np.sqrt(0.5), 0.0)
