"""The answers that a question allows, in order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from harness.core import ConfigError
from harness.inference import inputs

MOST_ANSWERS = 11
"""Scales with more answers are measurements, not Likert scales."""


@dataclass(frozen=True)
class Scale:
    """The answers that there are, in order.

    Attributes:
        low: the number of the lowest.
        high: that of the highest.
        labels: a name for each, lowest first; empty if they have none.
    """

    low: int
    high: int
    labels: tuple[str, ...] = ()

    @property
    def values(self) -> range:
        """The numbers of all answers, lowest first."""
        return range(self.low, self.high + 1)

    @property
    def middle(self) -> float:
        """The answer in the middle, or between the two in the middle."""
        return (self.low + self.high) / 2

    @property
    def names(self) -> tuple[str, ...]:
        """What each answer is called: its label, or its number."""
        return self.labels or tuple(map(str, self.values))

    def __str__(self) -> str:
        return f"{self.low} to {self.high}" if not self.labels else f"{self.labels[0]} to {self.labels[-1]}"


def scale_of(ends: Sequence[int] | None = None, labels: Sequence[str] = ()) -> Scale:
    """A scale from the numbers of its lowest and highest answer, from the names of all answers in order, or from both.

    Raises:
        ConfigError: neither, ends that are not in order, names that read alike, or as many names as there are no answers.
    """
    names = tuple(name.strip() for name in inputs.names(labels, what="labels"))
    if ends is None and not names:
        raise ConfigError(
            "there is no scale: give its lowest and highest number, such as 1 and 5, or the answers in order"
        )
    if len({name.casefold() for name in names}) < len(names) or "" in names:
        raise ConfigError(f"the answers {', '.join(names)} cannot be told apart: give each a name of its own")
    low, high = (1, len(names)) if ends is None else _ends(ends)
    if names and len(names) != high - low + 1:
        raise ConfigError(
            f"the scale {low} to {high} has {high - low + 1} answers, and {len(names)} have names: name each"
        )
    if not 2 <= high - low + 1 <= MOST_ANSWERS:
        raise ConfigError(f"a scale has 2 to {MOST_ANSWERS} answers, and {low} to {high} has {high - low + 1}")
    return Scale(low, high, names)


def _ends(ends: Any) -> tuple[int, int]:
    if isinstance(ends, str) or not isinstance(ends, Sequence) or len(ends) != 2:
        raise ConfigError(f"the scale is {inputs.shown(ends)}: give its lowest and its highest number, such as 1 and 5")
    low, high = (inputs.number(end, what="an end of the scale") for end in ends)
    if low != int(low) or high != int(high) or not low < high:
        raise ConfigError(
            f"the scale is {ends[0]} to {ends[1]}: give two whole numbers, the lowest first, such as 1 and 5"
        )
    return int(low), int(high)


def codes_of(entries: Iterable[Any], scale: Scale, missing: frozenset[str] = frozenset()) -> list[float | None]:
    """The number of each answer, NaN for none, None for what is no answer of the scale.

    Args:
        entries: numbers of the scale or names of its answers, in any case.
        scale: the answers that there are.
        missing: what stands for no answer beside empty entries, in small letters.
    """
    known: dict[Any, float | None] = {}
    codes = []
    for entry in entries:
        key = (type(entry), entry)
        try:
            if key not in known:
                known[key] = _code(entry, scale, missing)
            codes.append(known[key])
        except TypeError:  # a list, say, which is no answer
            codes.append(None)
    return codes


def _code(entry: Any, scale: Scale, missing: frozenset[str]) -> float | None:
    if entry is None or entry is pd.NA or entry is pd.NaT:
        return math.nan
    if isinstance(entry, str):
        text = entry.strip().casefold()
        named = [name.casefold() for name in scale.labels]
        if text in named:
            return float(scale.low + named.index(text))
        if not text or text in missing:
            return math.nan
        entry = float(text) if is_numeral(text) else None
    if isinstance(entry, bool | np.bool_) or not isinstance(entry, Real):
        return None
    if entry != entry or shown(entry) in missing:
        return math.nan
    return float(entry) if entry in scale.values else None


def shown(entry: Any) -> str:
    """An entry in a message."""
    plain = entry.item() if isinstance(entry, np.generic) else entry
    return f"{plain:g}" if isinstance(plain, float) else inputs.shown(plain)


def is_numeral(text: str) -> bool:
    """Whether the text is a finite number."""
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False
