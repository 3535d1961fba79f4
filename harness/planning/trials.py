"""Planned trials from composed configurations."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from harness.building import instantiate, locate
from harness.core import ConfigError
from harness.data import Dataset
from harness.planning import detector_panel, entry_panel
from harness.planning.levels import config_folders
from harness.planning.translation import in_a_sentence, in_sentences
from harness.planning.yaml_files import read_mapping
from harness.running import user_code
from harness.running.identity import PlannedTrial, key_of
from harness.settings import check_arguments


def plan(config: DictConfig) -> PlannedTrial:
    """The trial that a composed configuration describes.

    Raises:
        ConfigError: a value is missing or cannot be resolved.
    """
    try:
        spec = OmegaConf.to_container(config.trial, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise in_a_sentence(error) from error
    if not isinstance(spec, dict) or "_target_" not in spec:
        raise ConfigError("the configuration describes no trial: the node trial has no _target_.")
    check_settings(spec)  # type: ignore[arg-type]
    return plan_spec(config.study, spec)  # type: ignore[arg-type]


def check_settings(spec: Mapping[str, Any]) -> None:
    """Refuse settings of the trial itself that make no sense, before parts are made of them. Raises `ConfigError`."""
    scalars = {name: level for name, level in spec.items() if not isinstance(level, (dict, list))}
    with contextlib.suppress(ModuleNotFoundError):  # the trial is skipped, and says so
        check_arguments(locate(spec["_target_"]), scalars)


def plan_spec(study: str, spec: dict[str, Any]) -> PlannedTrial:
    """The trial of a resolved spec.

    The name and checksum of the data set are put into the spec, also for a user's own set, and panels are replaced by their
    members. A data set whose package is not installed stays as it is: its trial is skipped, and says what to install.
    """
    spec = {key: _members(node) if is_panel(node) else node for key, node in spec.items()}
    spec = {**spec, **user_code.as_entry(spec)}
    if not isinstance(spec.get("dataset"), dict):
        return PlannedTrial(study, spec, checksum="")
    try:
        dataset = _dataset(spec["dataset"])
        checksum = dataset.fingerprint()
    except ModuleNotFoundError:
        return PlannedTrial(study, spec, checksum="")
    found = {**spec["dataset"], "name": dataset.name, "checksum": checksum}
    return PlannedTrial(study, {**spec, "dataset": found}, checksum)


def is_panel(node: Any) -> bool:
    """Whether a node names a panel whose members have not been looked up yet."""
    return isinstance(node, dict) and ("_panel_" in node or "_entries_" in node)


def _members(node: dict[str, Any]) -> list[dict[str, Any]]:
    return entry_panel.entries(node) if "_entries_" in node else detector_panel.panel(node)


_datasets: dict[str, Dataset] = {}


def forget() -> None:
    """Look data sets up again: their files may have changed."""
    _datasets.clear()


def _dataset(node: dict[str, Any]) -> Dataset:
    """The data set of a node. What it states is verified at once unless it is as in its YAML, which its first load verifies."""
    key = key_of(node)
    if key not in _datasets:
        with in_sentences(f"dataset {node.get('name') or ''} cannot be made".replace("  ", " ")):
            dataset: Dataset = instantiate(node)
            if not _is_as_in_its_file(node):
                dataset.verify()
        _datasets[key] = dataset
    return _datasets[key]


def _is_as_in_its_file(node: dict[str, Any]) -> bool:
    files = (folder / "dataset" / f"{node['name']}.yaml" for folder in config_folders())
    found = next((path for path in files if path.is_file()), None)
    if found is None:
        return False
    stated = OmegaConf.to_container(read_mapping(found), resolve=True)
    assert isinstance(stated, dict)
    return {**stated, "max_rows": None} == {**node, "max_rows": None}


def datasets_of(trials: Sequence[PlannedTrial]) -> list[Dataset]:
    """The data sets of planned trials, each once."""
    names = {trial.spec["dataset"]["name"] for trial in trials if trial.checksum}
    return [dataset for dataset in _datasets.values() if dataset.name in names]
