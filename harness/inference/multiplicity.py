"""Families of tests: adjusted p values, and the number of data sets below which a family cannot reject anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats


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


def holm(p_values: ArrayLike) -> Adjusted:
    """Holm's step-down adjustment: the chance of any false rejection in the family stays below the level.

    It is meant for the declared pairs of the primary metric. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70, https://www.jstor.org/stable/4615733.
    """
    return _adjusted(p_values, _step_down)


def benjamini_hochberg(p_values: ArrayLike) -> Adjusted:
    """Benjamini and Hochberg's adjustment: the expected share of false rejections among all stays below the level.

    It is meant for secondary metrics. A NaN counts in the family and stays NaN.

    Args:
        p_values: shape (n_tests,), each between 0 and 1 or NaN.

    Source: Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x.
    """
    return _adjusted(p_values, stats.false_discovery_control)


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
    order = np.argsort(p)
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


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
