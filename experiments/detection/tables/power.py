"""The smallest mean shift that a detector finds four times in five, in standard deviations of the shifted columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.record_queries import RAW, named, seen_by
from experiments.detection.shift_curves import FEWEST, smallest_shift
from experiments.detection.study import Study
from harness.analysis.frame import interval_cells
from harness.analysis.query import OK, Between, Query, where
from harness.detectors.run import DEFAULT, Run
from harness.inference.mean import mean
from harness.report.table import Column, Key, Table
from harness.scoring.alarms import GRACE

SHIFT = "mean_shift"
"""The scenario, whose strength is in standard deviations."""


def shifts(study: Study, run: Run, *, beside: Sequence[Run] = ()) -> pd.DataFrame:
    """On each data set the smallest shift that is found, over streams of given strengths that all runs have read.

    Returns:
        Rows by data set; columns strength, bound, n_streams.
    """
    if not all(map(study.has, (run, *beside))):
        return pd.DataFrame(columns=["strength", "bound", "n_streams"])
    recorded = study.recorded
    scans = recorded.scans(run)
    scored = recorded.score(scans, grace=GRACE)
    streams = recorded.streams.iloc[scans.stream]
    usual = (streams["scenario"] == SHIFT) & (streams["rows_per_month"] == study.design.rows_per_month)
    usual &= (streams["label_delay"] == 0) & (streams["raw"] > 0)
    usual &= ~streams["dataset"].isin(study.evidence.dependent_sets)
    chosen = usual.to_numpy() & scored.drifted
    for other in beside:
        chosen &= np.isin(scans.stream, recorded.scans(other).stream)
    frame = pd.DataFrame(
        {
            "dataset": streams["dataset"].to_numpy()[chosen],
            "strength": streams["raw"].to_numpy(dtype=np.float64)[chosen],
            "found": scored.detected[scored.event_offsets[:-1][chosen]],
        }
    )
    rows = {
        name: (*smallest_shift(group["strength"].to_numpy(), group["found"].to_numpy()), len(group))
        for name, group in frame.groupby("dataset")
        if len(group) >= FEWEST
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["strength", "bound", "n_streams"])


def power_table(study: Study) -> Table:
    """The smallest shifts of tests of rows, and of the compared detectors."""
    panel = dict.fromkeys((*study.design.panel.get("tests of rows", ()), *study.design.compared))
    runs = [Run(name, setting) for setting in (DEFAULT, study.design.matched) for name in panel]
    runs += [Run(name, setting) for setting in (DEFAULT, study.design.matched) for name in study.design.whole]
    rows, records = [], {}
    for run in runs:
        found = shifts(study, run)
        if len(found):
            one = mean(np.log(found["strength"].to_numpy(dtype=np.float64)))
            row: dict[str, Any] = {"setting": study.set_to(run.setting), "title": study.title(run.detector), "n": one.n}
            ratios = interval_cells("shift", one, ends=("low", "high"))
            bounds = {"never": int((found["bound"] == "≥").sum()), "always": int((found["bound"] == "≤").sum())}
            rows.append({**row, **{name: math.exp(log) for name, log in ratios.items()}, **bounds})
            records[row["setting"], row["title"]] = seen_by(run)
    columns = [
        named("setting", "setting"),
        named("detector", "title"),
        Column("sets", "n", 0),
        Column("smallest shift, SD", "shift", 2, "low", "high"),
        Column("beyond the largest", "never", 0),
        Column("below the smallest", "always", 0),
    ]
    caption = (
        "The smallest abrupt mean shift that is found with a probability of 0.8, in standard deviations of the shifted "
        "columns: geometric means over data sets with 95 % intervals, by logistic regression on the strength of the streams."
    )
    notes = [
        "On sets where the power is not reached by the largest staged shift, or is exceeded at the smallest, that shift stands "
        "in; the last two columns count them. Many columns have few values: a shift of any size takes all of them off their "
        "places, which a test of distributions sees at once, so that this is no smallest shift of continuous data."
    ]
    keys = [Key(("setting", "title"), records)]
    return Table("power", caption, pd.DataFrame(rows), columns, notes, keys=keys, where=shifted(study))


def shifted(study: Study) -> Query:
    """The streams of given strengths."""
    months = where(rows_per_month=study.design.rows_per_month, label_delay=0)
    return OK & where(scenario=SHIFT) & months & Query((Between(RAW, above=0),))
