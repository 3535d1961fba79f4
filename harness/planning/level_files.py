"""Whether a part of a trial is what the file of its level says, or was changed on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf
from yaml import YAMLError

from harness.planning.entry_panel import acting_on
from harness.planning.levels import config_folders
from harness.running.named_parts import Name

_GROUPS = {"pool": "model", "detectors": "detector", "scenarios": "scenario"}
"""Groups of parts that stand under another key."""

_FOUND_OUT = ("name", "checksum")
"""Entries that a spec may have and a file need not."""


def is_as_in_its_file(name: Name, spec: Mapping[str, Any]) -> bool:
    """Whether a named part of a spec is what its file says, as far as the file says it without interpolations."""
    key, level = name[:2]
    if key == "entries":
        return any(_is_as_named(entry) for entry in spec[key] if entry["name"] == level)
    stated = _stated(_GROUPS.get(key, key), level)
    return stated is not None and any(_fits(stated, node) for node in _nodes(spec, key, level))


def _stated(group: str, level: str) -> Any:
    """What the file of a level says; None if there is none, or it is no YAML."""
    path = next((path for one in config_folders() if (path := one / group / f"{level}.yaml").is_file()), None)
    try:
        return path and OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except YAMLError:
        return None


def _is_as_named(entry: Mapping[str, Any]) -> bool:
    """Whether the policy and the action of an entry are what their files say. A detector at a rate has no file."""
    if "@" in entry["name"] or "policy" not in entry:
        return False
    policy, action = entry["policy"], entry["action"]
    by_name = _stated("policy", policy["name"]) or acting_on(policy["name"])
    return _fits(by_name, policy) and _fits(_stated("action", action["name"]), action)


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
    if isinstance(stated, str) and isinstance(node, Mapping):  # a policy says its detectors by name
        return stated == node.get("name") and _fits(_stated("detector", stated), node)
    if isinstance(stated, dict) and isinstance(node, Mapping):
        said = {key: value for key, value in stated.items() if key not in ("about", *_FOUND_OUT)}
        more = node.keys() - said.keys() - {"about", *_FOUND_OUT}
        return not more and all(key in node and _fits(value, node[key]) for key, value in said.items())
    if isinstance(stated, list) and isinstance(node, list):
        return len(stated) == len(node) and all(map(_fits, stated, node))
    return bool(stated == node)
