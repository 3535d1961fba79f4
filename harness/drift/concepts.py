"""A scenario bound to the pools of one seed: what the rows are like under each concept, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.core import Floats, Ints
from harness.drift.effective_rows import effective_rows
from harness.drift.injectors.injection import Injection, Injector, Kind, kind_at
from harness.drift.pools import Pools
from harness.drift.population import Rows
from harness.drift.profiles import Profile, makes_events


@dataclass(frozen=True, eq=False)
class BoundScenario:
    """One scenario of a drift, bound and at its strength.

    Attributes:
        injector: what changes.
        injection: the same, bound to the pools.
        profile: when.
        strength: in the unit of the injector.
        number: its place among the scenarios of the drift; names its random streams.
        harm_to: the identity of the yardstick by which it was bound and its strength found.
    """

    injector: Injector
    injection: Injection
    profile: Profile
    strength: float
    number: int
    harm_to: Hashable

    @property
    def key(self) -> Hashable:
        """What the rows of a pool are like when it is on, whatever its profile."""
        return (self.injector, self.strength, self.number, self.harm_to)

    @property
    def kind(self) -> Kind:
        """What it counts as at its strength; `Kind.NONE` if its profile makes no event, since then every alarm is false."""
        return kind_at(self.injector, self.strength) if makes_events(self.profile) else Kind.NONE


@dataclass(frozen=True, eq=False)
class Concepts:
    """What happens to the rows of some pools.

    Concepts are numbered: bit k of the number says whether part k is on. 0 is the world before, the last has all parts on.

    Attributes:
        pools: of the trial.
        parts: one for each scenario on the stream.
    """

    pools: Pools
    parts: tuple[BoundScenario, ...]

    @property
    def key(self) -> Hashable:
        """What the answers of a model depend on, beside the pools: injectors and strengths, but no profile."""
        return tuple(part.key for part in self.parts)

    @property
    def rows_key(self) -> Hashable:
        """What the rows of a stream depend on, beside pools and draw: drifts of labels alone leave those of the twin."""
        return tuple((part.key, repr(part.profile)) for part in self.parts if part.injection.moves_rows)

    @property
    def n_concepts(self) -> int:
        """2 to the number of parts."""
        return 1 << len(self.parts)

    @cached_property
    def touched(self) -> Ints:
        """Ascending indices of the features that any part changes directly."""
        together: Ints = np.unique(np.concatenate([part.injection.touched for part in self.parts]))
        return together

    @property
    def touches_labels(self) -> bool:
        """Whether any part changes labels, or how often each is drawn."""
        return any(part.injection.labels for part in self.parts)

    # ---- concepts ---------------------------------------------------------------------------------------------------

    def rows(self, ids: Ints, strengths: Sequence[float | Floats]) -> Rows:
        """These rows under a strength of each part, one for all of them or one for each row.

        Values only: how often a row is drawn is decided by the stream.
        """
        rows = self.pools.population.take(ids)
        for part, strength in zip(self.parts, strengths, strict=True):
            if part.injection.change is not None and np.any(strength):
                rows = part.injection.change(rows, ids, strength)
        return rows

    def concept(self, number: int) -> Rows:
        """The evaluation pool under a concept."""
        return self.rows(self.pools.evaluate, self._strengths(number))

    def concept_weights(self, number: int) -> Floats | None:
        """The weights with which the rows of the evaluation pool are drawn under a concept; None for all alike."""
        return self.weights(self.pools.evaluate, self._strengths(number))

    def effective_rows(self, number: int) -> float | None:
        """Kish's effective number of rows of the evaluation pool under a concept; None if all are drawn alike."""
        weights = self.concept_weights(number)
        return None if weights is None else effective_rows(weights)

    def weights(self, ids: Ints, strengths: Sequence[float]) -> Floats | None:
        """The draw weights of these rows at a strength of each part; None for all alike."""
        weights: Floats | None = None
        for part, strength in zip(self.parts, strengths, strict=True):
            if part.injection.weights is not None and strength:
                factor = part.injection.weights(ids, strength)
                weights = factor if weights is None else weights * factor
        return weights

    def _strengths(self, concept: int) -> list[float]:
        return [part.strength if concept >> k & 1 else 0.0 for k, part in enumerate(self.parts)]
