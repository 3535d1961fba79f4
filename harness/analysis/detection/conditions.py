"""How detection depends on what drifts, how much it harms, how many rows a month has and how late labels come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.detection import measures
from harness.analysis.detection.comparing import shown
from harness.analysis.detection.recorded import DEFAULT, Run
from harness.analysis.detection.study import MAIN, Study, Where
from harness.analysis.inference.estimate import Estimate
from harness.analysis.inference.mean import mean
from harness.analysis.inference.repeated_measures import repeated_measures
from harness.analysis.table import Column, Table

REGION_DELAY = 0.25
"""Months: half the width of the region of practical equivalence of delays."""


def kind_tables(study: Study) -> Iterator[Table]:
    """Drifts found by kind of drift, at both settings, and the analysis of variance of it."""
    for setting in (DEFAULT, study.design.matched):
        rows = [_by_kind(study, run) for run in shown(study, setting)]
        kinds = [kind for kind in study.design.kinds if any(kind in row for row in rows)]
        columns = [Column("detector", "title"), Column("false positives, %", "false_positives", 1)]
        columns += [Column(kind, kind, 1, f"{kind}_low", f"{kind}_high") for kind in kinds]
        yield Table(
            "by_kind" if setting == DEFAULT else "by_kind_matched",
            f"Drifts found, {study.set_to(setting)}, by what changes: percent (A3), means over data sets with 95 % intervals. "
            "Harmless and harmful ones alike.",
            pd.DataFrame(rows),
            columns,
        )


def _by_kind(study: Study, run: Run) -> dict[str, Any]:
    row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector)}
    row["false_positives"] = study.mean(measures.false_positives, run).estimate
    for kind, scenarios in study.design.kinds.items():
        one = study.mean(measures.recall, run, Where(scenarios=scenarios, staged=False))
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
        "Repeated-measures ANOVA of the share of drifts found, detector × kind of drift (concept or data), with data sets as "
        "blocks. The larger analysis has all detectors that read as many data sets as the compared ones; only data sets that "
        "every detector of a line can read."
    )
    return Table("anova", caption, pd.DataFrame(rows, columns=["setting", "detectors", *_EFFECT]), columns)


_EFFECT = (
    *("effect", "n", "statistic", "df", "df_error", "p", "p_uncorrected", "p_huynh_feldt"),
    *("generalised_eta_squared", "partial_omega_squared", "epsilon"),
)


def _widely_read(study: Study, setting: str) -> list[str]:
    """Detectors that read at least as many data sets as each of those that the claims are about."""
    n_sets = {run.detector: study.mean(measures.recall, run).n for run in shown(study, setting)}
    fewest = min(n_sets.get(name, 0) for name in study.design.compared)
    return [name for name, n in n_sets.items() if n >= fewest and name not in study.design.baselines]


def _crossed(study: Study, detectors: Sequence[str], setting: str) -> pd.DataFrame:
    rows = [
        {"detector": detector, "kind": kind, "dataset": dataset, "recall": value}
        for detector in detectors
        for kind in ("concept", "data")
        for dataset, value in study.values(
            measures.recall, study.at(detector, setting), Where(scenarios=study.design.kinds[kind])
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
                row[run.name] = study.mean(measures.recall, run, Where(scenarios=(scenario,), staged=False)).estimate
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
        "Drifts found by scenario: percent (A3), means over data sets. The CSV file has a column for every detector at both "
        "settings."
    )
    return Table("by_scenario", caption, frame, columns)


def scenarios_with_events(study: Study) -> list[str]:
    """Scenarios with a drift that have streams in the main comparison or beside it, by kind."""
    known = set(study.conditions.loc[study.drifted(Where(staged=False)), "scenario"])
    return [name for members in study.design.kinds.values() for name in members if name in known]


def eventless_table(study: Study) -> Table:
    """Streams with a change that is no drift, where every alarm is false, beside the drift-free twins."""
    every = study.conditions
    usual = (every["rows_per_month"] == study.design.rows_per_month) & (every["label_delay"] == 0)
    rows = []
    for setting in (DEFAULT, study.design.matched):
        for run in shown(study, setting):
            row: dict[str, Any] = {"title": study.title(run.detector), "setting": study.set_to(setting)}
            for scenario in (study.design.control, *study.design.eventless):
                chosen = np.asarray(usual & (every["scenario"] == scenario)) & study.read_by(run)
                sums = study.tally.sums[run][chosen].groupby(every.loc[chosen, "dataset"]).sum()
                if len(sums):
                    row[scenario] = float((100 * sums["with_false"] / sums["runs"]).mean())
            rows.append(row)
    known = [name for name in (study.design.control, *study.design.eventless) if any(name in row for row in rows)]
    columns = [Column("setting", "setting"), Column("detector", "title")]
    columns += [Column(study.scenario_title(name), name, 1) for name in known]
    caption = (
        "Streams whose change is no drift: percent with an alarm outside of any drift, means over data sets. A blip is over "
        "before anybody could act on it; a season comes back."
    )
    return Table("eventless", caption, pd.DataFrame(rows), columns)


def harm_table(study: Study) -> Table:
    """Drifts found and delay by the harm that was asked for."""
    harms = sorted(study.conditions.loc[study.drifted(MAIN), "harm"].unique())
    rows = []
    for setting in (DEFAULT, study.design.matched):
        for run in shown(study, setting):
            row: dict[str, Any] = {"setting": study.set_to(setting), "title": study.title(run.detector)}
            for harm in harms:
                where = Where(harms=(harm,))
                row[f"recall_{harm:g}"] = study.mean(measures.recall, run, where).estimate
                row[f"delay_{harm:g}"] = study.mean(measures.delay, run, where).estimate
            rows.append(row)
    columns = [Column("setting", "setting"), Column("detector", "title")]
    columns += [Column(f"found at {harm:g}, %", f"recall_{harm:g}", 1) for harm in harms]
    columns += [Column(f"delay at {harm:g}", f"delay_{harm:g}", 2) for harm in harms]
    caption = (
        "Drifts found (A3) and restricted mean delay (months) by the points of accuracy that a drift was staged to cost the "
        "reference model: means over data sets."
    )
    return Table("by_harm", caption, pd.DataFrame(rows), columns)


def months_and_labels(study: Study) -> list[tuple[int, int]]:
    """The pairs of rows a month and label delay that have drifts that tests of both kinds can see."""
    table = study.conditions
    seen = table[table["drifted"] & table["scenario"].isin(list(study.design.visible)) & (table["harm"] > 0)]
    pairs = seen[["rows_per_month", "label_delay"]].drop_duplicates()
    return sorted((int(month), int(late)) for month, late in pairs.itertuples(index=False))


def region_table(study: Study) -> Table:
    """Where the source paper's order of delays holds: over rows a month and label delay."""
    ddm, eddm, ks = study.design.compared
    shared = _shared_visible(study)
    pairs = months_and_labels(study)
    rows = []
    for setting in (DEFAULT, study.design.matched):
        for month, late in pairs if len(pairs) > 1 else ():
            where = Where(scenarios=shared, rows_per_month=month, label_delay=late)
            row: dict[str, Any] = {"setting": study.set_to(setting), "month": month, "late": late}
            for detector in (ks, ddm, eddm):
                row[detector] = study.mean(measures.delay, Run(detector, setting), where).estimate
            gaps = []
            for key, later, earlier in (("first_gap", ddm, ks), ("second_gap", eddm, ddm)):
                values = study.contrast(measures.delay, Run(later, setting), Run(earlier, setting), where)
                gaps.append(mean(values))
                ends = gaps[-1].interval
                row |= {key: gaps[-1].estimate, f"{key}_low": ends.low, f"{key}_high": ends.high, "n": gaps[-1].n}
            rows.append({**row, "order": _order(gaps)})
    title = study.title
    columns = [
        Column("setting", "setting"),
        Column("rows a month", "month", 0),
        Column("labels late, rows", "late", 0),
        Column("sets", "n", 0),
        *(Column(title(detector), detector, 2) for detector in (ks, ddm, eddm)),
        Column(f"{title(ddm)} − {title(ks)}", "first_gap", 2, "first_gap_low", "first_gap_high", signed=True),
        Column(f"{title(eddm)} − {title(ddm)}", "second_gap", 2, "second_gap_low", "second_gap_high", signed=True),
        Column("order", "order"),
    ]
    names = ", ".join(study.scenario_title(name) for name in shared)
    caption = (
        f"Restricted mean delay in months on drifts that both kinds of detectors can see ({names}), with 95 % intervals of "
        f"the gaps over data sets. The order {title(ks)} before {title(ddm)} before {title(eddm)} holds where both intervals "
        "lie above zero."
    )
    return Table("region", caption, pd.DataFrame(rows), columns)


