"""Drifts of what is recorded: values that are missing, and levels that were never seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from harness.core import Code, Floats, Ints, Skip
from harness.drift.injectors.features import OnFeatures, any_kind, share_below
from harness.drift.injectors.injection import Injection, Kind, Named, Strengths
from harness.drift.pools import Pools
from harness.drift.population import Rows
from harness.settings import at_least, at_most


@dataclass(frozen=True, kw_only=True)
class MissingCompletelyAtRandom(OnFeatures):
    """Values are missing (NaN) on a share s of the rows, independently of their values; the model fills them in its own way."""

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Lose values of the chosen features, each in rows of its own."""
        columns = self.features.choose(pools, named("features"), any_kind(pools), what="not constant")
        rng = named("rows")
        return _written(columns, [pools.ranks(rng) for _ in columns], np.full(len(columns), np.nan))


@dataclass(frozen=True, kw_only=True)
class MissingAtRandom(OnFeatures):
    """Values are missing (NaN) on a share s of the rows, more often where another feature, drawn by the seed, is high.

    Attributes:
        dependence: 0 for no dependence on that feature, 1 if the rows where it is highest lose their values first.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0
    dependence: Annotated[float, at_least(0), at_most(1)] = 0.7

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Lose values of the chosen features, in the same rows."""
        usable = any_kind(pools)
        columns = self.features.choose(pools, named("features"), usable, what="not constant")
        others = np.setdiff1d(np.flatnonzero(usable), columns)
        if not others.size:
            why = f"{pools.population.name} has no feature left on which missing values could depend"
            raise Skip(why, code=Code.TOO_FEW_FEATURES)
        driver, rng = pools.population.matrix[:, named("driver").choice(others)], named("rows")

        def losers(ids: Ints) -> Floats:
            high = 1 - share_below(driver[ids], rng)
            return share_below(self.dependence * high + (1 - self.dependence) * rng.random(len(ids)), rng)

        rank = pools.by_pool(losers)
        return _written(columns, [rank] * len(columns), np.full(len(columns), np.nan))


@dataclass(frozen=True, kw_only=True)
class UnseenCategory(OnFeatures):
    """A nominal feature has a level that it never had, on a share s of the rows; its code is the number of known levels."""

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Bring a new level into the chosen features, each in rows of its own."""
        population = pools.population
        columns = self.features.choose(
            pools,
            named("features"),
            population.nominal & any_kind(pools),
            what="nominal and not constant",
            lacking=Code.TOO_FEW_NOMINAL_FEATURES,
        )
        rng = named("rows")
        return _written(columns, [pools.ranks(rng) for _ in columns], population.levels[columns].astype(np.float64))


def _written(columns: Ints, rank: list[Floats], values: Floats) -> Injection:
    """Rows whose rank (by id, one for each column) is below the strength hold these values in these columns."""

    def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
        for column, by_id, value in zip(columns, rank, values, strict=True):
            rows.matrix[by_id[ids] < strength, column] = value
        return rows

    return Injection(touched=columns, labels=False, change=change)
