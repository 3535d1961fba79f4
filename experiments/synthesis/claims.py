"""What the synthesis study offers to its register of claims, which is `claims.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from experiments.synthesis.answers import factors, gains, orders, steadiness
from experiments.synthesis.answers.readings import chosen, offered
from experiments.synthesis.cells import cells
from experiments.synthesis.cube import Cube, Facts
from harness.claims.offers import Offered

__all__ = ["CONTRASTS", "cells", "scope"]

CONTRASTS: Mapping[str, Offered] = MappingProxyType(
    {
        "difference": offered(orders.difference),
        "in_order": offered(orders.in_order),
        "over_best": offered(orders.over_best),
        "cost": offered(orders.cost),
        "helped_most": offered(gains.helped_most),
        "more_when_unstable": offered(gains.more_when_unstable),
        "beyond": offered(gains.beyond),
        "steadier": offered(steadiness.steadier),
        "lost_to_noise": offered(factors.lost_to_noise),
        "gap_grown": offered(factors.gap_grown),
    }
)

GENERATED = frozenset({"banana", "kr_vs_kp", "letter", "magic", "mushroom", "tic_tac_toe"})
"""Sets whose rows nobody measured: drawn, enumerated from a game, simulated, distorted by a program, or told by a guide."""

_SCOPES: Mapping[str, Mapping[str, Callable[[str, Facts], bool]]] = {
    "classes": {"two": lambda _, facts: facts.n_classes == 2, "more": lambda _, facts: facts.n_classes > 2},
    "rows": {"few": lambda _, facts: facts.n_rows <= 1000, "many": lambda _, facts: facts.n_rows > 1000},
    "columns": {"few": lambda _, facts: facts.n_columns <= 16, "many": lambda _, facts: facts.n_columns > 16},
    "origin": {"measured": lambda name, _: name not in GENERATED, "generated": lambda name, _: name in GENERATED},
}


def scope(cube: Cube, dimension: str, level: str) -> frozenset[str]:
    """The data sets of a level.

    Raises:
        ConfigError: there is no such dimension or level.
    """
    levels = chosen(_SCOPES, dimension, "the dimension of scope")
    belongs = chosen({"all": lambda _, __: True, **levels}, level, dimension)
    return frozenset(name for name, facts in cube.facts.items() if belongs(name, facts))
