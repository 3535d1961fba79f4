"""Drifts of the labels: the same rows mean something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np

from harness.core import Code, ConfigError, Floats, Ints, Skip
from harness.drift.injectors.features import Features, OnFeatures, any_kind, share_below, standardised
from harness.drift.injectors.injection import (
    Injection,
    Kind,
    Named,
    Strengths,
    kind_of_changed_labels,
    no_features,
)
from harness.drift.pools import Pools
from harness.drift.population import Rows
from harness.settings import Checked, above, at_most

Labels = Ints | Floats
Relabel = Callable[[Any, Ints], Any]
"""What labels become, given them as they are and the ids of their rows."""


@dataclass(frozen=True, kw_only=True)
class LabelPermutation:
    """y <- pi(y) on a share s of the rows; pi moves every class and is drawn by the seed.

    In regression y <- 2 mean - y: what was high is low.
    """

    kind: ClassVar[Kind] = Kind.CONCEPT
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def kind_at(self, strength: float) -> Kind:
        """Noise up to half of the rows, another rule beyond."""
        return kind_of_changed_labels(strength)

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Permute all classes."""
        return _relabelled(pools.ranks(named("rows")), permuted(pools, named))


@dataclass(frozen=True, kw_only=True)
class LabelSwap(Checked):
    """Two classes change places on a share s of their rows.

    Attributes:
        classes: codes of the two; None for two drawn by the seed.
    """

    kind: ClassVar[Kind] = Kind.CONCEPT
    version: ClassVar[int] = 1
    strongest: float = 1.0
    classes: tuple[int, int] | None = None

    def kind_at(self, strength: float) -> Kind:
        """Noise up to half of the rows, another rule beyond."""
        return kind_of_changed_labels(strength)

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Swap the two classes; skipped in regression."""
        n_classes = pools.population.n_classes
        if not n_classes:
            why = f"{pools.population.name} is a regression set and has no classes to swap"
            raise Skip(why, code=Code.NEEDS_CLASSES)
        one, other = self.classes or named("classes").permutation(n_classes)[:2]
        if not (0 <= one < n_classes and 0 <= other < n_classes and one != other):
            raise ConfigError(
                f"classes=[{one}, {other}] cannot be swapped; choose two of the codes 0 .. {n_classes - 1}."
            )
        pi = np.arange(n_classes)
        pi[[one, other]] = other, one
        return _relabelled(pools.ranks(named("rows")), lambda target, _: pi[target])


@dataclass(frozen=True, kw_only=True)
class LabelNoise(Checked):
    """Labels are random on a share s of the rows with w.x > q, w being a random direction drawn by the seed.

    A random label is any class with equal probability (its own as well); in regression it is the target of another row.

    Attributes:
        region: share of the rows on the far side of q, in (0, 1].
    """

    kind: ClassVar[Kind] = Kind.NOISE
    version: ClassVar[int] = 1
    strongest: float = 1.0
    region: Annotated[float, above(0), at_most(1)] = 0.5

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Add the noise."""
        projection = projected(pools, named("direction"))
        inside = projection >= np.quantile(projection[pools.evaluate], 1 - self.region)
        rank = np.where(inside, pools.ranks(named("rows")), 2.0)
        rng, n_rows = named("labels"), len(rank)
        if pools.population.n_classes:
            noise: Labels = rng.integers(pools.population.n_classes, size=n_rows)
        else:
            noise = pools.before.target[rng.integers(len(pools.evaluate), size=n_rows)]
        return _relabelled(rank, lambda _, ids: noise[ids])


