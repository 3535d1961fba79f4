"""What the monitoring study offers to its register of claims, which is `claims.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from experiments.monitoring.answers import combined, costs, policies
from experiments.monitoring.answers.answer import offered
from experiments.monitoring.cells import cells
from experiments.monitoring.cube import Cube, a_level
from harness.claims.offers import Offered

__all__ = ["CONTRASTS", "cells", "scope"]

CONTRASTS: Mapping[str, Offered] = MappingProxyType(
    {
        "level": offered(policies.level),
        "difference": offered(policies.difference),
        "matched": offered(policies.matched),
        "resisting": offered(combined.resisting),
        "sparing": offered(combined.sparing),
        "cheaper": offered(costs.cheaper),
        "cheaper_than_tuned": offered(costs.cheaper_than_tuned),
        "calendar_is_best": offered(costs.calendar_is_best),
        "behind": offered(policies.behind),
    }
)
"""What the register may ask for."""

FEW_ROWS = 1000

_SCOPES: Mapping[str, Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "classes": {
        "two": lambda facts: len(facts.get("classes") or ()) == 2,
        "more": lambda facts: len(facts.get("classes") or ()) > 2,
    },
    "rows": {
        "few": lambda facts: facts.get("rows", 0) <= FEW_ROWS,
        "many": lambda facts: facts.get("rows", 0) > FEW_ROWS,
    },
}


def scope(cube: Cube, dimension: str, level: str) -> frozenset[str]:
    """The data sets of a level.

    Raises:
        ConfigError: there is no such dimension or level.
    """
    levels = {"all": lambda _: True, **_SCOPES[a_level("the dimension of scope", dimension, _SCOPES)]}
    belongs = levels[a_level(dimension, level, levels)]
    return frozenset(name for name, facts in cube.facts.items() if belongs(facts))
