"""The records behind each contrast of the register, under any choices."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.detection import alarm_lift
from experiments.detection.cell_choices import ALL_THREE, IN_BAND, SILENT, compared_at, streams
from experiments.detection.cells import KS, NEVER, WARM, WARM_UPS, Cube
from experiments.detection.record_queries import HARM, RAW, seen_by
from experiments.detection.shift_cells import SHIFT
from harness.analysis.query import OK, Among, Between, Query, either, where
from harness.core import Ints
from harness.detectors.run import DEFAULT, Run

_READ = inspect.signature(streams).parameters.keys() - {"cube", "runs"}
_OF_LIFT = {
    name: one.default
    for name, one in inspect.signature(alarm_lift.lift).parameters.items()
    if name in ("drifts", "weights", "harm_to", "pairs", "models", "seeds", "reweighting")
}
"""The choices that tell which streams an alarm's lift is of, as registered."""

NO_RECORDS = either(())
"""Finds none."""


def read_records(cube: Cube, runs: Sequence[Run], **which: Any) -> Query:
    """The streams that all these runs have read, with what they are compared with.

    Args:
        cube: of all streams.
        runs: the sides of a contrast.
        which: the choices; those that `streams` does not read concern no record.
    """
    found = streams(cube, runs, **{name: level for name, level in which.items() if name in _READ})
    if found is None:
        return NO_RECORDS
    harm = which.get("harm", "all")
    strength = Between(HARM, above=0) if harm == "all" else Among(HARM, (float(harm),))
    drifted = Query((strength,)) & where(
        scenario=_among(cube, found.drifted, "scenario"), harm_to=_among(cube, found.drifted, "harm_to")
    )
    calm = where(scenario=_among(cube, found.free, "scenario"))
    return _months(cube, found.drifted) & either([calm, drifted]) & seen_by(*_beside(runs, which))


def shift_records(cube: Cube, *, other: str, setting: str, **_: Any) -> Query:
    """The streams of given strengths that two tests have read."""
    months = where(rows_per_month=cube.design.rows_per_month, label_delay=0)
    shifts = OK & where(scenario=SHIFT) & months & Query((Between(RAW, above=0),))
    return shifts & seen_by(Run(KS, setting), Run(other, setting))


def lift_records(cube: Cube, *, setting: str, **which: Any) -> Query:
    """All streams of the main comparison that KS has read, harmless and drift-free ones included."""
    taken = {name: which.get(name, level) for name, level in _OF_LIFT.items()}
    found = alarm_lift.asked(cube, setting=setting, **taken)
    if found is None:
        return NO_RECORDS
    is_staged = cube.cells["harm"].to_numpy()[found.drifted] > 0
    own = where(scenario=_among(cube, found.drifted[~is_staged], "scenario"))
    staged = Query((Between(HARM, above=0),)) & where(
        scenario=_among(cube, found.drifted[is_staged], "scenario"), harm_to=taken["harm_to"]
    )
    return _months(cube, found.drifted) & either([staged, own]) & seen_by(Run(KS, setting))


def _months(cube: Cube, cells: Ints) -> Query:
    """What ended well on the data sets, months and label delays of some cells."""
    names = ("dataset", "rows_per_month", "label_delay")
    return OK & where(**{name: _among(cube, cells, name) for name in names})


def _beside(runs: Sequence[Run], which: Mapping[str, Any]) -> list[Run]:
    """The runs, and those that tell which pairs of data set and model count."""
    pairs = which.get("pairs", IN_BAND)
    if pairs == ALL_THREE:
        warm, warm_up = which.get("warm", WARM), which.get("warm_up", WARM_UPS[0])
        return [*runs, *compared_at(runs, warm=warm, warm_up=warm_up)]
    if pairs == SILENT:
        set_to = [run for run in runs if run.setting != DEFAULT]
        return [
            *runs,
            *(Run(run.detector, DEFAULT) for run in set_to),
            *(Run("random", run.setting) for run in set_to),
            NEVER,
        ]
    return list(runs)


def _among(cube: Cube, cells: Ints, name: str) -> tuple[Any, ...]:
    return tuple(np.unique(cube.cells[name].to_numpy()[cells]).tolist())