@dataclass(frozen=True, kw_only=True)
class LocalConcept(OnFeatures):
    """All labels are permuted inside a box that holds a share s of the rows, and nowhere else.

    The box lies around a row drawn by the seed and reaches equally far, in ranks, along each chosen numeric feature; along a
    nominal one it takes in the row's own level first. A larger box holds a smaller one.
    """

    kind: ClassVar[Kind] = Kind.CONCEPT
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Permute labels in the box."""
        columns = self.features.choose(pools, named("features"), any_kind(pools), what="not constant")
        centre = pools.before.matrix[named("centre").integers(len(pools.evaluate))]
        luck = named("ties")

        def nearness(ids: Ints) -> Floats:
            return share_below(np.max([_far(pools, column, ids, centre[column]) for column in columns], axis=0), luck)

        return _relabelled(pools.by_pool(nearness), permuted(pools, named))


@dataclass(frozen=True, kw_only=True)
class HalfSpaceConcept(OnFeatures):
    """All labels are permuted on the far side of a hyperplane, w.z > q, which has a share s of the rows beyond it.

    z is standardised, and of a nominal feature tells whether the row has one level, drawn by the seed; w is a normal direction.
    A larger share moves the plane, so that it holds a smaller one. Rows on the plane itself come in random order.
    """

    kind: ClassVar[Kind] = Kind.CONCEPT
    version: ClassVar[int] = 1
    strongest: float = 1.0
    features: Features = field(default=Features(share=1.0))

    def bind(self, pools: Pools, named: Named) -> Injection:
        """Permute labels beyond the plane."""
        columns = self.features.choose(pools, named("features"), any_kind(pools), what="not constant")
        rng = named("direction")
        z = np.column_stack([standardised(pools, column, rng) for column in columns])
        projection, luck = z @ rng.standard_normal(len(columns)), named("ties")

        def depth(ids: Ints) -> Floats:
            return share_below(-projection[ids], luck)

        return _relabelled(pools.by_pool(depth), permuted(pools, named))


def permuted(pools: Pools, named: Named) -> Relabel:
    """Every class takes the place of another, drawn by the seed; regression values are mirrored at their mean."""
    if not pools.population.n_classes:
        mean = float(np.mean(pools.before.target))
        return lambda target, _: 2 * mean - target
    cycle = named("permutation").permutation(pools.population.n_classes)
    pi = np.empty(len(cycle), dtype=np.int64)
    pi[cycle] = np.roll(cycle, -1)
    return lambda target, _: pi[target]


def projected(pools: Pools, rng: np.random.Generator) -> Floats:
    """The value w.z of each id, shape (n_rows,): z is standardised, a level of a nominal feature has a random value.

    Missing values count as the mean.
    """
    population, moments = pools.population, pools.moments
    total = np.zeros(len(population.target))
    for column, n_levels in enumerate(population.levels):
        weight, values = rng.standard_normal(), population.matrix[:, column]
        if n_levels:
            effects = np.append(rng.standard_normal(n_levels), 0.0)
            total += weight * effects[np.where(np.isnan(values), n_levels, values).astype(np.int64)]
        elif moments.sd[column] > 0:
            total += weight * np.nan_to_num((values - moments.mean[column]) / moments.sd[column])
    return total


def _far(pools: Pools, column: int, ids: Ints, centre: float) -> Floats:
    """The distance of each id from the centre, in [0, 1]; missing values are as far as can be."""
    values = pools.population.matrix[ids, column]
    if pools.population.nominal[column]:
        return np.where(values != centre, 1.0, 0.0)
    ordered = np.sort(pools.before.matrix[:, column])
    ordered = ordered[~np.isnan(ordered)]
    rank, middle = (np.searchsorted(ordered, at) / len(ordered) for at in (values, centre))
    far: Floats = np.where(np.isnan(values), 1.0, np.abs(rank - middle))
    return far


def _relabelled(rank: Floats, relabel: Relabel) -> Injection:
    """Rows whose rank (by id) is below the strength get other labels."""

    def change(rows: Rows, ids: Ints, strength: Strengths) -> Rows:
        return Rows(rows.matrix, np.where(rank[ids] < strength, relabel(rows.target, ids), rows.target))

    return Injection(touched=no_features(), labels=True, change=change)
