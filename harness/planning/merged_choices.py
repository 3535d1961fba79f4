"""Defaults lists that choose several files of one group, which Hydra would merge into one level without a word."""

from __future__ import annotations

from omegaconf import DictConfig

from harness import places
from harness.core import ConfigError


def refuse_merged_choices(config: DictConfig) -> None:
    """Refuse a composition in which a defaults list chooses several files of one group. Raises `ConfigError`.

    Hydra notes what was chosen of each group, but for such groups.
    """
    groups = {path.name for path in places.shipped("conf").iterdir() if path.is_dir()}
    for group in sorted(groups & {str(key) for key in config}):
        if group not in config.hydra.runtime.choices:
            raise ConfigError(
                f"a defaults list chooses several files of {group}, which would merge into one {group}: choose one, or sweep "
                f'them in a design ({group}: "a,b").'
            )
