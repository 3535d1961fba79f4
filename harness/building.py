"""From a trial's spec to the trial: the one place where configuration becomes objects.

A spec is plain: mappings, lists and scalars, everything resolved. So the grammar of `hydra.utils.instantiate` is followed
(`_target_`, `_args_`, `_partial_`, `_recursive_`) without its detour through OmegaConf, which costs a hundred times as much and
needs Hydra in every worker. Containers arrive as dicts and lists, as with `_convert_="all"`.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from harness.core import ConfigError, Trial

_OURS = frozenset({"_target_", "_args_", "_partial_", "_recursive_", "_convert_"})
_OF_ANY_NAME = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def build(spec: Mapping[str, Any]) -> Trial:
    """The trial of a spec, new in every part.

    Raises:
        ConfigError: a `_target_` names nothing, or cannot be called with the parameters beside it.
        ModuleNotFoundError: its package is not installed.
        Exception: whatever the classes raise when they are made.
    """
    trial: Trial = instantiate(spec)
    return trial


def instantiate(node: Any) -> Any:
    """The object that a node describes; a node without `_target_` is itself, with what is below it instantiated."""
    if isinstance(node, Mapping):
        return _call(node) if "_target_" in node else {key: instantiate(value) for key, value in node.items()}
    if isinstance(node, list):
        return [instantiate(value) for value in node]
    return node


def _call(node: Mapping[str, Any]) -> Any:
    target = locate(node["_target_"])
    below = instantiate if node.get("_recursive_", True) else _as_it_is
    positional = [below(value) for value in node.get("_args_", ())]
    named = {key: below(value) for key, value in node.items() if key not in _OURS}
    if node.get("_partial_", False):
        return functools.partial(target, *positional, **named)
    try:
        return target(*positional, **named)
    except TypeError as error:
        problem = _misfit(target, positional, named)
        if problem:
            raise ConfigError(f"{node['_target_']} {problem}") from error
        raise  # of what the target itself does


def _misfit(target: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> str:
    """How the parameters given differ from those that there are; "" if they do not, or if nobody can tell."""
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):  # compiled, and it does not say
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


def _as_it_is(node: Any) -> Any:
    return node


@functools.cache
def locate(path: str) -> Any:
    """What a dotted path names: a class, a function, a method of a class.

    Raises:
        ConfigError: its module exists but has no such name.
        ModuleNotFoundError: its top-level package is not installed.
    """
    parts = path.split(".")
    if not all(parts):
        raise ConfigError(f"_target_ {path!r} is not a dotted path of a class or function.")
    found: Any = importlib.import_module(parts[0])
    for number, part in enumerate(parts[1:], start=2):
        found = _member(found, part, ".".join(parts[:number]), path)
    if not callable(found):
        raise ConfigError(f"_target_ {path!r} cannot be called: it is a {type(found).__name__}.")
    return found


def _member(parent: Any, name: str, so_far: str, path: str) -> Any:
    if hasattr(parent, name):
        return getattr(parent, name)
    if isinstance(parent, ModuleType):
        try:
            return importlib.import_module(so_far)
        except ModuleNotFoundError as error:
            if error.name != so_far:
                raise  # a module that exists lacks a package of its own
    raise ConfigError(f"_target_ {path!r} names nothing: there is no {so_far}.")
