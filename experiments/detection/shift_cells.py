"""Streams that were shifted by given strengths, and which of them each test found, for the smallest shift that it sees."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.detection.design import Design
from experiments.detection.records import Recorded, Scans, taken
from experiments.detection.shift_curves import FEWEST, Curve, Logistic, Steps
from harness.core import ConfigError, Floats, Ints
from harness.detectors.run import Run
from harness.scoring import Scored
from harness.scoring.flat import Bools

SHIFT = "mean_shift"
"""The scenario, whose strength is in standard deviations."""

OTHERS = ("psi", "chi_square_binned", "classifier_two_sample")
"""The tests that KS is compared with."""

CURVES: Mapping[str, Callable[[Floats, Bools], Curve]] = {"logistic": Logistic.of, "steps": Steps.of}
"""Ways to read a strength off the shares that were found, by the level's name; the first is that of the rule."""


class Hits(NamedTuple):
    """What one run found: rows of `Shifts.streams`, rising, whether each drift was found, and if the setting was in band."""

    rows: Ints
    found: Bools
    in_band: Bools


class Pair(NamedTuple):
    """The curves of two tests on one data set, over streams that both have read."""

    one: Curve
    other: Curve
    n_streams: int


def shifted(recorded: Recorded, design: Design, dependent: Collection[str]) -> pd.DataFrame:
    """The streams of given strengths, months of the main comparison, labels at once: dataset, strength, even by stream."""
    streams = recorded.streams
    usual = (streams["scenario"] == SHIFT) & (streams["rows_per_month"] == design.rows_per_month)
    usual &= (streams["label_delay"] == 0) & (streams["raw"] > 0) & ~streams["dataset"].isin(dependent)
    usual &= (np.diff(recorded.truth.offsets) > 0) & (streams["sampling"] == design.sampling)
    chosen = streams[usual]
    return pd.DataFrame(
        {"dataset": chosen["dataset"], "strength": chosen["raw"].astype(np.float64), "even": chosen["seed"] % 2 == 0}
    )


def only(scans: Scans, in_band: Bools, streams: pd.DataFrame) -> tuple[Scans, Bools]:
    """Those of a run's scans that are of shifted streams, and what is known of each."""
    chosen = np.flatnonzero(np.isin(scans.stream, streams.index))
    return Scans(scans.stream[chosen], taken(scans.alarms, chosen)), in_band[chosen]


def hits_of(scans: Scans, in_band: Bools, scored: Scored, streams: pd.DataFrame) -> Hits:
    """Which shifted streams a run has read, and whose drifts it found."""
    rows = streams.index.get_indexer(pd.Index(scans.stream))
    read = rows >= 0
    return Hits(rows[read].astype(np.int64), scored.detected[scored.event_offsets[:-1][read]], in_band[read])


@dataclass(frozen=True)
class Shifts:
    """All of it.

    Attributes:
        streams: of `shifted`.
        hits: by run and grace.
    """

    streams: pd.DataFrame
    hits: Mapping[tuple[Run, str], Hits]
    _fitted: dict[tuple[Run, Run, str, str, str, bool], dict[str, Pair]] = field(default_factory=dict, repr=False)

    def pairs(self, one: Run, other: Run, *, grace: str, seeds: str, curve: str, in_band: bool) -> dict[str, Pair]:
        """The curves of both tests on each data set, fitted when they are first asked for; none if one has no records.

        With `in_band` only those of settings that both gave the rate that was asked for.
        """
        key = (one, other, grace, seeds, curve, in_band)
        if key not in self._fitted:
            self._fitted[key] = self._fit(*key)
        return self._fitted[key]

    def _fit(self, one: Run, other: Run, grace: str, seeds: str, curve: str, in_band: bool) -> dict[str, Pair]:
        if curve not in CURVES:
            raise ConfigError(f"curve has no level {curve!r}; choose one of {', '.join(CURVES)}.")
        if (one, grace) not in self.hits or (other, grace) not in self.hits or not len(self.streams):
            return {}
        first, second = self.hits[one, grace], self.hits[other, grace]
        rows, here, there = np.intersect1d(first.rows, second.rows, return_indices=True)
        frame = self.streams.iloc[rows].assign(one=first.found[here], other=second.found[there])
        if in_band:
            frame = frame[first.in_band[here] & second.in_band[there]]
        if seeds != "all":
            frame = frame[frame["even"] == (seeds == "even")]
        groups = {str(name): group for name, group in frame.groupby("dataset") if len(group) >= FEWEST}
        return {name: _pair(group, CURVES[curve]) for name, group in groups.items()}


def _pair(group: pd.DataFrame, fit: Callable[[Floats, Bools], Curve]) -> Pair:
    one, other = (fit(group["strength"].to_numpy(), group[side].to_numpy()) for side in ("one", "other"))
    return Pair(one, other, len(group))
