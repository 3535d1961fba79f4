"""The sweeps that a command line asks for, and the grids of override strings of each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from harness.core import ConfigError

APART = ("experiment", "tier", "study", "trial", "results")
"""Keys with one value in a sweep. Several values of them make several sweeps."""

ONE_FOR_ALL = ("executor", "limits", "retry_failed", "share", "workers")
"""Keys that say how a sweep is run. No trial knows them."""

Grid = dict[str, list[str]]
"""Override strings by key. Each way to choose one string for every key is a trial."""


class Asked(NamedTuple):
    """One sweep of a command line.

    Attributes:
        arguments: the words of the command line.
        params: the parameters of `hydra.sweeper`, which the words may replace.
        config: the sweep's own composition, without swept keys.
    """

    arguments: list[str]
    params: Mapping[str, Any]
    config: DictConfig


def apart(asked: Asked, loader: ConfigLoader) -> Iterator[Asked]:
    """The sweeps of a command line, one for each experiment (tier, study ...) that it names."""
    overrides = OverridesParser.create(config_loader=loader).parse_overrides(asked.arguments)
    swept = [one for one in overrides if one.get_key_element() in APART and one.is_sweep_override()]
    if not swept:
        yield asked
        return
    shared = [one.input_line for one in overrides if one not in swept]
    for choice in itertools.product(*(_levels([one])[one.get_key_element()] for one in swept)):
        own = [*shared, *choice]
        flags, name = list(asked.config.hydra.overrides.hydra), asked.config.hydra.job.config_name
        config = loader.load_configuration(name, [*flags, *own], RunMode.MULTIRUN)
        params = OmegaConf.to_container(config.hydra.sweeper.params)
        yield Asked(own, params, config)  # type: ignore[arg-type]


def grids(asked: Asked, loader: ConfigLoader) -> list[Grid]:
    """The experiment's grids at this tier, or one grid without an experiment. The command line's choices replace others."""
    config = asked.config
    designs = OmegaConf.select(config, f"design.{config.tier.name}")
    if "design" in config and designs is None:
        raise ConfigError(
            f"the experiment has no design for tier={config.tier.name}; it has: {', '.join(map(str, config.design))}."
        )
    parser = OverridesParser.create(config_loader=loader)
    named = OmegaConf.to_container(designs, resolve=True) if designs is not None else {"": {}}
    assert isinstance(named, dict)
    own = _levels(parser.parse_overrides(asked.arguments))
    texts = ([f"{key}={value}" for key, value in {**asked.params, **grid}.items()] for grid in named.values())
    designed = (_levels(parser.parse_overrides(list(one))) for one in texts)
    return [{**{key: one[key] for key in one if key not in own}, **own} for one in designed]


def _levels(overrides: Sequence[Override]) -> Grid:
    levels: Grid = {}
    for override in overrides:
        key = override.get_key_element()
        if key.partition(".")[0] in ONE_FOR_ALL and override.is_sweep_override():
            raise ConfigError(f"{override.input_line} cannot be swept: it says how all trials are run.")
        levels.pop(key, None)  # of repeated overrides the last one counts, at its place
        if not override.is_sweep_override():
            levels[key] = [f"{key}={override.get_value_element_as_str()}"]
        elif override.is_discrete_sweep():
            levels[key] = [f"{key}={value}" for value in override.sweep_string_iterator()]
        else:
            raise ConfigError(f"{override.input_line} cannot be swept: give a list, a range, a choice or a glob.")
    return levels
