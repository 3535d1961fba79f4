"""Settings that the calibration study found, by world: a data set, a model and all else that false alarms depend on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from harness.core import Status
from harness.running import store
from harness.running.identity import canonical_json, identifying, without_documentation

_WORLD = ("dataset", "model", "preprocessing", "sampling", "months", "rows_per_month")


class Calibrated(NamedTuple):
    """The calibration of one detector."""

    node: dict[str, Any]
    """The configuration of the detector when it was calibrated, without documentation."""
    rates: frozenset[str]
    """The rates of false alarms that were asked for, in percent."""
    settings: Mapping[str, float]
    """The value of the knob by rate, for the rates that the detector can be set to."""


@cache
def calibrated(folder: Path) -> dict[str, dict[str, Calibrated]]:
    """The calibrations in a study's folder, by world and detector. Panels of the same world are merged.

    A world whose calibration was skipped or failed is there without detectors.
    """
    found: dict[str, dict[str, Calibrated]] = {}
    stored = store.read(folder).current()
    for record in stored.records:
        spec, measured = {**record.factors, **stored.specs[record.spec]}, record.measurements
        if {*_WORLD, "detectors"} <= spec.keys():  # else of another kind of trial
            of_world = found.setdefault(world_key(spec), {})
            for one in spec["detectors"] if record.status is Status.OK else ():
                settings = measured.get("settings", {}).get(one["name"], {})
                rates = frozenset({*settings, *measured.get("impossible", {}).get(one["name"], {})})
                of_world[one["name"]] = Calibrated(without_documentation(one["detector"]), rates, settings)
    return found


def world_key(spec: Mapping[str, Any]) -> str:
    """The key of a world: the parts of a node or spec on which a rate of false alarms can depend, as text."""
    return canonical_json(identifying({name: spec[name] for name in _WORLD}))
