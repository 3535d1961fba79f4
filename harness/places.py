"""Where things are: the shipped configuration, the cache of carriers, the results of a study."""

from __future__ import annotations

import os
import re
from pathlib import Path

import platformdirs

from harness.errors import ConfigError

CACHE_VARIABLE = "HARNESS_CACHE"
STANDARD_TIER = "standard"
REPLICATION_TIER = "replication"
CONFIRMATION_TIER = "confirmation"
PUBLISHED_TIERS = (REPLICATION_TIER, CONFIRMATION_TIER)
"""Tiers whose records are published as one file beside those of the standard tier once their sweep is complete, in order."""

FROZEN_TIERS = (STANDARD_TIER, *PUBLISHED_TIERS)
"""Tiers whose trials decide on claims, in the order in which they are run."""

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


def tier_of(folder: Path) -> str:
    """The tier of a study's folder, as `study_folder` gives it."""
    name = folder.absolute().parent.name
    return name.removeprefix(".") if name.startswith(".") else STANDARD_TIER


def published_folders(folder: Path) -> list[Path]:
    """The folders of the tiers that are published beside a study's folder of the standard tier; none of any other tier.

    They need not exist: the published file is beside the records of the standard tier (`published`).
    """
    tiers = PUBLISHED_TIERS if tier_of(folder) == STANDARD_TIER else ()
    return [study_folder(folder.parent, tier, folder.name) for tier in tiers]


def published(folder: Path, what: str = "") -> Path | None:
    """Where records of a published tier are kept for readers: `results/E/replication.parquet` for `results/.replication/E`.

    Args:
        folder: the study's folder, as `study_folder` gives it.
        what: "" for the records, or what else is published beside them, such as "labels".

    Returns:
        The path, whether there is such a file or not; None for any other tier.
    """
    tier = folder.parent.name.removeprefix(".")
    if tier not in PUBLISHED_TIERS or not folder.parent.name.startswith("."):
        return None
    return folder.parent.parent / folder.name / f"{tier}{'_' if what else ''}{what}.parquet"
