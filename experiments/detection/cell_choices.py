"""What the levels of all choices ask for: the streams that all sides of a contrast have read, and how they are weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.detection.cell_streams import Streams, weight_of
from experiments.detection.cells import DDM, EDDM, GRACES, KS, NEVER, RULE, WARM, WARM_UPS, Cube, a_level, variant
from harness.claims.offers import Counted
from harness.detectors.run import DEFAULT, Run
from harness.scoring.flat import Bools

IN_BAND, ON_TWINS, LEFT_OUT, ALL_THREE, SILENT = PAIRS = ("in_band", "on_twins", "left_out", "all_three", "silent")
"""What becomes of pairs of data set and model on which a detector could not be set: left out, also where the setting missed its
rate on fresh streams, or on the twins; left out whatever the rate; left out for all if one of the three compared detectors
could not be set; taken for never alarming."""

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
    harm_to: str = "deployed",
    realised: str = "any",
    reweighting: str = "kept",
    calm: str = "twins",
    weights: str = "kinds",
    models: str = "pooled",
    grace: str = RULE,
    pairs: str = IN_BAND,
    warm: str = WARM,
    warm_up: str = WARM_UPS[0],
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
        harm_to: the model that they were asked of.
        realised: what the deployed model has to have lost of it.
        reweighting: kept or left out.
        calm: the streams that count as drift-free.
        weights: what weighs alike within a data set and model: streams, kinds, families or scenarios.
        models: pooled, alike, or one of them.
        grace: months in which a drift can still be found.
        pairs: what becomes of pairs on which a detector could not be set.
        warm: whether tests of errors read a labelled month first, of those that tell which pairs count.
        warm_up: of DDM among these.
        seeds: all, even or odd.
        rows_per_month: M.
        label_delay: rows.

    Returns:
        None if a run has no records or no stream has a drift.
    """
    a_level("grace", grace, GRACES)
    a_level("pairs", pairs, PAIRS)
    if not cube.has(*runs):
        return None
    common = {"models": models, "seeds": seeds, "rows_per_month": rows_per_month, "label_delay": label_delay}
    what = {"kind": kind, "course": course, "harm": harm, "harm_to": harm_to, "realised": realised}
    what["reweighting"] = reweighting
    beside = compared_at(runs, warm=warm, warm_up=warm_up) if pairs == ALL_THREE else []
    read = cube.remembered(("read", *runs, pairs, *beside), lambda: read_cells(cube, runs, pairs, beside).tobytes())
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


def read_cells(cube: Cube, runs: Sequence[Run], pairs: str, beside: Sequence[Run] = ()) -> Bools:
    """The cells that all runs, and those beside them, have read, or are taken for having read."""
    if not cube.has(*beside):
        return np.zeros(len(cube.cells), dtype=np.bool_)
    found = np.ones(len(cube.cells), dtype=np.bool_)
    allowed = {IN_BAND: cube.in_band, ON_TWINS: cube.on_twins}.get(pairs, {})
    for run in dict.fromkeys((*runs, *beside)):
        found &= cube.read[run] | _unset(cube, run) if pairs == SILENT else cube.read[run]
        if run in allowed:
            found &= allowed[run]
    return found


def compared_at(runs: Sequence[Run], *, warm: str, warm_up: str) -> list[Run]:
    """The three compared detectors at the setting of these runs."""
    settings = [run.setting for run in runs if run.setting != DEFAULT] or [DEFAULT]
    return [Run(variant(name, warm=warm, warm_up=warm_up), settings[0]) for name in (DDM, EDDM, KS)]


def _unset(cube: Cube, run: Run) -> Bools:
    """The cells that a detector can read but has not at this setting, where others could be set."""
    as_it_comes, other = Run(run.detector, DEFAULT), Run("random", run.setting)
    if run.setting == DEFAULT or not cube.has(as_it_comes, other, NEVER):
        return np.zeros(len(cube.cells), dtype=np.bool_)
    return cube.read[as_it_comes] & cube.read[other] & cube.read[NEVER] & ~cube.read[run]
