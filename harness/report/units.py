"""Contrasts in the unit in which they are printed: logarithms of ratios are printed as ratios."""

from __future__ import annotations

import math

from harness.claims.entries import Contrast, Test
from harness.inference.estimate import Interval
from harness.report.table import MISSING, number_text

TIMES = "times"
"""The printed unit of a ratio."""


def is_ratio(contrast: Contrast) -> bool:
    """Whether its values are logarithms of ratios."""
    return contrast.test is Test.LOG_RATIO


def printed_unit(contrast: Contrast) -> str:
    """The unit in which a contrast is printed."""
    return TIMES if is_ratio(contrast) else contrast.unit


def printed(contrast: Contrast, value: float) -> float:
    """A value of the contrast, or of a difference of such values, in the printed unit."""
    if not is_ratio(contrast):
        return value
    return math.inf if value > 700 else math.exp(value)  # e to the 710th is beyond what a float holds


def printed_interval(contrast: Contrast, interval: Interval) -> Interval:
    """An interval of such values in the printed unit."""
    return Interval(printed(contrast, interval.low), printed(contrast, interval.high), interval.level)


def printed_text(contrast: Contrast, value: float, decimals: int = 2, interval: Interval | None = None) -> str:
    """A value, and perhaps its interval, as cells have it: "+1.89 [0.50, 3.28]", or "× 9.19 [7.02, 12.04]"."""
    number = printed(contrast, value)
    text = number_text(number, decimals, signed=not is_ratio(contrast))
    if is_ratio(contrast) and text != MISSING:
        text = f"× {text}"
    if interval is None or not interval.is_known or text == MISSING:
        return text
    ends = printed_interval(contrast, interval)
    return f"{text} [{number_text(ends.low, decimals)}, {number_text(ends.high, decimals)}]"
