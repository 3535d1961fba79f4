"""Shares of hits: intervals of one, on its own or pooled over data sets.

Trials of one data set resemble each other. Pooled as if they were independent they claim too much (with 100 trials on each of
20 data sets and a correlation of .05 an interval of 95 % holds the truth in .57 of studies), so `korn_graubard` pools them with
their design effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from harness.errors import ConfigError, DataError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import Estimate, Interval, sentences, unknown_interval


@dataclass(frozen=True, kw_only=True)
class Pooled(Estimate):
    """A share pooled over data sets; `n` counts the data sets.

    Attributes:
        n_hits: hits in all.
        n_trials: trials in all.
        standard_error: of the share, from the spread between data sets.
        design_effect: its variance over that of independent trials; NaN if it cannot be estimated.
        effective_n: the number of independent trials that would tell as much.
        df: the number of data sets less 1.
    """

    n_hits: int
    n_trials: int
    standard_error: float
    design_effect: float
    effective_n: float
    df: float


def wilson(hits: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share of hits with Wilson's score interval, which on average covers as stated.

    Args:
        hits: 0 or more.
        n: independent trials; with none the share is NaN, with a note.
        level: of the interval.

    Raises:
        ConfigError: more hits than trials, or what is no count.

    Source: Wilson (1927), doi 10.1080/01621459.1927.10502953, without a correction for continuity.
    """
    found, trials = counts(hits, n)
    z = float(stats.norm.ppf((1 + inputs.level(level)) / 2))
    if not trials:
        return _without_trials(level)
    share = found / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    reach = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2)
    # At the ends the interval ends there: rounding must not put it beyond.
    low = 0.0 if found == 0 else centre - reach
    return Estimate(estimate=share, interval=Interval(low, 1.0 if found == trials else centre + reach, level), n=trials)


