"""The tracking tools that YAML files describe, by name."""

from __future__ import annotations

from pathlib import Path

from omegaconf import OmegaConf

from harness import places
from harness.building import instantiate
from harness.core import ConfigError, HarnessError
from harness.planning.translation import in_sentences
from harness.planning.yaml_files import read_mapping
from harness.tracking.tool import Tool


def read_trackers() -> dict[str, Tool]:
    """The tools of `conf/tracker` by name. Raises `ConfigError` if a YAML does not describe one."""
    return {path.stem: _read(path) for path in sorted((places.shipped("conf") / "tracker").glob("*.yaml"))}


def _read(path: Path) -> Tool:
    try:
        with in_sentences("it cannot be made"):
            tool = instantiate(OmegaConf.to_container(read_mapping(path), resolve=True))
    except HarnessError as error:
        raise ConfigError(f"{path} does not describe a tracker: {error}") from error
    if not isinstance(tool, Tool):
        raise ConfigError(f"{path} does not describe a tracker: it needs `_target_: harness.tracking.tool.Tool`.")
    return tool
