"""What a record may build. A record from elsewhere is data, and running it would make objects of whatever it names.

Allowed are: classes of the harness that trials, models, drifts, detectors and policies are made of; estimators that
scikit-learn lists; drift detectors that river lists; sources of data as the shipped configuration writes them; and what the
user trusts by name. The beginning of a path is no wall: `harness.running.provenance.os.system` begins with "harness." too. So
the object is looked at, and where it is defined.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from harness import places
from harness.building import CODE, locate
from harness.core import ConfigError, HarnessError
from harness.yaml_text import parsed, read_text

_OURS = (
    "harness.trials",
    "harness.synthesis",
    "harness.drift",
    "harness.detectors",
    "harness.estimators",
    "harness.policies",
    "harness.data.dataset",
)
"""Where the classes of the harness are defined that a record may build. Tools, executors and mirrors start processes."""

_TOOLS = "harness.tracking"
_SOURCE = "source"
_LISTED = ("sklearn", "river")
_READS_FILES = ("memory",)
"""Parameters of estimators that name a folder whose files would be unpickled."""


class StrangerError(HarnessError):
    """A record would build what nobody has allowed."""


def refuse_strangers(spec: Any, trusted: Collection[str] = ()) -> None:
    """Look at all that a spec would build, before any of it is built.

    Args:
        spec: of a trial, rebuilt from its record.
        trusted: packages, modules or classes of the user's own that may be built too, as "mine" or "mine.detectors.Quick".

    Raises:
        StrangerError: it names something that may not be built. Nothing has been called, and of packages that are neither
            listed nor trusted nothing has been imported.
    """
    for node in _nodes(spec, trusted):
        _check(node, trusted)
    _refuse_caches(spec)
    for target in (spec.get(CODE) or {}) if isinstance(spec, Mapping) else ():
        if not _is_trusted(target, trusted):
            raise _stranger(target, "it is the class of a user")


def refusal(spec: Any, trusted: Collection[str] = ()) -> str:
    """What `refuse_strangers` has against a spec; "" if nothing."""
    try:
        refuse_strangers(spec, trusted)
    except StrangerError as error:
        return str(error)
    return ""


def _nodes(node: Any, trusted: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """All nodes that would be built. A source as we ship it is looked at no further.

    Versions of classes are built by nobody where a class is named beside them, and as anything else where none is.
    """
    if isinstance(node, Mapping):
        if "_target_" in node:
            yield node
        for key, below in node.items():
            if (key == CODE and "_target_" in node) or (key == _SOURCE and _is_shipped(below)):
                continue
            yield from _nodes(below, trusted)
    elif isinstance(node, (list, tuple)):
        for below in node:
            yield from _nodes(below, trusted)


def _check(node: Mapping[str, Any], trusted: Collection[str]) -> None:
    path = node["_target_"]
    if not isinstance(path, str):
        raise StrangerError(f"_target_ {path!r} of the record is no dotted path, so that nothing is run.")
    root = path.partition(".")[0]
    is_trusted = _is_trusted(path, trusted)
    if not is_trusted and root not in (*_LISTED, "harness"):
        raise _stranger(path, "its package is neither the harness nor one whose classes are listed")
    try:
        found = locate(path)
    except (ConfigError, ImportError) as error:
        raise _stranger(path, "it cannot be found", is_trusted=is_trusted) from error
    if is_trusted and _is_trusted(str(getattr(found, "__module__", "")), [name.partition(".")[0] for name in trusted]):
        return  # it is defined there, and not only to be found there
    if not inspect.isclass(found):
        raise _stranger(path, "it is no class")
    if not _may_build(found, root):
        raise _stranger(
            path, f"it stands for {found.__module__}.{found.__qualname__}, which is not among what trials are made of"
        )


def _refuse_caches(node: Any) -> None:
    """Look for the parameters that name files wherever they may stand: beside a class, or in a grid that sets them later."""
    if isinstance(node, Mapping):
        for key, below in node.items():
            if str(key).rpartition("__")[2] in _READS_FILES and below is not None:
                raise StrangerError(
                    f"{key}={below!r} in the record names files that would be loaded, so that nothing is run."
                )
            _refuse_caches(below)
    elif isinstance(node, (list, tuple)):
        for below in node:
            _refuse_caches(below)


def _may_build(found: type, root: str) -> bool:
    if root == "harness":
        return found.__module__.startswith(tuple(f"{module}." for module in _OURS)) or found.__module__ in _OURS
    return root in _LISTED and found in _listed(root)


@functools.cache
def _listed(root: str) -> frozenset[type]:
    """The estimators that scikit-learn lists, or the drift detectors that river does."""
    if root == "sklearn":
        from sklearn.utils import all_estimators

        return frozenset(found for _, found in all_estimators())
    modules = [importlib.import_module(name) for name in ("river.drift", "river.drift.binary")]
    members = (getattr(module, name) for module in modules for name in module.__all__)
    return frozenset(member for member in members if inspect.isclass(member))


def _is_trusted(path: str, trusted: Collection[str]) -> bool:
    return any(f"{path}.".startswith(f"{name}.") for name in trusted)


def _is_shipped(source: Any) -> bool:
    return any(source == known for known in _shipped_sources())


@functools.cache
def _shipped_sources() -> tuple[Any, ...]:
    """The sources of the data sets that come along."""
    paths = sorted((places.shipped("conf") / "dataset").glob("*.yaml"))
    contents = (parsed(path, read_text(path)) for path in paths)
    return tuple(content[_SOURCE] for content in contents if _SOURCE in content)


def _stranger(path: str, why: str, *, is_trusted: bool = False) -> StrangerError:
    way = "" if is_trusted else f" If you know that code, give --trust {_least(path)}."
    return StrangerError(f"the record would build {path}, and {why}; nothing is run.{way}")


def _least(path: str) -> str:
    """What has to be trusted: a user's package; of ours the class alone, but for tools, of which a trial has many parts."""
    root = path.partition(".")[0]
    if path.startswith(f"{_TOOLS}."):
        return _TOOLS
    return path if root in (*_LISTED, "harness") else root
