"""A sweep: from override strings to trials, and the progress bar over their run."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf, open_dict
from rich.console import Console

from harness.cli.composition import build_trial, plan, prepare_data, study_folder
from harness.cli.main import INTERRUPTED, TRIALS_FAILED, report_error
from harness.cli.progress import Bar, track
from harness.core import ConfigError, HarnessError
from harness.running.identity import PlannedTrial
from harness.running.sweep import Summary, run_sweep

_NOT_OF_A_TRIAL = {"hydra", "design", "levels"}

_ONE_A_SWEEP = {"experiment", "results", "retry_failed", "study", "tier", "trial", "workers"}

Grid = dict[str, list[str]]
"""Override strings by key: one trial for each way to choose one string from every key."""


def run(arguments: Sequence[str], params: Mapping[str, Any], config: DictConfig, loader: ConfigLoader) -> Summary:
    """Plan and run the sweep; ends the process with its exit code unless all went well."""
    try:
        trials = _plan(_grids(arguments, params, config, loader), config, loader)
        folder = study_folder(config)
        with Bar(len(trials)) as bar:
            summary = run_sweep(
                trials,
                folder,
                build_trial,
                n_workers=_n_workers(config.workers),
                share=list(config.share),
                retry_failed=config.retry_failed,
                prepare=prepare_data,
                observe=bar.show,
            )
    except HarnessError as error:
        sys.exit(report_error(error))
    _report(summary, folder)
    if summary.interrupted or summary.failures:
        sys.exit(INTERRUPTED if summary.interrupted else TRIALS_FAILED)
    return summary


def _n_workers(asked: int | None) -> int:
    if asked is None:
        return os.cpu_count() or 1
    if not isinstance(asked, int) or asked < 1:
        raise ConfigError(f"workers={asked} makes no sense: give the number of processes, 1 or more.")
    return asked


def _grids(arguments: Sequence[str], params: Mapping[str, Any], config: DictConfig, loader: ConfigLoader) -> list[Grid]:
    """The experiment's grids at this tier, each with the command line's choices over its own; else one grid."""
    designs = OmegaConf.select(config, f"design.{config.tier.name}")
    if "design" in config and designs is None:
        raise ConfigError(
            f"the experiment has no design for tier={config.tier.name}; it has: {', '.join(map(str, config.design))}."
        )
    parser = OverridesParser.create(config_loader=loader)
    named = OmegaConf.to_container(designs, resolve=True) if designs is not None else {"": {}}
    assert isinstance(named, dict)
    own = _levels(parser.parse_overrides(list(arguments)))
    return [
        {**_levels(parser.parse_overrides([f"{key}={value}" for key, value in {**params, **grid}.items()])), **own}
        for grid in named.values()
    ]


def _levels(overrides: Sequence[Override]) -> Grid:
    levels: Grid = {}
    for override in overrides:
        key = override.get_key_element()
        if key in _ONE_A_SWEEP and override.is_sweep_override():
            raise ConfigError(f"{override.input_line} cannot be swept: a sweep has one {key}; give a sweep for each.")
        if not override.is_sweep_override():
            levels[key] = [_as_text(override)]
        elif override.is_discrete_sweep():
            levels[key] = [f"{key}={value}" for value in override.sweep_string_iterator()]
        else:
            raise ConfigError(f"{override.input_line} cannot be swept: give a list, a range, a choice or a glob.")
    return levels


def _as_text(override: Override) -> str:
    key = override.get_key_element()
    return key if override.is_delete() and override.value() is None else f"{key}={override.get_value_element_as_str()}"


def _plan(grids: Sequence[Grid], config: DictConfig, loader: ConfigLoader) -> list[PlannedTrial]:
    """Compose every trial, once per set of group choices."""
    compose = _Composer(config, loader)
    combinations = [list(choice) for grid in grids for choice in itertools.product(*grid.values())]
    trials = (plan(compose(choice)) for choice in track(combinations, "composing"))
    return list({trial.trial_id: trial for trial in trials}.values())


class _Composer:
    """Composes configurations, remembering the composition of each set of group choices.

    The defaults list can depend on group choices alone, and Hydra applies value overrides after composing it: so a plain
    `key=value` on an existing key may be applied to a copy. Everything else goes through Hydra.
    """

    def __init__(self, config: DictConfig, loader: ConfigLoader) -> None:
        self.config, self.loader = config, loader
        self.parser = OverridesParser.create(config_loader=loader)
        self.groups = set(loader.list_groups(""))
        self.composed: dict[tuple[str, ...], DictConfig] = {}
        self.values: dict[str, tuple[str, Any] | None] = {}

    def __call__(self, overrides: Sequence[str]) -> DictConfig:
        """The configuration of one trial, without Hydra's own node."""
        values = {text: self._plain_value(text) for text in overrides}
        changed = self._compose(tuple(text for text, value in values.items() if value is None)).copy()
        for key, value in filter(None, values.values()):
            OmegaConf.update(changed, key, value)
        return changed

    def _compose(self, overrides: tuple[str, ...]) -> DictConfig:
        if overrides not in self.composed:
            composed = self.loader.load_sweep_config(self.config, list(overrides))
            with open_dict(composed):
                for key in _NOT_OF_A_TRIAL & set(composed):
                    del composed[key]
            self.composed[overrides] = composed
        return self.composed[overrides]

    def _plain_value(self, text: str) -> tuple[str, Any] | None:
        """Key and value of an override that sets an existing top-level number, else None."""
        if text not in self.values:
            override = self.parser.parse_override(text)
            key, value = override.get_key_element(), override.value()
            numbers = isinstance(value, (int, float)) and isinstance(self.config.get(key), (int, float))
            self.values[text] = (key, value) if numbers and key not in self.groups else None
        return self.values[text]


def _report(summary: Summary, folder: Path) -> None:
    console = Console(stderr=True, highlight=False)
    ended = ", ".join(f"{count} {status}" for status, count in summary.ended.items() if count) or "nothing new to run"
    console.print(
        f"{summary.planned} trials: {summary.known} recorded before; {ended}. Records: {folder}", soft_wrap=True
    )
    for reason, count in sorted(summary.failures.items(), key=lambda item: -item[1])[:5]:
        console.print(f"  failed x{count}: {reason}", markup=False, soft_wrap=True)
    if summary.interrupted:
        console.print("stopped; everything that ended is recorded, and the same command continues.")
