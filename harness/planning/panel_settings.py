"""The settings of a panel: which are asked for, what the calibration of its world has, and a detector at one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from omegaconf import OmegaConf

from harness import places
from harness.building import locate
from harness.core import MONTHS, ROWS_PER_MONTH, ConfigError
from harness.detectors.run import DEFAULT
from harness.detectors.step_by_step import StepByStep
from harness.planning.found_settings import Calibrated, calibrated, world_key
from harness.planning.levels import checked_list, file_of, node_of
from harness.running.identity import without_documentation

_CALIBRATED = "single"
"""The synthesis that the calibration study measures."""


class Asked(NamedTuple):
    """The settings that a panel asks for, and where they are found.

    Attributes:
        settings: each `DEFAULT` or a rate of false alarms in percent.
        rows_per_month: of the trial.
        world: the key of its world in the calibration; "" if defaults alone are asked for.
        folder: of the calibration study.
    """

    settings: tuple[str, ...]
    rows_per_month: int
    world: str
    folder: Path

    @property
    def found(self) -> Mapping[str, Calibrated]:
        """What was calibrated in this world, by detector."""
        return calibrated(self.folder)[self.world] if self.world else {}


class Set(NamedTuple):
    """A detector at a setting.

    Attributes:
        node: it, with its knob turned.
        about: what the setting gave on fresh streams; empty of a default.
    """

    node: dict[str, Any]
    about: dict[str, Any]


def asked_by(node: Mapping[str, Any], *, more: Sequence[str] = ()) -> Asked:
    """The settings that a panel's node asks for.

    Args:
        node: `settings`, the `world` of the calibration (data set, model, preprocessing, sampling, months, rows a month, and
            the rows that a model learns from if it is not the whole training pool), `results` and `tier`; the name of the
            `synthesis`, where a model may be a combined one.
        more: settings that are asked for elsewhere in the node.

    Raises:
        ConfigError: a setting is none, this world was never calibrated or cannot be, or no world at such a setting.
    """
    settings = [str(one) for one in checked_list("settings", node["settings"])]
    every = list(dict.fromkeys([*settings, *more]))
    for setting in every:
        if setting != DEFAULT and not _is_rate(setting):
            raise ConfigError(
                f"settings=[{','.join(every)}]: {setting!r} is neither {DEFAULT} nor a rate of false alarms in percent."
            )
    world, folder = node["world"], places.study_folder(Path(node["results"]), node["tier"], "calibration")
    if type(world["rows_per_month"]) is not int:
        raise ConfigError(f"rows_per_month={world['rows_per_month']} has to be a whole number of rows.")
    if set(every) == {DEFAULT}:
        return Asked(tuple(settings), world["rows_per_month"], "", folder)
    synthesis = node.get("synthesis", _CALIBRATED)
    if synthesis != _CALIBRATED:
        raise ConfigError(
            f"settings=[{','.join(every)}] are calibrated of single models, and false alarms of a combined one are others "
            f"(synthesis={synthesis}): set settings=[{DEFAULT}], and no rate behind the name of a policy."
        )
    if world["sampling"].get("blocks"):
        raise ConfigError(
            f"settings=[{','.join(every)}] need streams without any drift, and nobody knows what changes on a real one "
            f"(sampling={world['sampling']['name']}): set settings=[{DEFAULT}], and no rate behind the name of a policy."
        )
    key = world_key(world)
    if key not in calibrated(folder):
        raise ConfigError(
            f"settings=[{','.join(every)}] need a calibration of {_in_words(world)} in {folder}: run {_command(node)}, "
            f"or set settings=[{DEFAULT}]."
        )
    _require_known(every, folder)
    return Asked(tuple(settings), world["rows_per_month"], key, folder)


def detector_at(name: str, setting: str, asked: Asked) -> Set | None:
    """The detector of a file at a setting; None if the calibration could not set it so.

    Raises:
        ConfigError: there is no such file, or the detector was calibrated with other parameters.
    """
    node = level_node("detector", name, asked.rows_per_month)
    if setting == DEFAULT:
        return Set(node, {})
    known = asked.found.get(name)
    if known is None or setting not in known.settings:
        return None
    if without_documentation(node) != known.node:
        raise ConfigError(
            f"{name} has other parameters than when it was calibrated: calibrate anew, or set settings=[{DEFAULT}]."
        )
    value, realised, n_fresh = known.settings[setting]
    return Set(_turned(node, value), {"realised": realised, "n_fresh": n_fresh})


def level_node(group: str, name: str, rows_per_month: int) -> dict[Any, Any]:
    """The node of a level's file.

    A file may use the length of a month: `${oc.select:rows_per_month,300}` is that of the trial, or 300 if the file is loaded
    alone.

    Raises:
        ConfigError: there is no such file, or it is not whole by itself.
    """
    beside = OmegaConf.create({"rows_per_month": rows_per_month, "level": node_of(file_of(group, name))})
    node = OmegaConf.to_container(beside.level, resolve=True)
    assert isinstance(node, dict)
    return node


def _turned(node: Mapping[Any, Any], value: float) -> dict[Any, Any]:
    """The node of a detector with its knob set to a value. The knob of a wrapped object is a parameter of that object."""
    target = locate(node["_target_"])
    if isinstance(target, type) and issubclass(target, StepByStep):
        return {**node, "detector": {**node["detector"], node["knob"]["name"]: value}}
    return {**node, target.knob.name: value}


# ---- what is asked for -------------------------------------------------------------------------------------------------


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
    train_rows = world.get("train_rows")
    learned = "" if train_rows is None else f" learned from {train_rows} rows"
    return f"{model}{learned} on {dataset} over {months} months of {rows} rows"


def _command(node: Mapping[str, Any]) -> str:
    """The command that calibrates this world."""
    world, tier = node["world"], node["tier"]
    if tier != "adhoc":
        return f"harness run -m experiment=calibration tier={tier}"
    usual = {"dataset": "", "model": "", "months": MONTHS, "rows_per_month": ROWS_PER_MONTH, "train_rows": None}
    levels = {"train_rows": None, **world, **{name: world[name]["name"] for name in ("dataset", "model")}}
    return " ".join(
        [
            "harness run -m trial=calibration",
            *(f"{name}={levels[name]}" for name in usual if levels[name] != usual[name]),
        ]
    )
