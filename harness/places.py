"""Where things are: the shipped configuration, the cache of carriers, the results of a study."""

from __future__ import annotations

import os
import re
from pathlib import Path

import platformdirs

from harness.errors import ConfigError

CACHE_VARIABLE = "HARNESS_CACHE"
STANDARD_TIER = "standard"

_NAME = re.compile(r"\w[\w.+-]*")
_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """A top-level folder (`conf`, `experiments`, `paper`): of the wheel if installed from one, else of the checkout."""
    inside = _PACKAGE / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder


def cache() -> Path:
    """The folder of downloaded data: `$HARNESS_CACHE`, else the user's cache folder. It may not exist yet."""
    moved = os.environ.get(CACHE_VARIABLE)
    return Path(moved).expanduser() if moved else Path(platformdirs.user_cache_dir("mlops-harness"))


def study_folder(results: Path, tier: str, study: str) -> Path:
    """Where a study's records, tables and figures are: `results/E` at the standard tier, else `results/.tier/E`.

    Raises:
        ConfigError: the study or the tier is no name, so that the folder might be outside of the results.
    """
    for what, name in (("study", study), ("tier", tier)):
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise ConfigError(
                f"{what}={name} cannot be the name of a folder: write letters, digits, _, - and dots, and begin with a letter, "
                "a digit or _."
            )
    return results / study if tier == STANDARD_TIER else results / f".{tier}" / study
