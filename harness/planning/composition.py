"""Composition without a command line: the trial that `harness run` would compose, with a user's folders beside `conf/`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from harness.core import ConfigError
from harness.detectors.run import DEFAULT
from harness.planning.grammar import parsed
from harness.planning.grids import Grid, apart, grids
from harness.planning.hydra_session import loading
from harness.planning.levels import node_of
from harness.planning.made_once import make_all
from harness.planning.planner import Planner
from harness.planning.translation import composed, in_sentences
from harness.planning.trials import plan
from harness.running.identity import PlannedTrial, leaves

_RATE = re.compile(r"@[\d.]+")


@dataclass(frozen=True)
class Composing:
    """Plans trials of overrides.

    Attributes:
        loader: Hydra's loader, which searches `conf/` and the user's folders.
    """

    loader: ConfigLoader

    def trial(self, *overrides: str) -> PlannedTrial:
        """The trial that these overrides ask for. Raises `ConfigError`."""
        with in_sentences():
            trial = plan(self._config(overrides, RunMode.RUN))
            make_all([trial])
            return trial

    def first_trials(self, *overrides: str) -> dict[str, PlannedTrial]:
        """The first trial of each grid of a sweep, by the name of the grid; detectors at defaults, which need no calibration.

        Raises:
            ConfigError: the sweep does not compose, or has no design for this tier.
        """
        with in_sentences():
            [asked] = apart(overrides, self.loader)
            planner = Planner(asked.config, self.loader)
            named = zip(_names(asked.config), grids(asked, self.loader), strict=True)
            firsts = {name: _first(grid) for name, grid in named}
            return {name: planner(choice) for name, choice in firsts.items() if choice is not None}

    def tiers(self, experiment: str) -> list[str]:
        """The tiers that an experiment has a design for. Raises `ConfigError` if it has none."""
        with in_sentences():
            config = self._config((f"experiment={experiment}",), RunMode.MULTIRUN)
        design = OmegaConf.select(config, "design")
        if not design:
            raise ConfigError(f"experiment={experiment} has no design: give it grids by tier.")
        return [str(tier) for tier in design]

    def _config(self, overrides: Sequence[str], mode: RunMode) -> DictConfig:
        return composed(parsed(overrides, self.loader), self.loader, mode)


def _names(config: DictConfig) -> list[str]:
    design = OmegaConf.select(config, f"design.{config.tier.name}")
    return [str(name) for name in design] if design is not None else [""]


def _first(grid: Grid) -> tuple[str, ...] | None:
    first = next(itertools.product(*grid.values()), None)
    return None if first is None else tuple(map(_at_defaults, first))


def _at_defaults(choice: str) -> str:
    """A choice of detectors' settings, or of policies with their rates of false alarms (`ddm@5`), at defaults."""
    key, _, value = choice.partition("=")
    names = dict.fromkeys(_RATE.sub("", name) for name in value.strip("[]").split(","))
    return {"settings": f"{key}=[{DEFAULT}]", "policies": f"{key}=[{','.join(names)}]"}.get(key, choice)


def resolved(path: Path, **beside: Any) -> dict[str, Any]:
    """What a file describes that is whole by itself, with its interpolations resolved among the keys `beside` it.

    Raises:
        ConfigError: it is no YAML, not whole by itself, or something in it cannot be resolved.
    """
    with in_sentences():
        config = OmegaConf.create({**beside, "level": node_of(path)})
        node = OmegaConf.to_container(config.level, resolve=True, throw_on_missing=True)
    assert isinstance(node, dict)
    return {str(key): value for key, value in node.items()}


def is_whole(path: Path) -> bool:
    """Whether a file leaves nothing (`???`) to the command line. Raises `ConfigError` if it is no YAML."""
    return all(leaf != "???" for _, leaf in leaves(OmegaConf.to_container(node_of(path), resolve=False)))


@contextmanager
def composing(own: Sequence[Path] = ()) -> Iterator[Composing]:
    """Hydra with `conf/` and these folders, for as long as the context lasts; see `embedded.loading`."""
    with loading(*(folder.resolve() for folder in own)) as loader:
        yield Composing(loader)
