"""Settings of a sweep, from a configuration: the executor, the limits of a trial, the folder of the records."""

from __future__ import annotations

from pathlib import Path

from omegaconf import DictConfig, ListConfig, OmegaConf

from harness import places
from harness.building import instantiate
from harness.core import ConfigError
from harness.running.executors import Executor
from harness.running.limits import Limits, bytes_of


def check_sweep_settings(config: DictConfig) -> None:
    """Raise `ConfigError` if a setting of how trials are run makes no sense."""
    for key, holds, needed in (
        ("retry_failed", isinstance(config.retry_failed, bool), "true or false"),
        ("results", isinstance(config.results, str) and bool(config.results), "a folder"),
        (
            "limits",
            isinstance(config.limits, DictConfig) and {"seconds", "memory"} == set(config.limits),
            "seconds and memory",
        ),
        (
            "share",
            isinstance(config.share, ListConfig) and all(isinstance(one, str) for one in config.share),
            "a list of factors",
        ),
        ("executor", isinstance(config.executor, DictConfig), "one of those that `harness run --help` shows"),
    ):
        if not holds:
            raise ConfigError(f"{key}={config.get(key)} makes no sense: give {needed}.")
    limits_of(config)
    study_folder(config)


def executor_of(config: DictConfig) -> Executor:
    """The executor of a configuration. Raises `ConfigError` if its package is not installed, or a setting is wrong."""
    node = OmegaConf.to_container(config.executor, resolve=True)
    assert isinstance(node, dict)
    extra = node.pop("extra", None)
    try:
        executor: Executor = instantiate(node)
    except ModuleNotFoundError as error:
        how = f": pip install 'mlops-harness[{extra}]'" if extra else ""
        raise ConfigError(f"this executor needs the package {error.name!r}, which is not installed{how}.") from error
    except TypeError as error:
        raise ConfigError(f"the executor cannot be made of its settings: {error}.") from error
    return executor


def limits_of(config: DictConfig) -> Limits:
    """The limits of one trial. Raises `ConfigError` if the memory is not a size."""
    return Limits(config.limits.seconds, bytes_of(config.limits.memory))


def study_folder(config: DictConfig) -> Path:
    """The folder for the records of this configuration. Raises `ConfigError` if study or tier are no names."""
    return places.study_folder(Path(config.results), config.tier.name, config.study)
