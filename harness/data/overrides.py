"""Settings of a data set as words of a command line, ready to paste: quoted as both the shell and Hydra need it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from harness.errors import ConfigError

NAMED = {"tab": "\t", "space": " ", "apostrophe": "'"}
"""Characters that a setting names by a word: to quote them for two readers is a puzzle."""

_PLAIN = re.compile(r"(?:[A-Za-z_/]|\.{1,2}/)[\w./-]*", re.ASCII)
_OTHER_MEANING = frozenset({"null", "true", "false", "nan", "inf", "yes", "no", "on", "off"})


def override(setting: str, value: Any) -> str:
    """The word of a command line that gives a setting a value.

    >>> print(override("separator", ";"), override("drop", ["id", "my notes"]))
    'dataset.separator=";"' 'dataset.drop=[id,"my notes"]'

    Args:
        setting: the name of the setting, without the `dataset.` before it.
        value: text, a number, None, or a list of these.
    """
    name = next((name for name, character in NAMED.items() if character == value), None)
    return f"dataset.{setting}={name}" if name else shlex.quote(f"dataset.{setting}={_written(value)}")


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return f"[{','.join(map(_written, value))}]"
    return str(value)


def _text(value: str) -> str:
    """The text for Hydra, in which a backslash counts only before a quote."""
    if _PLAIN.fullmatch(value) and value.lower() not in _OTHER_MEANING:
        return value
    escaped = re.sub(r'(\\*)("|$)', lambda found: found[1] * 2 + ('\\"' if found[2] else ""), value)
    return f'"{escaped}"'


TEXTS = ("path", "target", "task", "name", "separator", "decimal", "thousands", "encoding", "checksum")
"""Settings whose value is one text, which needs no quotes of its own if nothing but a data set is asked for."""

_MEMBER = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|\'(?P<single>[^\']*)\'|(?P<bare>[^,"\']*))\s*(?:,|$)')


def setting_of(word: str) -> tuple[str, Any]:
    """The name and the value of a setting, from a word that `override` gave, or from a simpler one such as `decimal=,`.

    Raises:
        ConfigError: a list is not closed, or its members cannot be told apart.
    """
    name, _, written = word.partition("=")
    name, written = name.lstrip("+").removeprefix("dataset."), written.strip(" ") if len(written) > 1 else written
    if written == "null":
        return name, None
    if written.startswith("["):
        return name, _members(name, written)
    if name in TEXTS:
        quoted = re.fullmatch(r"([\"'])(.*)\1", written, re.DOTALL)
        return name, _unescaped(quoted[2]) if quoted else written
    return name, int(written) if re.fullmatch(r"-?[0-9]+", written) else written


def _members(name: str, written: str) -> list[str]:
    is_closed = written.endswith("]")
    inside, at = (written[1:-1] if is_closed else written).strip(), 0
    members: list[str] = []
    while at < len(inside):
        found = _MEMBER.match(inside, at)
        if found is None or not is_closed:
            raise ConfigError(f"dataset.{name}={written} is no list: write {override(name, ['a', 'b c'])}.")
        quoted = found["quoted"]
        members.append(_unescaped(quoted) if quoted is not None else found["single"] or (found["bare"] or "").strip())
        at = found.end()
    return members


def _unescaped(quoted: str) -> str:
    return re.sub(r'(\\+)(?="|$)', lambda found: found[1][: len(found[1]) // 2], quoted)
