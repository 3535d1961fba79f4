"""YAML files read with care: whatever is wrong in one is a sentence with its name and line."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from harness.errors import ConfigError

DEEPEST, MOST_VALUES = 50, 100_000
"""Of levels and values in one file. More is a slip, such as an alias of itself."""

_TAB = "\t"
_MERGE, _FLOAT, _TIMESTAMP = (f"tag:yaml.org,2002:{name}" for name in ("merge", "float", "timestamp"))
_NOT_PLAIN = {_TIMESTAMP, *(f"tag:yaml.org,2002:{name}" for name in ("binary", "omap", "pairs", "set"))}
_NUMBER = re.compile(
    r"""^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    |[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$""",
    re.VERBOSE,
)


def read_text(path: Path) -> str:
    """The text of a file. Raises `ConfigError` if it is none, is not UTF-8 or cannot be read."""
    if path.is_dir():
        raise ConfigError(f"{path} is a folder, and has to be a YAML file; rename it.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; see to its name and permissions.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}, line {line}: this is not UTF-8; save the file in the encoding UTF-8.") from error


def parsed(path: Path, text: str, loader: type[Any] | None = None) -> Any:
    """The content of a text as plain containers.

    Args:
        path: its file, for messages.
        text: what the file holds.
        loader: PyYAML's or one like it; `plain_loader` unless given.

    Raises:
        ConfigError: it is no YAML, has a key twice in one mapping, or is nested without end.
    """
    try:
        read_by: Any = (loader or plain_loader())(text)
        node = read_by.get_single_node()
        for line, key in _doubled(node):
            raise ConfigError(f"{path}, line {line}: the key {key!r} stands twice in one mapping; leave one out.")
        read = None if node is None else read_by.construct_document(node)
        _check_size(path, read)
    except yaml.YAMLError as error:
        raise ConfigError(_said(path, text, error)) from error
    except (ValueError, TypeError, RecursionError) as error:  # of values such as 2020-13-45, and of endless nesting
        raise ConfigError(f"{path} holds a value that YAML cannot read: {' '.join(str(error).split())}.") from error
    return read


@functools.cache
def plain_loader() -> type[Any]:
    """A reader of YAML 1.1 as people write it: numbers as 1e-3, a date is a text, and nothing but what JSON has too."""
    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        first: [(tag, pattern) for tag, pattern in each if tag not in (_TIMESTAMP, _FLOAT)]
        for first, each in base.yaml_implicit_resolvers.items()
    }
    constructors = {tag: one for tag, one in base.yaml_constructors.items() if tag not in _NOT_PLAIN}
    made: type[Any] = type(
        "PlainLoader", (base,), {"yaml_implicit_resolvers": resolvers, "yaml_constructors": constructors}
    )
    made.add_implicit_resolver(_FLOAT, _NUMBER, list("-+0123456789."))
    return made


def _doubled(top: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """The line and name of each key that stands twice in its mapping."""
    waiting, known = [top], set()
    while waiting:
        node = waiting.pop()
        if id(node) in known:  # an alias
            continue
        known.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE]
            names = [key.value for key in keys]
            yield from ((key.start_mark.line + 1, key.value) for n, key in enumerate(keys) if key.value in names[:n])
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _check_size(path: Path, read: Any) -> None:
    """Refuse what aliases make endless."""
    waiting, count = [(read, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > DEEPEST or count > MOST_VALUES:
            raise ConfigError(
                f"{path} is nested deeper than {DEEPEST} levels, or larger than {MOST_VALUES:,} values; make it flat."
            )
        if isinstance(node, dict | list):
            waiting += [(below, depth + 1) for below in (node.values() if isinstance(node, dict) else node)]


def _said(path: Path, text: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that YAML forbids
        position = getattr(error, "position", 0)
        line = text[:position].count("\n") + 1
        return f"{path}, line {line}: YAML allows no such character ({text[position : position + 1]!r}); take it out."
    where = f"{path}, line {mark.line + 1}"
    lines = text.splitlines()
    written = lines[mark.line] if mark.line < len(lines) else ""
    if _TAB in written[: len(written) - len(written.lstrip())]:
        return f"{where}: a tab stands at the start of the line; YAML wants blanks."
    if isinstance(error, yaml.composer.ComposerError) and written.startswith("---"):
        return f"{where}: a second document begins; leave one document in the file."
    problem = " ".join(str(getattr(error, "problem", None) or error).split())
    return (
        f"{where}, column {mark.column + 1}: this is no YAML ({problem}); put text with special characters in quotes."
    )
