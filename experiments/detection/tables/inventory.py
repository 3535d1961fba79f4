"""Tables of the inventory: streams that were staged and skipped, their harm, and every trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.design import MAIN
from experiments.detection.record_queries import HARM, RAW, asked, named
from experiments.detection.records import stream_frame
from experiments.detection.study import Study
from experiments.detection.tables.kinds import kinds_of
from harness.analysis.query import EVERYTHING, Among, Query, where
from harness.core import Code, Status
from harness.detectors.run import DEFAULT
from harness.report.outcome_table import outcome_table
from harness.report.table import Column, Key, Table

OF_STRENGTH = (Code.HARM_OUT_OF_REACH, Code.HARM_JUMPED_OVER, Code.TOO_FEW_EFFECTIVE_ROWS)
"""Codes of drifts that make sense on a set but not at the strength that the harm asked for would take."""

WORDS: dict[str, str] = {
    Code.HARM_OUT_OF_REACH: "the harm cannot be reached",
    Code.HARM_JUMPED_OVER: "the harm is jumped over",
    Code.TOO_FEW_EFFECTIVE_ROWS: "too few effective rows would be left",
    Code.TOO_FEW_NOMINAL_FEATURES: "too few features that are nominal and not constant",
    Code.TOO_FEW_NUMERIC_FEATURES: "too few features that are numeric and not constant",
    Code.TOO_FEW_FEATURES: "too few features",
}


def staged_table(study: Study) -> Table:
    """By scenario, harm and whom it was to be done to: streams staged and skipped, and what the drift did to the models."""
    frame = _asked_for(study)
    staged = study.recorded.streams
    staged = _usual(study, staged).assign(level=_levels)
    rows, records = [], {}
    for (scenario, level, harm_to), group in frame.groupby(["scenario", "level", "harm_to"], sort=True):
        ok, skipped = group["status"] == Status.OK, group["status"] == Status.SKIPPED
        row: dict[str, Any] = {
            "scenario": scenario,
            "title": study.scenario_title(str(scenario)),
            "kind": ", ".join(kinds_of(study, str(scenario))),
            "level": level,
            "harm_to": harm_to,
            "to": harm_to if str(level).startswith("harm") else "",
            "staged": int(ok.sum()),
            "impossible": int((skipped & ~group["code"].isin(OF_STRENGTH)).sum()),
            "unreachable": int((group["code"] == Code.HARM_OUT_OF_REACH).sum()),
            "jumped": int((group["code"] == Code.HARM_JUMPED_OVER).sum()),
            "few": int((group["code"] == Code.TOO_FEW_EFFECTIVE_ROWS).sum()),
            "failed": int((group["status"] == Status.FAILED).sum()),
            "sets": int(group.loc[ok, "dataset"].nunique()),
        }
        done = staged[(staged["scenario"] == scenario) & (staged["level"] == level) & (staged["harm_to"] == harm_to)]
        row["effective"] = done["effective_rows"].quantile(0.1)
        for share, end in ((0.5, ""), (0.1, "_low"), (0.9, "_high")):
            found = done[["harm_done", "harm_reference", "ks"]].quantile(share)
            row |= {f"{name}{end}": value for name, value in found.items()}
        rows.append(row)
        at_strength = _at_strength(*group[["harm", "raw"]].iloc[0])
        records[scenario, level, harm_to] = where(scenario=scenario, harm_to=harm_to) & at_strength
    columns = [
        named("scenario", "title"),
        named("kind", "kind"),
        named("strength", "level"),
        named("to the", "to"),
        Column("staged", "staged", 0),
        Column("makes no sense", "impossible", 0),
        Column("out of reach", "unreachable", 0),
        Column("jumped over", "jumped", 0),
        Column("few rows", "few", 0),
        Column("sets", "sets", 0),
        Column.of_estimate("harm to the reference", "harm_reference", 1),
        Column.of_estimate("harm to the models", "harm_done", 1),
        Column("distance", "ks", 2),
        Column("effective rows", "effective", 0),
    ]
    notes = [
        "Skipped streams either make no sense on a set, such as an unseen category without nominal columns, or ask for a harm "
        "that no strength reaches or that harm jumps over, or one that would leave too few effective rows (below 30 or a tenth "
        "of the pool). The distance is the largest of a marginal, in the median; effective rows are Kish's number, the 10 % "
        "quantile, where rows are weighted. Harm below zero is a gain.",
        _coverage(frame),
        study.absent,
    ]
    caption = (
        "Streams staged and skipped by scenario, harm, and the model by which the strength was chosen, and what came of it: "
        "points of accuracy lost by the reference model and by the deployed models (median, 10 % and 90 % quantiles)."
    )
    keys, usual = (
        [Key(("scenario", "level", "harm_to"), records)],
        where(rows_per_month=study.design.rows_per_month, label_delay=0),
    )
    return Table("staged", caption, pd.DataFrame(rows), columns, notes, keys=keys, where=usual)


def _coverage(frame: pd.DataFrame) -> str:
    """The share of streams asked for at a harm that could be staged, in one sentence."""
    asked = frame[frame["harm"] > 0]
    staged = (
        (asked["status"] == Status.OK)
        .groupby([asked[name] for name in ("dataset", "model", "scenario", "level", "harm_to")])
        .mean()
    )
    if staged.empty:
        return ""
    return (
        f"Of {len(staged):,} cells of data set, model, scenario and harm, {(staged == 1).mean():.0%} have all of their seeds, "
        f"{((staged > 0) & (staged < 1)).mean():.0%} some of them, and {(staged == 0).mean():.0%} none."
    ).replace("%", " %")


def _asked_for(study: Study) -> pd.DataFrame:
    """Every stream of the main part that a sweep asked for, with its status and the code of why it was skipped."""
    table = study.evidence.stored.table
    frame = stream_frame(table["factors"], table["spec"], study.evidence.stored.specs)
    frame["status"] = table["status"].to_pylist()
    frame["code"] = table["code"].to_pylist()
    frame = _usual(study, frame).assign(level=_levels)
    return frame.drop_duplicates(["dataset", "model", "scenario", "staging", "level", "harm_to", "seed"])


def _usual(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    usual = (frame["rows_per_month"] == study.design.rows_per_month) & (frame["label_delay"] == 0)
    return frame[usual & (frame["sampling"] == study.design.sampling) & ~frame["dataset"].isin(study.design.regression)]


def _levels(frame: pd.DataFrame) -> list[str]:
    """The strength that was asked for, in words."""
    pairs = zip(frame["harm"], frame["raw"], strict=True)
    return [f"{raw:g} raw" if np.isnan(harm) else f"harm {harm:g}" for harm, raw in pairs]


def _at_strength(harm: float, raw: float) -> Query:
    """Streams that were asked for at this strength, in points of harm, or else raw."""
    asked_for = [(HARM, None), (RAW, raw)] if np.isnan(harm) else [(HARM, harm)]
    return Query(
        tuple(Among(places, (None if value is None or np.isnan(value) else value,)) for places, value in asked_for)
    )


def unread_table(study: Study) -> Table:
    """Which detectors could not read, or be set on, which data sets."""
    drifted = study.drifted(MAIN)
    every = study.conditions[drifted]
    rows = []
    for detector in study.design.detectors:
        for setting in (DEFAULT, study.design.matched):
            run = study.at(detector, setting)
            read = study.read_by(run) if study.has(run) else drifted & False
            lacking = sorted(set(every["dataset"]) - set(study.conditions.loc[drifted & read, "dataset"]))
            if lacking:
                row = {"title": study.title(detector), "setting": study.set_to(setting), "sets": ", ".join(lacking)}
                rows.append({**row, "n": len(lacking)})
    columns = [named("detector", "title"), named("setting", "setting"), Column("n", "n", 0), Column("sets", "sets")]
    caption = (
        "Data sets without any run of a detector: it finds no column that it can read, or no setting gives the rate of false "
        "alarms (the calibration study says why)."
    )
    # that nothing was read is known from all records alone, so that rows do not narrow them
    keys = [Key(("title", "setting"), {(row["title"], row["setting"]): EVERYTHING for row in rows})]
    frame = pd.DataFrame(rows, columns=["title", "setting", "n", "sets"])
    return Table("unread", caption, frame, columns, keys=keys, where=asked(study, MAIN))


def trials_table(study: Study) -> Table:
    """The outcome of every trial."""
    caption = "What became of every trial of the study; reasons without the data set and numbers that they name."
    n = study.recorded.n_repeated
    repeated = (
        f"{n:,} runs are in two records of one stream, as after a second calibration; one of each counts." if n else ""
    )
    return outcome_table(study.evidence.stored, caption, [study.absent, repeated], WORDS)
