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

from harness.analysis.detection.recorded import CONDITION, Recorded, Run, Scans, taken
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
            known = _sums(scored, scans, condition_of[scans.stream], len(conditions))
            by_chance = _by_chance(recorded, scans, condition_of, len(conditions), grace)
            sums[run] = pd.concat([known, by_chance], axis=1)
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
        "rows_to_hit": np.where(scored.detected, scored.delay + 1, 0),
    }
    firsts = scored.first_event
    of_firsts: dict[str, NDArray[Any]] = {
        "drifts": np.ones(len(firsts), dtype=np.int64),
        "found": scored.detected[firsts],
        "delay": np.minimum(scored.delay_months[firsts], HORIZON),
        "months_to_hit": np.where(scored.detected[firsts], scored.delay_months[firsts], 0.0),
    }
    columns = {name: _summed(condition, values, n_conditions) for name, values in of_runs.items()}
    columns |= {name: _summed(condition[scored.run], values, n_conditions) for name, values in of_events.items()}
    columns |= {name: _summed(condition[drifted], values, n_conditions) for name, values in of_firsts.items()}
    return pd.DataFrame(columns)


def _by_chance(recorded: Recorded, scans: Scans, condition_of: Ints, n_conditions: int, grace: float) -> pd.DataFrame:
    """How often the alarms on drift-free twins fall where the drift of the other stream could have been found.

    What a run finds by chance: the same rows without the drift, its alarms judged by the truth of the stream with it.
    """
    twin = recorded.twins[scans.stream]  # of each stream read; itself a stream, or -1
    place = np.full(len(recorded.streams), -1)
    place[scans.stream] = np.arange(len(scans.stream))
    known = np.flatnonzero((twin >= 0) & (place[twin] >= 0))
    of_twins = Scans(scans.stream[known], taken(scans.alarms, place[twin[known]]))
    scored = recorded.score(of_twins, grace=grace)
    condition = condition_of[of_twins.stream][scored.drifted]
    found = scored.detected[scored.first_event]
    return pd.DataFrame(
        {
            "twins": _summed(condition, np.ones(len(condition)), n_conditions),
            "found_on_twins": _summed(condition, found, n_conditions),
        }
    )


def _at(values: Ints, places: Ints) -> Ints:
    """Entries by place; 0 where there is no entry at all."""
    return values[places] if len(values) else np.zeros(len(places), dtype=np.int64)


def _summed(group: Ints, values: NDArray[Any], n_groups: int) -> Floats:
    weights = np.asarray(values, dtype=np.float64)
    return np.bincount(group, weights=weights, minlength=n_groups).astype(np.float64)
