"""Drifts of the values of numeric features, and a sensor that is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.core import Code, Floats, Ints
from harness.drift.injectors.features import Features, OnFeatures, any_kind, numeric
from harness.drift.injectors.injection import Injection, Kind, Named, Strengths
from harness.drift.pools import Pools
from harness.drift.population import Rows


@dataclass(frozen=True, kw_only=True)
class MeanShift(OnFeatures):
    """x_j + s sigma_j on every row, up or down as drawn for each feature; s is in standard deviations."""

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 5.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Shift the chosen features."""
        columns = _numeric_ones(self.features, pools, named)
        return _shift(columns, pools.moments.sd[columns] * _signs(columns, named))


@dataclass(frozen=True, kw_only=True)
class SensorBias(OnFeatures):
    """x_j + c on every row, c being s times the range of the feature, up or down as drawn."""

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Bias the chosen features."""
        columns = _numeric_ones(self.features, pools, named)
        moments = pools.moments
        return _shift(columns, (moments.high - moments.low)[columns] * _signs(columns, named))


@dataclass(frozen=True, kw_only=True)
class Scale(OnFeatures):
    """mu_j + (1 + s)(x_j - mu_j) on every row: the spread grows by a share s, the mean stays."""

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 10.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Spread the chosen features."""
        columns = _numeric_ones(self.features, pools, named)
        mean = pools.moments.mean[columns]

        def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
            rows.matrix[:, columns] += _times(strength, len(ids)) * (rows.matrix[:, columns] - mean)
            return rows

        return Injection(touched=columns, labels=False, change=change)


@dataclass(frozen=True, kw_only=True)
class SensorStuck(OnFeatures):
    """x_j is one constant on a share s of the rows: a quantile of a numeric feature, the commonest level of a nominal one.

    Attributes:
        quantile: of the values before the drift, in [0, 1].
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0
    quantile: float = 0.5

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Let the chosen features be stuck."""
        columns = self.features.choose(pools, named("features"), any_kind(pools), what="not constant")
        stuck = np.array([self._constant(pools, column) for column in columns])
        rank = pools.ranks(named("rows"))

        def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
            rows.matrix[np.ix_(rank[ids] < strength, columns)] = stuck
            return rows

        return Injection(touched=columns, labels=False, change=change)

    def _constant(self, pools: Pools, column: int) -> float:
        values = pools.before.matrix[:, column]
        present = values[~np.isnan(values)]
        if pools.population.nominal[column]:
            return float(np.argmax(np.bincount(present.astype(np.int64))))
        return float(np.quantile(present, self.quantile, method="lower"))


def _shift(columns: Ints, step: Floats) -> Injection:
    def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
        rows.matrix[:, columns] += _times(strength, len(ids)) * step
        return rows

    return Injection(touched=columns, labels=False, change=change)


def _times(strength: Strengths, n_rows: int) -> Floats:
    """The strength of each row as a column, shape (n_rows, 1)."""
    return np.broadcast_to(np.asarray(strength, dtype=np.float64), (n_rows,))[:, None]


def _signs(columns: Ints, named: Named) -> Floats:
    signs: Floats = named("direction").choice([-1.0, 1.0], size=len(columns))
    return signs


def _numeric_ones(features: Features, pools: Pools, named: Named) -> Ints:
    what = "numeric and not constant"
    lacking = Code.TOO_FEW_NUMERIC_FEATURES
    return features.choose(pools, named("features"), numeric(pools), what=what, lacking=lacking)
