"""Runs scored and summed over seeds: one sum for each condition, from which every share and mean follows.

A mean over streams is a ratio of two sums, so that a million runs are scored once and never looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.detection.records import CONDITION, Recorded, Scans, taken
from harness.core import Floats, Ints
from harness.detectors.run import Run
from harness.scoring import measures, pooled, run_sums
from harness.scoring.sums import Sums

_OF_TWINS = {"drifts": "twins", "found": "found_on_twins"}
"""Sums over drift-free twins, judged by the truth of the streams with a drift, and their names beside those of the streams."""


def found_by_chance(drifted: Sums, free: Sums) -> Floats:
    """The share of drifts that alarms on the drift-free twins would have found by chance, as `measures.found`."""
    return measures.found({name: drifted[ours] for name, ours in _OF_TWINS.items()}, free)


SHARES = measures.SHARES | {found_by_chance}
"""Measures that lie between 0 and 100."""


@dataclass(frozen=True)
class Tally:
    """Sums over the streams of each condition.

    Attributes:
        conditions: one row a condition, with `n_streams` and whether its streams have a drift (`drifted`).
        condition_of: the condition of each stream.
        sums: for each run those of every condition; `runs` is 0 where it read no stream.
    """

    conditions: pd.DataFrame
    condition_of: Ints
    sums: Mapping[Run, Sums]

    @classmethod
    def of(cls, recorded: Recorded, *, grace: float) -> Tally:
        """Score all runs with this grace, in months."""
        conditions, condition_of = _conditions(recorded)
        sums: dict[Run, Sums] = {}
        for run in recorded.runs:
            scans = recorded.scans(run)
            scored = recorded.score(scans, grace=grace)
            known = pooled(run_sums(scored), condition_of[scans.stream], len(conditions))
            sums[run] = known | by_chance(recorded, scans, condition_of, len(conditions), grace)
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


def by_chance(
    recorded: Recorded, scans: Scans, condition_of: Ints, n_conditions: int, grace: float
) -> dict[str, Floats]:
    """How often the alarms on drift-free twins fall where the drift of the other stream could have been found.

    What a run finds by chance: the same rows without the drift, its alarms judged by the truth of the stream with it.
    """
    twin = recorded.twins[scans.stream]  # of each stream read; itself a stream, or -1
    place = np.full(len(recorded.streams), -1)
    place[scans.stream] = np.arange(len(scans.stream))
    known = np.flatnonzero((twin >= 0) & (place[twin] >= 0))
    of_twins = Scans(scans.stream[known], taken(scans.alarms, place[twin[known]]))
    scored = recorded.score(of_twins, grace=grace)
    found = pooled(run_sums(scored), condition_of[of_twins.stream], n_conditions)
    return {ours: found[name] for name, ours in _OF_TWINS.items()}
