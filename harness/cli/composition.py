"""From a composed configuration to a planned trial, and from a trial's spec to the trial."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hydra.core.global_hydra import GlobalHydra
from hydra.errors import InstantiationException
from hydra.utils import get_class, instantiate
from omegaconf import DictConfig, ListConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from harness import places
from harness.cli.data import absent, fetch_with_progress
from harness.core import ConfigError, HarnessError, Trial
from harness.data import Dataset
from harness.running.identity import PlannedTrial, canonical_json


def register_resolvers() -> None:
    """Let YAML say `${models:${pool}}`: the model files of these names, from any folder of the search path."""
    OmegaConf.register_new_resolver("models", _models, replace=True)


def _models(names: Any) -> ListConfig:
    if isinstance(names, str):
        raise ConfigError(f"pool={names} is not a list; write pool=[{names}].")
    return OmegaConf.create([_model_node(_model_file(name)) for name in names])


@cache
def _model_node(path: Path) -> DictConfig:
    node = OmegaConf.load(path)
    if not isinstance(node, DictConfig) or "_target_" not in node:
        raise ConfigError(
            f"{path} cannot stand in a pool: it must be whole by itself, with a _target_ and without defaults."
        )
    return node


def _model_file(name: str) -> Path:
    folders = [folder / "model" for folder in _config_folders()]
    for folder in folders:
        if (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    known = sorted(path.stem for folder in folders for path in folder.glob("*.yaml"))
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}."
    raise ConfigError(f"the pool names a model {name!r} that does not exist; {hint}")


def _config_folders() -> list[Path]:
    search_path = GlobalHydra.instance().config_loader().get_search_path().get_path()
    return [Path(element.path.removeprefix("file://")) for element in search_path if "pkg:" not in element.path]


def plan(config: DictConfig) -> PlannedTrial:
    """The trial that a composed configuration describes.

    Raises:
        ConfigError: a value is missing or cannot be resolved.
    """
    try:
        spec = OmegaConf.to_container(config.trial, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise ConfigError(_first_sentence(error)) from error
    assert isinstance(spec, dict)
    dataset = _dataset(spec["dataset"])
    checksum = dataset.fingerprint()
    spec["dataset"] |= {"name": dataset.name, "checksum": checksum}  # of a set of one's own they are found, not stated
    planned = PlannedTrial(study=config.study, spec=spec, checksum=checksum)  # type: ignore[arg-type]
    _check_settings(planned)
    return planned


def _check_settings(planned: PlannedTrial) -> None:
    """Refuse scalar settings that make no sense before anything is run, as the trial's own class does, without its parts."""
    parts = {name: level for name, level in planned.spec.items() if name != "_target_"}
    settings = {name: None if isinstance(level, (dict, list)) else level for name, level in parts.items()}
    with contextlib.suppress(TypeError, AttributeError):  # of a class that looks into its parts when it is made
        get_class(planned.spec["_target_"])(**settings)


_datasets: dict[str, Dataset] = {}


def _dataset(node: dict[str, Any]) -> Dataset:
    """The data set of a node. A stated checksum vouches for a YAML as it stands, not for what overrides made of it."""
    key = canonical_json(node)
    if key not in _datasets:
        dataset: Dataset = _built(node)
        _datasets[key] = dataset if _is_as_in_its_file(node) else replace(dataset, checksum=None)
    return _datasets[key]


def _built(node: Mapping[str, Any]) -> Any:
    """What a node describes; a refusal of the harness's own comes without Hydra's words around it."""
    try:
        return instantiate(dict(node), _convert_="all")
    except InstantiationException as error:
        if isinstance(error.__cause__, HarnessError):
            raise error.__cause__ from error
        raise


def _is_as_in_its_file(node: dict[str, Any]) -> bool:
    files = (folder / "dataset" / f"{node['name']}.yaml" for folder in _config_folders())
    found = next((path for path in files if path.is_file()), None)
    if found is None:
        return False
    stated = OmegaConf.to_container(OmegaConf.load(found), resolve=True)
    assert isinstance(stated, dict)
    return {**stated, "max_rows": None} == {**node, "max_rows": None}


def prepare_data(trials: Sequence[PlannedTrial]) -> None:
    """Say the notices of these trials' data sets, and bring their carriers into the cache. Raises `DataError`."""
    names = {trial.spec["dataset"]["name"] for trial in trials}
    datasets = [dataset for dataset in _datasets.values() if dataset.name in names]
    for dataset in datasets:
        dataset.announce()
    fetch_with_progress(absent(datasets))


def _first_sentence(error: Exception) -> str:
    key = getattr(error, "full_key", None)
    where = f"configuration key {key!r}: " if key else ""
    return where + str(error).strip().partition("\n")[0]


def build_trial(spec: Mapping[str, Any]) -> Trial:
    """The trial of a spec: the one place where configuration becomes objects."""
    trial: Trial = _built(spec)
    return trial


def study_folder(config: DictConfig) -> Path:
    """Where this configuration's records go."""
    return places.study_folder(Path(config.results), config.tier.name, config.study)
