"""The code of a user's own that a trial is made of, and its version: which files, with which content, and which packages.

Trials of shipped levels alone have none: what they measure is numbered by `harness.core.PROTOCOL_VERSION`. For a class of a
user's own the version is the content of its file and of all files below the same folder that it imports, however far, with
name and version of the installed packages that these import. For a class of an installed package it is that package's name
and version, unless a shipped level names it. Imports are found in the source (`harness.running.imports_of_source`), and
data files that a class reads are not seen. Sources of data are left out: the checksum of the content stands for them.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from harness import places
from harness.building import CODE, locate
from harness.core import ConfigError
from harness.running.imports_of_source import Closure, closure

Version = dict[str, str]
"""Checksums of files by path, and versions of packages by name."""

_TARGET = re.compile(r"""_target_['"]?\s*:\s*['"]?([\w.]+)""")
_OF_DATA = "dataset"
_SHIPPED = ("harness", "experiments", "hydra_plugins")
_OTHER_NAMES = {"sklearn": "scikit-learn"}
"""Packages by module. To find those that are not here takes .3 s."""


def code_of(spec: Mapping[str, Any]) -> dict[str, Version]:
    """The version of each class in a spec that is a user's own, by its `_target_`; empty for shipped levels.

    What cannot be imported has none. Its trials fail or are skipped, and run again once it can be.
    """
    found = {
        target: _now(target) for levels, target in dict.fromkeys(_targets(spec)) if not _comes_along(levels, target)
    }
    return {target: version for target, version in found.items() if version}


def as_entry(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of a spec for a user's code; nothing if it has none, so that ids of shipped trials do not know of it."""
    code = code_of(spec)
    return {CODE: code} if code else {}


def changed(spec: Mapping[str, Any]) -> list[str]:
    """The files and packages of a user's code that are not what they were when this trial was planned or recorded."""
    return sorted({part for target, was in spec.get(CODE, {}).items() for part in _differing(was, _now(target))})


def differing(spec: Mapping[str, Any], newest: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The files and packages of a spec's classes that have another version in `newest`, among the classes that it knows."""
    if not newest:
        return []
    own = {target for levels, target in _targets(spec) if target in newest and not _comes_along(levels, target)}
    code = spec.get(CODE, {})
    return sorted({part for target in own for part in _differing(code.get(target, {}), newest[target])})


def refuse_changed(spec: Mapping[str, Any]) -> None:
    """Raise `ConfigError` if a user's code has changed since the trial was planned: its id would say something else."""
    parts = changed(spec)
    if parts:
        raise ConfigError(f"{', '.join(parts)} changed since this trial was planned: give the same command again.")


def is_of_a_user(file: Path) -> bool:
    """Whether a file belongs neither to the harness and its studies nor to an installed package."""
    return not _is_shipped(file) and not _is_installed(file)


def forget() -> None:
    """Look at files and packages again: they may have changed."""
    _version_of.cache_clear()


# ---- targets ----------------------------------------------------------------------------------------------------------


def _targets(node: Any, levels: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each `_target_` at any depth, with the names of the levels that it is in; sources of data are left out."""
    if isinstance(node, Mapping):
        levels = (*levels, str(node["name"]).partition("@")[0]) if "name" in node else levels
        if isinstance(node.get("_target_"), str):
            yield levels, node["_target_"]
        for key, value in node.items():
            if key not in (_OF_DATA, CODE) and isinstance(value, (Mapping, list)):
                yield from _targets(value, levels)
    elif isinstance(node, list):
        for value in node:
            if isinstance(value, (Mapping, list)):
                yield from _targets(value, levels)


def _comes_along(levels: tuple[str, ...], target: str) -> bool:
    """Whether a class is of the harness, or one of those that the shipped levels of these names are made of."""
    return target.startswith("harness.") or any(target in _shipped_targets(name) for name in levels)


@functools.cache
def _shipped_targets(name: str) -> frozenset[str]:
    """What the shipped levels of this name are made of."""
    files = places.shipped("conf").glob(f"*/{name}.yaml") if name.isidentifier() else ()
    return frozenset(target for file in files for target in _TARGET.findall(file.read_text(encoding="utf-8")))


# ---- versions ---------------------------------------------------------------------------------------------------------


def _now(target: str) -> Version | None:
    """The present version; None if it cannot be imported, which whoever builds the trial will say."""
    try:
        return _version_of(target)
    except (Exception, SystemExit):  # a module of a user's may raise anything
        return None


def _differing(was: Mapping[str, str], now: Mapping[str, str] | None) -> list[str]:
    if now is None:
        return []
    return [part for part in sorted(was.keys() | now.keys()) if was.get(part) != now.get(part)]


@functools.cache
def _version_of(target: str) -> Version:
    locate(target)
    module = _module_of(target)
    top = module.__name__.partition(".")[0]
    file = getattr(module, "__file__", None)
    if file is None or (top in sys.stdlib_module_names and top != "__main__") or _is_shipped(Path(file)):
        return {}
    if _is_installed(Path(file)) and (package := _package(top)):
        return package
    found: Closure = closure(module.__name__, Path(file).resolve(), _is_shipped)
    packages = [_package(name) for name in found.outside if name not in _SHIPPED]
    return {**found.files, **{name: version for package in packages for name, version in package.items()}}


def _module_of(target: str) -> ModuleType:
    """The innermost imported module on the way to a class."""
    parts = target.split(".")
    names = (".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
    return next(sys.modules[name] for name in names if name in sys.modules)


def _is_shipped(file: Path) -> bool:
    """Whether a file belongs to the harness or to its studies."""
    package = Path(__file__).resolve().parents[1]
    homes = (package, places.shipped("experiments").resolve(), package.parent / "hydra_plugins")
    return any(home in file.resolve().parents for home in homes)


def _is_installed(file: Path) -> bool:
    return bool({"site-packages", "dist-packages"} & set(file.parts))


def _package(top: str) -> Version:
    """Name and version of the installed package with this module; empty if there is none, as for the standard library."""
    if top in sys.stdlib_module_names:
        return {}
    top = _OTHER_NAMES.get(top, top)
    try:
        return {top: metadata.version(top)}
    except metadata.PackageNotFoundError:
        names = _packages_by_module().get(top, [])
        return {name: metadata.version(name) for name in sorted(set(names))}


@functools.cache
def _packages_by_module() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()
