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


class Setting(NamedTuple):
    """A value of a knob.

    Attributes:
        value: of the knob.
        realised: the share of fresh streams on which the detector then alarmed.
        n_fresh: the number of fresh streams.
    """

    value: float
    realised: float
    n_fresh: int


class Calibrated(NamedTuple):
    """The calibration of one detector."""

    node: dict[str, Any]
    """The configuration of the detector when it was calibrated, without documentation."""
    rates: frozenset[str]
    """The rates of false alarms that were asked for, in percent."""
    settings: Mapping[str, Setting]
    """By rate, for the rates that the detector can be set to."""
    code: str = ""
    """Of why the detector could read none of the streams; "" if it could, or has only a sentence."""


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
                of_world[one["name"]] = _calibrated(one, measured)
    return found


def _calibrated(member: Mapping[str, Any], measured: Mapping[str, Any]) -> Calibrated:
    """What a trial found of a member of its panel."""
    values, realised, impossible = (
        measured.get(what, {}).get(member["name"], {}) for what in ("settings", "rates", "impossible")
    )
    settings = {rate: Setting(value, realised[rate], measured["n_fresh"]) for rate, value in values.items()}
    code = measured.get("unable_codes", {}).get(member["name"], "")
    return Calibrated(without_documentation(member["detector"]), frozenset({*values, *impossible}), settings, code)


def world_key(spec: Mapping[str, Any]) -> str:
    """The key of a world: the parts of a node or spec on which a rate of false alarms can depend, as text.

    A world that says nothing of `train_rows` is one of models of the whole training pool.
    """
    return canonical_json(identifying({**{name: spec[name] for name in _WORLD}, "train_rows": spec.get("train_rows")}))
