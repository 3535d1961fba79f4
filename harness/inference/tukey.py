"""All pairs of means of independent groups."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import Estimate, Interval, is_constant, sentences
from harness.inference.groups import untestable
from harness.inference.observations import observations

MOST_GROUPS = 60
"""So many groups have 1770 pairs; more make a table that nobody reads, of quantiles that take minutes."""


@dataclass(frozen=True, kw_only=True)
class TukeyPair(Estimate):
    """The difference of two means, corrected for all pairs.

    Attributes:
        first: the group whose mean is the larger number if the estimate is positive.
        second: the other group.
        statistic: the studentised range, |estimate| / sqrt(MS_error (1/n1 + 1/n2) / 2).
        df: the degrees of freedom of MS_error.
        p: corrected for all pairs.
    """

    first: str
    second: str
    statistic: float
    df: float
    p: float


@dataclass(frozen=True)
class Tukey:
    """All pairs of groups.

    Attributes:
        pairs: in the order of the groups' names; empty if the note says why.
        n: the number of values used.
        note: empty, or what was left out or degenerate.
    """

    pairs: tuple[TukeyPair, ...]
    n: int
    note: str = ""


def tukey(frame: pd.DataFrame, *, value: str, factor: str, level: float = 0.95) -> Tukey:
    """Tukey's comparison of all pairs of means, with Kramer's standard error for groups of unequal size.

    Args:
        frame: as `groups.welch`.
        value: the column of numbers.
        factor: the column of groups.
        level: of all intervals together.

    Raises:
        ConfigError, DataError: as `groups.welch`, and a `ConfigError` for more than `MOST_GROUPS` groups.

    Source: Tukey (1949), doi 10.2307/3001913; Kramer (1956), doi 10.2307/3001469, through `scipy.stats.studentized_range`. It
    is exact for groups of equal size and a little conservative for others (Hayter 1984, doi 10.1214/aos/1176346392).
    """
    inputs.level(level)
    plain, note = observations(frame, value=value, factors=(factor,))
    by_name = {str(name): group.to_numpy() for name, group in plain.groupby("f0")["value"]}
    k, n = len(by_name), len(plain)
    if k > MOST_GROUPS:
        raise ConfigError(f"{factor} has {k} groups: at most {MOST_GROUPS} are compared in pairs; group them")
    problem = untestable(list(by_name.values()), fewest=1)
    if not problem and n <= k:
        problem = "No group has two values: no variance within the groups can be estimated."
    if problem:
        return Tukey((), n, sentences(note, problem))
    centred = {name: group - group.mean() for name, group in by_name.items()}
    error = sum(float(group @ group) for group in centred.values())
    if all(is_constant(np.append(group, 0.0)) for group in centred.values()):
        return Tukey((), n, sentences(note, "There is no variance within the groups."))
    quantile = _quantile(level, k, n - k)
    pairs = [
        _pair(one, other, by_name, error / (n - k), quantile, n - k, level)
        for one, other in itertools.combinations(by_name, 2)
    ]
    p = np.clip(stats.studentized_range.sf([pair.statistic for pair in pairs], k, n - k), 0.0, 1.0)
    return Tukey(tuple(replace(pair, p=float(each)) for pair, each in zip(pairs, p, strict=True)), n, note)


@lru_cache(maxsize=256)
def _quantile(level: float, k: int, df: int) -> float:
    """Of the studentised range, for which scipy takes a tenth of a second."""
    return float(stats.studentized_range.ppf(level, k, df))


def _pair(
    one: str, other: str, groups: dict[str, Floats], variance: float, quantile: float, df: int, level: float
) -> TukeyPair:
    first, second = groups[other], groups[one]
    difference = float(first.mean() - second.mean())
    error = math.sqrt(variance / 2 * (1 / len(first) + 1 / len(second)))
    return TukeyPair(
        first=other,
        second=one,
        estimate=difference,
        interval=Interval(difference - quantile * error, difference + quantile * error, level),
        n=len(first) + len(second),
        statistic=abs(difference) / error,
        df=df,
        p=1.0,
    )
