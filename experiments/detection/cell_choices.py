"""What the levels of all choices ask for: the streams that all sides of a contrast have read, and how they are weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.detection.cell_streams import Streams, weight_of
from experiments.detection.cells import DDM, EDDM, GRACES, KS, NEVER, RULE, Cube, a_level
from harness.claims.offers import Counted
from harness.detectors.run import DEFAULT, Run
from harness.scoring.flat import Bools

LEFT_OUT, ALL_THREE, IN_BAND, SILENT = "left_out", "all_three", "in_band", "silent"
"""What becomes of pairs of data set and model on which a detector could not be set: left out; left out for all if one of the
three compared detectors could not be set; also left out where the rate was missed; taken for never alarming."""

ALIKE = "alike"
"""Models weigh alike within a data set; otherwise their streams do."""

_OF_RECORDS = frozenset({"models", "harm", "rows_per_month", "label_delay"})

NOTHING = Counted(pd.Series(dtype=np.float64), pd.Series(dtype=np.float64))
"""The answer to a question that no stream is about."""


def streams(
    cube: Cube,
    runs: Sequence[Run],
    *,
    part: str = "main",
    kind: str = "all",
    course: str = "all",
    harm: str = "all",
    realised: str = "any",
    reweighting: str = "kept",
    calm: str = "twins",
    weights: str = "streams",
    models: str = "pooled",
    grace: str = RULE,
    pairs: str = LEFT_OUT,
    seeds: str = "all",
    rows_per_month: str = "300",
    label_delay: str = "0",
) -> Streams | None:
    """The streams that all these runs have read.

    Args:
        cube: of all streams.
        runs: the sides of a contrast.
        part: of the design that has drifts.
        kind: what changes.
        course: whether it changes at once.
        harm: points of accuracy that were asked for.
        realised: what the deployed model has to have lost of it.
        reweighting: kept or left out.
        calm: the streams that count as drift-free.
        weights: what weighs alike within a data set and model: streams, kinds, families or scenarios.
        models: pooled, alike, or one of them.
        grace: months in which a drift can still be found.
        pairs: what becomes of pairs on which a detector could not be set.
        seeds: all, even or odd.
        rows_per_month: M.
        label_delay: rows.

    Returns:
        None if a run has no records or no stream has a drift.
    """
    a_level("grace", grace, GRACES)
    a_level("pairs", pairs, (LEFT_OUT, ALL_THREE, IN_BAND, SILENT))
    if not cube.has(*runs):
        return None
    common = {"models": models, "seeds": seeds, "rows_per_month": rows_per_month, "label_delay": label_delay}
    what = {"kind": kind, "course": course, "harm": harm, "realised": realised, "reweighting": reweighting}
    read = cube.remembered(("read", *runs, pairs), lambda: _read(cube, runs, pairs).tobytes())
    key = (read, part, calm, weights, grace, *common.values(), *what.values())
    return cube.lately(key, lambda: _selected(cube, read, {"streams": part, **what}, common, calm, weights, grace))


def _selected(
    cube: Cube, read: bytes, what: Mapping[str, str], common: Mapping[str, str], calm: str, weights: str, grace: str
) -> Streams | None:
    """The streams among those cells that were read."""
    is_common = chosen(cube, **common) & np.frombuffer(read, dtype=np.bool_)
    drifted = np.flatnonzero(is_common & chosen(cube, **what))
    if not len(drifted):
        return None
    is_paired = np.zeros(len(cube.sets) * len(cube.models), dtype=np.bool_)
    is_paired[cube.pair_of[drifted]] = True
    free = np.flatnonzero(is_common & cube.levels["streams"][calm] & is_paired[cube.pair_of])
    return Streams(cube, drifted, free, weight_of(cube, drifted, weights), common["models"] == ALIKE, grace)


def chosen(cube: Cube, **which: str) -> Bools:
    """The cells that have all of these levels.

    Raises:
        ConfigError: there is no such level. Of what differs from records to records, such as months, there may be none.
    """
    found = np.ones(len(cube.cells), dtype=np.bool_)
    for name, level in which.items():
        known = cube.levels[name]
        found &= known.get(level, False) if name in _OF_RECORDS else known[a_level(name, level, known)]
    return found


def _read(cube: Cube, runs: Sequence[Run], pairs: str) -> Bools:
    """The cells that all runs have read, or are taken for having read."""
    beside = compared_at(runs) if pairs == ALL_THREE else ()
    if not cube.has(*beside):
        return np.zeros(len(cube.cells), dtype=np.bool_)
    found = np.ones(len(cube.cells), dtype=np.bool_)
    for run in dict.fromkeys((*runs, *beside)):
        found &= cube.read[run] | _unset(cube, run) if pairs == SILENT else cube.read[run]
        if pairs == IN_BAND and run in cube.in_band:
            found &= cube.in_band[run]
    return found


def compared_at(runs: Sequence[Run]) -> list[Run]:
    """The three compared detectors at the setting of these runs."""
    settings = [run.setting for run in runs if run.setting != DEFAULT] or [DEFAULT]
    return [Run(name, settings[0]) for name in (DDM, EDDM, KS)]


def _unset(cube: Cube, run: Run) -> Bools:
    """The cells that a detector can read but has not at this setting, where others could be set."""
    as_it_comes, other = Run(run.detector, DEFAULT), Run("random", run.setting)
    if run.setting == DEFAULT or not cube.has(as_it_comes, other, NEVER):
        return np.zeros(len(cube.cells), dtype=np.bool_)
    return cube.read[as_it_comes] & cube.read[other] & cube.read[NEVER] & ~cube.read[run]
