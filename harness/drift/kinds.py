"""What a scenario counts as in an analysis, told from its node in a spec, so that no list of names has to say it.

A node is the mapping that a level of `conf/scenario` is, and that stands in the spec of a record: `_target_` and parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.building import instantiate
from harness.core import ConfigError
from harness.drift.injectors import Kind
from harness.drift.profiles import Seasonal
from harness.drift.scenario import Scenario, Together


def kind_of(node: Mapping[str, Any]) -> Kind | None:
    """What the scenario changes; `Kind.NONE` if nothing, or if no event comes of it. None if that cannot be told here.

    It cannot be told of a class that is not installed, or that has no `kind`.
    """
    scenario = _scenario(node)
    kind = getattr(scenario, "kind", None)
    return kind if isinstance(kind, Kind) else None


def is_eventless(node: Mapping[str, Any]) -> bool:
    """Whether something changes and yet every alarm is false, as with blips and seasons; a control changes nothing."""
    scenario = _scenario(node)
    return (
        isinstance(scenario, (Scenario, Together)) and scenario.kind is Kind.NONE and scenario.changes is not Kind.NONE
    )


def is_seasonal(node: Mapping[str, Any]) -> bool:
    """Whether it is eventless because all that changes comes and goes by season."""
    scenario = _scenario(node)
    if not isinstance(scenario, (Scenario, Together)) or not is_eventless(node):
        return False
    return all(isinstance(part.profile, Seasonal) for part in scenario.parts if part.changes is not Kind.NONE)


def _scenario(node: Mapping[str, Any]) -> Any:
    """The scenario, or None if it cannot be made here."""
    try:
        return instantiate(node)
    except (ConfigError, ModuleNotFoundError):
        return None
