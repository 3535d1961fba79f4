"""Survival curves of detection delays, which are censored where a drift was never noticed: their steps, median and area.

A drift that was missed has a delay longer than its window. Leaving it out rewards the detector that misses the hard ones, so
the curve counts it. Delays may be in rows or months; results are in the same unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from harness.errors import ConfigError, DataError
from harness.inference import inputs
from harness.inference.arrays import Bools, Floats, Ints
from harness.inference.estimate import Estimate, Interval, sentences

HALF = 1e-8
"""A curve this near to one half is at one half: the product of its steps is rounded."""


@dataclass(frozen=True)
class Survival:
    """The share of drifts that are still unnoticed after a delay, as a step function that starts at 1.

    Attributes:
        times: shape (n_times,), the delays at which a drift was found, ascending; the step at a time is taken at that time.
        survival: the share of drifts with a longer delay, estimated by the product limit.
        standard_error: Greenwood's; 0 where the curve reached 0, its limit.
        low: the lower end of the pointwise interval; 0 where the curve reached 0.
        high: the upper end; where the curve reached 0 that of the step before (1 if there is none), for the formula ends there.
        at_risk: drifts whose delay is not below the time; a miss with a window of that length is one of them.
        n_detected: drifts found at the time.
        n_events: drifts in all.
        level: of the intervals.
        longest: the longest delay that was watched, whether it ended in an alarm or not.
    """

    times: Floats
    survival: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    at_risk: Ints
    n_detected: Ints
    n_events: int
    level: float
    longest: float

    def at(self, delays: ArrayLike) -> Floats:
        """The curve at the delays given, shape as given; constant beyond the last step. Raises `DataError` for no number."""
        shape = delays.shape if isinstance(delays, np.ndarray) else () if isinstance(delays, int | float) else None
        places = inputs.numbers(delays if shape is None else np.ravel(delays), what="delays")
        if np.isnan(places).any():
            raise DataError("delays has a missing value; leave it out.")
        steps = np.concatenate([[1.0], self.survival])
        values: Floats = steps[np.searchsorted(self.times, places, side="right")]
        return values if shape is None else values.reshape(shape)[()]

    def area(self, horizon: float) -> float:
        """The mean delay restricted to `horizon`: the area under the curve from 0 to there.

        `measures.delay` takes a miss as its window, which makes it look quicker than it was where that is shorter than the
        horizon. The area does not; where no window is shorter, the two agree.

        Raises:
            ConfigError: a horizon below 0.
        """
        if inputs.number(horizon, what="horizon") < 0:
            raise ConfigError(f"horizon is {horizon}; give a delay of 0 or more.")
        inner = self.times[self.times < horizon]
        edges = np.concatenate([[0.0], inner, [horizon]])
        return float(np.sum(np.diff(edges) * self.at(edges[:-1])))

    def median(self) -> Estimate:
        """The delay by which half of the drifts are noticed, with the interval in which the band of the curve crosses one half.

        Where the curve stays at one half for a while, it is the middle of that while, which ends with the next step, or with
        the longest delay that was watched. If more than half are never noticed, the median is not reached: it is NaN, and the
        note says so. An upper end that is not reached is infinite.

        Source: Brookmeyer and Crowley (1982), doi 10.2307/2530286, with the band of the curve, as R's `quantile.survfit` for
        `conf.type = "log-log"`.
        """
        middle, low, high = (self._crossing(curve) for curve in (self.survival, self.low, self.high))
        reached = f"After {self.longest:g}, the longest delay watched, {self.at(self.longest):.0%} are unnoticed"
        notes = (
            f"{reached}: the median is not reached." if math.isinf(middle) else "",
            "The upper end of its interval is not reached, so it is infinite." if math.isinf(high) else "",
        )
        estimate = math.nan if math.isinf(middle) else middle
        interval = Interval(low, high, self.level) if low < math.inf else Interval(self.longest, math.inf, self.level)
        return Estimate(estimate=estimate, interval=interval, n=self.n_events, note=sentences(*notes))

    def _crossing(self, curve: Floats) -> float:
        """The delay at which this curve, or bound of one, falls to one half; infinite if it does not."""
        at_half = np.flatnonzero(curve <= 0.5 + HALF)
        if not len(at_half):
            return math.inf
        below = np.flatnonzero(curve < 0.5 - HALF)
        start, end = float(self.times[at_half[0]]), float(self.times[below[0]]) if len(below) else self.longest
        return (start + end) / 2 if curve[at_half[0]] >= 0.5 - HALF else start


def kaplan_meier(delays: ArrayLike, detected: ArrayLike, *, level: float = 0.95) -> Survival:
    """The product-limit curve of delays with Greenwood's errors and pointwise intervals.

    The intervals are those of log(-log S), which stay within [0, 1]. They take drifts as independent; streams of one data set
    are not, so a comparison of detectors rests on means per data set.

    Args:
        delays: shape (n_events,), each 0 or more; the window's length where the drift was missed.
        detected: shape (n_events,), whether it was found (or 1 and 0). A drift found at a delay at which another is censored
            precedes it.
        level: of the intervals, between 0 and 1.

    Raises:
        DataError: no drift at all, a negative, missing or infinite delay, a `detected` that is no truth value, arrays of
            different lengths, or Series with different indexes.
        ConfigError: a level outside (0, 1).

    Source: Kaplan and Meier (1958), doi 10.1080/01621459.1958.10501452; for the intervals Kalbfleisch and Prentice (2002),
    The Statistical Analysis of Failure Time Data, doi 10.1002/9781118032985, section 1.4.
    """
    inputs.level(level)
    values, found = checked(delays, detected)
    times, n_detected = np.unique(values[found], return_counts=True)
    at_risk = len(values) - np.searchsorted(np.sort(values), times, side="left")
    survival = np.cumprod((at_risk - n_detected) / at_risk, dtype=np.float64)
    ended = survival == 0
    # Greenwood's sum is the variance of -log S, which has no value where S is 0.
    terms = n_detected / (at_risk * np.where(ended, 1, at_risk - n_detected))
    spread = np.sqrt(np.cumsum(terms, dtype=np.float64))
    low, high = _log_log_interval(survival, spread, level)
    error = np.where(ended, 0.0, survival * spread)
    longest = float(values.max())
    return Survival(times, survival, error, low, high, at_risk, n_detected, len(values), level, longest)


def checked(delays: ArrayLike, detected: ArrayLike) -> tuple[Floats, Bools]:
    """Delays and whether each was found, as the functions of this kind read them. Raises `DataError`, as `kaplan_meier`."""
    found = inputs.truths(detected, what="detected")
    values = inputs.numbers(delays, what="delays")
    if values.shape != found.shape:
        raise DataError(
            f"Delays have shape {values.shape} and `detected` {found.shape}; give one entry of each per drift."
        )
    if not len(values):
        raise DataError("There is no drift, so there is no delay to estimate; leave drift-free streams out.")
    if not ((values >= 0) & (values < np.inf)).all():
        raise DataError(
            "A delay is negative or missing or infinite; where a drift was missed, give the length of its window."
        )
    inputs.paired(delays, detected, names=("delays", "detected"))
    return values, found


def _log_log_interval(survival: Floats, spread: Floats, level: float) -> tuple[Floats, Floats]:
    """Survival to the powers exp(+-z spread / -log S) while the curve has not reached 0; see `Survival` for the step there."""
    alive = survival[survival > 0]
    widening = np.exp(NormalDist().inv_cdf((1 + level) / 2) * spread[: len(alive)] / -np.log(alive))
    low, high = alive**widening, alive ** (1 / widening)
    if len(alive) == len(survival):
        return low, high
    return np.append(low, 0.0), np.append(high, high[-1] if len(high) else 1.0)
