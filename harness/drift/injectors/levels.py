"""Drifts of the levels of nominal features: other levels come, and levels are recorded as others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from harness.core import Code, Floats, Ints
from harness.drift.injectors.features import OnFeatures, any_kind
from harness.drift.injectors.injection import Injection, Kind, Named, Strengths
from harness.drift.pools import Pools
from harness.drift.population import Rows

Recode = Callable[[Floats, Ints], Any]
"""What the values of one column become, given them and the ids of their rows."""


@dataclass(frozen=True, kw_only=True)
class LevelFrequencies(OnFeatures):
    """Nominal features have a level drawn anew on a share s of the rows, so that P(level) goes from p to (1 - s) p + s q.

    q is one distribution over the levels that a feature has before the drift, drawn by the seed from all of them alike
    (Dirichlet with parameters 1). A missing value stays missing. The new level does not depend on the row's label.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Draw levels of the chosen features anew, all of them in the same rows."""
        columns, luck, tilt = _nominal_ones(self, pools, named), named("levels"), named("tilt")

        def redrawn(column: int) -> Recode:
            levels = np.unique(_present(pools, column))
            cumulated = np.cumsum(tilt.dirichlet(np.ones(len(levels))))
            drawn = np.searchsorted(cumulated, luck.random(len(pools.population.target)), side="right")
            new = levels[np.minimum(drawn, len(levels) - 1)]
            return lambda values, ids: np.where(np.isnan(values), values, new[ids])

        return _recoded(columns, pools.ranks(named("rows")), [redrawn(column) for column in columns])


@dataclass(frozen=True, kw_only=True)
class MergedLevels(OnFeatures):
    """One level of a nominal feature is recorded as another on a share s of the rows: at s = 1 the two are one.

    The two are the levels of rows drawn by the seed, so that common levels are merged more often than rare ones.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Merge two levels of each chosen feature, all of them in the same rows."""
        return _of_two_levels(self, pools, named, lambda values, lost, kept: np.where(values == lost, kept, values))


@dataclass(frozen=True, kw_only=True)
class SwappedLevels(OnFeatures):
    """Two levels of a nominal feature exchange their codes on a share s of the rows, as after a change of the code book.

    The two are the levels of rows drawn by the seed, as in `MergedLevels`.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Swap two levels of each chosen feature, all of them in the same rows."""

        def swapped(values: Floats, one: float, other: float) -> Floats:
            return np.where(values == one, other, np.where(values == other, one, values))

        return _of_two_levels(self, pools, named, swapped)


def _of_two_levels(
    injector: OnFeatures, pools: Pools, named: Named, recode: Callable[[Floats, float, float], Floats]
) -> Injection:
    """Two levels of each chosen feature, drawn by the seed, are recoded in the same rows."""
    columns, rng = _nominal_ones(injector, pools, named), named("levels")

    def recoded(column: int) -> Recode:
        one, other = _two_levels(pools, column, rng)
        return lambda values, _: recode(values, one, other)

    return _recoded(columns, pools.ranks(named("rows")), [recoded(column) for column in columns])


def _nominal_ones(injector: OnFeatures, pools: Pools, named: Named) -> Ints:
    """The chosen features. Raises `Skip` if the set has too few nominal ones."""
    return injector.features.choose(
        pools,
        named("features"),
        pools.population.nominal & any_kind(pools),
        what="nominal and not constant",
        lacking=Code.TOO_FEW_NOMINAL_FEATURES,
    )


def _present(pools: Pools, column: int) -> Floats:
    """The values of a column before the drift, without missing ones."""
    values = pools.before.matrix[:, column]
    return values[~np.isnan(values)]


def _two_levels(pools: Pools, column: int, rng: np.random.Generator) -> tuple[float, float]:
    """Two different levels, those of rows drawn by the seed."""
    values = rng.permutation(_present(pools, column))
    return float(values[0]), float(values[values != values[0]][0])


def _recoded(columns: Ints, rank: Floats, recodes: list[Recode]) -> Injection:
    """Rows whose rank (by id) is below the strength have these columns recoded."""

    def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
        touched = np.flatnonzero(rank[ids] < strength)
        for column, recode in zip(columns, recodes, strict=True):
            rows.matrix[touched, column] = recode(rows.matrix[touched, column], ids[touched])
        return rows

    return Injection(touched=columns, labels=False, change=change)
