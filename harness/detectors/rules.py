"""Rules that turn the tests of a window, one for each column, into an alarm or none.

Every rule has a `score` that falls below the level (for an index: rises above the threshold) exactly where it alarms. So
other levels can be tried on the scores of a scan without scanning again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats

Rule = Literal["bonferroni", "bh", "share", "any"]
"""How many columns count as one window.

bonferroni: p-values times the number of columns (family-wise error).
bh: p-values adjusted as Benjamini and Hochberg 1995 (false discovery rate), doi 10.1111/j.2517-6161.1995.tb02031.x.
share: at least a share of the columns, each by itself.
any: one column, each by itself: no correction for their number.
"""


@dataclass(frozen=True)
class WindowFindings:
    """What the tests of the windows of a scan gave.

    Attributes:
        values: shape (n_tests, n_columns), the p-value or index of each column that the test reads; no columns for tests of
            all columns at once.
        score: shape (n_tests,), on the scale of the level or threshold.
        alarm: shape (n_tests,), whether the window alarms.
        moved: shape (n_tests, n_columns), which columns the rule flags; looked at where the window alarms.
    """

    values: Floats
    score: Floats
    alarm: NDArray[np.bool_]
    moved: NDArray[np.bool_]


def by_p_value(p: Floats, *, rule: Rule, level: float, share: float) -> WindowFindings:
    """Alarms where the score, a corrected p-value, is below the level.

    Args:
        p: shape (n_tests, n_columns); NaN (a column with nothing to compare) counts as 1.
        rule: bonferroni, bh, share or any.
        level: of the window with bonferroni and bh, of each column with share and any.
        share: of the columns that must be below the level; for the rule share.
    """
    known = np.where(np.isnan(p), 1.0, p)
    if rule == "bonferroni":
        known = np.minimum(known * p.shape[1], 1.0)
    elif rule == "bh":
        known = _benjamini_hochberg(known)
    score = _ranked(known, _needed(rule, p.shape[1], share))
    return WindowFindings(p, score, score < level, known < level)


def by_index(index: Floats, *, rule: Rule, threshold: float, share: float) -> WindowFindings:
    """Alarms where the score, an index such as PSI, is above the threshold; `rule` is share or any."""
    score = -_ranked(-index, _needed(rule, index.shape[1], share))
    return WindowFindings(index, score, score > threshold, index > threshold)


def jointly(p: Floats, *, level: float) -> WindowFindings:
    """Alarms where the p-value of a test of all columns at once, shape (n_tests,), is below the level; names no columns."""
    return WindowFindings(np.empty((len(p), 0)), p, p < level, np.empty((len(p), 0), dtype=np.bool_))


def _needed(rule: Rule, n_columns: int, share: float) -> int:
    """How many columns must move for an alarm; a share of 0.3 of 10 columns is 3, whatever its last bit says."""
    return max(1, math.ceil(share * n_columns - 1e-9)) if rule == "share" else 1


def _ranked(values: Floats, rank: int) -> Floats:
    """The rank-th smallest value of each row."""
    smallest: Floats = values.min(axis=1) if rank == 1 else np.partition(values, rank - 1, axis=1)[:, rank - 1]
    return smallest


def _benjamini_hochberg(p: Floats) -> Floats:
    """Adjusted p-values: the smallest level at which the step-up procedure would reject the column."""
    n_columns = p.shape[1]
    order = np.argsort(p, axis=1, kind="stable")
    scaled = np.take_along_axis(p, order, axis=1) * n_columns / np.arange(1, n_columns + 1)
    adjusted = np.minimum.accumulate(scaled[:, ::-1], axis=1)[:, ::-1]
    back = np.empty_like(p)
    np.put_along_axis(back, order, np.minimum(adjusted, 1.0), axis=1)
    return back
