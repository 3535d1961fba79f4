"""Options of config groups that words of a command line choose, looked up before anything is composed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from hydra.core.config_loader import ConfigLoader
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.types import Glob, Override
from omegaconf import ListConfig, OmegaConf

from harness.core import ConfigError
from harness.planning.levels import config_folders, hint, settings_apart
from harness.planning.yaml_files import read_mapping

_NAME = re.compile(r"\w[\w.-]*")

HYDRAS_OWN = ("hydra.searchpath",)
"""The settings of Hydra that a command line may give."""


def check_choices(overrides: Sequence[Override], loader: ConfigLoader) -> None:
    """Refuse what no group has, in words that choose an option.

    Raises:
        ConfigError: an option or a group that there is not, none or several where one is needed, or a group taken away.
    """
    folders = config_folders(loader)
    groups = groups_of(loader)
    for override in overrides:
        key = override.key_or_group
        if key == "hydra" or (override.is_hydra_override() and key not in HYDRAS_OWN):
            raise ConfigError(f"{override.input_line}: nothing reads Hydra's own settings; leave it out.")
        if key in groups:
            _check(override, key, folders)
        elif override.package is not None or "/" in key:
            _refuse_group(override, groups)
        elif key.endswith(".name") and key.removesuffix(".name") in groups:
            _check_name(override, key.removesuffix(".name"), overrides, folders)


def groups_of(loader: ConfigLoader) -> list[str]:
    """The names of all groups, but for Hydra's own."""
    found = loader.repository.get_group_options(
        "", ObjectType.GROUP
    )  # the loader's own method copies all that it knows
    return [str(name) for name in found if name != "hydra"]


def _check(override: Override, group: str, folders: Sequence[Path]) -> None:
    word, options = override.input_line, _options(group, folders)
    if override.is_delete():
        if group not in _optional(folders):
            raise ConfigError(f"{word} takes away what every trial needs; choose one: {group}={options[0]}.")
        return
    adds = override.is_add() or override.is_force_add()
    if override.package is not None and not adds:
        raise ConfigError(f"{word}: nothing reads a second {group}; write {group}=<one of them>.")
    if override.package is None and adds:
        raise ConfigError(f"{word}: {group} is there already; write it without +.")
    for option in chosen(override):
        if isinstance(option, dict) or (option is None and group in _optional(folders)):
            continue  # settings below the group's key, which are checked as all others
        if isinstance(option, list):
            named = ",".join(map(str, option))
            raise ConfigError(f"{word} is a list, and {group} takes one; to try each, write {group}={named} with -m.")
        if not isinstance(option, str):
            raise ConfigError(f"{word} is no {group}; {hint(str(option), options)}")
        _check_option(option, group, folders, options)


def _check_name(override: Override, group: str, overrides: Sequence[Override], folders: Sequence[Path]) -> None:
    """Refuse a name that is that of another option, or that records and the command line would read otherwise."""
    taken = {str(one) for other in overrides if other.key_or_group == group for one in chosen(other)}
    for name in chosen(override):
        if not isinstance(name, str) or "${" in name:
            continue  # a text by then, or refused by its class
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{override.input_line}: a name has letters, digits, _, - and points within; write another."
            )
        if name in _options(group, folders) and name not in taken:
            raise ConfigError(f"{override.input_line}: there is a {group} of that name already; give another name.")


def chosen(override: Override) -> Iterator[object]:
    """The values that a word gives, one or many."""
    value = override.value()
    if not override.is_sweep_override():
        yield value
    elif not isinstance(override._value, Glob) and override.is_discrete_sweep():
        yield from (getattr(one, "text", one) for one in override.sweep_iterator())


def _check_option(name: str, group: str, folders: Sequence[Path], options: Sequence[str]) -> None:
    if name in options or "${" in name:
        return
    for folder in folders:
        path = folder / group / f"{name}.yaml"
        if path.is_dir():
            raise ConfigError(f"{path} is a folder, and has to be a YAML file; rename it.")
    if group == "detector" and name.partition("@")[0] in options:
        raise ConfigError(f"{group}={name}: {settings_apart([name])}")
    raise ConfigError(f"there is no {group} {name!r}; {hint(name, options)}")


def _options(group: str, folders: Sequence[Path]) -> list[str]:
    return sorted({path.stem for folder in folders for path in (folder / group).glob("*.yaml") if path.is_file()})


def _optional(folders: Sequence[Path]) -> set[str]:
    """The groups of which a trial needs none: those that the defaults leave at null."""
    defaults = read_mapping(next(folder / "config.yaml" for folder in folders if (folder / "config.yaml").is_file()))
    listed = defaults.get("defaults")
    assert isinstance(listed, ListConfig)
    return {str(key) for one in listed if OmegaConf.is_dict(one) for key, option in one.items() if option is None}


def _refuse_group(override: Override, groups: Sequence[str]) -> None:
    group = override.key_or_group
    raise ConfigError(f"{override.input_line}: there is no group {group!r}; {hint(group, groups)}")
