"""Panels of detectors: each named detector at each setting, which is its default or comes from the calibration study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from harness import places
from harness.building import locate
from harness.core import MONTHS, ROWS_PER_MONTH, ConfigError
from harness.detectors.run import DEFAULT, Run, cannot_be_set
from harness.detectors.step_by_step import StepByStep
from harness.planning.found_settings import Calibrated, calibrated, world_key
from harness.planning.levels import checked_list, file_of, node_of
from harness.running.identity import without_documentation


def panel(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The members of the panel that a `_panel_` node asks for: each detector at every setting, under a name of its own.

    Args:
        node: `_panel_` (names of detector files), `settings`, the `world` of the calibration (data set, model,
            preprocessing, sampling, months, rows a month), `results` and `tier`. Equal nodes give the same list object.

    A detector that the calibration of this world has no setting for is left out. If that leaves none, the panel is one that
    cannot be built: its trial is skipped.

    Raises:
        ConfigError: a file does not exist, this world was never calibrated, or no world at such a setting.
    """
    names, settings = (
        checked_list("detectors", node["_panel_"]),
        [str(one) for one in checked_list("settings", node["settings"])],
    )
    for setting in settings:
        if setting != DEFAULT and not _is_rate(setting):
            raise ConfigError(
                f"settings=[{','.join(settings)}]: {setting!r} is neither {DEFAULT} nor a rate of false alarms in percent."
            )
    world, folder = node["world"], places.study_folder(Path(node["results"]), node["tier"], "calibration")
    asked = (tuple(names), tuple(settings), world["rows_per_month"])
    if set(settings) == {DEFAULT}:
        return _panel(*asked, "", folder)
    key = world_key(world)
    if key not in calibrated(folder):
        raise ConfigError(
            f"settings=[{','.join(settings)}] need a calibration of {_in_words(world)} in {folder}: run {_command(node)}, "
            f"or set settings=[{DEFAULT}]."
        )
    _require_known(settings, folder)
    return _panel(*asked, key, folder)


def _require_known(settings: Sequence[str], folder: Path) -> None:
    """Raise `ConfigError` for a setting that no calibration was asked for."""
    rates = {rate for of_world in calibrated(folder).values() for one in of_world.values() for rate in one.rates}
    for setting in settings:
        if setting not in {DEFAULT, *rates}:
            raise ConfigError(
                f"settings=[{','.join(settings)}]: no detector was set to {setting} %; the calibration in {folder} knows "
                f"{', '.join(sorted(rates, key=float)) or 'no rate'}, and {DEFAULT} is always there."
            )


def _is_rate(setting: str) -> bool:
    try:
        return 0 < float(setting) < 100
    except ValueError:
        return False


def _in_words(world: Mapping[str, Any]) -> str:
    model, dataset, months, rows = (
        world["model"]["name"],
        world["dataset"]["name"],
        world["months"],
        world["rows_per_month"],
    )
    return f"{model} on {dataset} over {months} months of {rows} rows"


def _command(node: Mapping[str, Any]) -> str:
    """The command that calibrates this world."""
    world, tier = node["world"], node["tier"]
    if tier != "adhoc":
        return f"harness run -m experiment=calibration tier={tier}"
    usual = {"dataset": None, "model": None, "months": MONTHS, "rows_per_month": ROWS_PER_MONTH}
    levels = {**world, **{name: world[name]["name"] for name in ("dataset", "model")}}
    return " ".join(
        [
            "harness run -m trial=calibration",
            *(f"{name}={levels[name]}" for name in usual if levels[name] != usual[name]),
        ]
    )


def forget() -> None:
    """Look files up again: they may have changed."""
    _panel.cache_clear()


@cache
def _panel(
    names: tuple[str, ...], settings: tuple[str, ...], rows_per_month: int, key: str, folder: Path
) -> list[dict[str, Any]]:
    found = calibrated(folder)[key] if key else {}
    return list(_members(names, settings, rows_per_month, found)) or _impossible(names, settings)


def _impossible(names: Sequence[str], settings: Sequence[str]) -> list[dict[str, Any]]:
    """The members of a panel of which none can be set: whoever builds one is told to skip."""
    runs = [Run(name, setting).name for name in names for setting in settings]
    target = f"{cannot_be_set.__module__}.{cannot_be_set.__name__}"
    return [{"name": run, "detector": {"_target_": target, "panel": runs}} for run in runs]


def _members(
    names: Sequence[str], settings: Sequence[str], rows_per_month: int, found: Mapping[str, Calibrated]
) -> Iterator[dict[str, Any]]:
    """The members by name and detector. Settings that the calibration could not find are left out.

    The name stands beside the detector, since a user's class need not take one.
    """
    for name in names:
        node = detector_node(name, rows_per_month)
        for setting in settings:
            if setting == DEFAULT:
                yield {"name": name, "detector": node}
            elif name in found and setting in found[name].settings:
                if without_documentation(node) != found[name].node:
                    raise ConfigError(
                        f"{name} has other parameters than when it was calibrated: calibrate anew, or set settings=[{DEFAULT}]."
                    )
                yield {"name": Run(name, setting).name, "detector": _turned(node, found[name].settings[setting])}


def detector_node(name: str, rows_per_month: int) -> dict[Any, Any]:
    """The node of a detector's file.

    A file may use the length of a month: `${oc.select:rows_per_month,300}` is that of the trial, or 300 if the file is loaded
    alone.

    Raises:
        ConfigError: there is no such file, or it does not describe a detector by itself.
    """
    beside = OmegaConf.create({"rows_per_month": rows_per_month, "detector": node_of(file_of("detector", name))})
    node = OmegaConf.to_container(beside.detector, resolve=True)
    assert isinstance(node, dict)
    return node


def _turned(node: Mapping[Any, Any], value: float) -> dict[Any, Any]:
    """The node of a detector with its knob set to a value. The knob of a wrapped object is a parameter of that object."""
    target = locate(node["_target_"])
    if isinstance(target, type) and issubclass(target, StepByStep):
        return {**node, "detector": {**node["detector"], node["knob"]["name"]: value}}
    return {**node, target.knob.name: value}
