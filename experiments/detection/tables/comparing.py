"""The source paper's table, measured, and every other definition of its three measures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from experiments.detection.condition_sums import found_by_chance
from experiments.detection.design import MAIN, Where
from experiments.detection.record_queries import asked, named, seen_by
from experiments.detection.study import Study
from harness.analysis.frame import interval_cells
from harness.detectors.run import DEFAULT, Run
from harness.report.table import Basis, Column, Key, Table
from harness.scoring import measures
from harness.scoring.sums import LONGEST_DELAY

HEADLINE = {
    "delay": ("delay, months", measures.delay, 2),
    "accuracy": ("accuracy, %", measures.accuracy, 1),
    "false_positives": ("false positives, %", measures.false_positives, 1),
}
"""The source paper's measures: heading, definition and decimals."""

SENSITIVITY = {
    "a1": ("A1", measures.accuracy, 1),
    "a2": ("A2", measures.cell_accuracy, 1),
    "a3": ("A3", measures.recall, 1),
    "a4": ("A4 precision", measures.precision, 1),
    "f_score": ("A4 F1", measures.f_score, 1),
    "f1": ("F1", measures.false_positives, 1),
    "f2": ("F2", measures.false_months, 1),
    "f3": ("F3", measures.false_per_1000_rows, 2),
    "f4": ("F4", measures.false_discovery, 1),
    "mtd": ("MTD", measures.time_to_detection, 0),
    "mtfa": ("MTFA", measures.time_between_false_alarms, 0),
    "mdr": ("MDR", measures.missed, 1),
    "mtr": ("MTR", measures.time_ratio, 1),
    "arl0": ("ARL0", measures.run_length_without_drift, 0),
    "arl1": ("ARL1", measures.run_length_from_drift, 0),
    "repeats": ("repeats", measures.repeats, 1),
}


def paper_table(study: Study, setting: str) -> Table:
    """The source paper's table at a setting: as detectors come, or at equal false alarms."""
    runs = shown(study, setting)
    columns = [named("detector", "title")]
    for key, (title, _, decimals) in HEADLINE.items():
        columns.append(Column.of_estimate(title, key, decimals))
        columns.append(Column("published", f"{key}_published", 0, basis=Basis.PUBLISHED))
    columns += [Column("found, %", "found", 1), Column("by chance, %", "by_chance", 1)]
    columns += [Column("sets", "n", 0), Column("pairs", "pairs", 0)]
    columns += [Column("in band", "in_band", 0)] if setting != DEFAULT else []
    return Table(
        "paper" if setting == DEFAULT else "paper_matched",
        f"The source paper's comparison of drift detectors, measured, {study.set_to(setting)}: means over {study.size}, "
        f"with 95 % intervals over data sets. Delay is restricted to {LONGEST_DELAY:g} months, or the drift's window if "
        "that is shorter, at which a miss counts.",
        pd.DataFrame([_paper_row(study, run) for run in runs]),
        columns,
        [
            "Accuracy is that of judging whole streams (A1), false positives the share of drift-free half-years with an "
            "alarm (F1); found is the share of streams whose first drift was found, and by chance what the alarms on their "
            "drift-free twins would have found. Sets, and pairs of set and model, are those that the detector can read"
            + (
                "."
                if setting == DEFAULT
                else " and could be set on; in band are the pairs whose setting gave 3 to 7 % on "
                "fresh streams, to which claims keep."
            ),
            _of_baselines(setting),
        ],
        keys=[Key(("detector",), {(run.detector,): seen_by(run) for run in runs})],
        where=asked(study, MAIN),
    )


