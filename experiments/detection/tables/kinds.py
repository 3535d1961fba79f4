"""How detection depends on what drifts: by kind of drift and by scenario, and alarms where there is no drift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.design import Where, only
from experiments.detection.study import Study
from experiments.detection.tables.comparing import shown
from harness.detectors.run import DEFAULT, Run
from harness.inference.mean import mean
from harness.inference.repeated_measures import repeated_measures
from harness.report.table import Column, Table
from harness.scoring import measures


def kind_tables(study: Study) -> Iterator[Table]:
    """Drifts found by kind of drift, at both settings, and the analysis of variance of it."""
    for setting in (DEFAULT, study.design.matched):
        rows = [_by_kind(study, run) for run in shown(study, setting)]
        kinds = [kind for kind in study.design.kinds if any(kind in row for row in rows)]
        columns = [Column("detector", "title"), Column("pairs", "pairs", 0)]
        columns.append(Column("false positives, %", "false_positives", 1))
        columns += [Column(kind, kind, 1, f"{kind}_low", f"{kind}_high") for kind in kinds]
        yield Table(
            "by_kind" if setting == DEFAULT else "by_kind_matched",
            f"First drifts found, {study.set_to(setting)}, by what changes: percent, means over data sets with 95 % intervals. "
            "Harmless and harmful ones alike; each detector on the pairs of data set and model that it can read and be set on.",
            pd.DataFrame(rows),
            columns,
        )


def _by_kind(study: Study, run: Run) -> dict[str, Any]:
    row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector)}
    row["pairs"] = study.n_pairs(run)
    row["false_positives"] = study.mean(measures.false_positives, run).estimate
    for kind, scenarios in study.design.kinds.items():
        one = study.mean(measures.found, run, Where(scenarios=scenarios, staged=False))
        if one.n:
            row |= {kind: one.estimate, f"{kind}_low": one.interval.low, f"{kind}_high": one.interval.high}
    return row


def interaction_table(study: Study) -> Table:
    """Does the better detector depend on the kind of drift? Detector x kind, data sets as blocks."""
    rows = []
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
            rows += [
                {
                    "setting": study.set_to(setting),
                    "detectors": label,
                    "effect": effect.name.replace(":", " × "),
                    "n": found.n,
                    **{key: value for key, value in vars(effect).items() if key not in ("name", "sphericity", "note")},
                    "epsilon": effect.sphericity.greenhouse_geisser,
                }
                for effect in found.effects
            ]
    columns = [
        Column("setting", "setting"),
        Column("detectors", "detectors"),
        Column("effect", "effect"),
        Column("sets", "n", 0),
        Column("F", "statistic", 2),
        Column("df", "df", 0),
        Column("error df", "df_error", 0),
        Column("ε (GG)", "epsilon", 2),
        Column("p (GG)", "p", p_value=True),
        Column("generalised η²", "generalised_eta_squared", 3),
    ]
    caption = (
        "Repeated-measures ANOVA of the share of first drifts found, detector × kind of drift (concept or data), with data "
        "sets as blocks. The larger analysis has all detectors that read as many data sets as the compared ones; only streams "
        "that every detector of a line has read."
    )
    frame = pd.DataFrame(rows, columns=["setting", "detectors", *_EFFECT])
    return Table("anova", caption, frame, columns, p_values=["p_uncorrected", "p_huynh_feldt"])


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
        for kind in ("concept", "data")
        for dataset, value in study.values(
            measures.found, run, Where(scenarios=study.design.kinds.get(kind, ())), beside=runs
        ).items()
    ]
    return pd.DataFrame(rows, columns=["detector", "kind", "dataset", "recall"])


def scenario_table(study: Study) -> Table:
    """Every scenario: drifts found by each detector at both settings."""
    rows = []
    for scenario in scenarios_with_events(study):
        row: dict[str, Any] = {
            "scenario": scenario,
            "title": study.scenario_title(scenario),
            "kind": study.design.kind_of(scenario),
        }
        for setting in (DEFAULT, study.design.matched):
            for run in shown(study, setting):
                row[run.name] = study.mean(measures.found, run, only(scenario)).estimate
        rows.append(row)
    frame = pd.DataFrame(rows)
    columns = [Column("scenario", "title"), Column("kind", "kind")]
    for detector in study.design.compared:
        for setting in (DEFAULT, study.design.matched):
            run = Run(detector, setting)
            if study.has(run):
                at = "" if setting == DEFAULT else f" at {setting} %"
                columns.append(Column(f"{study.title(detector)}{at}", run.name, 1))
    caption = (
        "First drifts found by scenario: percent, means over data sets. The CSV file has a column for every detector at both "
        "settings."
    )
    return Table("by_scenario", caption, frame, columns)


def scenarios_with_events(study: Study) -> list[str]:
    """Scenarios with a drift that have streams in the main comparison or beside it, by kind."""
    known = set(study.conditions.loc[study.drifted(Where(staged=False, partial=True)), "scenario"])
    return [name for members in study.design.kinds.values() for name in members if name in known]


def eventless_table(study: Study) -> Table:
    """Streams with a change that is no drift, where every alarm is false, beside their drift-free twins."""
    rows = []
    for setting in (DEFAULT, study.design.matched):
        for run in shown(study, setting):
            row: dict[str, Any] = {"title": study.title(run.detector), "setting": study.set_to(setting)}
            alarmed = _alarmed(study, run)
            for scenario in study.design.eventless:
                of_set = alarmed[alarmed["scenario"] == scenario].groupby("dataset")[["alarmed", "twin_alarmed"]].mean()
                if len(of_set):
                    gap = mean(100 * (of_set["alarmed"] - of_set["twin_alarmed"]).to_numpy())
                    row |= {scenario: float(100 * of_set["alarmed"].mean()), f"{scenario}_more": gap.estimate}
                    row |= {f"{scenario}_low": gap.interval.low, f"{scenario}_high": gap.interval.high}
            rows.append(row)
    known = [name for name in study.design.eventless if any(name in row for row in rows)]
    columns = [Column("setting", "setting"), Column("detector", "title")]
    for name in known:
        columns.append(Column(study.scenario_title(name), name, 1))
        columns.append(Column("more than twins", f"{name}_more", 1, f"{name}_low", f"{name}_high", signed=True))
    caption = (
        "Streams whose change is no drift: percent with an alarm, means over data sets, and by how much that is more than on "
        "the drift-free twins of the very same streams, with 95 % intervals. A blip is over before anybody could act on it; a "
        "season comes back."
    )
    return Table("eventless", caption, pd.DataFrame(rows), columns)


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
