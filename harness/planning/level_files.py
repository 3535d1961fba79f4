"""Whether a part of a trial is what the file of its level says, or was changed on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf
from yaml import YAMLError

from harness.planning.levels import config_folders
from harness.running.named_parts import Name

_GROUPS = {"pool": "model", "detectors": "detector", "scenarios": "scenario"}
"""Groups of parts that stand under another key."""

_FOUND_OUT = ("name", "checksum")
"""Entries that a spec may have and a file need not."""


def is_as_in_its_file(name: Name, spec: Mapping[str, Any]) -> bool:
    """Whether a named part of a spec is what its file says, as far as the file says it without interpolations."""
    key, level = name[:2]
    group = _GROUPS.get(key, key)
    path = next((path for one in config_folders() if (path := one / group / f"{level}.yaml").is_file()), None)
    if path is None:
        return False
    try:
        stated = OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except YAMLError:
        return False
    return any(_fits(stated, node) for node in _nodes(spec, key, level))


def _nodes(node: Any, key: str, level: str) -> list[Any]:
    """The whole nodes of that name under that key."""
    if not isinstance(node, Mapping):
        return []
    held = node.get(key)
    found = [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, Mapping)]
    named = [one.get("detector", one) for one in found if one.get("name") == level]
    return named + [each for value in node.values() for each in _nodes(value, key, level)]


def _fits(stated: Any, node: Any) -> bool:
    if isinstance(stated, str) and "${" in stated:
        return True
    if isinstance(stated, dict) and isinstance(node, Mapping):
        said = {key: value for key, value in stated.items() if key not in ("about", *_FOUND_OUT)}
        more = node.keys() - said.keys() - {"about", *_FOUND_OUT}
        return not more and all(key in node and _fits(value, node[key]) for key, value in said.items())
    if isinstance(stated, list) and isinstance(node, list):
        return len(stated) == len(node) and all(map(_fits, stated, node))
    return bool(stated == node)
