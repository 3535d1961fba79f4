"""Whether groups of independent delays have the same survival curve.

The trap: drifts of many streams from a few data sets are no independent delays. Pooled over data sets as if they were, the
log-rank test rejects a true null hypothesis in .27 to .50 of studies. Detectors on data sets are compared by the paired t of
restricted means per data set (`restricted_mean`, `paired`), which rejects in .05.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.arrays import Bools, Floats, Ints
from harness.inference.estimate import sentences
from harness.inference.survival import checked


@dataclass(frozen=True)
class LogRank:
    """Events of each group, observed and expected if all had one curve, and the test that they have.

    Attributes:
        statistic: chi-square.
        df: the number of groups that were at risk when something was found, less 1.
        p: the p of chi-square.
        groups: the labels, in order.
        observed: the (weighted) number of detections in each.
        expected: the number expected in each; both have the same sum.
        n: the number of delays.
        note: empty, or what was left out or degenerate.
    """

    statistic: float
    df: int
    p: float
    groups: tuple[str, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    n: int
    note: str = ""


def log_rank(frame: pd.DataFrame, *, delay: str, detected: str, group: str, rho: float = 0.0) -> LogRank:
    """The log-rank test (rho 0) or Peto and Peto's test (rho 1) of one survival curve for all groups.

    Each delay has to be a replicate of its own: over data sets with several streams each the test is wrong, with type-I rates
    of .27 to .50 (see the head of this module).

    Args:
        frame: one row per drift.
        delay: the column of delays, each 0 or more; the window's length where the drift was missed.
        detected: the column that says whether it was found (or 1 and 0).
        group: the column of groups; rows without a label are left out, with a note.
        rho: detections at t weigh S(t-)^rho: 0 weighs all alike, 1 the early ones more.

    Returns:
        The test. Without a detection, with one group, or without variance its p is NaN, and the note says why.

    Raises:
        DataError: as `kaplan_meier`, or labels that cannot be told apart.
        ConfigError: a rho below 0, or a column that is not there or named twice.

    Source: Harrington and Fleming (1982), doi 10.1093/biomet/69.3.553, as `survival::survdiff`; for rho 1 Peto and Peto (1972),
    doi 10.2307/2344317. `statsmodels.duration.survfunc.survdiff` has no counts, and its p loses its digits below 1e-16.
    """
    if inputs.number(rho, what="rho") < 0:
        raise ConfigError(f"rho is {rho}, but must be 0 or more: give 0 for the log-rank test and 1 for Peto's")
    plain = inputs.columns(frame, (delay, detected, group))
    labels = inputs.levels(plain[group]).to_numpy()
    known = np.array([label is not None for label in labels], dtype=bool)
    left_out = int((~known).sum())
    note = f"{left_out} of {len(known)} rows have no {group} and were left out." if left_out else ""
    values, found = checked(plain[delay].to_numpy()[known], plain[detected].to_numpy()[known])
    names, codes = np.unique(labels[known].astype(str), return_inverse=True)
    observed, expected, variance = _sums(values, found, codes, rho)
    statistic, df = _chi_square(observed - expected, variance, expected > 0)
    reason = "" if df else _without_test(len(names), bool(found.any()))
    return LogRank(
        statistic=statistic,
        df=df,
        p=float(stats.chi2.sf(statistic, df)) if df else math.nan,
        groups=tuple(map(str, names)),
        observed=tuple(map(float, observed)),
        expected=tuple(map(float, expected)),
        n=len(values),
        note=sentences(note, reason),
    )


def _sums(values: Floats, found: Bools, codes: Ints, rho: float) -> tuple[Floats, Floats, Floats]:
    """Observed and expected detections of each group, shape (n_groups,), and the covariance of their differences."""
    times, steps = np.unique(values[found], return_inverse=True)
    k = int(codes.max()) + 1
    hits = np.zeros((len(times), k))
    np.add.at(hits, (steps, codes[found]), 1.0)
    at_risk = np.column_stack(
        [np.sum(codes == g) - np.searchsorted(np.sort(values[codes == g]), times, side="left") for g in range(k)]
    ).reshape(len(times), k)
    n, d = at_risk.sum(axis=1), hits.sum(axis=1)
    before = np.cumprod(np.concatenate([[1.0], 1 - d / n]))[:-1]
    weight = before**rho
    share = at_risk / n[:, None]
    spread = weight**2 * d * (n - d) / np.maximum(n - 1, 1)
    variance = np.diag(spread @ share) - share.T @ (spread[:, None] * share)
    return weight @ hits, weight @ (d[:, None] * share), variance


def _chi_square(gaps: Floats, variance: Floats, at_risk: Bools) -> tuple[float, int]:
    """The statistic and its degrees of freedom, 0 with NaN if there is nothing to test."""
    kept = np.flatnonzero(at_risk)[1:]  # the gaps sum to 0, so that one group tells nothing new
    part = variance[np.ix_(kept, kept)]
    if not len(kept) or np.linalg.matrix_rank(part) < len(kept):
        return math.nan, 0
    return float(gaps[kept] @ np.linalg.solve(part, gaps[kept])), len(kept)


def _without_test(n_groups: int, any_found: bool) -> str:
    if n_groups < 2:
        return "There is one group: there is nothing to compare."
    if not any_found:
        return "Nothing was found: there is no detection to compare."
    return "Whatever was found, was found where groups cannot differ: the test has no variance."
