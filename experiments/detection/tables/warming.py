"""What DDM and EDDM owe to a labelled month before the stream, and DDM to the length of its warm-up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from experiments.detection.cells import VARIANTS
from experiments.detection.design import MAIN, Where
from experiments.detection.record_queries import asked, named, seen_by
from experiments.detection.scenarios import of_kind
from experiments.detection.study import Study
from experiments.detection.tables.kinds import CROSSED
from harness.analysis.frame import interval_cells
from harness.detectors.run import DEFAULT, Run
from harness.report.table import Column, Key, Table
from harness.scoring import measures


def warm_up_table(study: Study) -> Table:
    """Every variant at both settings: where it can be set, and what it finds there and where all can."""
    rows, records = [], {}
    for setting in (DEFAULT, study.design.matched):
        runs = [run for name in dict.fromkeys(VARIANTS.values()) if study.has(run := Run(name, setting))]
        for run in runs:
            row: dict[str, Any] = {"setting": study.set_to(setting), "detector": run.detector}
            row |= {"title": study.title(run.detector), "pairs": study.n_pairs(run)}
            row["in_band"] = study.n_pairs(run, replace(MAIN, set_by=(run,)))
            for key, measure in (("delay", measures.delay), ("false_positives", measures.false_positives)):
                row |= interval_cells(key, study.mean(measure, run))
            row |= {f"found_{kind}": study.mean(measures.found, run, Where(kinds=(kind,))).estimate for kind in CROSSED}
            row["n_common"] = study.n_pairs(run, beside=runs)
            for key, measure in (("common_delay", measures.delay), ("common_found", measures.found)):
                row |= interval_cells(key, study.mean(measure, run, beside=runs))
            rows.append(row)
            records[row["setting"], run.detector] = seen_by(*runs)
    columns = [
        named("setting", "setting"),
        named("detector", "title"),
        Column("pairs", "pairs", 0),
        Column("in band", "in_band", 0),
        Column.of_estimate("false positives, %", "false_positives", 1),
        Column.of_estimate("delay, months", "delay", 2),
        *(Column(f"found of {of_kind(kind)}, %", f"found_{kind}", 1) for kind in CROSSED),
        Column("common pairs", "n_common", 0),
        Column.of_estimate("delay there", "common_delay", 2),
        Column.of_estimate("found there, %", "common_found", 1),
    ]
    caption = (
        "What DDM and EDDM owe to a labelled reference month that they read before the stream (warmed), and DDM to a warm-up "
        "of 30 or 100 rows: pairs of data set and model that each reads or can be set on, those whose setting gave 3 to 7 % on "
        "fresh streams, and means over data sets with 95 % intervals, on its own pairs and on those of all variants."
    )
    notes = [
        "After a run of hits the first error breaks any limit of a DDM that has seen no error yet; set to equal false alarms, "
        "it then has to be set very high or cannot be set at all."
    ]
    keys = [Key(("setting", "detector"), records)]
    return Table("warm_up", caption, pd.DataFrame(rows), columns, notes, keys=keys, where=asked(study, MAIN))
