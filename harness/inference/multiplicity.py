"""Families of tests: adjusted p values, and the number of data sets below which a family cannot reject anything.

    what stays below the level                        functions
    any false rejection, whatever the tests share     bonferroni, holm, shaffer (the last for all pairs of methods)
    ... if they are not negatively dependent          hochberg, hommel
    the expected share of false rejections            benjamini_hochberg; benjamini_yekutieli, whatever the tests share

`holm` is the one for the declared pairs of the primary metric, `benjamini_hochberg` for secondary metrics. The others are
here to compare with what others publish.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.multitest import multipletests

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats, Ints


@dataclass(frozen=True)
class Adjusted:
    """The adjusted p values of a family of tests. Compare each with the level of a single test.

    Attributes:
        p: the adjusted values in the order given; NaN where the test gave none.
        n: the size of the family.
        note: empty, or the number of tests without p.
    """

    p: tuple[float, ...]
    n: int
    note: str = ""


def bonferroni(p_values: ArrayLike) -> Adjusted:
    """Bonferroni's adjustment, p m: after ranks against one control it is Bonferroni and Dunn's test.

    `holm` rejects whatever this does, and more. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Dunn (1961), doi 10.1080/01621459.1961.10482090.
    """
    return _adjusted(p_values, lambda p: np.minimum(p * len(p), 1.0))


def holm(p_values: ArrayLike) -> Adjusted:
    """Holm's step-down adjustment: the chance of any false rejection in the family stays below the level.

    It is meant for the declared pairs of the primary metric. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70, https://www.jstor.org/stable/4615733.
    """
    return _adjusted(p_values, _step_down)


def hochberg(p_values: ArrayLike) -> Adjusted:
    """Hochberg's step-up adjustment: Holm's factors, but the largest p decides first.

    The level holds for independent and for positively dependent tests alone. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Hochberg (1988), doi 10.1093/biomet/75.4.800.
    """
    return _adjusted(p_values, _step_up)


def hommel(p_values: ArrayLike) -> Adjusted:
    """Hommel's adjustment, by Simes' test of every part of the family. It rejects whatever `hochberg` does, and more.

    The level holds for independent and for positively dependent tests alone. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Hommel (1988), doi 10.1093/biomet/75.2.383.
    """
    return _adjusted(p_values, _by_simes)


def shaffer(p_values: ArrayLike) -> Adjusted:
    """Shaffer's static adjustment (S1) for all pairs of k methods: Holm's, but with the most hypotheses that can still hold.

    If one of three methods differs from both others, only one pair is left that may be alike. So p(i) is multiplied by the
    largest number of pairs that can be alike together and is at most m - i + 1. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (k (k - 1) / 2,), the pairs in any order, each between 0 and 1 or NaN.

    Raises:
        ConfigError: if so many tests are not all pairs of any number of methods.

    Source: Shaffer (1986), doi 10.1080/01621459.1986.10478341; Garcia and Herrera (2008), Journal of Machine Learning
    Research 9, 2677-2694, https://jmlr.org/papers/v9/garcia08a.html.
    """
    n_tests = len(inputs.p_values(p_values))
    n_methods = (1 + math.isqrt(1 + 8 * n_tests)) // 2
    if n_methods * (n_methods - 1) // 2 != n_tests:
        raise ConfigError(
            f"{n_tests} tests are not all pairs of any number of methods: give a p for each pair, or use holm"
        )
    return _adjusted(p_values, lambda p: _step_down_by(p, _most_alike(n_methods)))


def benjamini_hochberg(p_values: ArrayLike) -> Adjusted:
    """Benjamini and Hochberg's adjustment: the expected share of false rejections among all stays below the level.

    It is meant for secondary metrics. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    return _adjusted(p_values, stats.false_discovery_control)


