"""What the parameters of a detector may be: of the type that their fields say, and within bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import fields
from functools import cache
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np

from harness.core import ConfigError


class _Kind(NamedTuple):
    """A type of parameter: in words, and whether a value is of it."""

    words: str
    holds: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Real)) and not isinstance(value, bool)  # Real alone is slow to ask


def _is_finite(value: Any) -> bool:
    try:
        return _is_number(value) and math.isfinite(value)
    except OverflowError:  # of a whole number too large for a float
        return False


_KINDS = {
    "bool": _Kind("true or false", lambda value: isinstance(value, (bool, np.bool_))),
    "float": _Kind("a finite number", _is_finite),
    "int": _Kind("a whole number", lambda value: _is_number(value) and isinstance(value, (int, Integral))),
    "str": _Kind("text", lambda value: isinstance(value, str)),
}


def check_types(described: Any) -> None:
    """Refuse what is not of the type that its field says; fields of other types than the four here are not looked at.

    Args:
        described: a detector, or another dataclass.

    Raises:
        ConfigError: a value is of another type, or a number is not finite.
    """
    described_by: type = type(described)
    for parameter, kind, may_be_none in _typed_fields(described_by):
        value = getattr(described, parameter)
        if not kind.holds(value) and not (value is None and may_be_none):
            raise ConfigError(f"{_name(described)}: {parameter} has to be {kind.words}, not {value!r}")


@cache
def _typed_fields(described: type) -> list[tuple[str, _Kind, bool]]:
    """Name, kind and whether None is allowed, of each field that is checked."""
    found = []
    for one in fields(described):
        written = one.type.__name__ if isinstance(one.type, type) else str(one.type)
        kind = _KINDS.get(written.removesuffix(" | None"))
        if kind:
            found.append((one.name, kind, written.endswith(" | None")))
    return found


def check_bounds(
    described: Any,
    parameter: str,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
    most: float = math.inf,
) -> None:
    """Refuse a number outside of its bounds; None is within.

    Raises:
        ConfigError: it is outside.
    """
    value = getattr(described, parameter)
    if value is not None and not (above < value < below and least <= value <= most):
        bounds = {"above": above, "at least": least, "below": below, "at most": most}
        allowed = " and ".join(f"{words} {bound:g}" for words, bound in bounds.items() if math.isfinite(bound))
        raise ConfigError(f"{_name(described)}: {parameter} has to be {allowed}, not {value!r}")


def check_choice(described: Any, parameter: str, allowed: Collection[Any]) -> None:
    """Refuse a value that is not one of those allowed.

    Raises:
        ConfigError: it is none of them.
    """
    value = getattr(described, parameter)
    if value not in allowed:
        known = ", ".join(map(str, allowed))
        raise ConfigError(f"{_name(described)}: unknown {parameter} {value!r}; choose one of {known}")


def _name(described: Any) -> str:
    return getattr(described, "name", "") or type(described).__name__
