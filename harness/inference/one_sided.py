"""One-sided tests: whether a mean, or a share, lies beyond a bound that was fixed beforehand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.student import one_sample_t


@dataclass(frozen=True)
class OneSided:
    """A one-sided test.

    Attributes:
        p: of the null hypothesis that the quantity is at most the bound; NaN where there is no test.
        estimate: the quantity.
        bound: the largest value of the null hypothesis.
        n: the number of values.
        note: empty, or what is degenerate.
    """

    p: float
    estimate: float
    bound: float
    n: int
    note: str = ""


def mean_beyond(values: ArrayLike, *, bound: float = 0.0) -> OneSided:
    """Student's one-sided test of whether a mean lies above a bound.

    Args:
        values: shape (n,). Values that are not finite are left out, with a note.
        bound: the largest mean of the null hypothesis.

    Returns:
        The test. Below two values p is NaN. Without variance it is that of the exact one-sided sign test, 2^-n, or 1.

    Source: Student (1908), doi 10.2307/2331554.
    """
    bound = inputs.number(bound, what="the bound")
    test = one_sample_t(values)
    distance = test.estimate - bound
    if test.n < 2:
        p = math.nan
    elif test.standard_error > 0:
        p = float(stats.t.sf(distance / test.standard_error, test.df))
    else:
        p = 2.0**-test.n if distance > 0 else 1.0
    return OneSided(p, test.estimate, bound, test.n, test.note)


def share_beyond(hits: int, n: int, *, bound: float) -> OneSided:
    """The exact one-sided binomial test of whether a share lies above a bound.

    Args:
        hits: the number of hits, 0 to n.
        n: the number of values; with none of them p is NaN.
        bound: the largest share of the null hypothesis. At 1 or above p is 1: no share lies there. Below 0 it is 0.

    Raises:
        ConfigError: hits or n are no such numbers.

    Source: Clopper and Pearson (1934), doi 10.1093/biomet/26.4.404: p is below alpha exactly if the lower end of their
        interval of level 1 - 2 alpha lies above the bound.
    """
    n = inputs.count(n, what="n", least=0)
    hits, bound = inputs.count(hits, what="hits", least=0), inputs.number(bound, what="the bound")
    if hits > n:
        raise ConfigError(f"hits is {hits}, but there are {n} values: give no more hits than values")
    if not n:
        return OneSided(math.nan, math.nan, bound, n, "There is no value.")
    p = 1.0 if bound >= 1 else 0.0 if bound < 0 else float(stats.binom.sf(hits - 1, n, bound))
    return OneSided(p, hits / n, bound, n)
