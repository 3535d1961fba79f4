"""Which keys of a configuration an interpolation may compute with, told without resolving any.

An interpolation that is nothing but `${key}` hands the value on as it is. Everything else computes: text around it, arguments
of a resolver, a reference whose path is itself interpolated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

PURE_RESOLVERS = frozenset({"models", "oc.env", "oc.decode"})
"""Resolvers that look at their arguments alone; any other may look at the whole configuration."""

_REFERENCE = re.compile(r"\$\{\s*([^\s${}:]+)\s*\}")
_RESOLVER = re.compile(r"\$\{\s*([\w.]+)\s*:")


class References(NamedTuple):
    """What the interpolations of a configuration may compute with.

    Attributes:
        keys: dotted paths.
        anything: whether that cannot be told.
    """

    keys: frozenset[str]
    anything: bool

    def may_compute_with(self, key: str) -> bool:
        """Whether the value under a key may become more than a value in some places."""
        return self.anything or any(overlap(key, other) for other in self.keys)


def overlap(one: str, other: str) -> bool:
    """Whether two dotted paths are the same or one lies within the other."""
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or longer.startswith(f"{shorter}.")


def references(config: Any) -> References:
    """The references of an unresolved configuration (plain containers) that compute, and all they lead to."""
    texts = {path: text for path, text in _texts(config) if "${" in text}
    computing = {path: text for path, text in texts.items() if not _REFERENCE.fullmatch(text)}
    found = {key for path, text in computing.items() for key in _keys(path, text)}
    waiting = set(found)
    while waiting:  # what they refer to may itself refer to something
        reached = {path for path in texts if any(overlap(path, key) for key in waiting)}
        waiting = {key for path in reached for key in _keys(path, texts[path])} - found
        found |= waiting
    return References(frozenset(found), any(_is_opaque(text) for text in computing.values()))


def _texts(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _texts(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, str):
        yield path, node


def _keys(path: str, text: str) -> Iterator[str]:
    """The references of one text, as absolute paths."""
    for reference in _REFERENCE.findall(text):
        plain = reference.replace("[", ".").replace("]", "")
        upwards = len(plain) - len(plain.lstrip(".")) if not reference.startswith("[") else 0
        above = path.split(".")[:-upwards] if upwards else []
        yield ".".join([*above, plain.lstrip(".")])


def _is_opaque(text: str) -> bool:
    """Whether a text refers to a key that is itself computed, or asks a resolver that may look anywhere."""
    rest = text
    while (shorter := _REFERENCE.sub("", rest)) != rest:
        rest = shorter
    called = _RESOLVER.findall(rest)
    return not PURE_RESOLVERS.issuperset(called) or rest.count("${") != len(called)
