"""How early alarms are, how early they would be by chance, and how early a test once a month can be at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitoring.cube import Where
from experiments.monitoring.design import CONTROL, REAL
from experiments.monitoring.record_queries import lived, named, of_part
from experiments.monitoring.study import MONTHS, Study
from experiments.monitoring.tables.rows import nothing
from harness.analysis.frame import interval_cells
from harness.analysis.query import Query
from harness.analysis.query import where as having
from harness.core import Floats
from harness.inference.mean import mean, within
from harness.report.table import Column, Key, Table
from harness.trials.monitoring import AHEAD

MONTHLY = "monthly"
"""The row of a test that finds every drift at the end of its month."""

MOST_ALARMS = 4
"""Of a test of rows in half a year: the first can be after a month, and every next one a month and a half after the last."""

ALL = "all"
"""The rows of all real streams together."""


# ---- before the fall -------------------------------------------------------------------------------------------------


def early_table(study: Study) -> Table:
    """Alarms between the onset of a drift and the fall that can be seen, and how many of them there are by chance."""
    design, where = study.design, study.paying
    calm = study.drifts._replace(groups=(CONTROL,))
    policies = (design.performance, design.data, design.concept, "hddm_w")
    entries = study.living([name for one in policies for name in (one, f"{one}@5")], where)
    caption = (
        "Alarms between the onset of a drift and a fall of 5 points: learnable drifts after which enough could be had back, "
        "labels at once; means over data sets with 95 % intervals."
    )
    if not entries:
        return nothing("early", caption)
    rows = [_of_entry(study, entry, where, calm) for entry in entries]
    if design.data in entries:
        rows.append(_of_month(study, where))
    of_row = {str(row["entry"]): design.data if row["entry"] == MONTHLY else str(row["entry"]) for row in rows}
    records = {(row,): lived(study.cube, [entry], where) for row, entry in of_row.items()}  # with twins without a drift
    return Table(
        "early",
        caption,
        pd.DataFrame(rows),
        [
            named("policy", "title"),
            Column.of_estimate("early, %", "early", 1),
            Column.of_estimate("by chance, %", "chance", 1),
            Column.of_estimate("retrains, no drift", "calm", 2),
            Column("rows from onset to fall", "window", 0, "window_10", "window_90"),
            Column("drifts", "drifts", 0),
            Column("sets", "n", 0),
        ],
        [
            "By chance is the share of the same windows in which the policy alarmed on the twin of the stream without a drift. "
            "Rows from onset to fall are the median, and in brackets the tenth and the ninetieth percentile, of them all. "
            "A perfect test alarms at the end of each month in which a drift has begun: none that tests once a month can be "
            "early more often."
        ],
        keys=[Key(("entry",), records)],
        where=of_part(study.cube, where.part),
    )


def _of_entry(study: Study, entry: str, where: Where, calm: Where) -> dict[str, Any]:
    judged = _judged(study, entry, where)
    return {
        "entry": entry,
        "title": study.title(entry),
        **interval_cells("early", study.mean("early", entry, where)),
        **_share("chance", judged, _by_chance(study, entry, where, judged)),
        **interval_cells("calm", study.mean("retrains", entry, calm)),
        **_windows(judged),
        "n": len(study.values("early", entry, where)),
    }


def _of_month(study: Study, where: Where) -> dict[str, Any]:
    judged = _judged(study, study.design.data, where)
    month = judged["rows_per_month"]
    after = np.ceil(judged["onset"] / month) * month  # the first end of a month since the onset
    early = ((after < judged["seen"]) & (after <= MONTHS * month)).to_numpy(dtype=np.float64)
    found = _share("early", judged, early)
    n_sets = judged["dataset"].nunique()
    return {"entry": MONTHLY, "title": "a perfect test once a month", **found, **_windows(judged), "n": n_sets}


def _judged(study: Study, entry: str, where: Where) -> pd.DataFrame:
    """The streams of these cells on which an entry lived and a fall can be seen, with the row from which on it can."""
    lived_on = study.recorded.life(where.delay, entry).stream
    chosen = lived_on[study.streams(where)[lived_on]]
    streams = study.recorded.streams.iloc[chosen]
    judged = streams.assign(seen=streams["down"] + AHEAD)
    return judged[judged["seen"].notna() & judged["onset"].notna()]


def _by_chance(study: Study, entry: str, where: Where, judged: pd.DataFrame) -> Floats:
    """1 where the entry alarmed in the same rows of the twin without a drift, else 0; NaN where it did not live there."""
    life, streams = study.recorded.life(where.delay, entry), study.recorded.streams
    names = ["part", "dataset", "model", "seed"]
    lives = streams.iloc[life.stream].assign(run=np.arange(len(life.stream)))
    twins = lives[lives["scenario"] == CONTROL].set_index(names)["run"]
    found = np.full(len(judged), np.nan)
    runs = twins.reindex(pd.MultiIndex.from_frame(judged[names])).to_numpy(dtype=np.float64)
    windows = judged[["onset", "seen"]].to_numpy()
    for place in np.flatnonzero(~np.isnan(runs)):
        (onset, seen), run = windows[place], int(runs[place])
        alarms = life.alarms.values[slice(*life.alarms.offsets[run : run + 2])]
        found[place] = ((alarms >= onset) & (alarms < seen)).any()
    return found


def _share(name: str, judged: pd.DataFrame, early: Floats) -> dict[str, float]:
    """The share of drifts in percent, pooled on each data set: the mean over data sets with its interval."""
    of_set = 100 * pd.Series(early).groupby(judged["dataset"].to_numpy()).mean()
    return interval_cells(name, within(mean(of_set.dropna().to_numpy()), (0.0, 100.0)))


def _windows(judged: pd.DataFrame) -> dict[str, float]:
    """Rows between the onset and the fall."""
    ends = (judged["seen"] - judged["onset"]).quantile([0.1, 0.5, 0.9]).tolist()
    return {**dict(zip(("window_10", "window", "window_90"), ends, strict=True)), "drifts": len(judged)}


# ---- real streams ----------------------------------------------------------------------------------------------------


def real_alarms_table(study: Study) -> Table:
    """How often tests of rows alarm on real streams, of how often they can."""
    caption = (
        f"Alarms of tests of rows on real streams, labels at once: of {MOST_ALARMS} that a test once a month can raise in half "
        "a year. A trial is a block of six months and a model."
    )
    if REAL not in study.cube.parts:
        return nothing("real_alarms", caption)
    where = _real(study)
    streams, rows = study.recorded.streams, []
    for entry in study.living(study.entries(REAL, study.design.families["rows"]), where):
        life = study.recorded.life(where.delay, entry)
        here = (streams["part"] == REAL).to_numpy()[life.stream]
        alarms = pd.Series(np.diff(life.alarms.offsets)[here], streams["dataset"].to_numpy()[life.stream][here])
        title = study.title(entry)
        of_set = [(str(name), each) for name, each in alarms.groupby(level=0)]
        rows += [
            {"entry": entry, "title": title, **_alarmed(*pair)} for pair in [*of_set, (ALL, alarms)] if len(pair[1])
        ]
    if not rows:
        return nothing("real_alarms", caption)
    return Table(
        "real_alarms",
        caption,
        pd.DataFrame(rows),
        [
            named("policy", "title"),
            named("stream", "dataset"),
            Column("trials", "trials", 0),
            Column("alarms, mean", "alarms", 2),
            Column("at every test", "always", 0),
            Column("never", "silent", 0),
        ],
        [
            "After an alarm half a month passes until there is a model, and a month until the next test. At every test are the "
            "trials with all alarms that there can be, never those without one."
        ],
        keys=[Key(("entry", "dataset"), {(row["entry"], row["dataset"]): _of_real(study, row, where) for row in rows})],
        where=of_part(study.cube, REAL),
    )


def _alarmed(name: str, alarms: pd.Series[Any]) -> dict[str, Any]:
    return {
        "dataset": name,
        "trials": len(alarms),
        "alarms": float(alarms.mean()),
        "always": int((alarms == MOST_ALARMS).sum()),
        "silent": int((alarms == 0).sum()),
    }


def _real(study: Study) -> Where:
    scenarios = tuple(sorted(set(study.cube.parts[REAL].cells["scenario"])))
    return Where(part=REAL, scenarios=scenarios, delay=study.delays(REAL)[0])


def _of_real(study: Study, row: Mapping[str, Any], where: Where) -> Query:
    query = lived(study.cube, [row["entry"]], where)
    return query if row["dataset"] == ALL else query & having(dataset=row["dataset"])
