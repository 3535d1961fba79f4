"""Single numbers: counts, levels, regions and limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.errors import ConfigError
from harness.inference.inputs.entries import LARGEST, as_float, is_nan, is_number, shown

MOST = 10**9
"""The largest number of tests, methods, data sets or resamples that is taken for meant."""

NEAREST = 1e-9
"""Levels nearer to 0 or 1 than this ask for quantiles that nobody computes exactly."""


def number(value: Any, *, what: str) -> float:
    """A single finite number. Raises `ConfigError` for anything else, a truth value too."""
    if not is_number(value) or isinstance(value, bool | np.bool_):
        raise ConfigError(f"{what} is {shown(value)}, but must be a number")
    found = as_float(value)
    if not abs(found) <= LARGEST:
        raise ConfigError(f"{what} is {shown(value)}, but must be a finite number, of size {LARGEST:g} at most")
    return found


def number_or_nan(value: Any, *, what: str) -> float:
    """As `number`, but NaN may stand for a number that is not known."""
    return math.nan if is_nan(value) else number(value, what=what)


def count(value: Any, *, what: str, least: int) -> int:
    """A whole number. Raises `ConfigError` if it is none, below `least`, or above `MOST`."""
    whole = number(value, what=what)
    if whole != int(whole) or not least <= whole <= MOST:
        raise ConfigError(f"{what} is {shown(value)}, but must be a whole number from {least} to {MOST}")
    return int(whole)


def level(value: Any) -> float:
    """The level of an interval. Raises `ConfigError` unless it lies strictly between 0 and 1."""
    return _inside(value, "the level of an interval", "0.95 for 95 %")


def alpha(value: Any) -> float:
    """The level of a test. Raises `ConfigError` unless it lies strictly between 0 and 1."""
    return _inside(value, "alpha", "0.05 for 5 %")


def region(value: Any) -> float:
    """Half the width of a region of practical equivalence. Raises `ConfigError` unless it is a number of 0 or more."""
    half = number(value, what="the region of practical equivalence")
    if half < 0:
        raise ConfigError(f"the region of practical equivalence is {value}, but half its width is 0 or more")
    return half


def text(value: Any, *, what: str) -> str:
    """A text that is not empty. Raises `ConfigError` for anything else."""
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{what} is {shown(value)}, but must be a text")
    return value


def check_kind(value: Any, kind: type | tuple[type, ...], *, what: str) -> None:
    """Refuse, by `ConfigError`, what is not the result of another function, or the generator, that is needed here."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise ConfigError(f"{what} is {shown(value)}, but must be of type {' or '.join(one.__name__ for one in kinds)}")


def limits(value: Any) -> tuple[float, float]:
    """The least and the largest possible value, infinite if unlimited. Raises `ConfigError` unless they are in order."""
    ends = list(value) if isinstance(value, Sequence | np.ndarray) and not isinstance(value, str) else []
    if len(ends) != 2 or not all(is_number(end) for end in ends) or not ends[0] <= ends[1]:
        raise ConfigError(f"limits is {shown(value)}, but must be the least and the largest possible value, in order")
    return float(ends[0]), float(ends[1])


def _inside(value: Any, what: str, give: str) -> float:
    # NaN is a float, and deserves the sentence on the range.
    inside = math.nan if is_nan(value) else number(value, what=what)
    if not 0.0 < inside < 1.0:
        raise ConfigError(f"{what} is {value}, but must lie between 0 and 1: give {give}")
    if not NEAREST <= inside <= 1 - NEAREST:
        raise ConfigError(f"{what} is {value}, too near to 0 or 1 for exact quantiles: give {give}")
    return inside
