"""Settings of a sweep, from a configuration: executor, mirror, the limits of a trial, the folder of the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar

from omegaconf import DictConfig

from harness import places
from harness.building import instantiate
from harness.core import ConfigError
from harness.mirrors import Mirror
from harness.planning.grids import plain
from harness.planning.made_once import checked
from harness.running.executors import Executor
from harness.running.limits import Limits, bytes_of
from harness.settings import Checked, at_least, not_empty


@dataclass(frozen=True)
class RunSettings(Checked):
    """How trials are run, as far as no part of its own describes it."""

    name: ClassVar[str] = "how trials are run"
    results: Annotated[str, not_empty()]
    study: Annotated[str, not_empty()]
    tier: Annotated[str, not_empty()]
    retry_failed: bool
    workers: Annotated[int, at_least(1)] | None
    share: Sequence[str]
    exclusive: bool | None


def check_sweep_settings(config: DictConfig) -> None:
    """Raise `ConfigError` if a setting of how trials are run makes no sense."""
    of_run = {field.name: plain(config, field.name) for field in fields(RunSettings)}
    RunSettings(**{**of_run, "tier": plain(config, "tier.name")})
    if not isinstance(plain(config, "limits"), dict):
        raise ConfigError("limits has to be a mapping of seconds and memory.")
    limits_of(config)
    study_folder(config)
    executor_of(config)
    if (mirror := mirror_of(config)) is not None:
        mirror.check(study_folder(config))


def executor_of(config: DictConfig) -> Executor:
    """The executor of a configuration. Raises `ConfigError` if its package is not installed, or a setting is wrong."""
    executor: Executor = _made(config, "executor")
    return executor


def mirror_of(config: DictConfig) -> Mirror | None:
    """The tool that a sweep is shown in; None for `mirror=none`. Raises `ConfigError` as `executor_of` does."""
    if plain(config, "mirror") is None:
        return None
    mirror: Mirror = _made(config, "mirror")
    return mirror


def _made(config: DictConfig, group: str) -> Any:
    """The object of a group of which `harness run --help` shows the choices."""
    node = plain(config, group)
    if not isinstance(node, dict) or "_target_" not in node:
        raise ConfigError(f"{group} has to be one of those that `harness run --help` shows.")
    extra = node.pop("extra", None)
    try:
        return instantiate(node, checked)
    except ModuleNotFoundError as error:
        how = f": pip install 'mlops-harness[{extra}]'" if extra else ""
        raise ConfigError(f"this {group} needs the package {error.name!r}, which is not installed{how}.") from error


def limits_of(config: DictConfig) -> Limits:
    """The limits of one trial. Raises `ConfigError` if the memory is not a size."""
    return Limits(config.limits.seconds, bytes_of(config.limits.memory))


def study_folder(config: DictConfig) -> Path:
    """The folder for the records of this configuration. Raises `ConfigError` if study or tier are no names."""
    return places.study_folder(Path(config.results), config.tier.name, config.study)
