"""Trials built from their specs: the one place where configuration becomes objects.

A spec consists of resolved mappings, lists and scalars. So this module follows the grammar of `hydra.utils.instantiate`
(`_target_`, `_args_`, `_partial_`, `_recursive_`), but not its detour through OmegaConf, which takes a hundred times as
long and needs Hydra in every worker. Containers become dicts and lists, as with `_convert_="all"`.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.util
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.core import ConfigError, Trial
from harness.recent import Recent, Same

CODE = "_code_"
"""Key of a spec under which the versions of a user's classes stand; see `harness.running.user_code`. Nothing is built of it."""

_OURS = frozenset({"_target_", "_args_", "_partial_", "_recursive_", "_convert_", CODE})
SHIPPED = ("harness.", "sklearn.")
"""How the targets begin whose objects trials share. A trial clones an estimator before it is fitted."""

ALMOST = 0.8
"""How alike two names of packages are of which one is a slip of the other."""

_OF_ANY_NAME = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


Call = Callable[[str, Any, Sequence[Any], Mapping[str, Any]], Any]
"""Makes an object: of the path of its target, the target, and positional and named arguments."""


def build(spec: Mapping[str, Any]) -> Trial:
    """The trial of a spec.

    Trials share parts of equal specs if all classes below are shipped (`SHIPPED`): these are frozen, or cloned before they are
    fitted. So what a part computes of itself is computed once. All other parts are newly made.

    Raises:
        ConfigError: a `_target_` names nothing, or cannot be called with the parameters beside it.
        ModuleNotFoundError: its package is not installed.
        Exception: any error that a class raises when it is made.
    """
    trial: Trial
    if spec.keys() & _OURS <= {"_target_", CODE} and "_target_" in spec:
        parts = {key: _part(node) for key, node in spec.items() if key not in _OURS}
        trial = call_target(spec["_target_"], locate(spec["_target_"]), (), parts)
    else:
        trial = instantiate(spec)
    return trial


def _part(node: Any) -> Any:
    return _makers(Same(node))() if isinstance(node, (dict, list)) else node


def _maker(same: Same) -> Callable[[], Any]:
    """What gives the object of a node, which stays unchanged."""
    node = same.thing
    try:
        is_shared, text = _is_shipped(node), json.dumps(node)
    except (TypeError, ValueError):  # no plain value, which its caller may change
        is_shared, text = False, ""
    if not is_shared:
        return lambda: instantiate(node)
    made = _shared(text)
    return lambda: made


_makers: Recent[Same, Callable[[], Any]] = Recent(_maker, size=4096)
_shared: Recent[str, Any] = Recent(lambda text: instantiate(json.loads(text)), size=512)


def _is_shipped(node: Any) -> bool:
    """Whether all classes below a node are shipped."""
    if isinstance(node, Mapping):
        return str(node.get("_target_", SHIPPED[0])).startswith(SHIPPED) and all(map(_is_shipped, node.values()))
    return not isinstance(node, list) or all(map(_is_shipped, node))


def _check_own_keys(node: Mapping[str, Any]) -> None:
    for key in ("_partial_", "_recursive_"):
        if not isinstance(node.get(key, False), bool):
            raise ConfigError(f"{key} of {node['_target_']} has to be true or false, not {node[key]!r}")
    if node.get("_convert_", "all") != "all":
        raise ConfigError(f"_convert_ of {node['_target_']} is always 'all' here; leave it out.")


