"""What the calibration study found for one world: a data set, a model and all that false alarms can depend on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from harness.core import Status
from harness.running import store
from harness.running.identity import canonical_json, identifying, without_documentation


class Calibrated(NamedTuple):
    """What a calibration knows of a detector."""

    node: dict[str, Any]
    """As it was calibrated, without documentation."""
    rates: frozenset[str]
    """In percent, that were asked for."""
    settings: Mapping[str, float]
    """The value of its knob at those rates that it could be set to."""


@cache
def calibrated(folder: Path) -> dict[str, dict[str, Calibrated]]:
    """By world and detector what the records of a calibration study say; panels of one world are put together."""
    found: dict[str, dict[str, Calibrated]] = {}
    stored = store.read(folder).current()
    for record in stored.records:
        if record.status is Status.OK:
            spec, measured = {**record.factors, **stored.specs[record.spec]}, record.measurements
            of_world = found.setdefault(world_key(spec), {})
            for one in spec["detectors"]:
                settings = measured.get("settings", {}).get(one["name"], {})
                rates = frozenset({*settings, *measured.get("impossible", {}).get(one["name"], {})})
                of_world[one["name"]] = Calibrated(without_documentation(one["detector"]), rates, settings)
    return found


def world_key(spec: Mapping[str, Any]) -> str:
    """A world as text, from a node or from the spec of a trial: whatever a rate of false alarms can depend on."""
    world = ("dataset", "model", "preprocessing", "sampling", "months", "rows_per_month")
    return canonical_json(identifying({name: spec[name] for name in world}))
