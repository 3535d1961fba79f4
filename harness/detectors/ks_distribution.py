"""The null distribution of the two-sample Kolmogorov-Smirnov statistic.

The statistic is a whole number: D = numerator / (n m) for samples of n and m values. The p-values are those of values
without ties; with ties they are conservative.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

import numpy as np
from scipy.stats import kstwo

from harness.core import Floats, Ints
from harness.detectors.kernel import kernel

Method = Literal["exact", "asymptotic"]
"""How a p-value is computed.

exact: the share of lattice paths that leave a band (Hodges 1958, Arkiv för Matematik 3), by the stable recursion of Viehmann
2021 (arXiv 2102.08037); scipy's "exact".
asymptotic: the one-sample statistic's distribution at sample size n m / (n + m), rounded; scipy's "asymp". Slower, for scipy
computes it; meant for comparison and for samples of very many values.
"""

REMEMBERED = 262139  # a prime, so that numerators with a common factor spread over all places


def p_values(numerators: Ints, n: Ints, m: Ints, method: Method) -> Floats:
    """P(D >= numerator / (n m)) under the hypothesis that both samples come from one distribution.

    Args:
        numerators: shape (n_tests, n_columns).
        n: shape (n_columns,), values of the reference, 1 or more.
        m: shape (n_tests, n_columns), values of the window.
        method: exact or asymptotic.

    Returns:
        Shape (n_tests, n_columns), NaN where the window has no value.
    """
    p = np.empty(numerators.shape)
    if method == "exact":
        _look_up(numerators, n, m, *_memory(), p)
        return p
    for column, size in enumerate(n.tolist()):
        known = zip(numerators[:, column].tolist(), m[:, column].tolist(), strict=True)
        p[:, column] = [_asymptotic(numerator, size, other) for numerator, other in known]
    return p


@lru_cache(maxsize=65536)
def _asymptotic(numerator: int, n: int, m: int) -> float:
    if m == 0:
        return float("nan")
    size = np.round(n * m / (n + m))
    if size < 1:  # one value against one, of which scipy makes NaN
        return 1.0
    return float(np.clip(kstwo.sf(numerator / (n * m), size), 0.0, 1.0))


@cache
def _memory() -> tuple[Ints, Floats]:
    """What this process has computed: (numerator, n, m) and p-value. A later entry overwrites an earlier one in its place."""
    return np.zeros((REMEMBERED, 3), dtype=np.int64), np.empty(REMEMBERED)


@kernel
def _look_up(numerators: Ints, n: Ints, m: Ints, known: Ints, answers: Floats, p: Floats) -> None:
    for test in range(p.shape[0]):
        for column in range(p.shape[1]):
            numerator, one, other = numerators[test, column], n[column], m[test, column]
            if numerator == 0:
                p[test, column] = 1.0 if other > 0 else np.nan
                continue
            place = (15485863 * numerator + 32452843 * one + 49979687 * other) % len(known)
            key = known[place]
            if key[0] != numerator or key[1] != one or key[2] != other:
                key[0], key[1], key[2] = numerator, one, other
                same = one == other
                answers[place] = _same_size(one, numerator // one) if same else _any_size(one, other, numerator)
            p[test, column] = answers[place]


@kernel
def _same_size(n: int, distance: int) -> float:
    """2 sum_k (-1)^(k-1) C(2n, n - k distance) / C(2n, n) (Gnedenko and Korolyuk), factored to cancel nothing."""
    tail = 0.0
    for k in range(n // distance, 0, -1):
        ratio = 1.0
        for step in range(distance):
            ratio *= (n - (k - 1) * distance - step) / (n + (k - 1) * distance + step + 1)
        tail = ratio * (1.0 - tail)
    return min(2.0 * tail, 1.0)


@kernel
def _any_size(n: int, m: int, numerator: int) -> float:
    """The share of paths from (0, 0) to (n, m) that meet a point (i, j) with |i m - j n| >= numerator."""
    if n < m:
        n, m = m, n
    left = np.ones(m + 1)  # of the paths to (i, j), the share that has left the band; 1 outside the band
    for j in range(min(m, (numerator - 1) // n) + 1):
        left[j] = 0.0
    for i in range(1, n + 1):
        lowest = max((i * m - numerator) // n + 1, 0)
        highest = min((i * m + numerator - 1) // n, m)
        if lowest > highest:
            return 1.0
        share = 1.0 if lowest else 0.0
        for j in range(lowest, highest + 1):
            weight = i / (i + j)  # of the paths to (i, j), those from (i - 1, j); the loop waits for no division
            share = left[j] * weight + share * (1.0 - weight)
            left[j] = share
    return float(left[m])
