"""Hydra for the length of a call, in a process that Hydra did not start: a notebook, a script, another Hydra application."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hydra import version
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.config_loader import ConfigLoader
from hydra.core.config_search_path import SearchPathQuery
from hydra.core.global_hydra import GlobalHydra
from hydra.core.utils import JobRuntime
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from harness import places
from harness.building import locate
from harness.core import ConfigError
from harness.planning import detector_panel, entry_panel, found_settings, levels, own_modules, trials
from harness.planning.grammar import parsed
from harness.planning.merged_choices import refuse_merged_choices
from harness.planning.translation import composed, in_sentences
from harness.planning.unread_keys import OF_A_RUN, given_by, given_by_files, refuse_unread
from harness.planning.yaml_files import read_by_us
from harness.running import user_code

VERSION = "1.3"
"""By the rules of which version of Hydra configurations are composed."""

_OF_USER = "command-line"
"""Who gives the folders of a user, in Hydra's words."""

_one_at_a_time = threading.RLock()


@contextmanager
def visit(config_dir: Path | None = None) -> Iterator[None]:
    """Within, classes beside a user's YAML can be imported, and files are read as they are now.

    What an earlier call had read is forgotten. Calls from several threads wait for each other.
    """
    with _one_at_a_time:
        _forget()
        _leave_modules_of_another(config_dir)
        before = list(sys.path)
        if config_dir is not None:
            own_modules.leave_changed(config_dir)
            sys.path.insert(0, str(config_dir))
        try:
            yield
        finally:
            sys.path[:] = before
            if config_dir is not None:
                own_modules.remember(config_dir)


_visited: set[Path] = set()
"""Folders of users whose modules this process may have imported."""


def _leave_modules_of_another(config_dir: Path | None) -> None:
    """Forget modules of the folders before: another folder may have different ones of the same name."""
    here = None if config_dir is None else config_dir.resolve()
    others = _visited - {here}
    if others:
        for name, _ in own_modules.modules_below(*others):
            del sys.modules[name]
        locate.cache_clear()
    _visited.difference_update(others)
    if here is not None:
        _visited.add(here)


@contextmanager
def loading(*config_dirs: Path | None) -> Iterator[ConfigLoader]:
    """Hydra's loader of `conf/` and of a user's folders; afterwards Hydra is as it was found.

    Within, other code in this process that asks for the global Hydra is given this one.

    Raises:
        ConfigError: within, Hydra or OmegaConf refused something.
    """
    state, job, rules = GlobalHydra.instance(), JobRuntime.instance(), version.VersionBase.instance()
    hydra, name, base = state.hydra, job.get("name"), rules.version_base
    try:
        version.setbase(VERSION)
        state.clear()
        levels.register_resolvers()
        with in_sentences():
            yield read_by_us(_hydra([folder for folder in config_dirs if folder is not None]).config_loader)
    finally:
        state.hydra = hydra
        job.set("name", name)
        rules.version_base = base


def compose(loader: ConfigLoader, words: Sequence[str]) -> DictConfig:
    """The configuration of one trial. Raises `ConfigError` if a word asks for several, or gives a key that nothing reads."""
    overrides = parsed(words, loader)
    for one in overrides:
        if one.is_sweep_override():
            raise ConfigError(f"{one.input_line} asks for several trials: add -m (in Python: harness.sweep).")
    config = composed(overrides, loader, RunMode.RUN)
    refuse_merged_choices(config)
    content = OmegaConf.to_container(config, resolve=False)
    assert isinstance(content, dict)
    refuse_unread([*given_by(words, loader), *given_by_files(config)], OF_A_RUN, [{**content, "hydra": None}])
    return config


def own_folders(loader: ConfigLoader) -> tuple[Path, ...]:
    """The folders of a user's own that a loader reads."""
    entries = loader.get_search_path().get_path()
    return tuple(Path(one.path.removeprefix("file://")) for one in entries if one.provider == _OF_USER)


def _hydra(config_dirs: Sequence[Path]) -> Hydra:
    """As the command line makes it, with a user's folders at its place for them."""
    path = create_config_search_path(str(places.shipped("conf")))
    for folder in config_dirs:
        path.prepend(_OF_USER, f"file://{folder}", SearchPathQuery(provider="schema"))
    return Hydra.create_main_hydra2("harness", path)


def _forget() -> None:
    """What was read from files may have changed since, and files of one name differ from folder to folder."""
    levels.node_of.cache_clear()
    detector_panel.forget()
    entry_panel.forget()
    found_settings.calibrated.cache_clear()
    trials.forget()
    user_code.forget()
