"""Which tiers there are, and how to get what a report lacks: commands that are not refused."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import yaml

from harness import places
from harness.core import ConfigError
from harness.running.status import study_folders

ANY_STUDY = "synthesis"


def require_tier(tier: str, results: Path, own: Sequence[Path] = ()) -> None:
    """Refuse a tier that neither a folder of settings nor a record names.

    Args:
        tier: its name.
        results: the folder of all results.
        own: a user's folders, which may have tiers.

    Raises:
        ConfigError: there is no such tier.
    """
    files = {path.stem for folder in (places.shipped("conf"), *own) for path in (folder / "tier").glob("*.yaml")}
    known = sorted(files | {folder.tier for folder in study_folders(results)})
    if tier not in known:
        close = difflib.get_close_matches(tier, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}."
        raise ConfigError(f"there is no tier {tier!r}; {hint}")


def require_folder(results: Path) -> None:
    """Refuse a folder of results that is not there. Raises `ConfigError`."""
    if not results.is_dir():
        raise ConfigError(f"there is no folder {results}; give results= the folder of all results.")


def how_to_record(study: str, tier: str) -> str:
    """The end of a sentence on records that are lacking: a command that records them, or the study at its smallest tier."""
    tiers = _designed(study)
    if tier in tiers:
        return f"finish the sweep: harness run -m experiment={study} tier={tier}"
    if tiers:
        return f"finish the sweep, or run one that is designed: harness run -m experiment={study} tier={tiers[0]}"
    return f"record some with study={study} tier={tier}"


def _designed(study: str) -> list[str]:
    """The tiers that a shipped study has a design for, the smallest first."""
    path = places.shipped("conf") / "experiment" / f"{study}.yaml"
    if not path.is_file():
        return []
    design = yaml.safe_load(path.read_text(encoding="utf-8")).get("design") or {}
    return [str(tier) for tier in design]