def common_table(study: Study) -> Table:
    """All detectors at equal false alarms, on the pairs of set and model on which every compared one was set well."""
    setting = study.design.matched
    beside = [Run(name, setting) for name in study.design.compared]
    where = replace(MAIN, set_by=tuple(beside))
    runs = shown(study, setting) if all(map(study.has, beside)) and study.drifted(where).any() else []
    rows = [_paper_row(study, run, where, beside) for run in runs]
    columns = [named("detector", "title")]
    columns += [Column.of_estimate(title, key, decimals) for key, (title, _, decimals) in HEADLINE.items()]
    columns += [Column("found, %", "found", 1), Column("by chance, %", "by_chance", 1)]
    columns += [Column("sets", "n", 0), Column("pairs", "pairs", 0)]
    names = [study.title(name) for name in study.design.compared]
    caption = (
        f"Detectors {study.set_to(setting)} on common ground: means over the pairs of data set and model on which "
        f"{', '.join(names[:-1])} and {names[-1]} could all be set and gave 3 to 7 % on fresh streams, with 95 % intervals "
        "over data sets."
    )
    return Table(
        "common_matched",
        caption,
        pd.DataFrame(rows),
        columns,
        [_of_baselines(setting)],
        keys=[Key(("detector",), {(run.detector,): seen_by(run, *beside) for run in runs})],
        where=asked(study, where),
    )


def _paper_row(study: Study, run: Run, where: Where = MAIN, beside: Sequence[Run] = ()) -> dict[str, Any]:
    row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector)}
    for key, (_, measure, _) in HEADLINE.items():
        one = study.mean(measure, run, where, beside=beside)
        row |= {**interval_cells(key, one), "n": one.n}
        row[f"{key}_published"] = study.design.published_of(run.detector).get(key, math.nan)
    for key, measure in (
        ("found", measures.found),
        ("by_chance", found_by_chance),
        ("repeats", measures.repeats),
    ):
        row[key] = study.mean(measure, run, where, beside=beside).estimate
    in_band = study.n_pairs(run, replace(where, set_by=(*where.set_by, run)), beside=beside)
    return {**row, "pairs": study.n_pairs(run, where, beside=beside), "in_band": in_band}


def sensitivity_table(study: Study, setting: str) -> Table:
    """Every definition at a setting, with both graces."""
    rows, records = [], {}
    for run in shown(study, setting):
        for months, short in ((2, False), (1, True)):
            row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector), "grace": months}
            values = {key: study.values(one, run, short=short) for key, (_, one, _) in SENSITIVITY.items()}
            rows.append(row | {key: column.mean() for key, column in values.items()})
            records[run.detector, months] = seen_by(run)
    columns = [named("detector", "title"), Column("g", "grace", 0, basis=Basis.DESIGN)]
    columns += [Column(title, key, decimals) for key, (title, _, decimals) in SENSITIVITY.items()]
    return Table(
        "sensitivity" if setting == DEFAULT else "sensitivity_matched",
        f"Other definitions of accuracy and false alarms, {study.set_to(setting)}: means over data sets; g is the grace in "
        "months. A1 to A4, F1, F2, F4 and MDR in percent, F3 in alarms a thousand rows, repeats in alarms a "
        "drift found, MTR a ratio, all others in rows.",
        pd.DataFrame(rows),
        columns,
        [
            "MTFA of a detector without a false alarm is what was watched, a lower bound; MTD leaves out what was missed; "
            "ARL1 leaves out streams with an early alarm. Read them beside the metronome and the random baseline.",
            _of_baselines(setting),
        ],
        keys=[Key(("detector", "grace"), records)],
        where=asked(study, MAIN),
    )


def shown(study: Study, setting: str) -> list[Run]:
    """The runs of the panel at a setting that any record has, in the order of the tables."""
    runs = [study.at(detector, setting) for detector in study.design.detectors]
    return [run for run in runs if study.has(run)]


def shown_at_both(study: Study) -> list[tuple[str, Run]]:
    """Each of both settings with the runs that are shown at it; a baseline without a knob stands at both."""
    return [(setting, run) for setting in (DEFAULT, study.design.matched) for run in shown(study, setting)]


def key_of_both(study: Study) -> Key:
    """The key of rows that are known by a setting and a detector, in words."""
    rows = shown_at_both(study)
    records = {(study.set_to(setting), study.title(run.detector)): seen_by(run) for setting, run in rows}
    return Key(("setting", "title"), records)


def _of_baselines(setting: str) -> str:
    return "" if setting == DEFAULT else "Baselines without a knob stand as they come."
