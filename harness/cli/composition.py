"""From a composed configuration to a planned trial, and from a trial's spec to the trial."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from harness import places
from harness.building import instantiate, locate
from harness.cli.data import absent, fetch_with_progress
from harness.cli.resolvers import config_folders, panel
from harness.core import ConfigError
from harness.data import Dataset
from harness.detectors.step_by_step import as_detector
from harness.detectors.warming import warm
from harness.running.executors import Executor
from harness.running.identity import PlannedTrial, canonical_json
from harness.running.limits import Limits, bytes_of


def plan(config: DictConfig) -> PlannedTrial:
    """The trial that a composed configuration describes.

    Raises:
        ConfigError: a value is missing or cannot be resolved.
    """
    try:
        spec = OmegaConf.to_container(config.trial, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(_first_sentence(error)) from error
    planned = plan_spec(config.study, spec)  # type: ignore[arg-type]
    check_settings(planned)
    return planned


def plan_spec(study: str, spec: dict[str, Any]) -> PlannedTrial:
    """The trial of a resolved spec.

    What is found of a data set of one's own, its name and checksum, is put into the spec, and panels of detectors are.
    """
    spec = {key: panel(node) if is_panel(node) else node for key, node in spec.items()}
    if not isinstance(spec.get("dataset"), dict):
        return PlannedTrial(study, spec, checksum="")
    dataset = _dataset(spec["dataset"])
    checksum = dataset.fingerprint()
    found = {**spec["dataset"], "name": dataset.name, "checksum": checksum}
    return PlannedTrial(study, {**spec, "dataset": found}, checksum)


def is_panel(node: Any) -> bool:
    """Whether a node names detectors that are yet to be looked up."""
    return isinstance(node, dict) and "_panel_" in node


def check_settings(planned: PlannedTrial) -> None:
    """Refuse settings that make no sense before anything is run, as the trial's own class does, without its parts."""
    parts = {name: level for name, level in planned.spec.items() if name != "_target_"}
    settings = {name: None if isinstance(level, dict) else level for name, level in parts.items()}
    # of a class that looks into its parts when it is made, or that is not installed
    with contextlib.suppress(TypeError, AttributeError, ModuleNotFoundError):
        locate(planned.spec["_target_"])(**settings)


_datasets: dict[str, Dataset] = {}


def _dataset(node: dict[str, Any]) -> Dataset:
    """The data set of a node. A stated checksum vouches for a YAML as it stands, not for what overrides made of it."""
    key = canonical_json(node)
    if key not in _datasets:
        dataset: Dataset = instantiate(node)
        _datasets[key] = dataset if _is_as_in_its_file(node) else replace(dataset, checksum=None)
    return _datasets[key]


def _is_as_in_its_file(node: dict[str, Any]) -> bool:
    files = (folder / "dataset" / f"{node['name']}.yaml" for folder in config_folders())
    found = next((path for path in files if path.is_file()), None)
    if found is None:
        return False
    stated = OmegaConf.to_container(OmegaConf.load(found), resolve=True)
    assert isinstance(stated, dict)
    return {**stated, "max_rows": None} == {**node, "max_rows": None}


def prepare(trials: Sequence[PlannedTrial]) -> None:
    """What is done once before any trial starts: data are fetched, detectors checked and compiled.

    Raises:
        DataError: data cannot be had.
        ConfigError: a detector cannot be made of its file.
    """
    _prepare_data(trials)
    panels = {id(trial.spec["detectors"]): trial.spec["detectors"] for trial in trials if "detectors" in trial.spec}
    nodes = {one["name"].partition("@")[0]: one["detector"] for panel in panels.values() for one in panel}
    made = []
    for name, node in nodes.items():
        try:
            made.append(as_detector(instantiate(node)))
        except ConfigError as error:
            raise ConfigError(f"detector {name}: {error}") from error
        except ModuleNotFoundError:  # its trials are skipped, and say what to install
            continue
    warm(made)


def _prepare_data(trials: Sequence[PlannedTrial]) -> None:
    """Say the notices of these trials' data sets, and bring their carriers into the cache. Raises `DataError`."""
    names = {trial.spec["dataset"]["name"] for trial in trials if trial.checksum}
    datasets = [dataset for dataset in _datasets.values() if dataset.name in names]
    for dataset in datasets:
        dataset.announce()
    fetch_with_progress(absent(datasets))


def _first_sentence(error: Exception) -> str:
    key = getattr(error, "full_key", None)
    where = f"configuration key {key!r}: " if key else ""
    return where + str(error).strip().partition("\n")[0]


def check_sweep_settings(config: DictConfig) -> None:
    """Refuse with a `ConfigError` what says how trials are run and makes no sense."""
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


def _is_list_of_names(node: Any) -> bool:
    return isinstance(node, ListConfig) and all(isinstance(one, str) for one in node)


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
    """What one trial may take. Raises `ConfigError` for a size that is none."""
    return Limits(config.limits.seconds, bytes_of(config.limits.memory))


def study_folder(config: DictConfig) -> Path:
    """Where this configuration's records go."""
    return places.study_folder(Path(config.results), config.tier.name, config.study)