def _shared_visible(study: Study) -> list[str]:
    """Visible scenarios that were staged at every number of rows a month and label delay."""
    staged = [
        set(study.conditions.loc[study.drifted(Where(rows_per_month=month, label_delay=late)), "scenario"])
        for month, late in months_and_labels(study)
    ]
    return [name for name in study.design.visible if all(name in each for each in staged)]


def _order(gaps: Sequence[Estimate]) -> str:
    if not all(gap.interval.is_known for gap in gaps):
        return "not known"
    if all(gap.interval.low > 0 for gap in gaps):
        return "holds" if all(gap.estimate >= REGION_DELAY for gap in gaps) else "holds, by little"
    return "reversed in part" if any(gap.interval.high < 0 for gap in gaps) else "not told apart"


def windows_table(study: Study) -> Table:
    """Further tests of windows beside those of the panel, on the streams that all of them read."""
    design = study.design
    whole = [Run(name, DEFAULT) for name in design.whole if study.has(Run(name, DEFAULT))]
    panel = [Run(name, DEFAULT) for name in ("ks", "chi_square", "psi") if study.has(Run(name, DEFAULT))]
    common = np.logical_or.reduce([study.read_by(run) for run in whole]) if whole else study.free & False
    scenarios = [
        name
        for name in scenarios_with_events(study)
        if (common & np.asarray(study.conditions["scenario"] == name)).any()
    ]
    rows = []
    for run in (*panel, *whole) if whole else ():
        row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector)}
        values = study.values(measures.false_positives, run, Where(scenarios=scenarios, staged=False), beside=whole[:1])
        if not len(values):
            continue
        row |= {"n": len(values), "false_positives": values.mean()}
        for name in scenarios:
            row[name] = study.values(
                measures.recall, run, Where(scenarios=(name,), staged=False), beside=whole[:1]
            ).mean()
        rows.append(row)
    columns = [Column("test", "title"), Column("sets", "n", 0), Column("false positives, %", "false_positives", 1)]
    columns += [Column(study.scenario_title(name), name, 1) for name in scenarios]
    caption = (
        "Tests of windows of rows at defaults, on the part of the design in which all of them ran: drifts found in percent "
        "(A3), means over data sets. Each scenario is at its own strength."
    )
    return Table("windows", caption, pd.DataFrame(rows), columns)
