"""A scenario, and the worlds in which it is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from harness import places
from harness.building import instantiate
from harness.checks import made_data
from harness.checks.check import Broken
from harness.core import DataError, DataTable, Skip
from harness.data import Dataset
from harness.data.fetching import absent
from harness.drift import Clock, Drift, Pools, Scenario, Together, Twin
from harness.planning.composition import resolved

REAL = ("iris", "german_credit", "diabetes")
"""Shipped sets that are tried beside made ones if they are in the cache."""

CLOCK = Clock(rows_per_month=60)

Staged = Scenario | Together


@dataclass(frozen=True)
class Subject:
    """A scenario, and its node."""

    scenario: Any
    node: Mapping[str, Any]

    def worlds(self) -> Iterator[Pools]:
        """Fresh pools: of made sets, of real ones, and of another seed."""
        for table in (*made_data.tables().values(), *map(_copied, _real())):
            for seed in (0, 1):
                yield Twin().pools(table, CLOCK, seed)

    def drifts(self, scenario: Any = None) -> Iterator[Drift]:
        """The drift in every world in which it makes sense; at its own strength unless another scenario is given.

        Raises:
            Skip: it makes sense in none.
        """
        reason, n_staged = Skip("there is no world", code="no-world"), 0
        for pools in self.worlds():
            try:
                drift = (scenario or self.scenario).on(pools)
            except Skip as skip:
                reason = skip
            else:
                n_staged += 1
                yield drift
        if not n_staged:
            raise reason

    def strongly(self) -> Iterator[Drift]:
        """The drift at four fifths of its strongest, which can be staged where a harm cannot be reached."""
        if not isinstance(self.scenario, (Scenario, Together)):
            yield from self.drifts()
            return
        yield from self.drifts(at_share(self.scenario, 0.8))


def at_share(scenario: Staged, share: float) -> Staged:
    """The scenario with every part at a share of its strongest, or at its own strength if that is raw and not 0."""
    if isinstance(scenario, Together):
        return replace(scenario, scenarios=[_at(one, share) for one in scenario.scenarios])
    return _at(scenario, share)


def _at(scenario: Scenario, share: float) -> Scenario:
    if share and scenario.strength.raw:
        return scenario
    return scenario.at(raw=share * scenario.injector.strongest)


@cache
def _real() -> list[DataTable]:
    """The tables of the shipped sets that are in the cache; the larger ones in part."""
    paths = [places.shipped("conf") / "dataset" / f"{name}.yaml" for name in REAL]
    return [table for path in paths if (table := _cached(path)) is not None]


def _copied(table: DataTable) -> DataTable:
    """The table in memory of its own, so that what a scenario writes into it reaches no other."""
    return replace(table, features=table.features.copy(), target=table.target.copy())


def _cached(path: Path) -> DataTable | None:
    dataset = instantiate(resolved(path))
    if not isinstance(dataset, Dataset) or absent([dataset]):
        return None
    try:
        return replace(dataset, max_rows=300).load()
    except DataError:
        return None


def make(node: Mapping[str, Any]) -> Subject:
    """The subject of a scenario's node. Raises `Broken` if it is none."""
    scenario = instantiate(node)
    if not callable(getattr(scenario, "on", None)):
        raise Broken(
            f"it is a {type(scenario).__name__}: write _target_: harness.drift.Scenario, or give it on(pools)."
        )
    return Subject(scenario, node)
