"""Keys that nobody reads are errors, however they were spelled in.

A trial reads its own node `trial`, and through `${...}` whatever that refers to. A run reads how trials are run; a sweep also
its design. A key that is given on the command line, in a grid or in a user's file is *read* if one of these leads to it under
one of the combinations that are asked for. What lies below a `_target_` is read if its class has such a parameter
(`harness.building`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from harness import places
from harness.core import ConfigError
from harness.planning.grammar import parsed
from harness.planning.grids import APART, Grid
from harness.planning.interpolation_keys import Reading, overlap, readings
from harness.planning.levels import config_folders
from harness.planning.yaml_files import read_mapping

OF_A_RUN = ("trial", "results", "study", "tier.name", "limits.seconds", "limits.memory", "retry_failed")
"""Where a single run begins to read."""

OF_A_SWEEP = (*OF_A_RUN, "exclusive", "executor", "mirror", "share")


class Given(NamedTuple):
    """A key that somebody has given a value.

    Attributes:
        path: the dotted path.
        shown: as it was written.
    """

    path: str
    shown: str


def refuse_unread(given: Iterable[Given], roots: Sequence[str], configs: Iterable[Any]) -> None:
    """Raise `ConfigError` for the first key that no configuration reads.

    Args:
        given: the keys.
        roots: where reading begins.
        configs: unresolved configurations (plain containers), one for each combination, or enough of them. No more of them
            are taken than are needed to find every key read.
    """
    left, known, raws, reached = list(given), set[Reading](), list[Any](), set[str]()
    if not left:
        return
    for raw in configs:
        raws.append(raw)
        known |= readings(raw)
        reached = _reached(known, roots)
        left = [one for one in left if not any(overlap(one.path, key) or not key for key in reached)]
        if not left:
            return
    if raws:
        raise ConfigError(_sentence(left[0], raws, reached))


def _reached(known: set[Reading], roots: Sequence[str]) -> set[str]:
    """The roots, and all keys that they lead to; "" stands for any key."""
    reached, waiting = set(roots), set(roots)
    while waiting:
        waiting = {one.key for one in known if any(not w or overlap(one.path, w) for w in waiting)} - reached
        reached |= waiting
    return reached


def _sentence(one: Given, raws: Sequence[Any], reached: set[str]) -> str:
    if one.path.partition(".")[0] in ("workers", "share", "exclusive", "executor", "mirror"):
        return f"{one.shown} changes nothing: it says how a sweep runs, and this is one trial; leave it out, or add -m."
    readable = ({key: value for key, value in raw.items() if key not in ("design", "levels")} for raw in raws)
    keys = {path for raw in readable for path in _paths(raw) if any(overlap(path, key) for key in reached)}
    last = one.path.rpartition(".")[2]
    by_end = {path.rpartition(".")[2]: path for path in sorted(keys, key=len, reverse=True)}
    close = difflib.get_close_matches(last, [end for end in by_end if by_end[end] != one.path], n=1)
    hint = f"did you mean {by_end[close[0]]}?" if close else "leave it out, or choose parts that read it."
    return f"{one.shown} changes nothing, since nothing that is asked for reads the key {one.path}; {hint}"


def _paths(node: Any, path: str = "") -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else ():
        here = f"{path}.{key}" if path else str(key)
        yield here
        yield from _paths(value, here)


# ---- who gave which key -------------------------------------------------------------------------------------------------


def given_by(words: Sequence[str], loader: ConfigLoader) -> list[Given]:
    """The keys that override strings give values to."""
    return [one for each in parsed(words, loader) for one in _given_by(each, loader)]


def given_by_grid(grid: Grid, loader: ConfigLoader) -> list[Given]:
    """The keys of a grid."""
    return given_by([texts[0] for texts in grid.values() if texts], loader)


def _given_by(one: Override, loader: ConfigLoader) -> Iterator[Given]:
    shown, key = one.input_line, one.key_or_group
    if one.is_delete() or key in APART or one.is_hydra_override():
        return
    if loader.get_group_options(key):
        if not _is_global(key):
            yield Given(one.package or key.replace("/", "."), shown)
    else:
        value = None if one.is_sweep_override() else one.value()
        below = list(_leaves(value, key)) if isinstance(value, dict) else []
        yield from (Given(path, shown) for path in below or [key])


def _leaves(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _leaves(value, f"{path}.{key}")
    else:
        yield path


def given_by_files(config: DictConfig) -> list[Given]:
    """The keys that a user's own files give values to at the top of the configuration."""
    shipped = places.shipped("conf").resolve()
    folders = [folder for folder in config_folders() if folder.resolve() != shipped]
    choices = {str(group): str(name) for group, name in config.hydra.runtime.choices.items() if name is not None}
    files = [folder / group / f"{name}.yaml" for folder in folders for group, name in choices.items()]
    return [one for file in files if file.is_file() and _says_global(file) for one in _given_by_file(file)]


def _given_by_file(file: Path) -> Iterator[Given]:
    content = OmegaConf.to_container(read_mapping(file), resolve=False)
    assert isinstance(content, dict)
    skipped = {"defaults", "hydra", "design", "levels", *APART}
    if file.parent.name == "tier":  # it serves several studies, which read different sizes
        skipped |= {"dataset", "model", *read_mapping(places.shipped("conf") / "config.yaml")}
    for key, value in content.items():
        if key not in skipped:
            yield from (Given(path, f"{path} in {file}") for path in _leaves(value, str(key)))


def _is_global(group: str) -> bool:
    """Whether the files of a group stand at the top of the configuration rather than under the group's name."""
    files = (file for folder in config_folders() for file in sorted((folder / group).glob("*.yaml"))[:1])
    return any(_says_global(file) for file in files)


def _says_global(file: Path) -> bool:
    return bool(
        re.search(r"^#\s*@package\s+_global_", file.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    )


# ---- which combinations to look at --------------------------------------------------------------------------------------


def combinations(grid: Grid) -> Iterator[tuple[str, ...]]:
    """The first combination of a grid, and then each other level among the first ones of the other keys.

    What one combination reads is a union of what its levels refer to, so that these few show every reference.
    """
    if not all(grid.values()):
        return
    first = {key: texts[0] for key, texts in grid.items()}
    yield tuple(first.values())
    for key, texts in grid.items():
        for text in texts[1:]:
            yield tuple({**first, key: text}.values())
