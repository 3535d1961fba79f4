"""How detection depends on harm, on rows a month and label delay, and on how windows of rows are tested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.detection.design import MAIN, Where, only
from experiments.detection.record_queries import asked, named, seen_by
from experiments.detection.study import Study
from experiments.detection.tables.comparing import key_of_both, shown_at_both
from experiments.detection.tables.kinds import scenarios_with_events
from harness.analysis.frame import interval_cells
from harness.analysis.query import OK, either
from harness.detectors.run import DEFAULT, Run
from harness.inference.estimate import Estimate
from harness.inference.mean import mean
from harness.report.table import Basis, Column, Key, Table
from harness.scoring import measures

REGION_DELAY = 0.25
"""Months: half the width of the region of practical equivalence of delays."""


def harm_table(study: Study) -> Table:
    """Drifts found and delay by the harm that was asked for."""
    harms = sorted(study.conditions.loc[study.drifted(MAIN), "harm"].unique())
    at = {harm: Where(harms=(harm,)) for harm in harms}
    rows = []
    for setting, run in shown_at_both(study):
        row: dict[str, Any] = {"setting": study.set_to(setting), "title": study.title(run.detector)}
        for harm, where in at.items():
            row[f"recall_{harm:g}"] = study.mean(measures.found, run, where).estimate
            row[f"delay_{harm:g}"] = study.mean(measures.delay, run, where).estimate
        rows.append(row)
    columns = [named("setting", "setting"), named("detector", "title")]
    for title, name, decimals in (("found at {:g}, %", "recall_{:g}", 1), ("delay at {:g}", "delay_{:g}", 2)):
        for harm, where in at.items():
            columns.append(Column(title.format(harm), name.format(harm), decimals, where=asked(study, where)))
    caption = (
        "First drifts found and restricted mean delay (months) by the points of accuracy that a drift was staged to cost the "
        "deployed model: means over data sets."
    )
    return Table("by_harm", caption, pd.DataFrame(rows), columns, keys=[key_of_both(study)], where=OK)


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
    rows, records = [], {}
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
                row |= {**interval_cells(key, gaps[-1]), "n": gaps[-1].n}
            rows.append({**row, "order": _order(gaps)})
            records[row["setting"], month, late] = seen_by(*(Run(name, setting) for name in (ks, ddm, eddm)))
    title = study.title
    columns = [
        named("setting", "setting"),
        Column("rows a month", "month", 0, basis=Basis.DESIGN),
        Column("labels late, rows", "late", 0, basis=Basis.DESIGN),
        Column("sets", "n", 0),
        *(Column(title(detector), detector, 2) for detector in (ks, ddm, eddm)),
        *(Column(f"F1 {title(detector)}", f"false_{detector}", 1) for detector in (ks, ddm, eddm)),
        Column.of_estimate(f"{title(ddm)} − {title(ks)}", "first_gap", 2, signed=True),
        Column.of_estimate(f"{title(eddm)} − {title(ddm)}", "second_gap", 2, signed=True),
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
    # which levels all months and delays share is known from the records of all of them: these do not narrow a row's
    at = [
        Where(scenarios=shared, harms=harms, sets=sets, rows_per_month=month, label_delay=late) for month, late in pairs
    ]
    return Table(
        "region",
        caption,
        pd.DataFrame(rows),
        columns,
        keys=[Key(("setting", "month", "late"), records)],
        where=either(asked(study, where) for where in at),
    )


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
    every: dict[str, None] = {}
    records = {}
    for setting in (DEFAULT, study.design.matched):
        whole, panel = (
            _known(study, names, setting) for names in (study.design.whole, study.design.panel["tests of rows"])
        )
        scenarios = _read_by_any(study, whole)
        every |= dict.fromkeys(scenarios)
        where = Where(scenarios=scenarios, staged=False)
        beside = sorted(whole, key=lambda one: -study.read_by(one).sum())[:1]  # not every rule can be set everywhere
        for run in (*panel, *whole) if whole else ():
            false = study.mean(measures.false_positives, run, where, beside=beside)
            delay = study.mean(measures.delay, run, where, beside=beside)
            if false.n:
                row: dict[str, Any] = {"detector": run.detector, "title": study.title(run.detector)}
                row |= {"setting": study.set_to(setting), "n": false.n}
                row |= interval_cells("false_positives", false) | interval_cells("delay", delay)
                found = {one: study.mean(measures.found, run, only(one), beside=beside).estimate for one in scenarios}
                rows.append({**row, **found})
                records[row["setting"], run.detector] = seen_by(run, *whole)  # all say on which conditions
    all_of_them = asked(study, Where(scenarios=list(every), staged=False))
    columns = [named("setting", "setting"), named("test", "title"), Column("sets", "n", 0, where=all_of_them)]
    columns.append(Column.of_estimate("false positives, %", "false_positives", 1, where=all_of_them))
    columns.append(Column.of_estimate("delay, months", "delay", 2, where=all_of_them))
    columns += [Column(study.scenario_title(one), one, 1, where=asked(study, only(one))) for one in every]
    caption = (
        "Tests of windows of rows on the part of the design in which all of them ran: false positives, restricted mean delay "
        "over all of these drifts, and first drifts found in percent by scenario; means over data sets, with 95 % intervals. "
        "Each scenario is at its own strength. Tests look once a month unless their name says otherwise: one that looks more "
        "often can alarm earlier, and has more occasions for a false alarm."
    )
    keys = [Key(("setting", "detector"), records)]
    return Table("windows", caption, pd.DataFrame(rows), columns, keys=keys, where=OK)


def _known(study: Study, names: Sequence[str], setting: str) -> list[Run]:
    return [Run(name, setting) for name in names if study.has(Run(name, setting))]


def _read_by_any(study: Study, runs: Sequence[Run]) -> list[str]:
    """Scenarios with a drift that one of the runs has read."""
    read = np.logical_or.reduce([study.read_by(run) for run in runs]) if runs else study.free & False
    known = set(study.conditions.loc[read, "scenario"])
    return [name for name in scenarios_with_events(study) if name in known]
