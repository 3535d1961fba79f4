"""What YAML may ask for beside its own keys: files of a group by name, and the settings that a calibration found."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, ListConfig, OmegaConf

from harness import places
from harness.core import ConfigError, Status
from harness.detectors.step_by_step import StepByStep
from harness.running import store
from harness.running.building import locate

DEFAULT = "default"
"""The setting of a detector as its file has it; any other is a rate of false alarms in percent."""

Settings = Mapping[str, Mapping[str, float]]
"""By detector and rate in percent, as text: the value of its knob."""


def register_resolvers() -> None:
    """Let YAML say `${models:${pool}}`: the model files of these names, from any folder of the search path."""
    OmegaConf.register_new_resolver("models", _models, replace=True)


def _models(names: Any) -> ListConfig:
    return OmegaConf.create([_node(_file("model", name)) for name in _list("pool", names)])


def panel(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The detectors that a `_panel_` node asks for, each at every setting and under its own name.

    Args:
        node: `_panel_` (names of detector files), `settings`, and whose calibration is meant: `dataset`, `model`,
            `rows_per_month`, `results`, `tier`. Equal nodes give the very same list.

    Raises:
        ConfigError: there is no such file, or no such calibration.
    """
    names, settings = _list("detectors", node["_panel_"]), [str(one) for one in _list("settings", node["settings"])]
    of = (node["dataset"], node["model"], node["rows_per_month"])
    return _panel(
        tuple(names), tuple(settings), of, places.study_folder(Path(node["results"]), node["tier"], "calibration")
    )


@cache
def _panel(
    names: tuple[str, ...], settings: tuple[str, ...], of: tuple[str, str, int], folder: Path
) -> list[dict[str, Any]]:
    found: Settings = {}
    if set(settings) != {DEFAULT}:
        found = _calibrated(folder).get(of, {})
        if not found:
            dataset, model, rows = of
            raise ConfigError(
                f"settings=[{','.join(settings)}] need a calibration of {model} on {dataset} with {rows} rows a month in "
                f"{folder}; run experiment=calibration first, or set settings=[{DEFAULT}]."
            )
    return list(_members(names, settings, of[2], found))


def _members(
    names: Sequence[str], settings: Sequence[str], rows_per_month: int, found: Settings
) -> Iterator[dict[str, Any]]:
    """A class of somebody else's need not take a name. Settings that a calibration could not find are left out.

    A file may speak of months: `${oc.select:rows_per_month,300}` is those of the trial, or 300 if it is loaded by itself.
    """
    for name in names:
        beside = OmegaConf.create({"rows_per_month": rows_per_month, "detector": _node(_file("detector", name))})
        node = OmegaConf.to_container(beside.detector, resolve=True)
        assert isinstance(node, dict)
        for setting in settings:
            if setting == DEFAULT:
                yield {"name": name, "detector": node}
            elif setting in found.get(name, {}):
                yield {"name": f"{name}@{setting}", "detector": _turned(name, node, found[name][setting])}


def _turned(name: str, node: Mapping[Any, Any], value: float) -> dict[Any, Any]:
    """The node of a detector with its knob at a value; the knob of a wrapped object is a parameter of that object."""
    target = locate(node["_target_"])
    if isinstance(target, type) and issubclass(target, StepByStep):
        if not node.get("knob"):
            raise ConfigError(
                f"{name} was calibrated by a knob that its file has no longer: name it, or calibrate anew."
            )
        return {**node, "detector": {**node["detector"], node["knob"]["name"]: value}}
    return {**node, target.knob.name: value}


@cache
def _calibrated(folder: Path) -> dict[tuple[str, str, int], Settings]:
    """The settings in a calibration study's records, by data set, model and rows a month; of all panels together."""
    found: dict[tuple[str, str, int], Settings] = {}
    for record in store.read(folder).current().records:
        if record.status is Status.OK:
            factors = record.factors
            key = (factors["dataset"], factors["model"], factors["rows_per_month"])
            found[key] = {**found.get(key, {}), **record.measurements.get("settings", {})}
    return found


def _list(key: str, names: Any) -> Any:
    if isinstance(names, str):
        raise ConfigError(f"{key}={names} is not a list; write {key}=[{names}].")
    return names


@cache
def _node(path: Path) -> DictConfig:
    node = OmegaConf.load(path)
    if not isinstance(node, DictConfig) or "_target_" not in node:
        raise ConfigError(
            f"{path} cannot stand in a list: it must be whole by itself, with a _target_ and without defaults."
        )
    return node


def _file(group: str, name: str) -> Path:
    folders = [folder / group for folder in config_folders()]
    for folder in folders:
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    known = sorted(path.stem for folder in folders for path in folder.glob("*.yaml"))
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}."
    raise ConfigError(f"there is no {group} {name!r}; {hint}")


def config_folders(loader: ConfigLoader | None = None) -> list[Path]:
    """The folders in which YAML files are looked for."""
    search_path = (loader or GlobalHydra.instance().config_loader()).get_search_path().get_path()
    return [Path(element.path.removeprefix("file://")) for element in search_path if "pkg:" not in element.path]
