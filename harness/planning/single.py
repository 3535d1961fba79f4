"""One trial of a configuration: planned, and run unless it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig

from harness.building import build
from harness.core import ConfigError, Record
from harness.data.download import fetch
from harness.memo import Memo
from harness.planning.preparation import Fetch, prepare
from harness.planning.sweep_settings import limits_of
from harness.planning.trials import plan
from harness.running import store
from harness.running.execute import execute
from harness.running.identity import PlannedTrial
from harness.running.limits import memory_limited
from harness.running.store.resume_rule import is_settled
from harness.running.worker import Order, Recorder


def plan_one(config: DictConfig) -> PlannedTrial:
    """The trial of a configuration. Raises `ConfigError` if it describes a sweep, or a setting makes no sense."""
    if "design" in config:
        raise ConfigError(f"experiment={config.study} is a sweep of many trials: add -m.")
    return plan(config)


def recorded(
    trial: PlannedTrial, folder: Path, config: DictConfig, command: Sequence[str], bring: Fetch = fetch
) -> Record:
    """The trial's record: the known one, or that of running it now.

    Args:
        trial: what is asked for.
        folder: the study's folder.
        config: says under which limits it is run, and whether a failed one is run again.
        command: the words that asked for it, which the head of its part keeps.
        bring: fetches data that are not in the cache.

    Raises:
        HarnessError: data cannot be had, or the store cannot be read or written to.
    """
    known = store.read_trial(folder, trial.trial_id).find(trial.trial_id)
    if known and is_settled(known, retry_failed=config.retry_failed):
        return known
    prepare([trial], bring)
    recorder = Recorder(Order((trial,), folder, build, command=tuple(command)))
    try:
        executed = execute(trial, build, Memo(), within=memory_limited(limits_of(config).memory))
        return recorder.append(trial, executed.record, executed.predictions)
    finally:
        recorder.writer.close()
