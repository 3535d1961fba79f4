"""Bounds on the settings of a class. They stand beside its fields and are checked whenever an object is made.

    @dataclass(frozen=True)
    class Clock(Checked):
        rows_per_month: Annotated[int, at_least(2)] = 300
        mode: Literal["up", "down"] = "up"
        rates: Annotated[Sequence[Annotated[float, above(0), below(1)]], each_once()] = (0.05,)

A value must have the type of its field: bool, int, float (finite), str, a choice (`Literal` or an enumeration of texts), a
list or mapping of these, or one of several such types; `| None` also allows None. For any other class a value must be no
scalar. Bounds follow in `Annotated`. Fields of other types are not checked. If a derived class declares a field anew, the
bounds of that field stay. `require` checks bounds that depend on two settings, and `check_arguments` what a class or
function of somebody else says of its parameters.
"""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache, partial
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import numpy as np

from harness.core import ConfigError


class Bound(NamedTuple):
    """A bound on a setting: the words that follow "has to be", and a test of a value."""

    words: str
    holds: Callable[[Any], bool]


def at_least(limit: float) -> Bound:
    """The limit or more."""
    return Bound(f"at least {limit:g}", lambda value: bool(value >= limit))


def at_most(limit: float) -> Bound:
    """The limit or less."""
    return Bound(f"at most {limit:g}", lambda value: bool(value <= limit))


def above(limit: float) -> Bound:
    """More than the limit."""
    return Bound(f"above {limit:g}", lambda value: bool(value > limit))


def below(limit: float) -> Bound:
    """Less than the limit."""
    return Bound(f"below {limit:g}", lambda value: bool(value < limit))


def other_than(refused: float) -> Bound:
    """Any number except one."""
    return Bound(f"other than {refused:g}", lambda value: bool(value != refused))


def not_empty() -> Bound:
    """A text or list with something in it."""
    return Bound("not empty", lambda value: len(value) > 0)


def each_once(key: str | None = None) -> Bound:
    """A list with members, none of them twice. Members that are mappings are compared by their value under `key`."""

    def holds(value: Sequence[Any]) -> bool:
        return 0 < len(value) == len({one if key is None else one[key] for one in value})

    return Bound("a list that names one or more, each once", holds)


class Checked:
    """A base class whose settings are checked when an object is made. A derived `__post_init__` calls this one first.

    Raises:
        ConfigError: a setting has another type than its field, is not finite, or is outside of its bounds.
    """

    may_be_a_mapping: ClassVar[bool] = False
    """Whether who takes such an object also reads a mapping of its fields."""

    def __post_init__(self) -> None:
        described: type = type(self)
        for setting, asked in _asked_of(described).items():
            _check(_name(self), setting, getattr(self, setting), asked)


def require(described: Any, setting: str, *bounds: Bound) -> None:
    """Raise `ConfigError` if a setting is outside of bounds that depend on another one. None is always within."""
    value = getattr(described, setting)
    if value is not None:
        _check_bounds(_name(described), setting, value, bounds)


def check_arguments(target: Callable[..., Any], named: Mapping[str, Any]) -> None:
    """Raise `ConfigError` if an argument has another type than the annotation of its parameter, or is outside of its bounds.

    Without an annotation, a parameter whose default is a number or a truth value takes no text that means one.
    """
    is_checked = isinstance(target, type) and issubclass(target, Checked)
    name = getattr(target, "__name__", str(target))
    for setting, asked in (_asked_of(target) if is_checked else _asked_by(target)).items():
        if setting in named:
            _check(name, setting, named[setting], asked)


# ---- checking -----------------------------------------------------------------------------------------------------------


class _Kind(NamedTuple):
    """A type of setting: its name in words, and a test of a value."""

    words: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class _Asked:
    """The requirements of one field.

    Attributes:
        kind: the type of the value; None for a choice.
        choices: the allowed values; None for any value.
        bounds: further bounds.
        each: the requirements of each member of a list, or of each value of a mapping; None for anything.
        either: requirements of which one must hold; () for none.
        may_be_none: whether None is allowed.
    """

    kind: _Kind | None = None
    choices: Collection[Any] | None = None
    bounds: tuple[Bound, ...] = ()
    each: _Asked | None = None
    either: tuple[_Asked, ...] = ()
    may_be_none: bool = False

    @property
    def words(self) -> str:
        if self.choices is not None:
            return f"one of {', '.join(map(str, self.choices))}"
        return self.kind.words if self.kind else " or ".join(one.words for one in self.either)


def _check(name: str, what: str, value: Any, asked: _Asked) -> None:
    if value is None and asked.may_be_none:
        return
    if asked.choices is not None and not _is_among(value, asked.choices):
        known = ", ".join(map(str, asked.choices))
        raise ConfigError(f"{name}: unknown {what} {_shown(value)}; choose one of {known}")
    if asked.kind and not asked.kind.holds(value):
        raise ConfigError(f"{name}: {what} has to be {asked.kind.words}, not {_shown(value)}")
    if asked.either and not any(_holds(value, one) for one in asked.either):
        raise ConfigError(f"{name}: {what} has to be {asked.words}, not {_shown(value)}")
    if asked.each:
        members = value.items() if isinstance(value, Mapping) else ((None, member) for member in value)
        for key, member in members:
            _check(name, f"each of {what}" if key is None else f"{what}.{key}", member, asked.each)
    _check_bounds(name, what, value, asked.bounds)


def _shown(value: Any) -> str:
    """As Python shows a value, in one line: a frame takes several."""
    return repr(value).replace("\n", " ")


def _holds(value: Any, asked: _Asked) -> bool:
    try:
        _check("", "", value, asked)
    except ConfigError:
        return False
    return True


