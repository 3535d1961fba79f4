"""Compositions of many combinations of group choices, from far fewer calls of Hydra.

Most groups fill keys of their own: `dataset=wine` changes only what is under `dataset`, `model=svm` only what is under
`model`. So Hydra composes one *base* combination, and then each choice alone. The changes of several choices are combined
on top of the base, under three conditions. No file of their groups has a package or a defaults list of its own, so that it
fills only its group's key. The choices change different top-level keys. No defaults list anywhere is interpolated, since
through it one choice could depend on another. Hydra composes everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from hydra.core.config_loader import ConfigLoader
from omegaconf import DictConfig, OmegaConf, open_dict

from harness.planning.levels import config_folders
from harness.recent import Recent
from harness.running.identity import leaves

Overrides = tuple[str, ...]

_ABSENT = object()
_OF_SWEEPS = ("design", "levels")


class _Composed(NamedTuple):
    """A composition, and its plain containers by top-level key."""

    config: DictConfig
    raw: dict[str, Any]


class Composer:
    """A composer for the overrides of one sweep."""

    def __init__(self, config: DictConfig, loader: ConfigLoader, groups: Recent[str, bool]) -> None:
        """A composer for one sweep.

        Args:
            config: the sweep's own composition, without swept keys.
            loader: Hydra's loader of configurations.
            groups: tells whether a key is a config group.
        """
        self._config, self._loader = config, loader
        folders = config_folders(loader)
        self._is_plain = not config.hydra.searchpath and not _some_defaults_are_interpolated(folders)
        self._is_confined: Recent[str, bool] = Recent(lambda key: groups(key) and _is_confined(folders, key), size=1024)
        self._by_hydra: Recent[Overrides, _Composed] = Recent(self._compose, size=512)
        self._bases: dict[Overrides, Overrides] = {}
        self._put_together: Recent[Overrides, DictConfig] = Recent(self._combine, size=8)
        self._changed: Recent[tuple[Overrides, Overrides], dict[str, Any]] = Recent(self._compare, size=4096)

    def whole(self, overrides: Overrides) -> DictConfig:
        """The composition that Hydra makes, without the node `hydra`."""
        return self._by_hydra(overrides).config

    def __call__(self, overrides: Overrides) -> DictConfig:
        """The same composition, combined from others where that is exact. It is shared: copy it before any change."""
        return self._put_together(overrides)

    def _combine(self, overrides: Overrides) -> DictConfig:
        chosen = [number for number, text in enumerate(overrides) if self._is_choice(text)]
        rest = tuple(text.partition("=")[0] if number in chosen else text for number, text in enumerate(overrides))
        base = self._bases.setdefault(rest, overrides)
        differing = [number for number in chosen if overrides[number] != base[number]]
        if len(differing) < 2 or not self._is_plain:
            return self.whole(overrides)
        changes = [self._changed((base, _with(base, number, overrides[number]))) for number in differing]
        keys = [key for change in changes for key in change]
        if len(keys) != len(set(keys)):
            return self.whole(overrides)
        return _with_nodes(self.whole(base), changes)

    def _is_choice(self, text: str) -> bool:
        """Whether an override is a plain `group=option`."""
        key, equals, option = text.partition("=")
        return bool(equals) and key.isidentifier() and option.isidentifier() and self._is_confined(key)

    def _compose(self, overrides: Overrides) -> _Composed:
        config = self._loader.load_sweep_config(self._config, list(overrides))
        raw = OmegaConf.to_container(config, resolve=False)
        assert isinstance(raw, dict)
        unused = {"hydra", *(_OF_SWEEPS if not _mentions_sweeps(raw) else ())} & raw.keys()
        with open_dict(config):
            for key in unused:
                del config[key], raw[key]
        return _Composed(config, {str(key): value for key, value in raw.items()})

    def _compare(self, pair: tuple[Overrides, Overrides]) -> dict[str, Any]:
        """The top-level nodes of the second composition that differ from the first."""
        one, other = (self._by_hydra(overrides) for overrides in pair)
        keys = one.raw.keys() | other.raw.keys()
        differing = sorted(key for key in keys if one.raw.get(key, _ABSENT) != other.raw.get(key, _ABSENT))
        return {key: _node(other, key) for key in differing}


def _node(composed: _Composed, key: str) -> Any:
    """The unresolved value under a top-level key."""
    raw = composed.raw.get(key, _ABSENT)
    return composed.config[key] if isinstance(raw, (dict, list)) else raw


def _with(overrides: Overrides, number: int, text: str) -> Overrides:
    return (*overrides[:number], text, *overrides[number + 1 :])


def _with_nodes(base: DictConfig, changes: Sequence[dict[str, Any]]) -> DictConfig:
    config = base.copy()
    with open_dict(config):
        for key, node in (item for change in changes for item in change.items()):
            if node is _ABSENT:
                del config[key]
            else:
                config[key] = node  # OmegaConf copies it
    return config


def _mentions_sweeps(raw: dict[Any, Any]) -> bool:
    """Whether a trial's part of the configuration refers to the keys that only a sweep needs, which are large."""
    others = [value for key, value in raw.items() if key not in (*_OF_SWEEPS, "hydra")]
    texts = (leaf for _, leaf in leaves(others) if isinstance(leaf, str))
    return any("${" in text and any(key in text for key in _OF_SWEEPS) for text in texts)


def _is_confined(folders: Sequence[Path], group: str) -> bool:
    """Whether every option of a group fills the key of that group and nothing else."""
    texts = map(_text, (path for folder in folders for path in (folder / group).glob("*.yaml")))
    return not any("@package" in text or "defaults:" in text for text in texts)


def _some_defaults_are_interpolated(folders: Sequence[Path]) -> bool:
    """Whether any defaults list in these folders depends on a choice made elsewhere."""
    files = (path for folder in folders for path in folder.rglob("*.yaml"))
    return any(_interpolates_defaults(_text(path)) for path in files)


def _text(path: Path) -> str:
    """As far as it is text: of files that nobody asks for, nothing is demanded."""
    return path.read_bytes().decode("utf-8", errors="replace") if path.is_file() else ""


def _interpolates_defaults(text: str) -> bool:
    if "defaults" not in text or "${" not in text:
        return False
    try:
        content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return True
    return isinstance(content, dict) and "${" in str(content.get("defaults"))
