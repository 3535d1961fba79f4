"""Single entries: whether one is missing, is a number, and how a message shows it."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

LARGEST = 1e150
"""Larger numbers, up or down, cannot be squared and summed in double precision."""


def is_missing(entry: Any) -> bool:
    """Whether the entry stands for a value that is not there."""
    return entry is None or entry is pd.NA or entry is pd.NaT or entry is np.ma.masked or is_nan(entry)


def is_nan(entry: Any) -> bool:
    """Whether the entry is the float that is no number."""
    return isinstance(entry, float | np.floating) and math.isnan(entry)


def is_number(entry: Any) -> bool:
    """Whether the entry is a real number or a truth value. NaN and infinity are numbers here."""
    return isinstance(entry, Real | np.bool_ | Decimal) and not isinstance(entry, np.timedelta64)


def as_float(entry: Any) -> float:
    """The number as float."""
    try:
        return float(entry)
    except OverflowError:  # an integer beyond the range of float64, which the check of sizes refuses
        return float(np.finfo(np.float64).max) * (1 if entry > 0 else -1)


def shown(value: Any) -> str:
    """A value in a message: itself if it is short, else its kind."""
    text = repr(value)
    return text if len(text) <= 40 and "\n" not in text else f"of type {type(value).__name__}"
