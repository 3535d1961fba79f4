"""Bounds on the settings of a class. They stand beside its fields and are checked whenever an object is made.

    @dataclass(frozen=True)
    class Clock(Checked):
        rows_per_month: Annotated[int, at_least(2)] = 300
        mode: Literal["up", "down"] = "up"
        rates: Annotated[Sequence[Annotated[float, above(0), below(1)]], each_once()] = (0.05,)

A value must have the type of its field: bool, int, float (finite), str, a choice (`Literal` or an enumeration of texts), or
a list of these; `| None` also allows None. Bounds follow in `Annotated`. Fields of other types are not checked. If a
derived class declares a field anew, the bounds of that field stay. `require` checks bounds that depend on two settings.
"""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cache
from numbers import Integral, Real
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

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

    def __post_init__(self) -> None:
        described: type = type(self)
        for setting, asked in _asked_of(described).items():
            _check(self, setting, getattr(self, setting), asked)


def require(described: Any, setting: str, *bounds: Bound) -> None:
    """Raise `ConfigError` if a setting is outside of bounds that depend on another one. None is always within."""
    value = getattr(described, setting)
    if value is not None:
        _check_bounds(described, setting, value, bounds)


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
        each: the requirements of each member of a list; None for a list of anything.
        may_be_none: whether None is allowed.
    """

    kind: _Kind | None = None
    choices: Collection[Any] | None = None
    bounds: tuple[Bound, ...] = ()
    each: _Asked | None = None
    may_be_none: bool = False


def _check(described: Any, what: str, value: Any, asked: _Asked) -> None:
    if value is None and asked.may_be_none:
        return
    if asked.choices is not None and value not in asked.choices:
        known = ", ".join(map(str, asked.choices))
        raise ConfigError(f"{_name(described)}: unknown {what} {value!r}; choose one of {known}")
    if asked.kind and not asked.kind.holds(value):
        raise ConfigError(f"{_name(described)}: {what} has to be {asked.kind.words}, not {value!r}")
    for member in value if asked.each else ():
        _check(described, f"each of {what}", member, asked.each)  # type: ignore[arg-type]
    _check_bounds(described, what, value, asked.bounds)


def _check_bounds(described: Any, what: str, value: Any, bounds: Sequence[Bound]) -> None:
    if not all(bound.holds(value) for bound in bounds):
        allowed = " and ".join(dict.fromkeys(bound.words for bound in bounds))
        raise ConfigError(f"{_name(described)}: {what} has to be {allowed}, not {value!r}")


def _name(described: Any) -> str:
    return getattr(described, "name", "") or type(described).__name__


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
}
_LIST = _Kind("a list", lambda value: isinstance(value, Sequence) and not isinstance(value, str))


@cache
def _asked_of(described: type) -> dict[str, _Asked]:
    """The requirements of each field by name. Fields of other types are left out."""
    found: dict[str, _Asked | None] = {}
    for owner in reversed(described.__mro__):
        for name, written in inspect.get_annotations(owner).items():
            asked, before = _asked(_resolved(name, written, owner)), found.get(name)
            found[name] = replace(asked, bounds=(*before.bounds, *asked.bounds)) if asked and before else asked
    return {one.name: asked for one in fields(described) if (asked := found.get(one.name))}


def _resolved(name: str, written: Any, owner: type) -> Any:
    """The type of a field, which may be written as text; None if only type checkers know it."""
    module = vars(sys.modules[owner.__module__])
    annotated: Any = SimpleNamespace(__annotations__={name: written})
    try:
        return get_type_hints(annotated, module, dict(vars(owner)), include_extras=True)[name]
    except (NameError, AttributeError, TypeError):
        return None


def _asked(hint: Any) -> _Asked | None:
    origin, below_it = get_origin(hint), get_args(hint)
    if origin is Annotated:
        bounds = tuple(one for one in below_it[1:] if isinstance(one, Bound))
        asked = _asked(below_it[0]) or (_Asked() if bounds else None)
        return asked and replace(asked, bounds=(*asked.bounds, *bounds))
    if origin in (Union, UnionType):
        others = [one for one in below_it if one is not NoneType]
        asked = _asked(others[0]) if len(others) == 1 else None
        return asked and replace(asked, may_be_none=NoneType in below_it)
    if origin is Literal:
        return _Asked(choices=below_it)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return _Asked(_LIST, each=_asked(below_it[0])) if len(set(below_it) - {...}) == 1 else None
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _Asked(choices=list(hint))
    return _Asked(_KINDS[hint]) if isinstance(hint, type) and hint in _KINDS else None
