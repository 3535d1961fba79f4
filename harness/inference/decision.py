"""Decisions on published claims by intervals: on direction and size apart, and on a stated number.

An interval decides alone, the same way for and against, so that support is no harder to get than refutation. Who tests several
claims gives intervals of Bonferroni's level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from numpy.typing import ArrayLike

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, sentences
from harness.inference.mean import prediction_interval


class Direction(StrEnum):
    """Which way the data point."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"


class Size(StrEnum):
    """How large the contrast is, beside the region of practical equivalence."""

    AT_LEAST = "at least the region"
    NONE = "practically none"
    OPEN = "open"


class Verdict(StrEnum):
    """Both in one word."""

    SUPPORTED = "supported"
    """For, and at least the region."""
    FOR = "for, size open"
    NONE = "practically no difference"
    AGAINST = "against"
    OPEN = "open"
    NOT_TESTED = "not tested"
    """No record answers it."""
    UNTESTABLE = "not testable by software"
    EXCLUDED = "excluded"
    """Of a stated number: a new data set would not show it."""
    NOT_EXCLUDED = "not excluded"


RANKED = (Verdict.AGAINST, Verdict.NONE, Verdict.NOT_TESTED, Verdict.OPEN, Verdict.FOR, Verdict.SUPPORTED)
"""From the worst for a claim to the best: of contrasts that all have to hold the first decides, of any that may the last."""


@dataclass(frozen=True)
class Decision:
    """A verdict with the numbers on which it rests.

    Attributes:
        verdict: both axes in one word.
        direction: whether the interval lies on one side of zero.
        size: whether it lies beyond the region, or within.
        estimate: the contrast, positive in the claimed direction.
        interval: the interval that decides.
        region: half the width of the region of practical equivalence, in the unit of the contrast.
        n: the number of data sets.
        note: the reason in one sentence, after notes on degenerate data.
    """

    verdict: Verdict
    direction: Direction
    size: Size
    estimate: float
    interval: Interval
    region: float
    n: int
    note: str


@dataclass(frozen=True)
class Stated:
    """Whether a new data set would show a stated number.

    Attributes:
        verdict: excluded, not excluded, or open without an interval.
        stated: the number.
        estimate: the mean over data sets.
        interval: the prediction interval for one new data set.
        width: of that interval: a wide one excludes nothing, whatever is stated.
        n: the number of data sets.
        note: the reason in one sentence, after notes on degenerate data.
    """

    verdict: Verdict
    stated: float
    estimate: float
    interval: Interval
    width: float
    n: int
    note: str


_REASONS = {
    Verdict.SUPPORTED: "The whole interval lies at {region:g} or beyond.",
    Verdict.FOR: "The whole interval lies above zero, but not beyond {region:g}.",
    Verdict.NONE: "The whole interval lies within {region:g} of zero: practically no difference.",
    Verdict.AGAINST: "The whole interval lies against the claimed direction.",
    Verdict.OPEN: "The interval allows both directions.",
}


def decide(contrast: Estimate, *, region: float) -> Decision:
    """The verdict of an interval on a claimed direction.

    Args:
        contrast: positive in the claimed direction, with the interval that decides.
        region: half the width of the region of practical equivalence, 0 or more; with 0 the direction alone counts.

    Returns:
        Supported: the whole interval is at least the region. For, size open: it lies above zero, but not beyond the region.
        Practically no difference: it lies within the region of zero. Against: it lies below zero. Open: all else, also
        without an interval.
    """
    inputs.check_kind(contrast, Estimate, what="contrast")
    region = inputs.region(region)
    low, high = contrast.interval.low, contrast.interval.high
    verdict = _verdict(low, high, region)
    direction = Direction.FOR if low > 0 else Direction.AGAINST if high < 0 else Direction.OPEN
    size = {Verdict.SUPPORTED: Size.AT_LEAST, Verdict.NONE: Size.NONE}.get(verdict, Size.OPEN)
    reason = (
        _REASONS[verdict].format(region=region) if contrast.interval.is_known else "There is no interval to decide by."
    )
    note = sentences(contrast.note, reason)
    return Decision(verdict, direction, size, contrast.estimate, contrast.interval, region, contrast.n, note)


def _verdict(low: float, high: float, region: float) -> Verdict:
    if region > 0 and low >= -region and high <= region:
        return Verdict.NONE
    if low > 0:
        return Verdict.SUPPORTED if low >= region else Verdict.FOR
    return Verdict.AGAINST if high < 0 else Verdict.OPEN


def stated(
    values: ArrayLike, *, number: float, level: float = 0.95, limits: tuple[float, float] = (-math.inf, math.inf)
) -> Stated:
    """Whether a stated number lies in the prediction interval for a new data set. Not to be excluded is no support.

    Args:
        values: shape (n_sets,), the quantity on each data set.
        number: what is stated, in the same unit.
        level: of the prediction interval.
        limits: the smallest and the largest possible value, at which the interval is cut off.
    """
    number = inputs.number(number, what="the stated number")
    new = prediction_interval(values, level=level)
    interval = new.interval.within(limits)
    width = interval.high - interval.low
    if not interval.is_known:
        verdict, reason = Verdict.OPEN, "There is no prediction interval."
    elif number in interval:
        verdict, reason = (
            Verdict.NOT_EXCLUDED,
            f"{number:g} lies in the prediction interval, which is {width:.3g} wide.",
        )
    else:
        side = "below" if number < interval.low else "above"
        verdict, reason = (
            Verdict.EXCLUDED,
            f"{number:g} lies {side} the prediction interval, which is {width:.3g} wide.",
        )
    return Stated(verdict, number, new.estimate, interval, width, new.n, sentences(new.note, reason))


def together(verdicts: Sequence[Verdict], *, is_any: bool) -> Verdict:
    """The verdict on a claim of several contrasts.

    Args:
        verdicts: of its contrasts, one or more out of `RANKED`.
        is_any: whether one of them suffices; else all are needed.

    Raises:
        ConfigError: there is none, or one that decides on no direction.
    """
    inputs.check_kind(verdicts, (list, tuple), what="verdicts")
    if not verdicts or not all(isinstance(one, Verdict) and one in RANKED for one in verdicts):
        raise ConfigError(f"verdicts is {verdicts!r}: give one or more of {', '.join(RANKED)}")
    places = [RANKED.index(one) for one in verdicts]
    return RANKED[max(places) if is_any else min(places)]