def clopper_pearson(hits: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share of hits with the exact interval of Clopper and Pearson, which covers at least as stated.

    Args:
        hits: 0 or more. Without a hit the upper end is 1 - ((1 - level) / 2)^(1/n): 3.6 % for 100 trials.
        n: independent trials; with none the share is NaN, with a note.
        level: of the interval.

    Raises:
        ConfigError: more hits than trials, or what is no count.

    Source: Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404.
    """
    found, trials = counts(hits, n)
    inputs.level(level)
    return (
        Estimate(estimate=found / trials, interval=exact(found, trials, level), n=trials)
        if trials
        else (_without_trials(level))
    )


def jeffreys(hits: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share of hits with Jeffreys' interval: the equal tails of the posterior beta(hits + 1/2, n - hits + 1/2).

    Without a hit its lower end is 0, and with hits alone its upper end is 1, as Brown, Cai and DasGupta advise; statsmodels and
    the bare posterior exclude both.

    Args:
        hits: 0 or more.
        n: independent trials; with none the share is NaN, with a note.
        level: of the interval.

    Raises:
        ConfigError: more hits than trials, or what is no count.

    Source: Brown, Cai and DasGupta (2001), doi 10.1214/ss/1009213286, section 3.1.1.
    """
    found, trials = counts(hits, n)
    inputs.level(level)
    if not trials:
        return _without_trials(level)
    low, high = special.betaincinv(found + 0.5, trials - found + 0.5, [(1 - level) / 2, (1 + level) / 2])
    interval = Interval(float(low) if found else 0.0, float(high) if found < trials else 1.0, level)
    return Estimate(estimate=found / trials, interval=interval, n=trials)


def korn_graubard(hits: ArrayLike, trials: ArrayLike, *, level: float = 0.95) -> Pooled:
    """The share of hits over all trials of some data sets, with the exact interval of its effective number of trials.

    That number is n p (1 - p) / Var(p) for n trials, with the variance of a ratio from the spread between data sets, n at most,
    times (t(n - 1) / t(D - 1))^2 for D data sets. Clopper and Pearson's formula takes it for n.

    Args:
        hits: shape (n_sets,), hits on each data set.
        trials: shape (n_sets,), trials on each; data sets without any are left out, with a note.
        level: of the interval.

    Returns:
        The share. With one data set it has no interval. If no trial hit, or every one did, the design effect is unknown; the
        interval is then that of as many trials as there are data sets, the widest that dependence can make it. The note says
        so.

    Raises:
        DataError: counts that are none, more hits than trials, or arrays of different lengths.

    Source: Korn and Graubard (1998), Survey Methodology 24, 193-201; for the cap at n the NCHS data presentation standards for
    proportions (2017), Vital and Health Statistics 2(175).
    """
    inputs.level(level)
    found, tried, note = _sets(hits, trials)
    n_sets, n_trials, n_hits = len(tried), int(tried.sum()), int(found.sum())
    if n_sets < 2 or n_hits in (0, n_trials):
        return _uniform(n_sets, n_hits, n_trials, level, note)
    share = n_hits / n_trials
    variance = n_sets / (n_sets - 1) * float(np.sum((found - share * tried) ** 2)) / n_trials**2
    simple = share * (1 - share) / n_trials
    effective = n_trials if variance <= simple else n_trials * simple / variance
    tail = (1 + level) / 2
    effective *= float(stats.t.ppf(tail, n_trials - 1) / stats.t.ppf(tail, n_sets - 1)) ** 2
    return Pooled(
        estimate=share,
        interval=exact(share * effective, effective, level),
        n=n_sets,
        note=note,
        n_hits=n_hits,
        n_trials=n_trials,
        standard_error=math.sqrt(variance),
        design_effect=variance / simple,
        effective_n=effective,
        df=n_sets - 1,
    )


def counts(hits: int, n: int, *, what: str = "hits", of: str = "n") -> tuple[int, int]:
    """Hits and trials as whole numbers, in order. Raises `ConfigError` for others."""
    found, trials = inputs.count(hits, what=what, least=0), inputs.count(n, what=of, least=0)
    if found > trials:
        raise ConfigError(
            f"{what} is {found} and {of} {trials}, but there are no more hits than trials: check their order"
        )
    return found, trials


def exact(hits: float, n: float, level: float) -> Interval:
    """Clopper and Pearson's interval, from the quantiles of beta distributions; hits and n need not be whole."""
    tail = (1 - level) / 2
    low = float(special.betaincinv(hits, n - hits + 1, tail)) if hits > 0 else 0.0
    high = float(special.betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
    return Interval(low, high, level)


def _sets(hits: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats, str]:
    """Hits and trials of the data sets that have trials, and a note on the others."""
    found, tried = (
        np.asarray(inputs.whole(each, what=what), np.float64) for each, what in ((hits, "hits"), (trials, "trials"))
    )
    inputs.paired(hits, trials, names=("hits", "trials"))
    wrong = (found < 0) | (found > tried)
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(f"hits has {found[at]:g} and trials {tried[at]:g} as entry {at}: give 0 to all trials as hits")
    some = tried > 0
    left_out = int((~some).sum())
    note = f"{left_out} of {len(tried)} data sets have no trial and were left out." if left_out else ""
    return found[some], tried[some], note


def _uniform(n_sets: int, n_hits: int, n_trials: int, level: float, note: str) -> Pooled:
    """The result where the spread between data sets says nothing: less than two of them, or all trials alike."""
    if n_sets < 2:
        share, interval, effective = n_hits / n_trials if n_sets else math.nan, unknown_interval(level), math.nan
        reason = "There is one data set: its design effect is unknown." if n_sets else "There is no trial."
    else:
        share, effective = float(n_hits > 0), float(n_sets)
        interval = exact(share * effective, effective, level)
        every = "Every trial is a hit" if n_hits else "No trial is a hit"
        reason = f"{every}: the design effect is unknown, and the interval is that of {n_sets} trials, one for each data set."
    return Pooled(
        estimate=share,
        interval=interval,
        n=n_sets,
        note=sentences(note, reason),
        n_hits=n_hits,
        n_trials=n_trials,
        standard_error=math.nan if n_sets < 2 else 0.0,
        design_effect=math.nan,
        effective_n=effective,
        df=n_sets - 1,
    )


def _without_trials(level: float) -> Estimate:
    return Estimate(estimate=math.nan, interval=unknown_interval(level), n=0, note="There is no trial.")
