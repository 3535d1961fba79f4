"""Pools of small real sets, and scenarios without a YAML."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.core import DataTable
from harness.drift import Abrupt, Clock, Drift, Injector, Pools, Profile, Scenario, Twin


@cache
def _table(name: str) -> DataTable:
    table: DataTable = instantiate(
        OmegaConf.load(places.shipped("conf") / "dataset" / f"{name}.yaml"), _convert_="all"
    ).load()
    return table


@pytest.fixture(scope="session")
def table() -> Callable[[str], DataTable]:
    """A shipped set by name."""
    return _table


@pytest.fixture(scope="session")
def pools() -> Callable[..., Pools]:
    """Twin pools of a set."""

    def split(name: str = "iris", seed: int = 0, *, sampling: Any = None, clock: Clock | None = None) -> Pools:
        return (sampling or Twin()).pools(_table(name), clock or Clock(), seed)

    return split


@pytest.fixture(scope="session")
def drift(pools: Callable[..., Pools]) -> Callable[..., Drift]:
    """A drift on twin pools of a set, abrupt unless said otherwise."""

    def on(
        injector: Injector,
        name: str = "iris",
        seed: int = 0,
        *,
        raw: float | None = None,
        harm: float | None = None,
        profile: Profile | None = None,
        among: Pools | None = None,
    ) -> Drift:
        strength = {"raw": raw, "harm": harm}
        scenario = Scenario(name="x", injector=injector, profile=profile or Abrupt(), strength=strength)  # type: ignore[arg-type]
        return scenario.on(among or pools(name, seed))

    return on
