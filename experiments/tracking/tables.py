"""The tables of the tracking study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from experiments.tracking.study import NOT_MEASURED, SOURCE, Tracking, Used
from harness.report.table import Basis, Column, Table
from harness.tracking.workloads.features import Grade
from harness.tracking.workloads.probes import NEEDS, PROBES
from harness.tracking.workloads.writers import EACH

TOOL = Column("tool", "title", basis=Basis.DESIGN)
SIGNS = {
    Grade.NATIVE: "yes",
    Grade.OURS: "ours",
    Grade.FAILS: "fails",
    Grade.NEEDS_SERVICE: "service",
    Grade.NOT_OFFERED: "–",
    NOT_MEASURED: "?",
}
"""How grades are printed."""

KILLED_STEPS = 60
MILLISECONDS = 1000.0


def costs_table(study: Tracking) -> Table:
    """What a run costs in milliseconds: in a process of its own, and in one that goes on, after 20, 200 and 1000 runs."""
    rows = []
    for one in study.used:
        row: dict[str, Any] = {"title": study.title(one), "fresh": _ms(study, one, "runs_20", "fresh", -1, "wall")}
        for size in (20, 200, 1000):
            row[f"warm_{size}"] = _ms(study, one, f"runs_{size}", "warm", -1, "wall")
        row["waited"] = _ms(study, one, "runs_20", "warm", -1, "waited")
        row["growth"] = row["warm_1000"] / _ms(study, one, "runs_1000", "warm", 0, "wall")
        row["kilobytes"] = study.clocked(one, "runs_200", "bytes") / study.clocked(one, "runs_200", "done") / 1e3
        row["query"] = _ms(study, one, "runs_1000", "query", "wall")
        row["done"] = study.clocked(one, "runs_1000", "done")
        rows.append(row)
    columns = [
        TOOL,
        Column("fresh process", "fresh", 0),
        *(Column(f"of {size}", f"warm_{size}", 1) for size in (20, 200, 1000)),
        Column("growth", "growth", 2),
        Column("waiting", "waited", 1),
        Column("kB a run", "kilobytes", 0),
        Column("best of 1000", "query", 1),
        Column("recorded", "done", 0),
    ]
    caption = (
        "What a run costs, ms of wall time: medians of the last tenth of 20, 200 and 1000 runs in a process that goes on; "
        "growth is that of 1000 over that of its first tenth."
    )
    notes = ["`recorded` is how many of 1000 runs came within the budget of the tool; the other cells speak of those."]
    return Table("costs", caption, _frame(rows, columns), columns, notes)


def data_table(study: Tracking) -> Table:
    """Versions of files of data: seconds, and what three versions take."""
    rows = []
    for one in study.used:
        for size in (1, 20, 100):
            workload = f"data_{size}"
            if not study.of_workload(one, workload):
                continue
            came = study.measured(one, workload, "came_back") or []
            first, third = (study.clocked(one, workload, "bytes_after", number) for number in (0, 2))
            rows.append(
                {
                    "title": study.title(one),
                    "megabytes": size,
                    "add": study.clocked(one, workload, "adds", 0, "wall"),
                    "again": study.clocked(one, workload, "adds", 2, "wall"),
                    "restore": study.clocked(one, workload, "restores", 0, "wall"),
                    "first": first / size / 1e6,
                    "third": third / size / 1e6,
                    "back": f"{sum(came)} of 3" if came else "not offered",
                }
            )
    columns = [
        TOOL,
        Column("MB", "megabytes", 0, basis=Basis.DESIGN),
        Column("add, s", "add", 2),
        Column("third version, s", "again", 2),
        Column("restore, s", "restore", 2),
        Column("bytes, one version", "first", 2),
        Column("bytes, three", "third", 2),
        Column("came back", "back"),
    ]
    caption = "Three versions of a file, each with another 1 % of its lines changed; bytes as multiples of the file."
    return Table("data", caption, _frame(rows, columns), columns)


def robust_table(study: Tracking) -> Table:
    """Several writers, a killed process, and versions of a model."""
    rows = []
    for one in study.used:
        row: dict[str, Any] = {"title": study.title(one)}
        for writers in (2, 4):
            right = study.clocked(one, f"writers_{writers}", "right")
            row[f"writers_{writers}"] = 100 * right / (writers * EACH)
        row["survived"] = study.clocked(one, "kill", "survived")
        for name in ("traced", "retrained"):
            row[name] = study.measured(one, "versions", name)
        row["controls"] = _words(study.measured(one, "versions", "controls_differ"))
        row["rolled_back"] = _words(study.measured(one, "versions", "rolled_back"))
        rows.append(row)
    columns = [
        TOOL,
        *(Column(f"{writers} writers, %", f"writers_{writers}", 0) for writers in (2, 4)),
        Column(f"of {KILLED_STEPS} steps", "survived", 0),
        Column("traced, of 6", "traced", 0),
        Column("trained again, of 6", "retrained", 0),
        Column("controls differ", "controls"),
        Column("rolled back", "rolled_back"),
    ]
    caption = (
        "Runs that are there and right after several writers at once; steps that survive signal 9; versions of a model that "
        "lead back to data and code, and that come out the same, bit by bit, if they are trained again from what was recorded."
    )
    return Table("robust", caption, _frame(rows, columns), columns)


def features_table(study: Tracking) -> Table:
    """The grade of every probe by tool."""
    grades = {study.title(one): study.grades(one) for one in study.used}
    rows = [
        {
            "need": probe.need,
            "asks": probe.asks,
            **{title: _sign(found[name]) for title, found in grades.items()},
        }
        for name, probe in PROBES.items()
    ]
    columns = [
        Column("need", "need", basis=Basis.DESIGN),
        Column("asked for", "asks", basis=Basis.DESIGN),
        *(Column(title, title) for title in grades),
    ]
    caption = (
        "What came of 23 executed probes: yes, by the tool; ours, with so many lines of our code in its place; fails; service, "
        "where it needs one; – where it is not offered; ? where it was not measured."
    )
    notes = ["What each probe saw stands in `evidence.json` beside this table."]
    return Table("features", caption, _frame(rows, columns), columns, notes)


def source_table(study: Tracking) -> Table:
    """The tools that the source scores: its scores, and what was measured."""
    rows = []
    for one in study.used:
        if one.tracker not in SOURCE or one.interface:
            continue
        ease, features, scalability = SOURCE[one.tracker]
        found = study.grades(one)
        known = [grade for grade in found.values() if grade["grade"] != NOT_MEASURED]
        rows.append(
            {
                "title": study.title(one),
                "ease": ease,
                "statements": study.measured(one, "steps", "statements"),
                "features": features,
                "native": _count(known, Grade.NATIVE) if known else None,
                "ours": _count(known, Grade.OURS) if known else None,
                "scalability": scalability,
                "warm": _ms(study, one, "runs_20", "warm", -1, "wall"),
                "third": study.clocked(one, "data_1", "bytes_after", 2) / 1e6,
            }
        )
    columns = [
        TOOL,
        Column("ease, of 5", "ease", 0, basis=Basis.PUBLISHED),
        Column("statements", "statements", 0),
        Column("features, of 5", "features", 0, basis=Basis.PUBLISHED),
        Column(f"native, of {len(PROBES)}", "native", 0),
        Column("with our code", "ours", 0),
        Column("scalability, of 5", "scalability", 0, basis=Basis.PUBLISHED),
        Column("ms a run", "warm", 1),
        Column("MB of three versions", "third", 2),
    ]
    caption = "The source's scores, each beside what was measured: statements of the smallest script, probes, cost and storage."
    return Table("source", caption, _frame(rows, columns), columns)


TABLES: Mapping[str, Callable[[Tracking], Table]] = {
    "source": source_table,
    "costs": costs_table,
    "data": data_table,
    "robust": robust_table,
    "features": features_table,
}
"""What makes each table, by its name, in the order of the paper."""


def shares_by_need(found: Mapping[str, Mapping[str, Any]], *, with_ours: bool) -> dict[str, float]:
    """The share of the probes of each need that a tool passes; NaN where none was executed."""
    passed = {Grade.NATIVE, Grade.OURS} if with_ours else {Grade.NATIVE}
    shares = {}
    for need in NEEDS:
        graded = [found[name]["grade"] for name, probe in PROBES.items() if probe.need == need]
        is_known = NOT_MEASURED not in graded
        shares[need] = sum(grade in passed for grade in graded) / len(graded) if is_known else float("nan")
    return shares


def _ms(study: Tracking, one: Used, workload: str, *path: str | int) -> float:
    return MILLISECONDS * study.clocked(one, workload, *path)


def _sign(found: Mapping[str, Any]) -> str:
    lines = found.get("lines")
    return f"{SIGNS[found['grade']]} {lines}" if lines else SIGNS[found["grade"]]


def _words(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _count(found: list[Mapping[str, Any]], grade: Grade) -> int:
    return sum(one["grade"] == grade for one in found)


def _frame(rows: list[dict[str, Any]], columns: list[Column]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.value for column in columns])
