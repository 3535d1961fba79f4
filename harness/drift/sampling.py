"""Ways to make the pools of a seed from a data set. In none but `Shared` is a model scored on rows that it learned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Protocol

import numpy as np

from harness.core import Code, DataTable, Floats, Ints, Skip, equal_rows
from harness.drift.clock import Clock
from harness.drift.pools import Pools, Reference
from harness.drift.population import Population, parts, quantile_bins
from harness.randomness import stream
from harness.settings import Bound, Checked, at_least


class Sampling(Protocol):
    """A way to make pools."""

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Pools:
        """The pools of this seed. Raises `Skip` if the set has too few rows."""
        ...


@dataclass(frozen=True)
class Twin(Checked):
    """A stratified third each to train on, to adapt with and to score; streams draw with replacement from their third.

    For sets of any size: a small one could not give a stream otherwise. A row may return within a stream, but no row that a
    model has learned from is in it.

    Attributes:
        reference: where reference windows come from.
        name: the level of the factor `sampling`.
    """

    reference: Reference = Reference.FRESH
    name: str = "twin"

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Pools:
        """The pools of this seed; all rows are used."""
        population = Population.of(table)
        third, rest = divmod(table.n_rows, 3)
        sizes = (third, third + (rest == 2), third + (rest >= 1))
        train, adapt, evaluate = parts(population, sizes, stream(seed, "drift", "split", population.name))
        return Pools(population, train, adapt, evaluate, True, Reference(self.reference), clock, seed)


@dataclass(frozen=True, eq=False)
class LeakingPools(Pools):
    """Pools whose rows to adapt with may be scored, too: to measure what the leak is worth, and for nothing else.

    A row of `train` still must not be scored.
    """

    def assert_unseen(self, trained: Ints) -> None:
        """Raise `LeakError` as all pools do, but for rows of `adapt`."""
        super().assert_unseen(np.setdiff1d(trained, self.adapt))

    @property
    def drifting(self) -> tuple[Ints, ...]:
        """The ids that drifts reach: those of `evaluate`, which are those of `adapt`."""
        return (self.evaluate,)


@dataclass(frozen=True)
class Shared(Checked):
    """Twin pools, but that later models learn the very rows that are scored: a negative control of the closed loop.

    What retraining gains here beyond twin pools is what a bootstrap from one pool would pass off as a gain. Scored rows,
    training rows and the drift are those of twin pools.

    Attributes:
        name: the level of the factor `sampling`.
    """

    name: str = "shared"

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Pools:
        """The pools of this seed; those of twin pools to adapt with are left out."""
        apart = Twin().pools(table, clock, seed)
        scored = apart.evaluate
        return LeakingPools(apart.population, apart.train, scored, scored, True, apart.reference, clock, seed)


WITHOUT_LEAK = Bound(
    "one that scores no row that is learned, which shared pools do: they are a control of trial=monitoring",
    lambda sampling: not isinstance(sampling, Shared),
)
"""For trials other than those of the closed loop."""


@dataclass(frozen=True)
class Halves(Checked):
    """Two simple random halves, as the source paper says: one to train on, and to compare rows with, and one to score.

    Halves are not stratified, and a test of rows compares with as few rows as the model has learned from. So the rate of false
    alarms of such a test is not its level: see `docs/drift.md`. There are no rows to adapt with.

    Attributes:
        name: the level of the factor `sampling`.
    """

    name: str = "paper"

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Pools:
        """The pools of this seed; streams draw with replacement from their half."""
        population = Population.of(table)
        half = table.n_rows // 2
        everything = replace(population, strata=np.zeros(table.n_rows, dtype=np.int64))
        rng = stream(seed, "drift", "split", population.name)
        train, evaluate = parts(everything, (half, table.n_rows - half), rng)
        none = np.empty(0, dtype=np.int64)
        return Pools(population, train, none, evaluate, True, Reference.TRAINING, clock, seed)


@dataclass(frozen=True)
class OnePass(Checked):
    """No row is drawn twice: `train_rows` to learn from, and the rest, or as much as is useful, for streams.

    If the set allows it the pools hold more than a stream takes, since a drift of the draw weights skips rows.

    Attributes:
        train_rows: how many rows the deployed model learns from.
        spare: the most that the other two pools hold, as a multiple of what a stream takes from them without a drift.
        reference: where reference windows come from.
        name: the level of the factor `sampling`.
    """

    train_rows: Annotated[int, at_least(1)] = 1000
    spare: Annotated[float, at_least(1)] = 4.0
    reference: Reference = Reference.FRESH
    name: str = "one_pass"

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Pools:
        """The pools of this seed."""
        return self._split(Population.of(table), clock, seed)

    def _split(self, population: Population, clock: Clock, seed: int) -> Pools:
        taken = np.array(
            [clock.n_rows, clock.n_rows + clock.rows_per_month]
        )  # to adapt with; to score and the reference
        rest = len(population.target) - self.train_rows
        if rest < taken.sum():
            raise Skip(
                f"{population.name} has {len(population.target)} rows, but one pass over {clock.n_rows} rows needs "
                f"{self.train_rows + taken.sum()} (training, reference, stream and adaptation); use twin pools",
                code=Code.TOO_FEW_ROWS,
            )
        room = min(self.spare, rest / taken.sum())
        n_adapt, n_evaluate = (int(n) for n in np.floor(taken * room))
        train, adapt, evaluate = parts(
            population, (self.train_rows, n_adapt, n_evaluate), stream(seed, "drift", "split", population.name)
        )
        return Pools(population, train, adapt, evaluate, False, Reference(self.reference), clock, seed)


@dataclass(frozen=True)
class GeneratorWorld(Checked):
    """All rows are made by a smoothed bootstrap of the set, and each is used once. A check of robustness only.

    A row is x = mu + (x_i - mu + h e) / sqrt(1 + h^2) with x_i a row of the same class drawn with replacement, mu the mean of
    the class and e normal with its covariance, so that mean and covariance of each class stay as they are. Nominal values are
    those of x_i, and a missing value stays missing. A regression target is smoothed jointly with the features, over all rows
    at once.

    Source: Silverman & Young 1987, doi 10.1093/biomet/74.3.469 (the smoothed bootstrap with shrinkage).

    Attributes:
        smoothing: h.
        train_rows: how many rows the deployed model learns from; None for a third of the set, as in twin pools.
        spare: as in `OnePass`.
        reference: where reference windows come from.
        name: the level of the factor `sampling`.
    """

    smoothing: Annotated[float, at_least(0)] = 0.1
    train_rows: Annotated[int, at_least(1)] | None = None
    spare: Annotated[float, at_least(1)] = 2.0
    reference: Reference = Reference.FRESH
    name: str = "generator"

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Pools:
        """The pools of this seed; ids count the rows that were made."""
        train_rows = self.train_rows or table.n_rows // 3
        once = OnePass(train_rows, self.spare, self.reference)
        n_rows = train_rows + int(np.ceil(self.spare * (2 * clock.n_rows + clock.rows_per_month)))
        made = generate(Population.of(table), n_rows, self.smoothing, stream(seed, "drift", "generator", table.name))
        return once._split(made, clock, seed)


def generate(population: Population, n_rows: int, smoothing: float, rng: np.random.Generator) -> Population:
    """A population of `n_rows` rows made by the smoothed bootstrap; see `GeneratorWorld`."""
    drawn = rng.integers(len(population.target), size=n_rows)
    numeric = np.flatnonzero(~population.nominal)
    matrix, target = population.matrix[drawn], population.target[drawn]
    if population.n_classes:
        groups, source, values = target.astype(np.int64), population.strata, population.matrix[:, numeric]
    else:
        groups, source = np.zeros(n_rows, dtype=np.int64), np.zeros(len(population.target), dtype=np.int64)
        values = np.column_stack([population.matrix[:, numeric], population.target])
    made = values[drawn]
    for group in range(max(population.n_classes, 1)):
        rows = groups == group
        made[rows] = _smoothed(made[rows], values[source == group], smoothing, rng)
    matrix[:, numeric] = made[:, : len(numeric)]
    if not population.n_classes:
        target = made[:, -1]
    strata = target.astype(np.int64) if population.n_classes else quantile_bins(target)
    return replace(population, matrix=matrix, target=target, strata=strata, groups=equal_rows(matrix, target))


def _smoothed(drawn: Floats, source: Floats, smoothing: float, rng: np.random.Generator) -> Floats:
    """Rows of one group, shape (n, k), moved at random such that mean and covariance of `source` are kept."""
    if not drawn.size:
        return drawn
    present = np.ma.masked_invalid(source)
    mean = present.mean(axis=0).filled(0.0)
    deviations = (present - mean).filled(0.0)
    covariance = deviations.T @ deviations / len(source)
    noise = rng.multivariate_normal(np.zeros(len(mean)), covariance, size=len(drawn), method="eigh")
    smoothed: Floats = mean + (drawn - mean + smoothing * noise) / np.sqrt(1 + smoothing**2)
    return smoothed
