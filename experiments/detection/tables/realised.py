"""What staged drifts cost the deployed model: not always what was asked for, and not equally by kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.cell_levels import LEAST
from experiments.detection.design import MAIN
from experiments.detection.record_queries import HARM, named
from experiments.detection.scenarios import KINDS, of_kind
from experiments.detection.study import Study
from harness.analysis.query import OK, Between, Query, where
from harness.drift import HarmTo
from harness.report.table import Column, Key, Table

EVERY = "all kinds"


def realised_table(study: Study) -> Table:
    """By kind, and by the model that harm was asked of: how many streams lost next to nothing, or under half of it."""
    rows, records = [], {}
    for harm_to in HarmTo:
        streams = _staged(study, harm_to)
        kinds = [(of_kind(kind), streams[streams["kind"] == kind]) for kind in KINDS]
        for kind, group in [*kinds, (EVERY, streams)]:
            if len(group):
                rows.append({"harm_to": str(harm_to), "kind": kind, **_losses(group)})
                records[str(harm_to), kind] = where(harm_to=str(harm_to))
    columns = [
        named("harm to the", "harm_to"),
        named("kind", "kind"),
        Column("streams", "n", 0),
        Column(f"lost under {LEAST:g} points, %", "little", 1),
        Column("lost under half, %", "half", 1),
        Column("lost over half as much again, %", "much", 1),
        Column.of_estimate("lost of what was asked, %", "share", 0),
        Column("effective rows", "effective", 0),
    ]
    caption = (
        "What the deployed model lost on streams with a drift that was staged at a harm to it or to the fixed reference model, "
        "by what changes: the share of streams that lost next to nothing, under half or over one and a half of what was asked; "
        "the median of what was lost in percent of it with 10 % and 90 % quantiles; and, of those whose rows are weighted, "
        "Kish's number of effective rows (10 % quantile)."
    )
    frame = pd.DataFrame(rows)
    usual = where(rows_per_month=study.design.rows_per_month, label_delay=0) & Query((Between(HARM, above=0),))
    return Table("realised", caption, frame, columns, keys=[Key(("harm_to", "kind"), records)], where=OK & usual)


def _staged(study: Study, harm_to: HarmTo) -> pd.DataFrame:
    """The streams of the main comparison, or of the same with harm to the other model."""
    chosen = study.drifted(replace(MAIN, harm_to=harm_to, partial=True))
    return study.recorded.streams[chosen[study.tally.condition_of]]


def _losses(group: pd.DataFrame) -> dict[str, Any]:
    lost, asked = (group[name].to_numpy(dtype=np.float64) for name in ("harm_done", "harm"))
    share = 100 * lost / asked
    low, middle, high = np.quantile(share, [0.1, 0.5, 0.9])
    effective = group["effective_rows"].dropna()
    return {
        "n": len(group),
        "little": 100 * float((lost < LEAST).mean()),
        "half": 100 * float((share < 50).mean()),
        "much": 100 * float((share > 150).mean()),
        "share": float(middle),
        "share_low": float(low),
        "share_high": float(high),
        "effective": float(effective.quantile(0.1)) if len(effective) else float("nan"),
    }
