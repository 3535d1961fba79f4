"""What the YAML files of levels say about themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from harness import places
from harness.core import ConfigError

GROUPS = ("model", "synthesis", "dataset", "detector", "scenario")

Abouts = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The `about` of every level, by group and name."""


def read_abouts(own: Sequence[Path] = ()) -> Abouts:
    """The `about` of every level.

    Args:
        own: a user's folders, laid out like `conf/`; a level of theirs stands in the place of a shipped one of its name.

    Raises:
        ConfigError: a file is no YAML.
    """
    folders = [places.shipped("conf"), *own]
    return {
        group: {path.stem: _about(path) for folder in folders for path in sorted((folder / group).glob("*.yaml"))}
        for group in GROUPS
    }


def _about(path: Path) -> dict[str, Any]:
    try:
        node = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    about = node.get("about") if isinstance(node, Mapping) else None
    return dict(about) if isinstance(about, Mapping) else {}


def titles_of(abouts: Abouts) -> dict[str, dict[str, str]]:
    """Printed names by group; those of models that differ as regressors under `regression`."""
    titles = {
        group: {name: str(about["title"]) for name, about in levels.items() if "title" in about}
        for group, levels in abouts.items()
    }
    models = abouts.get("model", {})
    titles["regression"] = {
        name: str(about["regression_title"]) for name, about in models.items() if "regression_title" in about
    }
    return titles
