"""The sweeps that a command line asks for, and the grids of override strings of each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.types import Override
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from harness.core import ConfigError
from harness.planning.choices import check_choices, chosen
from harness.planning.grammar import parsed
from harness.planning.merged_choices import refuse_merged_choices
from harness.planning.translation import composed

APART = ("experiment", "tier", "study", "trial", "results")
"""Keys with one value in a sweep. Several values of them make several sweeps."""

ONE_FOR_ALL = ("exclusive", "executor", "limits", "mirror", "retry_failed", "share", "workers")
"""Keys that say how a sweep is run. No trial knows them."""


def asks_for_all(words: Iterable[str]) -> bool:
    """Whether the words of a command line say only what is run and how, and replace nothing of the design."""
    asked = [word for word in words if not word.startswith("-")]
    keys = [word.partition("=")[0].lstrip("+") for word in asked if "=" in word]
    return not any(word.startswith("~") for word in asked) and all(
        (key in APART and key != "trial") or key.partition(".")[0] in (*ONE_FOR_ALL, "hydra") for key in keys
    )


_LIKE_THIS = "write for instance design: {smoke: {first: {dataset: 'iris,wine', seed: 'range(0,3)'}}}."

Grid = dict[str, list[str]]
"""Override strings by key. Each way to choose one string for every key is a trial."""


class Asked(NamedTuple):
    """One sweep of a command line.

    Attributes:
        arguments: the words of the command line.
        params: the parameters of `hydra.sweeper`, which the words may replace.
        config: the sweep's own composition, without swept keys.
        without: words that another sweep of the command line takes, and this one has no key for.
    """

    arguments: list[str]
    params: Mapping[str, Any]
    config: DictConfig
    without: tuple[str, ...] = ()


def apart(words: Sequence[str], loader: ConfigLoader) -> list[Asked]:
    """The sweeps of a command line, one for each experiment (tier, study ...) that it names.

    Each takes the overrides whose key it has. One that none of them has is left to all, and Hydra refuses it.
    """
    overrides = parsed(words, loader)
    check_choices(overrides, loader)
    swept = [one for one in overrides if one.key_or_group in APART and one.is_sweep_override()]
    if not swept:
        return [_asked(list(words), loader)]
    shared = [one for one in overrides if one not in swept]
    choices = list(itertools.product(*(_levels([one])[one.get_key_element()] for one in swept)))
    if not choices:
        raise ConfigError("this sweep has no trials: one of its ranges or lists is empty.")
    configs = [_composed([*_flags_of(shared), *choice], loader) for choice in choices] if shared else []
    fits = [[_has_key_of(one, config, loader) for config in configs] for one in shared]
    found = []
    for number, choice in enumerate(choices):
        taken = [one for one, fitting in zip(shared, fits, strict=True) if fitting[number] or not any(fitting)]
        without = tuple(one.input_line for one in shared if one not in taken)
        found.append(_asked([*(one.input_line for one in taken), *choice], loader)._replace(without=without))
    return found


def _asked(words: list[str], loader: ConfigLoader) -> Asked:
    config = _composed(words, loader)
    params = config.hydra.sweeper.params or {}
    return Asked(words, {str(key): value for key, value in params.items()}, config)


def _composed(words: Sequence[str], loader: ConfigLoader) -> DictConfig:
    return composed(parsed(words, loader), loader, RunMode.MULTIRUN)


def _flags_of(overrides: Sequence[Override]) -> list[str]:
    """Where Hydra searches decides what there is to choose."""
    return [one.input_line for one in overrides if one.key_or_group == "hydra.searchpath"]


def _has_key_of(override: Override, config: DictConfig, loader: ConfigLoader) -> bool:
    """Whether a composition has the key that an override wants to change; what adds a key always fits."""
    if override.is_add() or override.is_force_add():
        return True
    if loader.get_group_options(override.key_or_group):
        return override.get_key_element().lstrip("~") in config.hydra.runtime.choices
    node: Any = config
    for part in override.key_or_group.split("."):
        if not isinstance(node, DictConfig) or part not in node:
            return False
        node = node._get_node(part)
    return True


def grids(asked: Asked, loader: ConfigLoader) -> list[Grid]:
    """The experiment's grids at this tier, or one grid without an experiment. The command line's choices replace others."""
    config = asked.config
    named = _named(config)
    texts = [[f"{key}={value}" for key, value in {**asked.params, **grid}.items()] for grid in named.values()]
    words, *others = (parsed(list(one), loader) for one in [asked.arguments, *texts])
    for overrides in others:  # Hydra would merge the files of a list
        check_choices([one for one in overrides if any(isinstance(option, list) for option in chosen(one))], loader)
    refuse_merged_choices(config)
    own, designed = _levels(words), map(_levels, others)
    for key, levels in own.items():
        if not levels:
            raise ConfigError(f"{key} is given no value, so that this sweep has no trials: its range or list is empty.")
    return [{**{key: one[key] for key in one if key not in own}, **own} for one in designed]


def _named(config: DictConfig) -> Mapping[Any, Mapping[Any, Any]]:
    """The grids of a design at this tier by name; one without keys if there is no design."""
    if "design" not in config:
        return {"": {}}
    tiers, tier = plain(config, "design", resolve=False), str(config.tier.name)
    if not isinstance(tiers, dict) or not tiers:
        raise ConfigError(f"design has to name tiers, each with grids, not {tiers!r}; {_LIKE_THIS}")
    if tier not in tiers:
        raise ConfigError(f"the experiment has no design for tier={tier}; it has: {', '.join(map(str, tiers))}.")
    named = plain(config, f"design.{tier}")
    if not isinstance(named, dict) or not named:
        raise ConfigError(
            f"design.{tier} has to name grids, each of keys and their levels, not {named!r}; {_LIKE_THIS}"
        )
    for name, grid in named.items():
        if not isinstance(grid, dict) or not grid:
            raise ConfigError(f"design.{tier}.{name} has to give keys their levels, not {grid!r}; {_LIKE_THIS}")
    return named


def plain(config: DictConfig, key: str, *, resolve: bool = True) -> Any:
    """The value of a key, without OmegaConf; None if there is none."""
    value = OmegaConf.select(config, key)
    return OmegaConf.to_container(value, resolve=resolve) if OmegaConf.is_config(value) else value


def _levels(overrides: Sequence[Override]) -> Grid:
    levels: Grid = {}
    for override in overrides:
        key = override.get_key_element()
        if override.key_or_group.partition(".")[0] in ONE_FOR_ALL and override.is_sweep_override():
            raise ConfigError(f"{override.input_line} cannot be swept: it says how all trials are run.")
        levels.pop(key, None)  # of repeated overrides the last one counts, at its place
        if not override.is_sweep_override():
            levels[key] = [f"{key}={override.get_value_element_as_str()}"]
        elif override.is_discrete_sweep():
            levels[key] = [f"{key}={value}" for value in override.sweep_string_iterator()]
        else:
            raise ConfigError(f"{override.input_line} cannot be swept: give a list, a range, a choice or a glob.")
    return levels
