"""One stream told in full: what some entries did on it, and what they kept week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.monitoring.design import ACTIONS, LEARNABLE, MAIN
from experiments.monitoring.study import Study
from harness.core import Floats
from harness.policies.run import Fate
from harness.trials.closed_loop.record import MILLION, PERIODS, late_periods, path_of

FIRST = "0"
"""The row before which the initial model has learned, as records name models."""

WISHED = ("never", "weeks_4", "ks", "ddm", "ddm+challenger", "performance_5", "performance_5+roll_back")


@dataclass(frozen=True)
class Episode:
    """What one entry did, in weeks.

    Attributes:
        title: of the entry.
        accuracy: expected, of each week, in percent.
        alarms: when alarms were known that it acted upon.
        changes: from when new models served.
        discarded: when models were ordered that never served.
        back: from when a model served again that had served before.
    """

    title: str
    accuracy: Floats
    alarms: Sequence[float]
    changes: Sequence[float]
    discarded: Sequence[float]
    back: Sequence[float]


@dataclass(frozen=True)
class Story:
    """A stream and what entries did on it.

    Attributes:
        caption: data set, model, scenario and seed.
        onset: of the drift, in weeks; NaN if there is none.
        fresh: accuracy of models of fresh rows of each week, in percent.
        episodes: by entry.
    """

    caption: str
    onset: float
    fresh: Floats
    episodes: tuple[Episode, ...]


def story(study: Study) -> Story | None:
    """The stream on which most of what can happen happened, the first of equals; None if there is none with a drift."""
    streams, delay = study.recorded.streams, study.delays()[0]
    part = ACTIONS if ACTIONS in study.cube.parts else MAIN
    told = streams[(streams["part"] == part) & (streams["group"] == LEARNABLE)]
    if told.empty:
        return None
    told = told.sort_values(["dataset", "model", "scenario", "seed"])
    records = {int(place): study.recorded.measurements[int(place)].as_py() for place in told.index}
    place = max(records, key=lambda one: _variety(records[one]["runs"].get(delay) or {}))
    stream: dict[str, Any] = dict(streams.loc[place])
    record = records[place]
    week = int(stream["rows_per_month"]) // PERIODS
    late = late_periods(int(delay), int(stream["rows_per_month"]))
    runs = record["runs"][delay]
    return Story(
        f"{stream['dataset']}, {study.model_title(stream['model']).lower()}, "
        f"{study.scenario_title(stream['scenario']).lower()}, seed {stream['seed']}",
        float(stream["onset"]) / week,
        100 * (1 - np.array(record["continuous"]) / MILLION),
        tuple(
            _episode(study.title(entry), runs[entry], path_of(record, delay, entry, late), week)
            for entry in WISHED
            if runs.get(entry)
        ),
    )


def _variety(runs: Mapping[str, Any]) -> int:
    """How many kinds of fates there are, and alarms, among the entries that are told of."""
    fates = {fate for entry in WISHED for fate in (runs.get(entry) or {}).get("outcomes") or ()}
    alarmed = sum(bool((runs.get(entry) or {}).get("alarms")) for entry in WISHED)
    return 10 * len(fates & {Fate.DISCARDED, Fate.ROLLED_BACK, Fate.PROMOTED}) + alarmed


def _episode(title: str, run: Mapping[str, Any], path: Floats, week: int) -> Episode:
    asked, outcomes, points, served = (run.get(name) or [] for name in ("asked", "outcomes", "points", "served"))
    models = [FIRST, *(model.partition(":")[0] for model in served)]
    back = [point for place, point in enumerate(points[1:], 2) if models[place] == models[place - 2]]
    return Episode(
        title,
        100 * (1 - path),
        [row / week for row in run.get("alarms") or []],
        [point for point in points if point not in back],
        [point for point, fate in zip(asked, outcomes, strict=True) if fate == Fate.DISCARDED],
        back,
    )
