"""How much an alarm raises the probability that the deployed model has lost accuracy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from experiments.detection.cell_choices import ALIKE, IN_BAND, LEFT_OUT, NOTHING, ON_TWINS, chosen, read_cells
from experiments.detection.cell_streams import Streams, weight_of
from experiments.detection.cells import BOUNDS, KS, RULE, Cube, a_level
from harness.claims.offers import Counted
from harness.core import Floats, Ints
from harness.detectors.run import Run

BASES: Mapping[str, float] = {"even": 0.5, "tenth": 0.1}
"""The share of harmful streams, by the level's name; at `design` it is that of the streams that were staged."""


DRIFTS = ("all", "data", "concept", "noise")
"""What changes on the streams with a drift: anything, or one kind alone."""


def lift(
    cube: Cube,
    *,
    setting: str,
    drifts: str = "all",
    loss: str = "2",
    base: str = "design",
    flag: str = "any",
    weights: str = "kinds",
    harm_to: str = "deployed",
    pairs: str = IN_BAND,
    models: str = "pooled",
    seeds: str = "all",
    reweighting: str = "kept",
) -> Counted:
    """P(harm given an alarm of KS) − P(harm) on each data set that has harmful streams and others, in points.

    Args:
        cube: of all streams, harmless and drift-free ones included; seasons are neither and left out.
        setting: of KS.
        drifts: all, or one kind alone, beside what is drift-free.
        loss: points of accuracy from which it is harm.
        base: P(harm): of the design, or what it would be elsewhere.
        flag: whether any alarm of a harmful stream is warranted, or only a first one that is not before the drift.
        weights: what weighs alike among streams with a drift.
        harm_to: the model that a staged harm was asked of.
        pairs: what becomes of pairs of data set and model on which the setting missed its rate.
        models: pooled, alike, or one of them.
        seeds: all, even or odd.
        reweighting: kept or left out.
    """
    a_level("loss", loss, BOUNDS)
    a_level("base", base, ("design", *BASES))
    a_level("flag", flag, ("any", "first"))
    which = {"harm_to": harm_to, "models": models, "seeds": seeds, "reweighting": reweighting}
    found = asked(cube, setting=setting, drifts=drifts, weights=weights, pairs=pairs, **which)
    if found is None:
        return NOTHING
    sums, _ = found.sums(Run(KS, setting))
    n, harmful, flagged = sums["runs"], sums[f"harmful_{loss}"], sums["flagged"]
    warranted = sums[f"{'first' if flag == 'first' else 'flagged'}_harmful_{loss}"]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = harmful / n if base == "design" else np.full(len(n), BASES[base])
        of_harmful, of_others = (
            sums[f"flagged_harmful_{loss}"] / harmful,
            (flagged - sums[f"flagged_harmful_{loss}"]) / (n - harmful),
        )
        given_alarm = share * (warranted / harmful) / (share * of_harmful + (1 - share) * of_others)
    known = (harmful > 0) & (harmful < n)
    return found.counted(np.where(known, 100 * (given_alarm - share), np.nan))


def asked(
    cube: Cube, *, setting: str, drifts: str, weights: str, pairs: str, models: str, **which: str
) -> Streams | None:
    """The streams of the main comparison that KS has read; None if there are none."""
    a_level("pairs", pairs, (IN_BAND, ON_TWINS, LEFT_OUT))
    run = Run(KS, setting)
    if not cube.has(run):
        return None
    part = {"all": "usual"}.get(a_level("drifts", drifts, DRIFTS), f"usual_{drifts}")
    is_asked = chosen(cube, streams=part, rows_per_month="300", label_delay="0", models=models, **which)
    cells = np.flatnonzero(is_asked & read_cells(cube, [run], pairs))
    if not len(cells):
        return None
    return Streams(cube, cells, cells[:0], _weight(cube, cells, weights), models == ALIKE, RULE)


def _weight(cube: Cube, cells: Ints, weights: str) -> Floats | None:
    """Those of streams with a drift; drift-free ones weigh 1."""
    drifted = cube.cells["drifted"].to_numpy(dtype=np.bool_)[cells]
    of_drifted = weight_of(cube, cells[drifted], weights)
    if of_drifted is None:
        return None
    weight = np.ones(len(cells))
    weight[drifted] = of_drifted
    return weight
