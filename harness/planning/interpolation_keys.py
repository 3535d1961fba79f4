"""The keys of a configuration that interpolations may compute with, found without resolving them.

An interpolation that is only `${key}` copies a value. All others compute: with text around it, as an argument of a
resolver, or as a reference whose path is itself interpolated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.running.identity import leaves

PURE_RESOLVERS = frozenset({"models", "oc.env", "oc.decode"})
"""Resolvers that read only their arguments. Any other resolver may read the whole configuration."""

_REFERENCE = re.compile(r"\$\{\s*([^\s${}:]+)\s*\}")
_SELECT = re.compile(r"\$\{\s*oc\.select\s*:\s*([\w.]+)\s*(,[^{}]*)?\}")
_RESOLVER = re.compile(r"\$\{\s*([\w.]+)\s*:")


class References(NamedTuple):
    """The keys that the interpolations of a configuration may compute with.

    Attributes:
        keys: dotted paths.
        anything: whether they may compute with any key, because the keys cannot be determined.
    """

    keys: frozenset[str]
    anything: bool

    def may_compute_with(self, key: str) -> bool:
        """Whether an interpolation may compute with the value under a key, rather than copy it."""
        return self.anything or any(overlap(key, other) for other in self.keys)


class Reading(NamedTuple):
    """A text with an interpolation, and a key that it reads.

    Attributes:
        path: where the text stands.
        key: the dotted path that it reads; "" if the key cannot be told, and may be any.
    """

    path: str
    key: str


def readings(config: Any) -> set[Reading]:
    """What the interpolations of an unresolved configuration (plain containers) read, each from its place."""
    found: set[Reading] = set()
    for path, text in _texts(config):
        if "${" in text:
            plain = _SELECT.sub(r"${\1}", text)
            found |= {Reading(path, key) for key in ([""] if _is_opaque(plain) else _keys(path, plain))}
    return found


def overlap(one: str, other: str) -> bool:
    """Whether two dotted paths are equal, or one lies within the other."""
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or longer.startswith(f"{shorter}.")


def references(config: Any) -> References:
    """The references of computing interpolations in an unresolved configuration (plain containers), and what they lead to."""
    given = {path: text for path, text in _texts(config) if "${" in text}
    texts = {path: _SELECT.sub(r"${\1}", text) for path, text in given.items()}  # which reads that key, and no other
    computing = {path: texts[path] for path, text in given.items() if not _REFERENCE.fullmatch(text)}
    found = {key for path, text in computing.items() for key in _keys(path, text)}
    waiting = set(found)
    while waiting:  # their targets may contain references too
        reached = {path for path in texts if any(overlap(path, key) for key in waiting)}
        waiting = {key for path in reached for key in _keys(path, texts[path])} - found
        found |= waiting
    return References(frozenset(found), any(_is_opaque(text) for text in computing.values()))


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    return ((".".join(map(str, path)), leaf) for path, leaf in leaves(node) if isinstance(leaf, str))


def _keys(path: str, text: str) -> Iterator[str]:
    """The references in one text, as absolute paths."""
    for reference in _REFERENCE.findall(text):
        plain = reference.replace("[", ".").replace("]", "")
        upwards = len(plain) - len(plain.lstrip(".")) if not reference.startswith("[") else 0
        above = path.split(".")[:-upwards] if upwards else []
        yield ".".join([*above, plain.lstrip(".")])


def _is_opaque(text: str) -> bool:
    """Whether a text refers to a computed key, or calls a resolver that may read any key."""
    rest = text
    while (shorter := _REFERENCE.sub("", rest)) != rest:
        rest = shorter
    called = _RESOLVER.findall(rest)
    return not PURE_RESOLVERS.issuperset(called) or rest.count("${") != len(called)
