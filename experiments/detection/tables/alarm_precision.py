"""Was an alarm about something that harms? The deployed model's loss on the streams that a test flagged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.record_queries import named, usual
from experiments.detection.study import PERCENT, Study
from experiments.detection.tables.comparing import key_of_both, shown_at_both
from harness.analysis.frame import POINTS, interval_cells
from harness.detectors.run import Run
from harness.inference.mean import mean, within
from harness.report.table import Column, Table

HARMFUL = 2.0
"""The loss in points of accuracy from which a retraining is worthwhile."""


def warranted(study: Study, run: Run) -> pd.DataFrame:
    """The probability that a flagged stream has lost 2 points or more, and the same for any stream.

    Args:
        study: of which the streams of the main comparison count, harmless and drift-free ones included. A stream without a
            drift has lost nothing, whatever a blip cost for a moment; seasons are neither and left out.
        run: flags a stream by any alarm.

    Returns:
        One row a data set that has harmful streams and others, in percent: `given_alarm` and `base` as the streams were
        staged, which depends on how many harmful ones there are; `even`, the first if harmful and harmless streams were as many
        (the base is then 50).
    """
    if not study.has(run):
        return pd.DataFrame(columns=["given_alarm", "base", "even"], dtype=np.float64)
    recorded = study.recorded
    scans = recorded.scans(run)
    streams = recorded.streams.iloc[scans.stream]
    frame = pd.DataFrame(
        {
            "dataset": streams["dataset"].to_numpy(),
            "harmful": (np.diff(recorded.truth.offsets) > 0)[scans.stream]
            & (streams["harm_done"].to_numpy(dtype=np.float64) >= HARMFUL),
            "flagged": np.diff(scans.alarms.offsets) > 0,
        }
    )
    frame = frame[study.usual[study.tally.condition_of[scans.stream]]]
    size, flagged = (_by_harm(each) for each in (frame, frame[frame["flagged"]]))
    size = size[(size > 0).all(axis="columns")]
    flagged = flagged.reindex(size.index, fill_value=0)
    rate = {harmful: _share(flagged[harmful], size[harmful]) for harmful in (True, False)}
    return POINTS * pd.DataFrame(
        {
            "given_alarm": _share(flagged[True], flagged[True] + flagged[False]),
            "base": _share(size[True], size[True] + size[False]),
            "even": _share(rate[True], rate[True] + rate[False]),
        }
    )


def _by_harm(frame: pd.DataFrame) -> pd.DataFrame:
    """How many streams of each data set do harm (True) and do not (False)."""
    counts = pd.crosstab(frame["dataset"], frame["harmful"])
    return counts.reindex(columns=pd.Index([False, True]), fill_value=0)


def warranted_table(study: Study) -> Table:
    """For every detector of the panel, at both settings."""
    rows = []
    for setting, run in shown_at_both(study):
        found = warranted(study, run)
        row = {"setting": study.set_to(setting), "title": study.title(run.detector), "n": len(found)}
        for name in ("given_alarm", "base", "even"):
            row |= interval_cells(name, within(mean(found[name].to_numpy(dtype=np.float64)), PERCENT))
        rows.append(row)
    columns = [
        named("setting", "setting"),
        named("detector", "title"),
        Column("sets", "n", 0),
        Column.of_estimate("P(harm | alarm), %", "given_alarm", 1),
        Column("P(harm), %", "base", 1),
        Column.of_estimate("the first, at even odds", "even", 1),
    ]
    caption = (
        f"Is an alarm about something that harms: the share of streams on which the deployed model lost {HARMFUL:g} points or "
        "more, among those with an alarm and among all; means over data sets with 95 % intervals."
    )
    notes = [
        "All streams of the main comparison, harmless and drift-free ones and blips included, seasons left out. The base "
        "rate is that of the design; at even odds harmful and harmless streams weigh one half each, so that an alarm that "
        "tells nothing has 50."
    ]
    keys, where = [key_of_both(study)], usual(study)
    return Table("warranted", caption, pd.DataFrame(rows), columns, notes, keys=keys, where=where)


def _share(part: Any, whole: Any) -> Any:
    return part / whole.where(whole > 0)
