"""YAML files read in one way, for Hydra too: whatever is wrong in one is a sentence with its name and line."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra.core.config_loader import ConfigLoader
from hydra.plugins.config_source import ConfigResult
from omegaconf import DictConfig, OmegaConf
from omegaconf._utils import get_yaml_loader
from omegaconf.errors import GrammarParseError, OmegaConfBaseException

from harness.core import ConfigError
from harness.yaml_text import parsed, read_text


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


@functools.lru_cache(maxsize=512)
def _parsed(path: Path, text: str) -> Any:
    """The content as plain containers, which nobody may change: `OmegaConf.create` copies them."""
    return parsed(path, text, _loader())


@functools.cache
def _loader() -> type[Any]:
    """OmegaConf's own reader of YAML 1.1: numbers as 1e-3, no dates."""
    loader: type[Any] = get_yaml_loader()
    return loader


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