def benjamini_yekutieli(p_values: ArrayLike) -> Adjusted:
    """Benjamini and Yekutieli's adjustment: `benjamini_hochberg` times 1 + 1/2 + ... + 1/m, whatever the tests share.

    A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Benjamini and Yekutieli (2001), doi 10.1214/aos/1013699998.
    """
    return _adjusted(p_values, lambda p: stats.false_discovery_control(p, method="by"))


def fewest_sets(n_tests: int, *, alpha: float = 0.05) -> int:
    """The smallest number of data sets at which Wilcoxon's test under Holm can reject anything.

    The smallest two-sided p of n sets is 2^(1-n), and Holm multiplies the smallest of a family by its size.

    Args:
        n_tests: the size of the family: k (k - 1) / 2 for all pairs of k methods.
        alpha: the level.

    Raises:
        ConfigError: an empty family, or an alpha outside (0, 1).

    Returns:
        The number: 7 for the pairs of 3 methods, 9 for 5, 11 for 8 to 10, 13 for 15.
    """
    if inputs.count(n_tests, what="the number of tests", least=0) < 1:
        raise ConfigError(f"a family of {n_tests} tests is empty: declare at least one comparison")
    inputs.alpha(alpha)
    n_sets = 1
    while n_tests * 2.0 ** (1 - n_sets) >= alpha:
        n_sets += 1
    return n_sets


def too_few_sets(n: int, n_tests: int, *, alpha: float = 0.05) -> str:
    """The note on a family that cannot reject anything, as there are fewer than `fewest_sets`; empty if there are enough."""
    inputs.count(n, what="the number of data sets", least=0)
    needed = fewest_sets(n_tests, alpha=alpha)
    if n >= needed:
        return ""
    return f"{n} data sets cannot reject any of {n_tests} comparisons at {alpha:g}: at least {needed} are needed."


def _step_down(p: Floats) -> Floats:
    # statsmodels' version runs the garbage collector on every call, which takes longer than all tests of a table.
    return _step_down_by(p, np.arange(len(p), 0, -1))


def _step_down_by(p: Floats, factors: Ints) -> Floats:
    order = np.argsort(p)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return adjusted


def _step_up(p: Floats) -> Floats:
    order = np.argsort(p)[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(p[order] * np.arange(1, len(p) + 1)), 1.0)
    return adjusted


def _by_simes(p: Floats) -> Floats:
    adjusted: Floats = multipletests(p, method="hommel")[1]
    return adjusted


def _most_alike(n_methods: int) -> Ints:
    """For i = 1 .. m the largest number of pairs that can be alike together and is at most m - i + 1.

    Methods that are alike form groups, and j of them make j (j - 1) / 2 pairs. The numbers that k methods can make are the
    bits of one integer: those of k - j methods, moved by the pairs of the group of the k-th.
    """
    possible = [1]
    for k in range(1, n_methods + 1):
        bits = 0
        for j in range(1, k + 1):
            bits |= possible[k - j] << (j * (j - 1) // 2)
        possible.append(bits)
    n_tests = n_methods * (n_methods - 1) // 2
    numbers = np.array([number for number in range(n_tests + 1) if possible[-1] >> number & 1])
    return np.asarray(numbers[np.searchsorted(numbers, np.arange(n_tests, 0, -1), side="right") - 1])


def _adjusted(p_values: ArrayLike, adjust: Callable[[Floats], Floats]) -> Adjusted:
    p = inputs.p_values(p_values)
    missing = np.isnan(p)
    if missing.all():
        note = f"None of the {len(p)} tests gave a p." if len(p) else "There is no test."
        return Adjusted(tuple(map(float, p)), len(p), note)
    # A test without p counts as p = 1. Leaving it out would make the others look better.
    adjusted = np.where(missing, np.nan, adjust(np.where(missing, 1.0, p)))
    count = int(missing.sum())
    note = f"{count} of {len(p)} tests gave no p; they count in the family." if count else ""
    return Adjusted(tuple(map(float, adjusted)), len(p), note)
