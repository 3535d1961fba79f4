"""Runs scored and summed over seeds: one row for each condition, from which every share and mean follows.

A mean over streams is a ratio of two sums, so that a million runs are scored once and never looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.analysis.detection.recorded import CONDITION, Recorded, Run, Scans
from harness.core import Floats, Ints
from harness.scoring import Scored

HORIZON = 2.0
"""Months: the longest delay that matters (tau), the same for all scenarios and detectors."""


@dataclass(frozen=True)
class Tally:
    """Sums over the streams of each condition.

    Attributes:
        conditions: one row a condition, with `n_streams` and whether its streams have a drift (`drifted`).
        condition_of: the condition of each stream.
        sums: for each run one row a condition; `runs` is 0 where it read no stream.
    """

    conditions: pd.DataFrame
    condition_of: Ints
    sums: Mapping[Run, pd.DataFrame]

    @classmethod
    def of(cls, recorded: Recorded, *, grace: float) -> Tally:
        """Score all runs with this grace, in months."""
        conditions, condition_of = _conditions(recorded)
        sums = {}
        for run in recorded.runs:
            scans = recorded.scans(run)
            scored = recorded.score(scans, grace=grace)
            sums[run] = _sums(scored, scans, condition_of[scans.stream], len(conditions))
        return cls(conditions, condition_of, sums)


def _conditions(recorded: Recorded) -> tuple[pd.DataFrame, Ints]:
    streams = recorded.streams
    groups = streams.groupby(list(CONDITION), dropna=False, sort=True)
    number = groups.ngroup().to_numpy().astype(np.int64)
    first = np.unique(number, return_index=True)[1]
    conditions = streams.loc[first, list(CONDITION)].reset_index(drop=True)
    drifted = np.diff(recorded.truth.offsets) > 0
    conditions["n_streams"] = np.bincount(number)
    conditions["drifted"] = drifted[first]
    return conditions, number


def _sums(scored: Scored, scans: Scans, condition: Ints, n_conditions: int) -> pd.DataFrame:
    """What `harness.analysis.detection.measures` divides; columns end where their names in `Scored` end."""
    drifted = scored.drifted
    first = np.zeros(scored.n_runs, dtype=np.int64)
    first[drifted] = scored.first_event
    unhurried = drifted & (scored.early == 0)  # first drifts that no alarm preceded
    n_alarms = np.diff(scans.alarms.offsets)
    of_runs: dict[str, NDArray[Any]] = {
        "runs": np.ones(scored.n_runs, dtype=np.int64),
        "right": scored.right,
        "alarmed": n_alarms > 0,
        "with_false": scored.false > 0,
        "false": scored.false,
        "repeats": scored.repeats,
        "past_end": scored.past_end,
        "rows": scored.horizon,
        "rows_outside": scored.rows_outside,
        "months_outside": scored.months_outside,
        "months_alarmed": scored.months_alarmed,
        "run_length": np.minimum(scored.first_alarm + 1, scored.horizon),
        "unhurried": unhurried,
        "unhurried_rows": np.where(unhurried, _at(scored.delay, first) + 1, 0),
    }
    of_events: dict[str, NDArray[Any]] = {
        "events": np.ones(len(scored.delay), dtype=np.int64),
        "detected": scored.detected,
        "delay": np.minimum(scored.delay_months, HORIZON),
        "rows_to_hit": np.where(scored.detected, scored.delay + 1, 0),
        "months_to_hit": np.where(scored.detected, scored.delay_months, 0.0),
    }
    event_condition = condition[scored.run]
    columns = {name: _summed(condition, values, n_conditions) for name, values in of_runs.items()}
    columns |= {name: _summed(event_condition, values, n_conditions) for name, values in of_events.items()}
    return pd.DataFrame(columns)


def _at(values: Ints, places: Ints) -> Ints:
    """Entries by place; 0 where there is no entry at all."""
    return values[places] if len(values) else np.zeros(len(places), dtype=np.int64)


def _summed(group: Ints, values: NDArray[Any], n_groups: int) -> Floats:
    weights = np.asarray(values, dtype=np.float64)
    return np.bincount(group, weights=weights, minlength=n_groups).astype(np.float64)
