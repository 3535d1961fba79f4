"""What YAML may ask for beside its own keys: files of a group by name, and the settings that a calibration found."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, ListConfig, OmegaConf
from yaml import YAMLError

from harness import places
from harness.building import locate
from harness.core import ConfigError, Status
from harness.detectors.step_by_step import StepByStep
from harness.running import store
from harness.running.identity import canonical_json, identifying, without_documentation

DEFAULT = "default"
"""The setting of a detector as its file has it; any other is a rate of false alarms in percent."""


def register_resolvers() -> None:
    """Let YAML say `${models:${pool}}`: the model files of these names, from any folder of the search path."""
    OmegaConf.register_new_resolver("models", _models, replace=True)


def _models(names: Any) -> ListConfig:
    return OmegaConf.create([_node(_file("model", name)) for name in _list("pool", names)])


def panel(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The detectors that a `_panel_` node asks for, each at every setting and under its own name.

    Args:
        node: `_panel_` (names of detector files), `settings`, the `world` whose calibration is meant (data set, model,
            preprocessing, sampling, months, rows a month), `results` and `tier`. Equal nodes give the very same list.

    Raises:
        ConfigError: there is no such file, no such calibration, no such setting, or nothing is asked for.
    """
    names, settings = _list("detectors", node["_panel_"]), [str(one) for one in _list("settings", node["settings"])]
    for setting in settings:
        if setting != DEFAULT and not _is_rate(setting):
            raise ConfigError(
                f"settings=[{','.join(settings)}]: {setting!r} is neither {DEFAULT} nor a rate of false alarms in percent."
            )
    world, folder = node["world"], places.study_folder(Path(node["results"]), node["tier"], "calibration")
    asked = (tuple(names), tuple(settings), int(world["rows_per_month"]))
    if set(settings) == {DEFAULT}:
        return _panel(*asked, "", folder)
    key = _key(world)
    if key not in _calibrated(folder):
        raise ConfigError(
            f"settings=[{','.join(settings)}] need a calibration of {_in_words(world)} in {folder}: run {_command(node)}, "
            f"or set settings=[{DEFAULT}]."
        )
    return _panel(*asked, key, folder)


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
    """What calibrates this world."""
    world, tier = node["world"], node["tier"]
    if tier != "adhoc":
        return f"harness run -m experiment=calibration tier={tier}"
    usual = {"dataset": None, "model": None, "months": 6, "rows_per_month": 300}
    levels = {**world, **{name: world[name]["name"] for name in ("dataset", "model")}}
    return " ".join(
        [
            "harness run -m trial=calibration",
            *(f"{name}={levels[name]}" for name in usual if levels[name] != usual[name]),
        ]
    )


@cache
def _panel(
    names: tuple[str, ...], settings: tuple[str, ...], rows_per_month: int, key: str, folder: Path
) -> list[dict[str, Any]]:
    found = _calibrated(folder)[key] if key else {}
    known = {DEFAULT, *(rate for one in found.values() for rate in one.rates)}
    for setting in settings:
        if setting not in known:
            raise ConfigError(
                f"settings=[{','.join(settings)}]: no detector was set to {setting} %; the calibration in {folder} knows "
                f"{', '.join(sorted(known - {DEFAULT}, key=float))}, and {DEFAULT} is always there."
            )
    members = list(_members(names, settings, rows_per_month, found))
    if not members:
        raise ConfigError(
            f"detectors=[{','.join(names)}] at settings=[{','.join(settings)}]: no detector could be set so; name others, or "
            f"set settings=[{DEFAULT}]."
        )
    return members


def _members(
    names: Sequence[str], settings: Sequence[str], rows_per_month: int, found: Mapping[str, _Calibrated]
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
            elif name in found and setting in found[name].settings:
                if without_documentation(node) != found[name].node:
                    raise ConfigError(
                        f"{name} has other parameters than when it was calibrated: calibrate anew, or set settings=[{DEFAULT}]."
                    )
                yield {"name": f"{name}@{setting}", "detector": _turned(node, found[name].settings[setting])}


def _turned(node: Mapping[Any, Any], value: float) -> dict[Any, Any]:
    """The node of a detector with its knob at a value; the knob of a wrapped object is a parameter of that object."""
    target = locate(node["_target_"])
    if isinstance(target, type) and issubclass(target, StepByStep):
        return {**node, "detector": {**node["detector"], node["knob"]["name"]: value}}
    return {**node, target.knob.name: value}


class _Calibrated(NamedTuple):
    """What a calibration knows of a detector."""

    node: dict[str, Any]
    """As it was calibrated, without documentation."""
    rates: frozenset[str]
    """In percent, that were asked for."""
    settings: Mapping[str, float]
    """The value of its knob at those rates that it could be set to."""


@cache
def _calibrated(folder: Path) -> dict[str, dict[str, _Calibrated]]:
    """By world and detector what the records of a calibration study say; panels of one world are put together."""
    found: dict[str, dict[str, _Calibrated]] = {}
    stored = store.read(folder).current()
    for record in stored.records:
        if record.status is Status.OK:
            spec, measured = {**record.factors, **stored.specs[record.spec]}, record.measurements
            of_world = found.setdefault(_key(spec), {})
            for one in spec["detectors"]:
                settings = measured.get("settings", {}).get(one["name"], {})
                rates = frozenset({*settings, *measured.get("impossible", {}).get(one["name"], {})})
                of_world[one["name"]] = _Calibrated(without_documentation(one["detector"]), rates, settings)
    return found


def _key(spec: Mapping[str, Any]) -> str:
    """A world as text, from a node or from the spec of a trial: whatever a rate of false alarms can depend on."""
    world = ("dataset", "model", "preprocessing", "sampling", "months", "rows_per_month")
    return canonical_json(identifying({name: spec[name] for name in world}))


def _list(key: str, names: Any) -> Any:
    if isinstance(names, str):
        raise ConfigError(f"{key}={names} is not a list; write {key}=[{names}].")
    if not names or len({str(one) for one in names}) < len(names):
        raise ConfigError(f"{key}=[{','.join(map(str, names))}] is empty or has a member twice; name each one once.")
    return names


@cache
def _node(path: Path) -> DictConfig:
    try:
        node = OmegaConf.load(path)
    except YAMLError as error:
        raise ConfigError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
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
