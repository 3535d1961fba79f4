"""The named parts of a spec: what a name in a record stands for, and its version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.building import CODE
from harness.running.identity import digest

Name = tuple[str, ...]
"""The key of a part in its spec and its name; of what is set to a rate of false alarms, those of its data set and model too."""

OF_DATA = ("task", "max_rows", "checksum")
"""What a data set is, beside its name. All else says where it comes from."""

_MEASURED = {"scenario": "strength", "scenarios": "strength"}
"""Entries that are no part of what a name stands for, since each record measures them."""


def named_parts(spec: Mapping[str, Any]) -> Iterator[tuple[Name, Mapping[str, Any]]]:
    """The named parts of a spec at any depth."""
    for key, value in spec.items():
        if isinstance(value, Mapping) and key != CODE:
            if "name" in value:
                yield (key, str(value["name"])), _what_it_is(key, value)
            yield from named_parts(value)
        elif is_list_of_names(value):
            for item in value:
                name = str(item["name"])
                yield (key, name, *(_world(spec) if "@" in name else ())), item.get("detector", item)


def is_list_of_names(value: Any) -> bool:
    """Whether a value is a list of named parts."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and "name" in one for one in value)


def in_words(name: Name) -> str:
    """As the command line says it: `model=tree`."""
    return f"{name[0]}={name[1]}"


def version_of(node: Mapping[str, Any]) -> str:
    """The version of a part: a digest of what it is, without documentation and without the named parts below it."""
    return digest({key: _without_parts(value) for key, value in node.items() if key != "about"})


def _without_parts(node: Any) -> Any:
    if isinstance(node, Mapping):
        return None if "name" in node else {key: _without_parts(value) for key, value in node.items() if key != "about"}
    if isinstance(node, list):
        return None if is_list_of_names(node) else [_without_parts(value) for value in node]
    return node


def _what_it_is(key: str, node: Mapping[str, Any]) -> Mapping[str, Any]:
    if key == "dataset":
        return {one: node.get(one) for one in OF_DATA}
    return {one: value for one, value in node.items() if one != _MEASURED[key]} if key in _MEASURED else node


def _world(spec: Mapping[str, Any]) -> list[str]:
    method = spec.get("synthesis")
    within = method.get("model") if isinstance(method, Mapping) else None
    parts = (spec.get("dataset"), spec.get("model"), method, within)
    return [str(part.get("name")) for part in parts if isinstance(part, Mapping)]
