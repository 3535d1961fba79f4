"""Do the columns that an alarm names agree with those that the drift touched?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from harness.analysis.detection.recorded import DEFAULT, Run
from harness.analysis.detection.study import GRACE, Study
from harness.analysis.frame import POINTS
from harness.analysis.inference.mean import mean
from harness.analysis.table import Column, Table

_KEYS = ["setting", "detector", "scenario", "dataset"]


def localisation_table(study: Study) -> Table:
    """Precision and recall of the columns named at the alarm that found a drift, beside a blind choice of as many."""
    columns_of = column_names(study)
    touched = _touched(study, columns_of)
    n_columns = {name: len(names) for name, names in columns_of.items()}
    parts = [
        _hits(study, Run(detector, setting), touched, n_columns)
        for setting in (DEFAULT, study.design.matched)
        for detector in (*study.design.detectors, *(study.design.whole if setting == DEFAULT else ()))
        if study.has(Run(detector, setting))
    ]
    known = [part for part in parts if len(part)]
    hits = pd.concat(known) if known else pd.DataFrame(columns=[*_KEYS, *_SHARES])
    by_set = hits.groupby(_KEYS, sort=False)[list(_SHARES)].mean().reset_index()
    rows = []
    for (setting, detector, scenario), sets in by_set.groupby(_KEYS[:3], sort=False):
        one = mean(sets["precision"].to_numpy(dtype=np.float64))
        rows.append(
            {
                "setting": study.set_to(str(setting)),
                "detector": detector,
                "title": study.title(str(detector)),
                "scenario": study.scenario_title(str(scenario)),
                "n": one.n,
                "precision": one.estimate,
                "low": one.interval.low,
                "high": one.interval.high,
                **{name: float(sets[name].mean()) for name in ("chance", "recall", "named", "touched")},
            }
        )
    columns = [
        Column("setting", "setting"),
        Column("test", "title"),
        Column("scenario", "scenario"),
        Column("sets", "n", 0),
        Column("precision at k, %", "precision", 1, "low", "high"),
        Column("by chance, %", "chance", 1),
        Column("recall, %", "recall", 1),
        Column("k", "named", 1),
        Column("touched", "touched", 1),
    ]
    caption = (
        "Localisation: of the k columns that a test names at the alarm that found a drift, the share that the drift touched, "
        "beside the share by chance; means over data sets with 95 % intervals."
    )
    return Table("localisation", caption, pd.DataFrame(rows), columns, _notes(study, columns_of))


_SHARES = ("precision", "chance", "recall", "named", "touched")


def column_names(study: Study) -> Mapping[str, list[str]]:
    """The columns of a data set in their order, where records tell: from its source, or a drift that touched all of them."""
    specs = {
        spec["dataset"]["name"]: spec["dataset"] for spec in study.evidence.stored.specs.values() if "dataset" in spec
    }
    touched = study.recorded.measurements.field("touched")
    longest: dict[str, list[str]] = {}
    lengths = pc.fill_null(touched.value_lengths(), 0).to_numpy(zero_copy_only=False)
    datasets = study.recorded.streams["dataset"].to_numpy()[study.recorded.stream_of]
    for dataset in dict.fromkeys(datasets):
        at = int(np.argmax(np.where(datasets == dataset, lengths, -1)))
        longest[str(dataset)] = touched[at].as_py() or []
    return {name: found for name, spec in specs.items() if (found := _columns(spec, longest.get(name, [])))}


def _columns(spec: Mapping[str, Any], longest: list[str]) -> list[str]:
    left_out = {spec.get("target"), *spec.get("drop", ())}
    source = [name for name in spec.get("source", {}).get("columns", ()) if name not in left_out]
    return next((names for names in (source, longest) if names and len(names) == spec.get("features")), [])


def _touched(study: Study, columns_of: Mapping[str, list[str]]) -> list[frozenset[int]]:
    """For each stream the positions of the columns that its drift touched; empty where they are not known."""
    recorded = study.recorded
    lists = recorded.measurements.field("touched").take(pa.array(recorded.streams["place"])).to_pylist()
    position = {name: {column: at for at, column in enumerate(names)} for name, names in columns_of.items()}
    return [
        frozenset(position[dataset][column] for column in touched or ()) if dataset in position else frozenset()
        for dataset, touched in zip(recorded.streams["dataset"], lists, strict=True)
    ]


def _hits(study: Study, run: Run, touched: Sequence[frozenset[int]], n_columns: Mapping[str, int]) -> pd.DataFrame:
    """One row a stream whose first drift the run found and of which it named columns."""
    recorded = study.recorded
    named = recorded.named(run)
    if named is None:
        return pd.DataFrame()
    scans = recorded.scans(run)
    scored = recorded.score(scans, grace=GRACE)
    found = np.flatnonzero(scored.drifted)
    found = found[scored.detected[scored.first_event]]
    events = scored.event_offsets[found]
    rows = scored.onset[events] + scored.delay[events]
    datasets, scenarios = (recorded.streams[name].to_numpy() for name in ("dataset", "scenario"))
    hits = []
    for one, row, stream in zip(found, rows, scans.stream[found], strict=True):
        alarms = scans.alarms.values[scans.alarms.offsets[one] : scans.alarms.offsets[one + 1]]
        columns = named[one][int(np.searchsorted(alarms, row))] if named[one] else []
        if touched[stream] and columns:
            counts = (len(touched[stream].intersection(columns)), len(columns), len(touched[stream]))
            hits.append((datasets[stream], scenarios[stream], *counts))
    frame = pd.DataFrame(hits, columns=["dataset", "scenario", "hits", "named", "touched"])
    return frame.assign(
        setting=run.setting,
        detector=run.detector,
        precision=POINTS * frame["hits"] / frame["named"],
        recall=POINTS * frame["hits"] / frame["touched"],
        chance=POINTS * frame["touched"] / frame["dataset"].map(n_columns),
    )


def _notes(study: Study, columns_of: Mapping[str, list[str]]) -> list[str]:
    unknown = sorted(set(study.recorded.streams["dataset"]) - set(columns_of))
    return [f"Left out, as records do not tell the order of their columns: {', '.join(unknown)}."] if unknown else []
