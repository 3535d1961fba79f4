"""Grades of probes by tool, what each probe saw, and which tool is first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.tracking.grades import (
    DECISIVE,
    NATIVE,
    WEIGHTINGS,
    dominated,
    first_places,
    is_measured,
    left_out,
    shares,
)
from experiments.tracking.record_queries import of_tool, rests_on
from experiments.tracking.study import NOT_MEASURED, USUAL, Tracking, Used
from experiments.tracking.tables.rows import TOOL
from harness.analysis.query import EVERYTHING, Query, where
from harness.report.table import Basis, Column, Key, Table
from harness.tracking.workloads.features import Grade
from harness.tracking.workloads.probes import NEEDS, PROBES

SIGNS = {
    Grade.NATIVE: "yes",
    Grade.OURS: "ours",
    Grade.FAILS: "fails",
    Grade.NEEDS_SERVICE: "service",
    Grade.NOT_OFFERED: "–",
    NOT_MEASURED: "?",
}
"""How grades are printed."""

NEED = Column("need", "need", basis=Basis.DESIGN)
ASKED = Column("asked for", "asks", basis=Basis.DESIGN)
EVERY_TOOL = where(workload="features")


def features_table(study: Tracking) -> Table:
    """The grade of every probe by tool."""
    shown = [one for one in study.used if one.interface == USUAL or study.is_asked(one, "features")]
    grades = {study.title(one): study.grades(one) for one in shown}
    rows = [
        {
            "probe": name,
            "need": probe.need,
            "asks": probe.asks,
            **{title: _sign(found[name]) for title, found in grades.items()},
        }
        for name, probe in PROBES.items()
    ]
    columns = [
        NEED,
        ASKED,
        *(
            Column(title, title, where=rests_on(study, one, "features"))
            for title, one in zip(grades, shown, strict=True)
        ),
    ]
    caption = (
        f"What came of {len(PROBES)} executed probes: yes, by the tool; ours, with so many lines of our code in its place; "
        "fails; service, where it needs one; – where it is not offered; ? where it was not measured. In brackets what comes of "
        "a tool whose own way does not pass if our code does it."
    )
    notes = ["What each probe saw stands in the table “evidence”, by tool and in the same order."]
    frame = pd.DataFrame(rows, columns=["probe", *(column.value for column in columns)])
    key = Key(("probe",), {(name,): EVERYTHING for name in PROBES})
    return Table("features", caption, frame, columns, notes, keys=[key], where=EVERYTHING)


def _sign(found: Mapping[str, Any]) -> str:
    grade, helped = found["grade"], found.get("helped", {})
    sign = f"{SIGNS[grade]} {found['lines']}" if grade == Grade.OURS else SIGNS[grade]
    return f"{sign} ({_sign(helped)})" if helped.get("grade") == Grade.OURS else sign


def evidence_table(study: Tracking) -> Table:
    """What every executed probe saw, by tool."""
    rows, records = [], dict[tuple[Any, ...], Query]()
    for one in study.used:
        for name, found in study.grades(one).items():
            if found["grade"] == NOT_MEASURED:
                continue
            probe, key = PROBES[name], (*one, name)
            told = {"need": probe.need, "asks": probe.asks, "grade": str(found["grade"]), "lines": found.get("lines")}
            names = dict(zip(("tracker", "interface", "probe"), key, strict=True))
            rows.append({**names, "title": study.title(one), **told, "evidence": _seen(found)})
            records[key] = rests_on(study, one, "features")
    columns = [TOOL, NEED, ASKED, Column("grade", "grade"), Column("lines", "lines", 0), Column("seen", "evidence")]
    frame = pd.DataFrame(rows, columns=["tracker", "interface", "probe", *(column.value for column in columns)])
    caption = "What every executed probe saw: its grade, and lines of our code that ran in place of the tool."
    keys = [Key(("tracker", "interface", "probe"), records)]
    return Table("evidence", caption, frame, columns, keys=keys, where=EVERYTHING)


def _seen(found: Mapping[str, Any]) -> Any:
    """The evidence, and that of the second time."""
    seen, helped = found.get("evidence"), found.get("helped")
    return f"{seen}; with our code: {helped['grade']}, {helped['evidence']}" if helped else seen


def ranking_table(study: Tracking) -> Table:
    """Dominance and first places over the seven needs, of tools whose every probe was executed; empty without two of them."""
    ranked = [one for one in study.usual if is_measured(study.grades(one))]
    columns = [
        TOOL,
        Column("native, mean of needs", "mean", 2, keys=()),
        Column.of_estimate("first in, %", "first", 0, keys=()),
        Column("dominated", "dominated", keys=()),
    ]
    frame = _ranked(study, ranked) if len(ranked) > 1 else pd.DataFrame()
    keys = [Key(("tracker",), {(one.tracker,): of_tool(one) for one in ranked})]
    notes = [
        "Shares are of weightings that are drawn, and have an error of about a point. With lines of our code plain files pass "
        "every probe, for all of it is our code: so only what tools do by themselves is ranked."
    ]
    return Table("ranking", _caption(frame), frame, columns, notes, keys=keys, where=EVERY_TOOL)


def _ranked(study: Tracking, ranked: Sequence[Used]) -> pd.DataFrame:
    native = np.array([shares(study.grades(one), NATIVE) for one in ranked])
    low, high = left_out(native)
    frame = pd.DataFrame(
        {
            "tracker": [one.tracker for one in ranked],
            "title": [study.title(one) for one in ranked],
            "mean": native.mean(axis=1),
            "first": 100 * first_places(native),
            "first_low": 100 * low,
            "first_high": 100 * high,
            "dominated": np.where(dominated(native), "yes", "no"),
        }
    )
    return frame.sort_values(["first", "mean", "title"], ascending=[False, False, True], ignore_index=True)


def _caption(frame: pd.DataFrame) -> str:
    caption = (
        f"Share of {WEIGHTINGS:,} weightings of the {len(NEEDS)} needs in which a tool is first, by the share of probes of "
        "each need that it passes by itself; in brackets the lowest and highest share if one need is left out."
    )
    if not len(frame):
        return caption
    decided = frame["first"].iloc[0] >= 100 * DECISIVE
    verdict = f"First: {frame['title'].iloc[0]}." if decided else "No tool is first in 90 %: there is no ranking."
    return f"{caption} {verdict}"
