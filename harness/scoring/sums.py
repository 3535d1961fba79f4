"""Counts and times of each run; every measure is a ratio of sums of them.

A mean over runs is a ratio of two sums. So runs are scored and counted once (`run_sums`), pooled in any way that a question
asks for (`pooled`), and measured (`harness.scoring.measures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, DataError, Floats, Ints
from harness.inference import inputs
from harness.scoring.alarms import Scored
from harness.scoring.flat import Bools

LONGEST_DELAY = 2.0
"""Months: the longest delay that matters (tau), the same for all scenarios and detectors."""

Sums = Mapping[str, Floats]
"""By name what `run_sums` counts, shape (n,) each: of n runs, or of n groups of runs."""


def run_sums(scored: Scored, *, longest: float = LONGEST_DELAY) -> dict[str, Floats]:
    """The sums of every single run, which measures divide.

    Args:
        scored: runs on streams with and without a drift.
        longest: the longest delay that matters, in months.

    Returns:
        By name one number for each run; where a name says what is counted, 1 or 0.

        of the run: runs (1); right (judged rightly by its first alarm); with_false (has a false alarm); false, repeats and
        past_end (alarms of the kind); rows, rows_outside, months_outside and months_alarmed as in `Scored`, where `rows` is
        the horizon; run_length (rows read until the first alarm, or all).
        of its drifts: events; detected (those found); rows_to_hit (rows read from the onset to the alarm, over those found).
        of its first drift: drifts (1 if there is one); found; delay (months, a miss counting as its window, nothing as more
        than `longest`); unhurried (no alarm came before it); unhurried_rows (rows read from its onset to the alarm or to the
        end of its window, if unhurried).
    """
    inputs.check_kind(scored, Scored, what="scored")
    if inputs.number(longest, what="longest") < 0:
        raise ConfigError(f"longest is {longest}; give a delay of 0 or more.")
    drifted, first = scored.drifted, scored.first_event
    unhurried = drifted & (scored.early == 0)
    columns: dict[str, NDArray[Any]] = {
        "runs": np.ones(scored.n_runs),
        "right": scored.right,
        "with_false": scored.false > 0,
        "false": scored.false,
        "repeats": scored.repeats,
        "past_end": scored.past_end,
        "rows": scored.horizon,
        "rows_outside": scored.rows_outside,
        "months_outside": scored.months_outside,
        "months_alarmed": scored.months_alarmed,
        "run_length": np.minimum(scored.first_alarm + 1, scored.horizon),
        "events": np.diff(scored.event_offsets),
        "detected": _summed(scored.detected, scored.run, scored.n_runs),
        "rows_to_hit": _summed(np.where(scored.detected, scored.delay + 1, 0), scored.run, scored.n_runs),
        "drifts": drifted,
        "found": _of_drifted(drifted, scored.detected[first]),
        "delay": _of_drifted(drifted, np.minimum(scored.delay_months[first], longest)),
        "unhurried": unhurried,
        "unhurried_rows": unhurried * _of_drifted(drifted, scored.delay[first] + 1),
    }
    return {name: column.astype(np.float64) for name, column in columns.items()}


def pooled(sums: Sums, group: Ints, n_groups: int) -> dict[str, Floats]:
    """The sums of each group, 0 in all of them for a group without a member.

    Args:
        sums: of runs, or of groups of runs.
        group: the group, 0 to n_groups - 1, that each of them is in.
        n_groups: how many groups there are.

    Raises:
        DataError: a group outside of these, or not one for each member.
    """
    n_groups = inputs.count(n_groups, what="n_groups", least=0)
    places = inputs.whole(group, what="group", give="the number of a group for each member")
    if any(len(column) != len(places) for column in sums.values()):
        raise DataError(f"group has {len(places)} entries; give one for each member of the sums.")
    if len(places) and not 0 <= places.min() <= places.max() < n_groups:
        raise DataError(f"group goes from {places.min()} to {places.max()}; groups are 0 to {n_groups - 1}.")
    return {name: _summed(column, places, n_groups) for name, column in sums.items()}


def selected(sums: Sums, which: Bools) -> dict[str, Floats]:
    """The sums of those runs or groups at which the mask, of truth values or 0 and 1, is true.

    Raises:
        DataError: a mask of anything else, or for another number of runs.
    """
    mask = inputs.truths(which, what="which")
    if any(len(column) != len(mask) for column in sums.values()):
        raise DataError(f"which has {len(mask)} entries; give one for each run or group of the sums.")
    return {name: column[mask] for name, column in sums.items()}


def _of_drifted(drifted: Bools, values: NDArray[Any]) -> Floats:
    """Values of drifted runs laid out over all runs, 0 on the others."""
    laid = np.zeros(len(drifted))
    laid[drifted] = values
    return laid


def _summed(values: NDArray[Any], group: Ints, n_groups: int) -> Floats:
    weights = np.asarray(values, dtype=np.float64)
    return np.bincount(group, weights=weights, minlength=n_groups).astype(np.float64)
