"""`harness run -m`: from override strings to sweeps, one after the other, each with its progress bar."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig
from rich.console import Console

from harness.building import build
from harness.cli.composition import check_sweep_settings, executor_of, limits_of, prepare, study_folder
from harness.cli.grids import Asked, apart, grids
from harness.cli.main import INTERRUPTED, TRIALS_FAILED, report_error
from harness.cli.planning import Planner
from harness.cli.progress import Bar, track
from harness.core import ConfigError, HarnessError
from harness.running.identity import PlannedTrial
from harness.running.sweep import Summary, run_sweep


@dataclass(frozen=True)
class Sweep:
    """One sweep of a command line.

    Attributes:
        config: its own composition, without what is swept.
        trials: what it asks for.
    """

    config: DictConfig
    trials: list[PlannedTrial]


def run(arguments: Sequence[str], params: Mapping[str, Any], config: DictConfig, loader: ConfigLoader) -> list[Summary]:
    """Run all sweeps of a command line; ends the process with its exit code unless all went well."""
    try:
        summaries = list(_run_all(list(apart(Asked(list(arguments), params, config), loader)), loader))
    except HarnessError as error:
        sys.exit(report_error(error))
    if any(summary.interrupted for summary in summaries):
        sys.exit(INTERRUPTED)
    if any(summary.failures for summary in summaries):
        sys.exit(TRIALS_FAILED)
    return summaries


def _run_all(sweeps: Sequence[Asked], loader: ConfigLoader) -> Iterator[Summary]:
    """Each sweep is planned when its turn comes, since it may need what the one before recorded."""
    for asked in sweeps:
        if len(sweeps) > 1:
            Console(stderr=True, highlight=False).print(f"{asked.config.study} ({asked.config.tier.name}):")
        check_sweep_settings(asked.config)
        summary = _run(_plan(asked, loader))
        yield summary
        if summary.interrupted:
            return


def _run(sweep: Sweep) -> Summary:
    config, folder = sweep.config, study_folder(sweep.config)
    executor, limits = executor_of(config), limits_of(config)
    with Bar(len(sweep.trials)) as bar:
        summary = run_sweep(
            sweep.trials,
            folder,
            build,
            executor,
            share=list(config.share),
            limits=limits,
            retry_failed=config.retry_failed,
            prepare=prepare,
            observe=bar.show,
        )
    _report(summary, folder)
    return summary


def _plan(asked: Asked, loader: ConfigLoader) -> Sweep:
    """Plan every trial of one sweep; equal ones once."""
    wanted = grids(asked, loader)
    planner = Planner(asked.config, loader)
    choices = (choice for grid in wanted for choice in itertools.product(*grid.values()))
    n_choices = sum(math.prod(map(len, grid.values())) for grid in wanted)
    if not n_choices:
        raise ConfigError("this sweep has no trials: one of its ranges or lists is empty.")
    trials = (planner(choice) for choice in track(choices, "composing", n_choices))
    return Sweep(asked.config, list({trial.trial_id: trial for trial in trials}.values()))


# ---- how it ended ---------------------------------------------------------------------------------------------------


def _report(summary: Summary, folder: Path) -> None:
    console = Console(stderr=True, highlight=False)
    ended = ", ".join(f"{count} {status}" for status, count in summary.ended.items() if count) or "nothing new to run"
    console.print(
        f"{summary.planned} trials: {summary.known} recorded before; {ended}. Records: {folder}", soft_wrap=True
    )
    if summary.lost:
        console.print(f"  workers lost on the way: {summary.lost}; what they had not ended was run again")
    for reason, count in sorted(summary.failures.items(), key=lambda item: -item[1])[:5]:
        console.print(f"  failed x{count}: {reason}", markup=False, soft_wrap=True)
    if summary.interrupted:
        console.print("stopped; everything that ended is recorded, and the same command continues.")
