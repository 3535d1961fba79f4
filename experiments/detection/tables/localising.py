"""Do the columns that an alarm names agree with those that the drift touched?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.detection.record_queries import named, seen_by
from experiments.detection.study import PERCENT, Study
from experiments.detection.tables.kinds import scenarios_with_events
from harness.analysis.frame import interval_cells
from harness.analysis.query import OK, holding, where
from harness.detectors.run import DEFAULT, Run
from harness.inference.mean import mean, within
from harness.report.table import Column, Key, Table
from harness.scoring import Localisation, localise
from harness.scoring.alarms import GRACE

_KEYS = ["setting", "detector", "scenario", "dataset"]


def localisation_table(study: Study) -> Table:
    """Do the columns named at the alarm that found a drift agree with those it touched: of all named, and of the first k."""
    touched = _touched(study)
    parts = [
        _hits(study, Run(detector, setting), touched)
        for setting in (DEFAULT, study.design.matched)
        for detector in (*study.design.detectors, *study.design.whole)
        if study.has(Run(detector, setting))
    ]
    place = {name: number for number, name in enumerate(scenarios_with_events(study))}
    known = [
        part.sort_values("scenario", key=lambda names: names.map(place), kind="stable") for part in parts if len(part)
    ]
    hits = pd.concat(known) if known else pd.DataFrame(columns=[*_KEYS, *_SHARES])
    by_set = hits.groupby(_KEYS, sort=False)[list(_SHARES)].mean().reset_index()
    rows, records = [], {}
    for (setting, detector, scenario), sets in by_set.groupby(_KEYS[:3], sort=False):
        one = within(mean(sets["precision"].to_numpy(dtype=np.float64)), PERCENT)
        rows.append(
            {
                "setting": study.set_to(str(setting)),
                "detector": detector,
                "title": study.title(str(detector)),
                "scenario": scenario,
                "scenario_title": study.scenario_title(str(scenario)),
                "n": one.n,
                **interval_cells("precision", one, ends=("low", "high")),
                **{name: float(sets[name].mean()) for name in ("at_k", "chance", "recall", "named", "touched")},
            }
        )
        run = Run(str(detector), str(setting))
        here = where(scenario=str(scenario)) & seen_by(run) & holding(f"measurements.named.{run.name}")
        records[rows[-1]["setting"], run.detector, rows[-1]["scenario"]] = here
    columns = [
        named("setting", "setting"),
        named("test", "title"),
        named("scenario", "scenario_title"),
        Column("sets", "n", 0),
        Column("precision, %", "precision", 1, "low", "high"),
        Column("at k, %", "at_k", 1),
        Column("by chance, %", "chance", 1),
        Column("recall, %", "recall", 1),
        Column("named", "named", 1),
        Column("touched", "touched", 1),
    ]
    caption = (
        "Localisation: of the columns that a test names at the alarm that found a drift, the share that the drift touched "
        "(precision), the same of the k that moved most, where k is the number of columns touched and a place that no named "
        "column takes counts as wrong (at k), and of columns drawn by chance; means over data sets with 95 % intervals."
    )
    keys = [Key(("setting", "detector", "scenario"), records)]
    return Table("localisation", caption, pd.DataFrame(rows), columns, keys=keys, where=OK)


_SHARES = (*Localisation._fields, "named", "touched")


def _touched(study: Study) -> list[frozenset[str]]:
    """For each stream the names of the columns that its drift touched."""
    recorded = study.recorded
    lists = recorded.measurements.field("touched").take(pa.array(recorded.streams["place"]))
    return [frozenset(names or ()) for names in lists.to_pylist()]


def _n_columns(study: Study) -> dict[str, float]:
    """The number of features of each data set; NaN for a user's own set whose YAML does not state it."""
    sets = [spec["dataset"] for spec in study.evidence.stored.specs.values() if "dataset" in spec]
    return {one["name"]: float(one.get("features") or np.nan) for one in sets}


def _hits(study: Study, run: Run, touched: Sequence[frozenset[str]]) -> pd.DataFrame:
    """One row a stream whose first drift the run found and of which it named columns."""
    recorded = study.recorded
    named = recorded.named(run)
    if named is None:
        return pd.DataFrame()
    scans = recorded.scans(run)
    scored = recorded.score(scans, grace=GRACE)
    found = np.flatnonzero(scored.drifted)
    found = found[scored.detected[scored.first_event]]
    found = found[np.diff(named.offsets)[found] > 0]
    events = scored.event_offsets[found]
    rows = scored.onset[events] + scored.delay[events]
    n_columns = _n_columns(study)
    datasets, scenarios = (recorded.streams[name].to_numpy() for name in ("dataset", "scenario"))
    begin, end = scans.alarms.offsets[found], scans.alarms.offsets[found + 1]
    alarms = [np.searchsorted(scans.alarms.values[a:b], row) for a, b, row in zip(begin, end, rows, strict=True)]
    names = named.at(named.offsets[found] + np.array(alarms, dtype=np.int64))
    hits = []
    for columns, stream in zip(names, scans.stream[found], strict=True):
        if touched[stream] and columns:
            shares = localise(columns, touched[stream], n_columns.get(datasets[stream], np.nan))
            hits.append((datasets[stream], scenarios[stream], *shares, len(columns), len(touched[stream])))
    frame = pd.DataFrame(hits, columns=["dataset", "scenario", *Localisation._fields, "named", "touched"])
    return frame.assign(setting=run.setting, detector=run.detector)
