"""Sweeps from the words of `harness run -m`, each with its own composition and all of its trials."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig

from harness.building import build
from harness.core import ConfigError
from harness.data.download import fetch
from harness.planning.grids import Asked, grids
from harness.planning.planner import Planner
from harness.planning.preparation import Fetch, prepare
from harness.planning.run_settings import executor_of, limits_of, study_folder
from harness.running.identity import PlannedTrial
from harness.running.sweep import Summary, run_sweep

Choices = Iterator[tuple[str, ...]]
Watch = Callable[[Choices, int], Iterable[tuple[str, ...]]]
"""A function that passes on a number of choices, and may show progress."""


@dataclass(frozen=True)
class Sweep:
    """One sweep of a command line.

    Attributes:
        config: the sweep's own composition, without swept keys.
        trials: the trials that it asks for.
    """

    config: DictConfig
    trials: list[PlannedTrial]


def plan_sweep(asked: Asked, loader: ConfigLoader, watch: Watch = lambda choices, _: choices) -> Sweep:
    """A sweep with all of its trials planned; equal trials are kept once."""
    wanted = grids(asked, loader)
    planner = Planner(asked.config, loader)
    choices = (choice for grid in wanted for choice in itertools.product(*grid.values()))
    n_choices = sum(math.prod(map(len, grid.values())) for grid in wanted)
    if not n_choices:
        raise ConfigError("this sweep has no trials: one of its ranges or lists is empty.")
    trials = (planner(choice) for choice in watch(choices, n_choices))
    return Sweep(asked.config, list({trial.trial_id: trial for trial in trials}.values()))


def run(
    sweep: Sweep,
    observe: Callable[[Summary], None] = lambda _: None,
    bring: Fetch = fetch,
    command: Sequence[str] | None = None,
) -> Summary:
    """Run the trials of a sweep that are not recorded, on the executor and under the limits of its configuration.

    Args:
        sweep: the planned sweep.
        observe: called a few times a second with the summary so far.
        bring: fetches data that are not in the cache.
        command: the words that asked for it; those of this process unless given.

    Raises:
        HarnessError: as in `harness.running.sweep.run_sweep`, or an executor or a limit makes no sense.
    """
    config = sweep.config
    return run_sweep(
        sweep.trials,
        study_folder(config),
        build,
        executor_of(config),
        share=list(config.share),
        limits=limits_of(config),
        retry_failed=config.retry_failed,
        prepare=partial(prepare, bring=bring),
        observe=observe,
        command=command,
    )
