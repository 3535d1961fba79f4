"""What the YAML files of levels say about themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from harness import places
from harness.core import ConfigError

GROUPS = ("model", "synthesis", "dataset", "detector", "scenario", "policy", "action", "tracker", "workload")

LARGEST_SHARE = 0.8
"""Of the rows of a data set, beyond which its largest class makes it unbalanced."""

Abouts = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The `about` of every level, by group and name."""


def read_abouts(own: Sequence[Path] = ()) -> Abouts:
    """The `about` of every level.

    Args:
        own: a user's folders, laid out like `conf/`; a level of theirs stands in the place of a shipped one of its name.

    Raises:
        ConfigError: a file is no YAML.
    """
    return {group: {path.stem: _about(path) for path in _files(group, own)} for group in GROUPS}


def unbalanced_sets(own: Sequence[Path] = ()) -> frozenset[str]:
    """The data sets whose file states a largest class of more than `LARGEST_SHARE` of the rows.

    Args:
        own: a user's folders, as for `read_abouts`.

    Raises:
        ConfigError: a file is no YAML.
    """
    stated = {path.stem: _node(path).get("classes") for path in _files("dataset", own)}
    counts = {name: list(classes.values()) for name, classes in stated.items() if isinstance(classes, Mapping)}
    return frozenset(name for name, rows in counts.items() if rows and max(rows) > LARGEST_SHARE * sum(rows))


def _files(group: str, own: Sequence[Path]) -> list[Path]:
    return [path for folder in (places.shipped("conf"), *own) for path in sorted((folder / group).glob("*.yaml"))]


def _about(path: Path) -> dict[str, Any]:
    about = _node(path).get("about")
    return dict(about) if isinstance(about, Mapping) else {}


def _node(path: Path) -> Mapping[str, Any]:
    try:
        node = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    return node if isinstance(node, Mapping) else {}


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