def _is_among(value: Any, choices: Collection[Any]) -> bool:
    """Whether a value is one of the choices; 1 is not True, nor a list any of them."""
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in choices)


def _check_bounds(name: str, what: str, value: Any, bounds: Sequence[Bound]) -> None:
    if not all(bound.holds(value) for bound in bounds):
        allowed = " and ".join(dict.fromkeys(bound.words for bound in bounds))
        raise ConfigError(f"{name}: {what} has to be {allowed}, not {_shown(value)}")


def _name(described: Any) -> str:
    name = getattr(described, "name", "")
    return name if isinstance(name, str) and name else type(described).__name__


# ---- reading what fields ask for ----------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Real)) and not isinstance(value, bool)  # a check for Real alone is slow


def _is_finite(value: Any) -> bool:
    try:
        return _is_number(value) and math.isfinite(value)
    except OverflowError:  # a whole number too large for a float
        return False


_KINDS: dict[Any, _Kind] = {
    bool: _Kind("true or false", lambda value: isinstance(value, (bool, np.bool_))),
    float: _Kind("a finite number", _is_finite),
    int: _Kind("a whole number", lambda value: _is_number(value) and isinstance(value, (int, Integral))),
    str: _Kind("text", lambda value: isinstance(value, str)),
    Path: _Kind("a path", lambda value: isinstance(value, Path)),
}
_LIST = _Kind("a list", lambda value: isinstance(value, Sequence) and not isinstance(value, str))
_MAPPING = _Kind("a mapping", lambda value: isinstance(value, Mapping))
_NO_SCALAR = (str, int, float, complex, bytes, NoneType)


@cache
def _asked_of(described: type) -> dict[str, _Asked]:
    """The requirements of each field by name. Fields of other types are left out."""
    found: dict[str, _Asked | None] = {}
    for owner in reversed(described.__mro__):
        for name, written in inspect.get_annotations(owner).items():
            asked, before = _asked(_resolved(name, written, owner.__module__, dict(vars(owner)))), found.get(name)
            found[name] = replace(asked, bounds=(*before.bounds, *asked.bounds)) if asked and before else asked
    return {one.name: asked for one in fields(described) if (asked := found.get(one.name))}


@cache
def _asked_by(target: Callable[..., Any]) -> dict[str, _Asked]:
    """The requirements of each parameter by name, as far as its annotation or its default tells."""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):  # a compiled function without a signature
        return {}
    module = getattr(vars(target).get("__init__", target) if isinstance(target, type) else target, "__module__", "")
    found: dict[str, _Asked] = {}
    for one in parameters:
        is_said = one.annotation is not one.empty
        asked = _asked(_resolved(one.name, one.annotation, module, {})) if is_said else _asked_by_default(one.default)
        if asked and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            found[one.name] = replace(asked, may_be_none=asked.may_be_none or one.default is None)
    return found


def _asked_by_default(default: Any) -> _Asked | None:
    if isinstance(default, bool):
        return _Asked(_Kind("true or false, not text that means it", lambda value: not _means_a_value(value)))
    if _is_number(default):
        words = "a number, not a truth value or text that means one"
        return _Asked(_Kind(words, lambda value: not isinstance(value, bool) and not _means_a_value(value)))
    return None


def _means_a_value(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return value.strip().casefold() in {"true", "false", "yes", "no", "on", "off"}
    return True


def _resolved(name: str, written: Any, module: str, beside: dict[str, Any]) -> Any:
    """The type of a field or parameter, which may be written as text; None if only type checkers know it."""
    annotated: Any = SimpleNamespace(__annotations__={name: written})
    try:
        return get_type_hints(annotated, vars(sys.modules[module]), beside, include_extras=True)[name]
    except (NameError, AttributeError, TypeError, KeyError):
        return None


def _asked(hint: Any) -> _Asked | None:
    origin, below_it = get_origin(hint), get_args(hint)
    if origin is Annotated:
        bounds = tuple(one for one in below_it[1:] if isinstance(one, Bound))
        asked = _asked(below_it[0]) or (_Asked() if bounds else None)
        return asked and replace(asked, bounds=(*asked.bounds, *bounds))
    if origin in (Union, UnionType):
        others = [_asked(one) for one in below_it if one is not NoneType]
        known = [one for one in others if one is not None]
        if len(known) < len(others) or not known:
            return None
        asked = known[0] if len(known) == 1 else _Asked(either=tuple(known))
        return replace(asked, may_be_none=NoneType in below_it)
    if origin is Literal:
        return _Asked(choices=below_it)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Asked(choices=list(hint))
    if isinstance(hint, type) and hint in _KINDS:
        return _Asked(_KINDS[hint])
    return _asked_of_many(origin if isinstance(origin, type) else hint, below_it)


def _asked_of_many(kind: Any, below_it: tuple[Any, ...]) -> _Asked | None:
    """The requirements of a list, a mapping, or an object of a class."""
    if not isinstance(kind, type) or kind is object:
        return None
    if issubclass(kind, Mapping):
        return _Asked(_MAPPING, each=_asked(below_it[1]) if len(below_it) == 2 else None)
    if issubclass(kind, Sequence):
        return _Asked(_LIST, each=_asked(below_it[0]) if len(set(below_it) - {...}) == 1 else None)
    if issubclass(kind, _NO_SCALAR) or kind.__module__ in ("builtins", "typing"):
        return None
    is_read = issubclass(kind, Checked) and kind.may_be_a_mapping
    no_object = (*_NO_SCALAR, list, partial, *(() if is_read else (dict,)))
    return _Asked(_Kind(f"a node with a _target_ ({kind.__name__})", lambda value: not isinstance(value, no_object)))
