"""Events for an exposure, such as false alarms per 1000 rows: the exact interval of a rate, and of the ratio of two.

Both take events as independent. Alarms of one data set are not: over data sets compare the rates of each, by `paired`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats
from statsmodels.stats.rates import confint_poisson

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import Estimate, Interval, unknown_interval
from harness.inference.proportions import exact


@dataclass(frozen=True, kw_only=True)
class RateRatio(Estimate):
    """The rate of the first over that of the second, tested against 1; `n` counts the events of both.

    Attributes:
        p: the exact two-sided p, given the number of events.
    """

    p: float


def poisson_rate(events: int, exposure: float, *, level: float = 0.95) -> Estimate:
    """The events for one unit of exposure, with Garwood's exact interval; `n` counts the events.

    Args:
        events: 0 or more.
        exposure: in which they were counted: rows, months, streams; above 0.
        level: of the interval. Without an event its upper end is -ln((1 - level) / 2) / exposure.

    Raises:
        ConfigError: what is no count, or an exposure of 0 or less.

    Source: Garwood (1936), doi 10.1093/biomet/28.3-4.437, through `statsmodels.stats.rates.confint_poisson`.
    """
    found, size = _counted(events, exposure, "events", "exposure")
    inputs.level(level)
    low, high = confint_poisson(found, size, method="exact-c", alpha=1 - level)
    # Without an event the quantile has no value, and the lower end is 0.
    return Estimate(estimate=found / size, interval=Interval(float(low) if found else 0.0, float(high), level), n=found)


def rate_ratio(
    events_first: int, exposure_first: float, events_second: int, exposure_second: float, *, level: float = 0.95
) -> RateRatio:
    """The ratio of two rates, first over second, with the exact conditional test that it is 1 and its interval.

    Given all events, those of the first are binomial. The p sums all outcomes that are no more probable than the one at hand,
    as in R; the interval is Clopper and Pearson's for that share, as odds over the ratio of exposures. The two may disagree at
    the edge.

    Args:
        events_first: events of the first, 0 or more.
        exposure_first: its exposure, above 0.
        events_second: events of the second.
        exposure_second: its exposure, above 0.
        level: of the interval.

    Returns:
        The test. The ratio is infinite without an event of the second; NaN, with a note, without any event.

    Raises:
        ConfigError: what is no count, or an exposure of 0 or less.

    Source: Przyborowski and Wilenski (1940), doi 10.1093/biomet/31.3-4.313. The p is that of
    `statsmodels.stats.rates.test_poisson_2indep(method="exact-cond")`, which has no such interval.
    """
    first, size = _counted(events_first, exposure_first, "events_first", "exposure_first")
    second, other_size = _counted(events_second, exposure_second, "events_second", "exposure_second")
    inputs.level(level)
    n = first + second
    if not n:
        note = "There is no event: the ratio of rates is unknown, and p = 1."
        return RateRatio(estimate=math.nan, interval=unknown_interval(level), n=0, note=note, p=1.0)
    ends = exact(first, n, level)
    scale = other_size / size
    expected = 1 / (1 + scale)
    return RateRatio(
        estimate=_odds(first / n) * scale,
        interval=Interval(_odds(ends.low) * scale, _odds(ends.high) * scale, level),
        n=n,
        p=float(stats.binomtest(first, n, expected).pvalue),
    )


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _counted(events: int, exposure: float, what: str, of: str) -> tuple[int, float]:
    found, size = inputs.count(events, what=what, least=0), inputs.number(exposure, what=of)
    if not size * inputs.LARGEST >= 1:  # the reciprocal has to be a number that can be squared, too
        raise ConfigError(
            f"{of} is {exposure}, but must be above 0: give the rows, months or streams that were watched"
        )
    return found, size
