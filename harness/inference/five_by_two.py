"""A against B on one data set over five repeats of two-fold cross-validation.

Both tests take the differences of ten folds. Repeats of ten folds with `within.corrected_t` need no special design and have
more power; these are here because studies report them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Floats
from harness.inference.estimate import DECIMALS, TTest, unknown_interval
from harness.inference.student import t_interval

SHAPE = (5, 2)


@dataclass(frozen=True, kw_only=True)
class CombinedF:
    """Alpaydin's combined test.

    Attributes:
        mean_difference: A - B over all ten folds.
        statistic: F.
        df: numerator degrees of freedom, 10.
        df_error: denominator degrees of freedom, 5.
        p: the p of F.
        n: the number of differences, 10.
        note: empty, or what was degenerate.
    """

    mean_difference: float
    statistic: float
    df: float
    df_error: float
    p: float
    n: int
    note: str = ""


def five_by_two_t(differences: ArrayLike, *, level: float = 0.95) -> TTest:
    """Dietterich's 5x2cv paired t test: t = the first difference / sqrt(mean of the five variances), 5 degrees of freedom.

    The estimate is the difference on the first fold of the first repeat, as the test has it, so the order of folds matters;
    `five_by_two_f` does not depend on it.

    Args:
        differences: shape (5, 2), A - B, a row for each repeat and a column for each fold.
        level: of the interval of that difference.

    Returns:
        The test. If no repeat varies t is NaN; p is 1 if all differences are zero, else NaN. The note says so.

    Raises:
        ConfigError: another shape, or values that are not finite.

    Source: Dietterich (1998), doi 10.1162/089976698300017197.
    """
    inputs.level(level)
    table = _ten(differences)
    first, error = float(table[0, 0]), math.sqrt(_squares(table) / 5)
    if error == 0:
        p, note = _unvaried(table)
        return TTest(
            estimate=first,
            interval=unknown_interval(level),
            n=10,
            note=note,
            standard_error=0.0,
            statistic=math.nan,
            df=5,
            p=p,
        )
    return TTest(
        estimate=first,
        interval=t_interval(first, error, df=5, level=level),
        n=10,
        standard_error=error,
        statistic=first / error,
        df=5,
        p=2 * float(stats.t.sf(abs(first) / error, 5)),
    )


def five_by_two_f(differences: ArrayLike) -> CombinedF:
    """Alpaydin's combined 5x2cv F test: F = sum of the ten squared differences / (2 sum of the five variances), df 10 and 5.

    Args:
        differences: shape (5, 2), A - B, a row for each repeat and a column for each fold.

    Returns:
        The test, which is conservative, but not on the smallest sets (it rejects .065 at 60 rows). If no repeat varies F is
        NaN; p is 1 if all differences are zero, else NaN. The note says so.

    Raises:
        ConfigError: another shape, or values that are not finite.

    Source: Alpaydin (1999), doi 10.1162/089976699300016007.
    """
    table = _ten(differences)
    squares, mean = _squares(table), float(table.mean())
    if squares == 0:
        p, note = _unvaried(table)
        return CombinedF(mean_difference=mean, statistic=math.nan, df=10, df_error=5, p=p, n=10, note=note)
    f = float(np.sum(table**2)) / (2 * squares)
    return CombinedF(mean_difference=mean, statistic=f, df=10, df_error=5, p=float(stats.f.sf(f, 10, 5)), n=10)


def _ten(differences: ArrayLike) -> Floats:
    table = inputs.grid(differences, what="differences", give="five rows of two, a row for each repeat")
    if table.shape != SHAPE:
        raise ConfigError(f"differences has shape {table.shape}: give five rows of two, a row for each repeat")
    if not np.isfinite(table).all():
        raise ConfigError("differences has a value that is not finite: give all ten, or take within.corrected_t")
    return table


def _squares(table: Floats) -> float:
    """The sum of the five variances, (p1 - m)^2 + (p2 - m)^2 each; 0 where the folds of each repeat agree."""
    gaps = table[:, 0] - table[:, 1]
    if (np.abs(gaps) <= np.maximum(10.0**-DECIMALS, 1e-13 * np.abs(table).max())).all():
        return 0.0
    return float(np.sum(gaps**2)) / 2


def _unvaried(table: Floats) -> tuple[float, str]:
    zero = bool((np.abs(table) <= 10.0**-DECIMALS).all())
    p = 1.0 if zero else math.nan
    return (
        p,
        f"Both folds of every repeat agree: the statistic is undefined, and {'p = 1' if zero else 'there is no p'}.",
    )