def call_target(path: str, target: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """The object that a target makes of arguments. Raises `ConfigError` if it does not have such parameters."""
    try:
        return target(*positional, **named)
    except TypeError as error:
        problem = _misfit(target, positional, named)
        if problem:
            raise ConfigError(f"{path} {problem}") from error
        raise  # an error of the target's own code


def instantiate(node: Any, call: Call = call_target) -> Any:
    """The object that a node describes. A node without `_target_` stays a container; the nodes below it are instantiated.

    Args:
        node: mappings, lists and scalars.
        call: makes the object of a node whose arguments have been made.
    """
    if isinstance(node, Mapping):
        if "_target_" in node:
            return _made(node, call)
        return {key: instantiate(value, call) for key, value in node.items()}
    if isinstance(node, list):
        return [instantiate(value, call) for value in node]
    return node


def _made(node: Mapping[str, Any], call: Call) -> Any:
    target = locate(node["_target_"])
    _check_own_keys(node)
    is_deep = node.get("_recursive_", True)
    positional = [instantiate(value, call) if is_deep else value for value in node.get("_args_", ())]
    named = {key: instantiate(value, call) if is_deep else value for key, value in node.items() if key not in _OURS}
    if node.get("_partial_", False):
        return functools.partial(target, *positional, **named)
    return call(node["_target_"], target, positional, named)


def _misfit(target: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> str:
    """How the given parameters differ from those of the target; "" if they fit, or if its signature is unknown."""
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):  # a compiled function without a signature
        return ""
    parameters = signature.parameters.values()
    known = {one.name: one for one in parameters if one.kind not in _OF_ANY_NAME}
    takes_all = any(one.kind is one.VAR_KEYWORD for one in parameters)
    unknown = [name for name in named if name not in known and not takes_all]
    if unknown:
        return f"has no parameter {unknown[0]!r}; {_hint(unknown[0], list(known))}"
    try:
        given = signature.bind_partial(*positional, **named).arguments
    except TypeError as mismatch:
        return f"cannot be made: {mismatch}."
    missing = [repr(name) for name, one in known.items() if one.default is one.empty and name not in given]
    return f"needs a value for {', '.join(missing)}." if missing else ""


def _hint(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are: {', '.join(known)}." if known else "it has none."


@functools.cache
def locate(path: str) -> Any:
    """The object that a dotted path names: a class, a function or a method of a class.

    Raises:
        ConfigError: it is no dotted path, the module exists but has no such name, or the package has nearly the name of one
            that is installed.
        ModuleNotFoundError: its top-level package is not installed.
    """
    parts = path.split(".") if isinstance(path, str) else []
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        raise ConfigError(f"_target_ {path!r} is not a dotted path of a class or function, such as sklearn.svm.SVC.")
    try:
        found: Any = importlib.import_module(parts[0])
    except ModuleNotFoundError as error:
        if error.name == parts[0] and (meant := _nearly(parts[0])):
            raise ConfigError(
                f"_target_ {path!r} names no package that is installed; did you mean {meant!r}?"
            ) from error
        raise
    for number, part in enumerate(parts[1:], start=2):
        found = _member(found, part, ".".join(parts[:number]), path)
    if not callable(found):
        raise ConfigError(f"_target_ {path!r} cannot be called: it is a {type(found).__name__}.")
    return found


def _nearly(package: str) -> str:
    """The installed package whose name differs by a letter or so, or by a lost or wrong point; "" if there is none."""
    installed = sorted(module.name for module in pkgutil.iter_modules())
    for name in installed:
        rest = package.removeprefix(name)
        for module in (rest, rest[1:]) if rest not in ("", package) else ():
            if module and _has_module(name, module):
                return f"{name}.{module}"
    return next(iter(difflib.get_close_matches(package, installed, n=1, cutoff=ALMOST)), "")


def _has_module(package: str, name: str) -> bool:
    """Whether a package has a module, without importing either: nobody asked for them."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return False
    folders = [Path(folder) for folder in (spec and spec.submodule_search_locations) or ()]
    return any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for folder in folders)


def _member(parent: Any, name: str, so_far: str, path: str) -> Any:
    if hasattr(parent, name):
        return getattr(parent, name)
    if isinstance(parent, ModuleType):
        try:
            return importlib.import_module(so_far)
        except ModuleNotFoundError as error:
            if error.name != so_far:
                raise  # the module exists, but a package that it imports does not
    close = difflib.get_close_matches(name, [one for one in dir(parent) if not one.startswith("_")], n=1)
    hint = f"; did you mean {close[0]!r}?" if close else "."
    raise ConfigError(f"_target_ {path!r} names nothing: there is no {so_far}{hint}")
