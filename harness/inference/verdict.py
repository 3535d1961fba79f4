"""Verdicts on published claims: on the direction of a claim, and on its stated size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from numpy.typing import ArrayLike

from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, sentences
from harness.inference.mean import prediction_interval


class Verdict(StrEnum):
    """The verdict of the data on a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Judgement:
    """A verdict on a direction, with the numbers on which it rests.

    Attributes:
        verdict: supported, refuted or inconclusive.
        estimate: the contrast, positive in the claimed direction.
        interval: the interval of the contrast.
        p: adjusted within the family of claims.
        region: half the width of the region of practical equivalence, in the unit of the contrast.
        n: the number of data sets.
        note: the reason for the verdict in one sentence, after notes on degenerate data.
    """

    verdict: Verdict
    estimate: float
    interval: Interval
    p: float
    region: float
    n: int
    note: str


@dataclass(frozen=True)
class Magnitude:
    """A verdict on a stated number: whether a new data set would show it.

    Attributes:
        verdict: supported inside the prediction interval, refuted outside of it, inconclusive without an interval.
        stated: the number of the claim.
        estimate: the mean over data sets.
        interval: the prediction interval for one new data set.
        n: the number of data sets.
        note: the reason for the verdict in one sentence, after notes on degenerate data.
    """

    verdict: Verdict
    stated: float
    estimate: float
    interval: Interval
    n: int
    note: str


def judge(contrast: Estimate, *, p_adjusted: float, region: float, alpha: float = 0.05) -> Judgement:
    """The verdict on a claimed direction.

    Supported: p_adjusted < alpha and the contrast is at least `region`. Refuted: the interval lies below 0, or inside
    (-region, region). Otherwise inconclusive, also if the data give no p or no interval.

    Args:
        contrast: positive in the claimed direction, with its interval.
        p_adjusted: two-sided, adjusted by Holm within the family of claims.
        region: half the width of the region of practical equivalence, 0 or more.
        alpha: the level.
    """
    inputs.check_kind(contrast, Estimate, what="contrast")
    p_adjusted = float(inputs.p_values([p_adjusted], what="p_adjusted")[0])
    region, alpha = inputs.region(region), inputs.alpha(alpha)
    verdict, reason = _direction(contrast, p_adjusted, region, alpha)
    note = sentences(contrast.note, reason)
    return Judgement(verdict, contrast.estimate, contrast.interval, p_adjusted, region, contrast.n, note)


def magnitude(
    values: ArrayLike, *, stated: float, level: float = 0.95, limits: tuple[float, float] = (-math.inf, math.inf)
) -> Magnitude:
    """The verdict on a stated size: whether it lies in the prediction interval for a new data set.

    Args:
        values: shape (n_sets,), the quantity of the claim on each data set.
        stated: the number of the claim, in the same unit.
        level: of the prediction interval.
        limits: the smallest and the largest possible value, at which the interval is cut off.
    """
    inputs.number(stated, what="the stated number")
    new = prediction_interval(values, level=level)
    interval = new.interval.within(limits)
    if not interval.is_known:
        verdict, reason = Verdict.INCONCLUSIVE, "There is no prediction interval."
    elif stated in interval:
        verdict, reason = Verdict.SUPPORTED, f"{stated:g} lies in the prediction interval for a new data set."
    else:
        side = "below" if stated < interval.low else "above"
        verdict, reason = Verdict.REFUTED, f"{stated:g} lies {side} the prediction interval for a new data set."
    return Magnitude(verdict, stated, new.estimate, interval, new.n, sentences(new.note, reason))


def _direction(contrast: Estimate, p: float, region: float, alpha: float) -> tuple[Verdict, str]:
    low, high = contrast.interval.low, contrast.interval.high
    if p < alpha and contrast.estimate > 0 and contrast.estimate >= region:
        return Verdict.SUPPORTED, f"The contrast is significant and at least {region:g}."
    if high < 0:
        return Verdict.REFUTED, "The whole interval lies against the claimed direction."
    if -region < low and high < region:
        return Verdict.REFUTED, f"The whole interval lies within {region:g} of zero: practically no difference."
    if not contrast.interval.is_known or math.isnan(p):
        return Verdict.INCONCLUSIVE, "There is no interval or no p to decide by."
    if p < alpha and contrast.estimate > 0:
        return Verdict.INCONCLUSIVE, f"The contrast is significant but smaller than {region:g}."
    return Verdict.INCONCLUSIVE, "The data allow both a difference that matters and none."
