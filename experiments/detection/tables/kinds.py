"""How detection depends on what drifts: by kind of drift and by scenario, and alarms where there is no drift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.design import MAIN, Where, only
from experiments.detection.record_queries import asked, named, seen_by
from experiments.detection.records import CONTROL
from experiments.detection.scenarios import KINDS, of_kind
from experiments.detection.study import Study
from experiments.detection.tables.comparing import key_of_both, shown, shown_at_both
from harness.analysis.frame import interval_cells
from harness.analysis.query import OK, Query, where
from harness.detectors.run import DEFAULT, Run
from harness.drift import Kind
from harness.inference.mean import mean
from harness.inference.repeated_measures import WithinEffect, repeated_measures
from harness.report.table import Column, Key, Table
from harness.scoring import measures

CROSSED = (Kind.NOISE, Kind.CONCEPT, Kind.DATA)
"""Kinds that are compared with each other."""


def kind_table(study: Study, setting: str) -> Table:
    """Drifts found by kind of drift, at a setting."""
    runs = shown(study, setting)
    rows = [_by_kind(study, run) for run in runs]
    kinds = [kind for kind in KINDS if any(kind in row for row in rows)]
    main = asked(study, MAIN)
    columns = [named("detector", "title"), Column("pairs", "pairs", 0, where=main)]
    columns.append(Column("false positives, %", "false_positives", 1, where=main))
    columns += [Column.of_estimate(of_kind(kind), kind, 1, where=asked(study, _whole_kind(kind))) for kind in kinds]
    return Table(
        "by_kind" if setting == DEFAULT else "by_kind_matched",
        f"First drifts found, {study.set_to(setting)}, by what changes: percent, means over data sets with 95 % intervals. "
        "Noise leaves the best rule as it is, concept drift changes it for all rows or a region. "
        "Harmless and harmful ones alike; each detector on the pairs of data set and model that it can read and be set on.",
        pd.DataFrame(rows),
        columns,
        keys=[Key(("detector",), {(run.detector,): seen_by(run) for run in runs})],
        where=OK,
    )


def _whole_kind(kind: str) -> Where:
    """All streams of a kind, harmful or not."""
    return Where(kinds=(kind,), staged=False)


def _by_kind(study: Study, run: Run) -> dict[str, Any]:
    row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector)}
    row["pairs"] = study.n_pairs(run)
    row["false_positives"] = study.mean(measures.false_positives, run).estimate
    for kind in KINDS:
        one = study.mean(measures.found, run, _whole_kind(kind))
        row |= interval_cells(kind, one) if one.n else {}
    return row


def interaction_table(study: Study) -> Table:
    """Does the better detector depend on the kind of drift? Detector x kind, data sets as blocks."""
    rows: list[dict[str, Any]] = []
    records: dict[tuple[str, str, str], Query] = {}
    first, second = study.design.compared[0], study.design.compared[-1]
    for setting in (DEFAULT, study.design.matched):
        every = _widely_read(study, setting)
        for label, chosen in (
            (f"{study.title(first)}, {study.title(second)}", (first, second)),
            ("all detectors", every),
        ):
            found = repeated_measures(
                _crossed(study, chosen, setting), value="recall", within=["detector", "kind"], block="dataset"
            )
            # the larger analysis chooses its detectors by the data sets that they read, which only these records tell
            seen = seen_by(*(study.at(name, setting) for name in chosen))
            records |= {(study.set_to(setting), label, _words(effect)): seen for effect in found.effects}
            rows += [
                {
                    "setting": study.set_to(setting),
                    "detectors": label,
                    "effect": _words(effect),
                    "n": found.n,
                    **{key: value for key, value in vars(effect).items() if key not in ("name", "sphericity", "note")},
                    "epsilon": effect.sphericity.greenhouse_geisser,
                }
                for effect in found.effects
            ]
    columns = [
        named("setting", "setting"),
        named("detectors", "detectors"),
        named("effect", "effect"),
        Column("sets", "n", 0),
        Column("F", "statistic", 2),
        Column("df", "df", 0),
        Column("error df", "df_error", 0),
        Column("ε (GG)", "epsilon", 2),
        Column("p (GG)", "p", p_value=True),
        Column("generalised η²", "generalised_eta_squared", 3),
    ]
    caption = (
        "Repeated-measures ANOVA of the share of first drifts found, detector × kind of drift (label noise, concept or data), "
        "with data sets as blocks. The larger analysis has all detectors that read as many data sets as the compared ones; "
        "only streams that every detector of a line has read."
    )
    frame = pd.DataFrame(rows, columns=["setting", "detectors", *_EFFECT])
    keys = [Key(("setting", "detectors", "effect"), records)]
    return Table(
        "anova",
        caption,
        frame,
        columns,
        p_values=["p_uncorrected", "p_huynh_feldt"],
        keys=keys,
        where=asked(study, MAIN),
    )


def _words(effect: WithinEffect) -> str:
    return effect.name.replace(":", " × ")


_EFFECT = (
    *("effect", "n", "statistic", "df", "df_error", "p", "p_uncorrected", "p_huynh_feldt"),
    *("generalised_eta_squared", "partial_omega_squared", "epsilon"),
)


def _widely_read(study: Study, setting: str) -> list[str]:
    """Detectors that read at least as many data sets as each of those that the claims are about."""
    n_sets = {run.detector: study.mean(measures.found, run).n for run in shown(study, setting)}
    fewest = min(n_sets.get(name, 0) for name in study.design.compared)
    return [name for name, n in n_sets.items() if n >= fewest and name not in study.design.baselines]


def _crossed(study: Study, detectors: Sequence[str], setting: str) -> pd.DataFrame:
    runs = [study.at(detector, setting) for detector in detectors]
    rows = [
        {"detector": run.detector, "kind": kind, "dataset": dataset, "recall": value}
        for run in runs
        for kind in CROSSED
        for dataset, value in study.values(measures.found, run, Where(kinds=(kind,)), beside=runs).items()
    ]
    return pd.DataFrame(rows, columns=["detector", "kind", "dataset", "recall"])


def scenario_table(study: Study) -> Table:
    """Every scenario: drifts found by each detector at both settings."""
    rows, records = [], {}
    for scenario in scenarios_with_events(study):
        records[(scenario,)] = asked(study, only(scenario))
        row: dict[str, Any] = {
            "scenario": scenario,
            "title": study.scenario_title(scenario),
            "kind": ", ".join(kinds_of(study, scenario)),
        }
        for _, run in shown_at_both(study):
            row[run.name] = study.mean(measures.found, run, only(scenario)).estimate
        rows.append(row)
    frame = pd.DataFrame(rows)
    columns = [named("scenario", "title"), named("kind", "kind")]
    for detector in study.design.compared:
        for setting in (DEFAULT, study.design.matched):
            run = Run(detector, setting)
            if study.has(run):
                at = "" if setting == DEFAULT else f" at {setting} %"
                columns.append(Column(f"{study.title(detector)}{at}", run.name, 1, where=seen_by(run)))
    caption = (
        "First drifts found by scenario: percent, means over data sets. The CSV file has a column for every detector at both "
        "settings."
    )
    return Table("by_scenario", caption, frame, columns, keys=[Key(("scenario",), records)], where=OK)


def scenarios_with_events(study: Study) -> list[str]:
    """Scenarios with a drift that have streams in the main comparison or beside it, by kind."""
    known = set(study.conditions.loc[study.drifted(Where(staged=False, partial=True)), "scenario"])
    return [name for name in study.design.drifting if name in known]


def kinds_of(study: Study, scenario: str) -> list[str]:
    """What the streams of a scenario are, which may depend on their strength."""
    chosen = study.conditions["scenario"] == scenario
    known = set(study.conditions.loc[chosen, "kind"])
    return [kind for kind in KINDS if kind in known] or sorted(known)


def eventless_table(study: Study) -> Table:
    """Streams with a change that is no drift, where every alarm is false, beside their drift-free twins."""
    rows = []
    for setting, run in shown_at_both(study):
        row: dict[str, Any] = {"title": study.title(run.detector), "setting": study.set_to(setting)}
        alarmed = _alarmed(study, run)
        for scenario in study.design.eventless:
            of_set = alarmed[alarmed["scenario"] == scenario].groupby("dataset")[["alarmed", "twin_alarmed"]].mean()
            if len(of_set):
                gap = mean(100 * (of_set["alarmed"] - of_set["twin_alarmed"]).to_numpy())
                more = interval_cells(scenario, gap)
                row |= {scenario: float(100 * of_set["alarmed"].mean()), f"{scenario}_more": more.pop(scenario), **more}
        rows.append(row)
    known = [name for name in study.design.eventless if any(name in row for row in rows)]
    columns = [named("setting", "setting"), named("detector", "title")]
    for name in known:
        here, ends = where(scenario=(name, CONTROL)), (f"{name}_low", f"{name}_high")
        columns.append(Column(study.scenario_title(name), name, 1, where=here))
        columns.append(Column("more than twins", f"{name}_more", 1, *ends, signed=True, where=here))
    caption = (
        "Streams whose change is no drift: percent with an alarm, means over data sets, and by how much that is more than on "
        "the drift-free twins of the very same streams, with 95 % intervals. A blip is over before anybody could act on it; a "
        "season comes back."
    )
    return Table("eventless", caption, pd.DataFrame(rows), columns, keys=[key_of_both(study)], where=OK)


def _alarmed(study: Study, run: Run) -> pd.DataFrame:
    """One row a stream without an event of which the run has read the twin as well: whether it alarmed on each."""
    recorded = study.recorded
    scans = recorded.scans(run)
    flagged = np.full(len(recorded.streams), -1)
    flagged[scans.stream] = np.diff(scans.alarms.offsets) > 0
    chosen = recorded.streams["scenario"].isin(study.design.eventless) & (flagged >= 0)
    chosen &= ~recorded.streams["dataset"].isin(study.evidence.dependent_sets) & (recorded.twins >= 0)
    streams = np.flatnonzero(chosen)
    twins = flagged[recorded.twins[streams]]
    frame = recorded.streams.iloc[streams][["dataset", "scenario"]].assign(alarmed=flagged[streams], twin_alarmed=twins)
    return frame[twins >= 0]
