"""Files of config groups by name, and the resolver through which YAML files include them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, ListConfig, OmegaConf

from harness.core import ConfigError
from harness.planning.yaml_files import read_mapping

NEAREST = 3
"""Names that are proposed instead of an unknown one."""


def register_resolvers() -> None:
    """Register `${models:${pool}}` for YAML files: the model files with these names, from any folder of the search path."""
    OmegaConf.register_new_resolver("models", _models, replace=True)


def _models(names: Any) -> ListConfig:
    return OmegaConf.create([node_of(file_of("model", name)) for name in checked_list("pool", names)])


def checked_list(key: str, names: Any) -> Any:
    """The names, if they are a list with members, none of them twice. Raises `ConfigError` otherwise."""
    if isinstance(names, str):
        raise ConfigError(f"{key}={names} is not a list; write {key}=[{names}].")
    if not isinstance(names, list | ListConfig):
        raise ConfigError(f"{key}={names} is not a list of names; write {key}=[<name>,<name>].")
    for one in names:
        if not isinstance(one, str | int | float) or isinstance(one, bool):
            raise ConfigError(
                f"{key}: {one!r} cannot stand in this list; name each member, as in {key}=[<name>,<name>]."
            )
    if not names or len({str(one) for one in names}) < len(names):
        raise ConfigError(f"{key}=[{','.join(map(str, names))}] is empty or has a member twice; name each one once.")
    return names


@cache
def node_of(path: Path) -> DictConfig:
    """The content of a file, which must be complete without other files. Raises `ConfigError`."""
    node = read_mapping(path)
    if "_target_" not in node:
        raise ConfigError(
            f"{path} cannot stand in a list: it must be whole by itself, with a _target_ and without defaults."
        )
    return node


def file_of(group: str, name: str) -> Path:
    """The file with that name in a group, from any folder of the search path. Raises `ConfigError`."""
    for folder in config_folders():
        if (folder / group / f"{name}.yaml").is_file():
            return folder / group / f"{name}.yaml"
    raise ConfigError(f"there is no {group} {name!r}; {hint(name, names_of(group))}")


def names_of(group: str) -> list[str]:
    """The names of all files in a group, from every folder of the search path, sorted."""
    return sorted(path.stem for folder in config_folders() for path in (folder / group).glob("*.yaml"))


def hint(name: str, known: Sequence[str]) -> str:
    """The end of a sentence on an unknown name: the closest ones that there are, or all of them."""
    close = difflib.get_close_matches(str(name), known, n=NEAREST)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    return f"there are: {', '.join(known)}." if known else "there is none."


def settings_apart(names: Sequence[Any]) -> str:
    """The end of a sentence on detectors that are asked for as records name them, `ddm@5`, where a list of names stands."""
    parts = [str(name).partition("@") for name in names]
    detectors = ",".join(dict.fromkeys(detector for detector, _, _ in parts))
    settings = ",".join(dict.fromkeys(setting or "default" for _, _, setting in parts))
    return f"each detector of a panel is read at each of its settings: write detectors=[{detectors}] settings=[{settings}]."


def config_folders(loader: ConfigLoader | None = None) -> list[Path]:
    """The search path: folders with YAML files."""
    search_path = (loader or GlobalHydra.instance().config_loader()).get_search_path().get_path()
    return [Path(element.path.removeprefix("file://")) for element in search_path if "pkg:" not in element.path]
