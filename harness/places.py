"""Where things are: the shipped configuration, the cache of carriers, the results of a study."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "HARNESS_CACHE"
STANDARD_TIER = "standard"

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
    """Where a study's records, tables and figures are: `results/E` at the standard tier, else `results/.tier/E`."""
    return results / study if tier == STANDARD_TIER else results / f".{tier}" / study
