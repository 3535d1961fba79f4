"""Single trials: planned from a configuration, and run unless they are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from omegaconf import DictConfig

from harness import places
from harness.building import build
from harness.core import ConfigError, Record
from harness.data.download import fetch
from harness.memo import Memo
from harness.planning.levels import config_folders
from harness.planning.made_once import in_order, make_all
from harness.planning.order import Intent, check_before, check_planned
from harness.planning.preparation import Fetch, prepare
from harness.planning.run_settings import limits_of, study_folder
from harness.planning.trials import plan
from harness.running import store
from harness.running.execute import execute
from harness.running.executors.local import Local
from harness.running.identity import PlannedTrial
from harness.running.limits import NO_LIMITS
from harness.running.store.resume_rule import is_settled
from harness.running.sweep import run_alone
from harness.running.worker import Order, Recorder


class One(NamedTuple):
    """A planned trial.

    Attributes:
        trial: what is to be run.
        folder: the study's.
        remarks: what is to be said before, in sentences.
    """

    trial: PlannedTrial
    folder: Path
    remarks: tuple[str, ...]


def plan_one(config: DictConfig) -> One:
    """The trial of a configuration.

    Raises:
        ConfigError: it describes a sweep, a setting makes no sense, something recorded has the name of something in it, or it
            would spend a fresh data set before the register is frozen.
    """
    if "design" in config:
        raise ConfigError(f"experiment={config.study} is a sweep of many trials: add -m, or call harness.sweep.")
    own = [folder for folder in config_folders() if folder != places.shipped("conf")]
    trial, folder = plan(config), study_folder(config)
    intent = Intent(
        study=config.study,
        tier=config.tier.name,
        results=Path(config.results),
        own=own,
        target=trial.spec["_target_"],
        trials=[trial],
    )
    remarks = (*check_before(intent), *check_planned(intent))
    in_order([trial], folder)
    return One(trial, folder, remarks)


def run_or_find(one: One, config: DictConfig, command: Sequence[str], bring: Fetch = fetch) -> Record:
    """The record of a trial, which is run now if it has none: in this process, or under limits in a worker, as in a sweep.

    Args:
        one: what is planned.
        config: gives the limits, and whether a failed trial is run again.
        command: the words after `harness`, for the header of the part.
        bring: fetches data that are not in the cache.

    Raises:
        ConfigError: a part of the trial cannot be made of its settings.
        HarnessError: data are not available, or the store cannot be read or written to.
    """
    trial, folder = one.trial, one.folder
    known = store.read_trial(folder, trial.trial_id).find(trial.trial_id)
    if known and is_settled(known, retry_failed=config.retry_failed):
        return known
    make_all([trial])
    prepare([trial], bring)
    limits = limits_of(config)
    if limits != NO_LIMITS:  # of a worker, since this process is not to be killed
        run_alone(trial, folder, build, Local(workers=1), limits=limits, command=command)
        record = store.read_trial(folder, trial.trial_id).find(trial.trial_id)
        assert record is not None
        return record
    recorder = Recorder(Order((trial,), folder, build, command=tuple(command)))
    try:
        return recorder.append(trial, execute(trial, build, Memo()))
    finally:
        recorder.writer.close()
