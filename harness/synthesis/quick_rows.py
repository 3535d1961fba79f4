"""What a transformer of `Preprocessing.build` learns from rows and does to rows, by the operations of scikit-learn on arrays.

A window of 300 rows takes scikit-learn 2 ms if all columns are numbers and 20 ms if some are nominal, of which hardly any
is arithmetic. The operations here are the same, in the same order and on arrays in the same order of memory, since the last
digits of sums and products depend on it. So prepared rows are the same bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats

EPS = float(np.finfo(np.float64).eps)


class Scaling(NamedTuple):
    """Means and standard deviations of columns, shape (n_features,); 1 in place of that of a constant column."""

    means: Floats
    sds: Floats

    @classmethod
    def of(cls, matrix: Floats) -> Scaling:
        """The scaling of rows without missing values, as `StandardScaler` learns it (corrected two-pass variance)."""
        n_rows = float(len(matrix))
        means = np.sum(matrix, axis=0) / n_rows
        excess = matrix - means
        correction = np.sum(excess, axis=0)
        excess **= 2
        variances = (np.sum(excess, axis=0) - correction**2 / n_rows) / n_rows
        is_constant = variances <= n_rows * EPS * variances + (n_rows * means * EPS) ** 2
        sds = np.sqrt(variances)
        sds[is_constant] = 1.0
        return cls(means, sds)


@dataclass(frozen=True, eq=False)
class QuickRows:
    """What a fitted transformer of `Preprocessing.build` does to rows.

    Attributes:
        numeric, nominal: indices of the columns.
        middles, modes: what stands for a missing value in each numeric and in each nominal column.
        scaling: of the numeric columns, or None.
        levels: the known levels of each nominal column.
    """

    numeric: NDArray[np.intp]
    nominal: NDArray[np.intp]
    middles: Floats
    modes: Floats
    scaling: Scaling | None
    levels: tuple[Floats, ...]

    @classmethod
    def of(
        cls, matrix: Any, nominal: NDArray[np.bool_], *, impute: Literal["median", "mean"], scale: bool
    ) -> QuickRows | None:
        """What the transformer would do that is fitted on these rows; None for those at which scikit-learn has to look itself.

        Args:
            matrix: shape (n, n_features).
            nominal: which columns are nominal, shape (n_features,).
            impute: see `Preprocessing`.
            scale: see there.
        """
        if not _is_plain(matrix, len(nominal)) or np.isinf(matrix).any():
            return None
        numeric, levelled = np.flatnonzero(~nominal), np.flatnonzero(nominal)
        numbers = matrix[:, numeric] if len(levelled) else matrix
        codes = matrix[:, levelled]
        middles = _middles(numbers, impute)
        modes = np.array([_mode(column[~np.isnan(column)]) for column in codes.T])
        scaling = Scaling.of(_filled(numbers, middles)) if scale and len(numeric) else None
        return cls(
            numeric, levelled, middles, modes, scaling, tuple(np.unique(column) for column in _filled(codes, modes).T)
        )

    def prepared(self, matrix: Any) -> Floats | None:
        """The prepared rows, without checks; None for those at which scikit-learn has to look itself."""
        if not _is_plain(matrix, len(self.numeric) + len(self.nominal)):
            return None
        if len(self.nominal) == 0:
            prepared = self._numbers(matrix)
        else:
            parts = [self._numbers(matrix[:, self.numeric])] if len(self.numeric) else []
            prepared = np.hstack([*parts, self._encoded(matrix[:, self.nominal])])
        return prepared if np.isfinite(prepared).all() else None

    def _numbers(self, matrix: Floats) -> Floats:
        numbers = _filled(matrix, self.middles)
        if self.scaling is not None:
            numbers -= self.scaling.means
            numbers /= self.scaling.sds
        return numbers

    def _encoded(self, matrix: Floats) -> Floats:
        codes = _filled(matrix, self.modes)
        return np.hstack([codes[:, [k]] == known for k, known in enumerate(self.levels)]).astype(np.float64)


def _is_plain(matrix: Any, n_features: int) -> bool:
    """Whether it is a matrix of some rows that needs no conversion."""
    is_matrix = type(matrix) is np.ndarray and matrix.dtype == np.float64 and matrix.ndim == 2
    return is_matrix and len(matrix) > 0 and matrix.shape[1] == n_features


def _middles(matrix: Floats, impute: Literal["median", "mean"]) -> Floats:
    """Of the values of each column, shape (n_features,); 0 where there is none."""
    is_missing = np.isnan(matrix)
    if impute == "mean":
        counts = len(matrix) - is_missing.sum(axis=0)
        means: Floats = _filled(matrix, np.zeros(matrix.shape[1])).sum(axis=0) / np.maximum(counts, 1)
        return means
    some = is_missing.any(axis=0)
    middles = np.zeros(matrix.shape[1])
    middles[~some] = np.median(matrix[:, ~some], axis=0)
    for k in np.flatnonzero(some & ~is_missing.all(axis=0)):
        middles[k] = np.median(matrix[~is_missing[:, k], k])
    return middles


def _mode(values: Floats) -> float:
    """The most frequent value, the least of several; 0 of none."""
    if not len(values):
        return 0.0
    known, counts = np.unique(values, return_counts=True)
    return float(known[counts.argmax()])


def _filled(matrix: Floats, values: Floats) -> Floats:
    """A copy in the same order of memory, on which the last digits of products depend; `values` stand for missing ones."""
    filled = matrix.copy(order="K")
    is_missing = np.isnan(filled)
    if is_missing.any():
        filled[is_missing] = np.broadcast_to(values, filled.shape)[is_missing]
    return filled
