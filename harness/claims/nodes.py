"""Parts of a register as a YAML file gives them, taken for what they have to be or refused in a sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from harness.core import ConfigError

E = TypeVar("E", bound=StrEnum)

_ID = re.compile(r"\w[\w.+@-]*")


def any_of(node: Any, where: str) -> Mapping[str, Any]:
    """A mapping, whatever its keys. Raises `ConfigError` for anything else."""
    if not isinstance(node, Mapping):
        raise ConfigError(
            f"{where} is {'empty' if node is None else shown(node)}, but must be a mapping of names to what they mean."
        )
    return node


def mapping(node: Any, where: str, *, needs: Collection[str], may: Collection[str] = ()) -> Mapping[str, Any]:
    """A mapping with these keys. Raises `ConfigError` if one lacks, or is there that nobody reads."""
    found = any_of(node, where)
    for name in found:
        if name not in needs and name not in may:
            raise ConfigError(f"{where}: nobody reads the key {name!r}{hint(str(name), [*needs, *may])}; leave it out.")
    if lacking := sorted(set(needs) - found.keys()):
        raise ConfigError(f"{where}: it lacks {', '.join(lacking)}.")
    return found


def maybe(node: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    """A mapping below a key that need not be there, or may have nothing behind its colon."""
    return {} if node.get(key) is None else any_of(node[key], f"{where}: {key}")


def listed(node: Mapping[str, Any], key: str, where: str) -> list[Any]:
    """The same of a list."""
    found = node.get(key)
    if found is not None and not isinstance(found, list):
        raise ConfigError(f"{where}: {key} is {shown(found)}, but must be a list: write each behind a hyphen.")
    return found or []


def one_of(kind: type[E], value: Any, where: str) -> E:
    """A word out of few. Raises `ConfigError` for any other."""
    if value not in list(kind):  # no set, for the value may have no hash
        raise ConfigError(f"{where} is {shown(value)}, but must be one of {names(kind)}.")
    return kind(value)


def name_of(value: Any, where: str) -> str:
    """A name as text; a whole number is one too. Raises `ConfigError` for what YAML reads as something else."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise ConfigError(f"{where}: {shown(value)} is no name, as YAML reads it; put it in quotes.")
    return str(value)


def check_id(value: Any, where: str) -> None:
    """Refuse what cannot be a word of a command line, or a part of a file's name."""
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise ConfigError(
            f"{where}: {shown(value)} cannot be an id: write letters, digits and any of _ . + @ -, begin with a letter, a "
            "digit or _, and put into quotes what YAML would read as a number."
        )


def names(kind: type[StrEnum]) -> str:
    """All words of a kind."""
    return ", ".join(kind)


def hint(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: which name may have been meant, if one is near."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def shown(value: Any) -> str:
    """A value for messages, cut if it is long."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
