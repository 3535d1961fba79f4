"""How detection depends on harm, on rows a month and label delay, and on how windows of rows are tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.design import MAIN, Where, only
from experiments.detection.study import Study
from experiments.detection.tables.comparing import shown
from experiments.detection.tables.kinds import scenarios_with_events
from harness.detectors.run import DEFAULT, Run
from harness.inference.estimate import Estimate
from harness.inference.mean import mean
from harness.report.table import Column, Table
from harness.scoring import measures

REGION_DELAY = 0.25
"""Months: half the width of the region of practical equivalence of delays."""


def harm_table(study: Study) -> Table:
    """Drifts found and delay by the harm that was asked for."""
    harms = sorted(study.conditions.loc[study.drifted(MAIN), "harm"].unique())
    rows = []
    for setting in (DEFAULT, study.design.matched):
        for run in shown(study, setting):
            row: dict[str, Any] = {"setting": study.set_to(setting), "title": study.title(run.detector)}
            for harm in harms:
                where = Where(harms=(harm,))
                row[f"recall_{harm:g}"] = study.mean(measures.found, run, where).estimate
                row[f"delay_{harm:g}"] = study.mean(measures.delay, run, where).estimate
            rows.append(row)
    columns = [Column("setting", "setting"), Column("detector", "title")]
    columns += [Column(f"found at {harm:g}, %", f"recall_{harm:g}", 1) for harm in harms]
    columns += [Column(f"delay at {harm:g}", f"delay_{harm:g}", 2) for harm in harms]
    caption = (
        "First drifts found and restricted mean delay (months) by the points of accuracy that a drift was staged to cost the "
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
    pairs = months_and_labels(study)
    shared, harms, sets = (_in_all(study, pairs, name) for name in ("scenario", "harm", "dataset"))
    rows = []
    for setting in (DEFAULT, study.design.matched):
        for month, late in pairs if len(pairs) > 1 else ():
            where = Where(scenarios=shared, harms=harms, sets=sets, rows_per_month=month, label_delay=late)
            row: dict[str, Any] = {"setting": study.set_to(setting), "month": month, "late": late}
            for detector in (ks, ddm, eddm):
                run = Run(detector, setting)
                row[detector] = study.mean(measures.delay, run, where).estimate
                row[f"false_{detector}"] = study.mean(measures.false_positives, run, where).estimate
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
        *(Column(f"F1 {title(detector)}", f"false_{detector}", 1) for detector in (ks, ddm, eddm)),
        Column(f"{title(ddm)} − {title(ks)}", "first_gap", 2, "first_gap_low", "first_gap_high", signed=True),
        Column(f"{title(eddm)} − {title(ddm)}", "second_gap", 2, "second_gap_low", "second_gap_high", signed=True),
        Column("order", "order"),
    ]
    names = ", ".join(study.scenario_title(name) for name in shared)
    points = ", ".join(f"{harm:g}" for harm in harms)
    caption = (
        f"Restricted mean delay in months on drifts that both kinds of detectors can see ({names}; {points} points of harm), "
        "with 95 % intervals of the gaps over the data sets that have them under all conditions, and the percentage of "
        "drift-free half-years with an alarm (F1). Tests of rows look once a month, however many rows it has. "
        f"The order {title(ks)} before {title(ddm)} before {title(eddm)} holds where both intervals lie above zero."
    )
    return Table("region", caption, pd.DataFrame(rows), columns)


def _in_all(study: Study, pairs: Sequence[tuple[int, int]], name: str) -> list[Any]:
    """Levels that visible drifts have at every number of rows a month and label delay, in order."""
    visible = study.design.visible
    levels = [
        study.conditions.loc[study.drifted(Where(scenarios=visible, rows_per_month=month, label_delay=late)), name]
        for month, late in pairs
    ]
    return sorted(set.intersection(*map(set, levels))) if levels else []


def _order(gaps: Sequence[Estimate]) -> str:
    if not all(gap.interval.is_known for gap in gaps):
        return "not known"
    if all(gap.interval.low > 0 for gap in gaps):
        return "holds" if all(gap.estimate >= REGION_DELAY for gap in gaps) else "holds, by little"
    return "reversed in part" if any(gap.interval.high < 0 for gap in gaps) else "not told apart"


def windows_table(study: Study) -> Table:
    """Further tests of windows beside those of the panel, on the conditions that they read, at both settings."""
    rows: list[dict[str, Any]] = []
    shown_scenarios: list[str] = []
    for setting in (DEFAULT, study.design.matched):
        whole = [Run(name, setting) for name in study.design.whole if study.has(Run(name, setting))]
        panel = [Run(name, setting) for name in study.design.panel["tests of rows"] if study.has(Run(name, setting))]
        read = np.logical_or.reduce([study.read_by(run) for run in whole]) if whole else study.free & False
        read_scenarios = set(study.conditions.loc[read, "scenario"])
        scenarios = [name for name in scenarios_with_events(study) if name in read_scenarios]
        shown_scenarios += [name for name in scenarios if name not in shown_scenarios]
        where = Where(scenarios=scenarios, staged=False)
        beside = sorted(whole, key=lambda one: -study.read_by(one).sum())[:1]  # not every rule can be set everywhere
        for run in (*panel, *whole) if whole else ():
            false = study.mean(measures.false_positives, run, where, beside=beside)
            delay = study.mean(measures.delay, run, where, beside=beside)
            if false.n:
                row: dict[str, Any] = {
                    "detector": run.detector,
                    "title": study.title(run.detector),
                    "setting": study.set_to(setting),
                    "n": false.n,
                }
                for name, one in (("false_positives", false), ("delay", delay)):
                    row |= {name: one.estimate, f"{name}_low": one.interval.low, f"{name}_high": one.interval.high}
                found = {
                    name: study.mean(measures.found, run, only(name), beside=beside).estimate for name in scenarios
                }
                rows.append({**row, **found})
    columns = [Column("setting", "setting"), Column("test", "title"), Column("sets", "n", 0)]
    columns.append(Column("false positives, %", "false_positives", 1, "false_positives_low", "false_positives_high"))
    columns.append(Column("delay, months", "delay", 2, "delay_low", "delay_high"))
    columns += [Column(study.scenario_title(name), name, 1) for name in shown_scenarios]
    caption = (
        "Tests of windows of rows on the part of the design in which all of them ran: false positives, restricted mean delay "
        "over all of these drifts, and first drifts found in percent by scenario; means over data sets, with 95 % intervals. "
        "Each scenario is at its own strength. Tests look once a month unless their name says otherwise: one that looks more "
        "often can alarm earlier, and has more occasions for a false alarm."
    )
    return Table("windows", caption, pd.DataFrame(rows), columns)
