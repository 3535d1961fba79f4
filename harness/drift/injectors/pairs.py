"""Drifts of how values are paired: features that change places, and features that no longer go together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from harness.core import Code, ConfigError, Ints, Skip
from harness.drift.injectors.features import Features, OnFeatures, any_kind, numeric
from harness.drift.injectors.injection import Injection, Kind, Named, Strengths
from harness.drift.pools import Pools
from harness.drift.population import Rows


@dataclass(frozen=True, kw_only=True)
class FeatureSwap(OnFeatures):
    """Each chosen feature has the values of the next on a share s of the rows; two features are swapped.

    All are of one kind, numeric or nominal: the one of which the set has more. A level that the other feature does not have
    is an unseen one.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0
    features: Features = field(default=Features(drawn=2))

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Swap the chosen features."""
        numbers, varying = numeric(pools), any_kind(pools)
        levels = pools.population.nominal & varying
        if self.features.named is not None or self.features.at is not None:
            usable, what, lacking = varying, "not constant", Code.TOO_FEW_FEATURES
        elif numbers.sum() >= levels.sum():
            usable, what, lacking = numbers, "numeric and not constant", Code.TOO_FEW_NUMERIC_FEATURES
        else:
            usable, what, lacking = levels, "nominal and not constant", Code.TOO_FEW_NOMINAL_FEATURES
        columns = self.features.choose(pools, named("features"), usable, what=what, lacking=lacking, least=2)
        if len(np.unique(pools.population.nominal[columns])) > 1:
            raise ConfigError("features: a numeric and a nominal feature cannot be swapped; name features of one kind.")
        rank, cycle = pools.ranks(named("rows")), named("cycle").permutation(columns)

        def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
            touched = np.flatnonzero(rank[ids] < strength)
            rows.matrix[np.ix_(touched, cycle)] = rows.matrix[np.ix_(touched, np.roll(cycle, -1))]
            return rows

        return Injection(touched=columns, labels=False, change=change)


@dataclass(frozen=True, kw_only=True)
class CorrelationOnly(OnFeatures):
    """The chosen features are re-paired within each class on a share s of the rows.

    Among the touched rows of a class each takes the value of another one, a different one for each feature. So every feature
    keeps its values, over all rows and within each class, while features no longer go together. Regression values are
    re-paired within quantile bins of the target.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0
    features: Features = field(default=Features(drawn=2))

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Re-pair the chosen features."""
        if len(pools.population.columns) < 2:
            why = f"{pools.population.name} has one feature only, and nothing that it could be paired with"
            raise Skip(why, code=Code.TOO_FEW_FEATURES)
        columns = self.features.choose(pools, named("features"), any_kind(pools), what="not constant")
        rng = named("rows")
        circles = [_Circles.of(pools, pool, rng) for pool in pools.drifting]

        def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
            for pool in circles:
                n_touched = pool.n_touched(ids, strength)
                touched = np.flatnonzero(pool.place[ids] < n_touched)
                for offset, column in enumerate(columns, start=1):
                    giver = pool.giver(ids[touched], n_touched[touched], offset)
                    rows.matrix[touched, column] = pools.population.matrix[giver, column]
            return rows

        return Injection(touched=columns, labels=False, change=change)


@dataclass(frozen=True, eq=False)
class _Circles:
    """The rows of one pool, class by class in a random order; the first of each class are touched and pass values round.

    Attributes:
        order: ids, class by class.
        first: by id, where its class begins in `order`.
        place: by id, its place within its class, counted from 0.
        count: by id, how many rows its class has; 0 outside of the pool.
    """

    order: Ints
    first: Ints
    place: Ints
    count: Ints

    @classmethod
    def of(cls, pools: Pools, pool: Ints, rng: np.random.Generator) -> _Circles:
        """The rows of the pool with these ids."""
        strata = pools.population.strata
        first, place, count = np.zeros((3, len(strata)), dtype=np.int64)
        order = pool[np.lexsort((rng.random(len(pool)), strata[pool]))]
        counts = np.bincount(strata[pool])
        count[pool], first[pool] = counts[strata[pool]], (np.cumsum(counts) - counts)[strata[pool]]
        place[order] = np.arange(len(pool)) - first[order]
        return cls(order, first, place, count)

    def n_touched(self, ids: Ints, strength: Strengths) -> Ints:
        """For each id, how many rows of its class are touched at that strength."""
        rounded: Ints = np.ceil(strength * self.count[ids] - 0.5).astype(np.int64)
        return rounded

    def giver(self, ids: Ints, n_touched: Ints, offset: int) -> Ints:
        """For each touched id, the one `offset` places on in the circle of those that are touched."""
        givers: Ints = self.order[self.first[ids] + (self.place[ids] + offset) % n_touched]
        return givers
