"""YAML files read in one way, for Hydra too: whatever is wrong in one is a sentence with its name and line."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra.core.config_loader import ConfigLoader
from hydra.plugins.config_source import ConfigResult
from omegaconf import DictConfig, OmegaConf
from omegaconf._utils import get_yaml_loader
from omegaconf.errors import GrammarParseError, OmegaConfBaseException

from harness.core import ConfigError

DEEPEST, MOST_VALUES = 50, 100_000
"""Of levels and values in one file. More is a slip, such as an alias of itself."""

_TAB = "\t"
_MERGE = "tag:yaml.org,2002:merge"


def read_mapping(path: Path) -> DictConfig:
    """The content of a file, which has to be one mapping; interpolations are not resolved. Every call gives a copy.

    Raises:
        ConfigError: it cannot be read, is no YAML, or is something else than a mapping with keys, each of them once.
    """
    text = read_text(path)
    read = _parsed(path, text)
    if not isinstance(read, dict):
        kind = "empty" if read is None else f"a {'list' if isinstance(read, list) else 'single value'}"
        raise ConfigError(f"{path} is {kind}; write settings as lines `key: value`.")
    try:
        content: DictConfig = OmegaConf.create(read)
    except GrammarParseError as error:
        raise ConfigError(
            f"{path}: {error.full_key} holds a ${{ that is not whole; write ${{key}} or ${{function:value}}."
        ) from error
    except (OmegaConfBaseException, RecursionError) as error:
        what = getattr(error, "full_key", None) or "it"
        raise ConfigError(
            f"{path}: {what} is nothing that a setting can be; give text, numbers, lists or mappings."
        ) from error
    _check_defaults(path, read.get("defaults"))
    return content


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


@functools.lru_cache(maxsize=512)
def _parsed(path: Path, text: str) -> Any:
    """The content as plain containers, which nobody may change: `OmegaConf.create` copies them."""
    try:
        loader: Any = _loader()(text)
        node = loader.get_single_node()
        for line, key in _doubled(node):
            raise ConfigError(f"{path}, line {line}: the key {key!r} stands twice in one mapping; leave one out.")
        read = None if node is None else loader.construct_document(node)
        _check_size(path, read)
    except yaml.YAMLError as error:
        raise ConfigError(_said(path, text, error)) from error
    except (ValueError, TypeError, RecursionError) as error:  # of values such as 2020-13-45, and of endless nesting
        raise ConfigError(f"{path} holds a value that YAML cannot read: {' '.join(str(error).split())}.") from error
    return read


@functools.cache
def _loader() -> type[Any]:
    """OmegaConf's own reader of YAML 1.1: numbers as 1e-3, no dates."""
    loader: type[Any] = get_yaml_loader()
    return loader


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


# ---- lists of defaults -------------------------------------------------------------------------------------------------


def _check_defaults(path: Path, defaults: Any) -> None:
    """Refuse what Hydra would not understand in a list of defaults."""
    if defaults is None:
        return
    if not isinstance(defaults, list):
        raise ConfigError(f"{path}: defaults has to be a list of lines `- group: option`.")
    for one in defaults:
        if not _is_default(one):
            raise ConfigError(
                f"{path}: {one!r} cannot stand in defaults; write `- group: option`, or the path of a file."
            )


def _is_default(one: Any) -> bool:
    if isinstance(one, dict) and len(one) == 1:
        ((key, chosen),) = one.items()
        named = all(isinstance(each, str) for each in chosen) if isinstance(chosen, list) else isinstance(chosen, str)
        return isinstance(key, str) and (chosen is None or named)
    return isinstance(one, str) and bool(one)


# ---- for Hydra -----------------------------------------------------------------------------------------------------------


class Source(FileConfigSource):  # type: ignore[misc]  # Hydra comes without types
    """A folder of Hydra's search path whose files are read as all others."""

    def load_config(self, config_path: str) -> ConfigResult:
        """The content of a file, with the package that its head names."""
        path = Path(self.path) / self._normalize_file_name(config_path)
        content = read_mapping(path)
        try:
            header = self._get_header_dict(read_text(path)[:512])
        except ValueError:
            header = {}
        if set(header) != {"package"}:
            raise ConfigError(
                f"{path}: a line that starts with # @ has to be `# @package _global_`; mend it or take the @ out."
            )
        return ConfigResult(config=content, path=f"file://{self.path}", provider=self.provider, header=header)


def read_by_us(loader: ConfigLoader) -> ConfigLoader:
    """The same loader, its folders read by `read_mapping`."""
    sources: Sequence[Any] = loader.repository.sources
    ours = [Source(one.provider, one.path) if one.scheme() == "file" else one for one in sources]
    loader.repository.sources = ours
    return loader
