"""The catalogue: all data sets that YAML files describe, by name."""

from __future__ import annotations

from pathlib import Path

from omegaconf import OmegaConf

from harness import places
from harness.building import instantiate
from harness.core import ConfigError, HarnessError
from harness.data import Dataset
from harness.planning.translation import in_sentences
from harness.planning.yaml_files import read_mapping


def read_catalogue(config_dir: Path | None = None) -> dict[str, Dataset]:
    """The data sets of the harness and of `config_dir` by name, without the templates `file` and `openml`.

    Raises:
        ConfigError: the folder does not exist, or a YAML does not describe a data set.
    """
    folders = [places.shipped("conf") / "dataset"]
    if config_dir is not None:
        folders.append(config_dir / "dataset")
        if not folders[-1].is_dir():
            raise ConfigError(f"There is no folder {folders[-1]}: --config-dir needs one that holds dataset/*.yaml.")
    datasets: dict[str, Dataset] = {}
    for path in sorted(path for each in folders for path in each.glob("*.yaml")):
        dataset = _read(path)
        if dataset is not None:
            datasets.setdefault(path.stem, dataset)
    return dict(sorted(datasets.items()))


def _read(path: Path) -> Dataset | None:
    """The data set that a YAML describes; None for a template, which the command line has to complete."""
    node = read_mapping(path)
    if any(OmegaConf.is_missing(node, key) for key in node):
        return None
    try:
        with in_sentences("it cannot be made"):
            dataset = instantiate(OmegaConf.to_container(node, resolve=True))
    except (HarnessError, ModuleNotFoundError) as error:
        raise ConfigError(f"{path} does not describe a data set: {error}") from error
    if not isinstance(dataset, Dataset):
        raise ConfigError(f"{path} does not describe a data set: it needs `_target_: harness.data.Dataset`.")
    return dataset
