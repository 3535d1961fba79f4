"""Drifts of how often a row arrives: no value changes, but other rows come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

import numpy as np

from harness.core import ConfigError, Floats, Ints
from harness.drift.injectors.features import OnFeatures, any_kind, standardised
from harness.drift.injectors.injection import Injection, Kind, Named, no_features
from harness.drift.pools import Pools
from harness.settings import Checked, at_least


class Towards(StrEnum):
    """Which rows come more often."""

    DRAWN = "drawn"
    """Those with high values, or with low ones, as drawn for each feature."""
    ERRORS = "errors"
    """Those that the model to which harm is done tends to get wrong, by their correlation with the chosen features."""


@dataclass(frozen=True, kw_only=True)
class CovariateReweighting(OnFeatures):
    """Rows are drawn with weights exp(s z): some values of the chosen features come more often, P(y | x) stays.

    z is a sum of the standardised features with coefficients of unit length; a nominal feature enters by whether the row has
    one level, drawn by the seed. Features that go together with the chosen ones move too, but only these count as touched.

    Attributes:
        towards: what the coefficients are.
    """

    kind: ClassVar[Kind] = Kind.DATA
    version: ClassVar[int] = 1
    strongest: float = 3.0
    towards: Towards = Towards.DRAWN

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Weight by the chosen features."""
        columns = self.features.choose(pools, named("features"), any_kind(pools), what="not constant")
        rng = named("direction")
        z = np.column_stack([standardised(pools, column, rng) for column in columns])
        coefficients = rng.choice([-1.0, 1.0], size=len(columns))
        if self.towards == Towards.ERRORS:
            error = pools.yardstick.error(pools.before)
            coefficients = (error - error.mean()) @ z[pools.evaluate]
        score = z @ coefficients / max(float(np.linalg.norm(coefficients)), 1e-12)

        def weights(ids: Ints, strength: float) -> Floats:
            tilt = strength * score[ids]
            heavy: Floats = np.exp(tilt - tilt.max())
            return heavy

        return Injection(touched=columns, labels=False, weights=weights)


@dataclass(frozen=True, kw_only=True)
class PriorShift(Checked):
    """Class shares go from pi to (1 - s) pi + s e_c: of one class, drawn by the seed, there is more and more.

    P(x | y) stays. In regression the classes are quantile bins of the target.

    Attributes:
        towards: code of the class; None for one drawn by the seed.
    """

    kind: ClassVar[Kind] = Kind.PRIOR
    version: ClassVar[int] = 1
    strongest: float = 1.0
    towards: Annotated[int, at_least(0)] | None = None

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Weight by class."""
        strata = pools.population.strata
        n_strata = int(strata.max()) + 1
        grown = int(named("class").integers(n_strata)) if self.towards is None else self.towards
        if not 0 <= grown < n_strata:
            raise ConfigError(f"towards={grown} is no class of {pools.population.name}; choose 0 .. {n_strata - 1}.")

        def weights(ids: Ints, strength: float) -> Floats:
            prior = np.bincount(strata[ids], minlength=n_strata) / len(ids)
            ratio = np.full(n_strata, 1.0 - strength)
            ratio[grown] += strength / prior[grown]
            return ratio[strata[ids]]

        return Injection(touched=no_features(), labels=True, weights=weights)


@dataclass(frozen=True, kw_only=True)
class Improvement:
    """Noise goes away: rows whose label the model to which harm is done cannot explain arrive with weight 1 - s.

    These are the rows that it gets wrong; in regression those with the larger half of the residuals. At s = 1 none of them is
    left, so that its error is 0 in classification. The error of other models falls less. A target of harm is negative.
    """

    kind: ClassVar[Kind] = Kind.PRIOR
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:  # noqa: ARG002 - draws nothing
        """Weight by whether a row is explained."""
        unexplained = np.zeros(len(pools.population.target), dtype=bool)
        for ids in pools.drifting:
            error = pools.yardstick.error(pools.population.take(ids))
            unexplained[ids] = error > (0 if pools.population.n_classes else np.median(error))

        def weights(ids: Ints, strength: float) -> Floats:
            return np.where(unexplained[ids], 1.0 - strength, 1.0)

        return Injection(touched=no_features(), labels=True, weights=weights)
