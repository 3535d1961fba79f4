"""The tables of the calibration study: which detector could be set, at every rate, and how far its knob has to be turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibration.study import Calibration
from harness.analysis.frame import POINTS
from harness.analysis.query import OK, Among, Query, holding, where
from harness.core import Task
from harness.report.table import Basis, Column, Key, Table
from harness.running.store import legacy
from harness.running.store.legacy import Impossible

_WORDS = {
    Impossible.KNOB_ENDS: "its knob does not reach so far",
    Impossible.RATE_JUMPS: "its rate jumps over it",
}


def summary_table(calibration: Calibration) -> Table:
    """For each detector: on how many pairs it could be set, and its rates on fresh streams."""
    return _summary(calibration, "summary", calibration.main, "pairs of data set and model", _where(calibration))


def regression_table(calibration: Calibration) -> Table:
    """The same of data sets with a number to predict; empty if there is none."""
    pairs = "pairs of model and data set with a number to predict"
    return _summary(calibration, "regression", calibration.regression, pairs, _where(calibration, Task.REGRESSION))


def monitoring_table(calibration: Calibration) -> Table:
    """The same of models that learned from a month of rows, which the monitoring study deploys; empty if there is none."""
    part, month = calibration.of_a_month, calibration.design.rows_per_month
    wanted = OK & where(rows_per_month=month, train_rows=month) & of_task(Task.CLASSIFICATION)
    pairs = "pairs of data set and model that learned from a month of rows"
    return _summary(calibration, "monitoring", part, pairs, wanted, detectors=calibration.in_order(part))


def _summary(
    calibration: Calibration,
    name: str,
    part: pd.DataFrame,
    pairs: str,
    where: Query,
    *,
    detectors: Sequence[str] | None = None,
) -> Table:
    rows = []
    every = part[part["rate"] == calibration.design.checked]
    shown = calibration.detectors if detectors is None else detectors
    for detector in shown if len(every) else ():
        mine = every[every["detector"] == detector]
        could = mine[mine["setting"].notna()]
        row: dict[str, Any] = {"detector": detector, "title": calibration.title(detector), "pairs": len(mine)}
        row |= {"set": len(could), "share": POINTS * len(could) / len(mine) if len(mine) else np.nan}
        row |= {"default": mine["default_realised"].mean(), "realised": could["realised"].mean()}
        row |= {"least": could["realised"].min(), "most": could["realised"].max()}
        row |= {"off": could["off"].sum(), "chance": could["chance"].sum(), "why": _reasons(mine["why"])}
        rows.append(row)
    columns = [
        Column("detector", "title", basis=Basis.DESIGN),
        Column("pairs", "pairs", 0),
        Column("could be set", "set", 0),
        Column("at default, %", "default", 1),
        Column("realised, %", "realised", 1, "least", "most"),
        Column("out of band", "off", 0),
        Column("by chance", "chance", 1),
        Column("why not", "why"),
    ]
    caption = (
        f"Settings for {calibration.design.checked} % of drift-free half-years with an alarm: {pairs}, the rate on fresh "
        "streams (mean, with the least and the most), and settings out of band."
    )
    notes = [
        f"{_counted(calibration, every)} Pairs that a detector cannot read count among those that could not be set.",
    ]
    return Table(name, caption, pd.DataFrame(rows), columns, notes, keys=[_key(calibration, shown)], where=where)


def _counted(calibration: Calibration, part: pd.DataFrame) -> str:
    """How many settings are out of band, and how many would be by chance."""
    low, high = calibration.design.accepted
    return (
        f"Out of band: under {low:g} or over {high:g} %. Of {part['setting'].notna().sum()} settings {part['off'].sum()} are; "
        f"chance alone, in the streams on which they were found and in the fresh ones, puts {part['chance'].sum():.0f} there."
    )


def rates_table(calibration: Calibration) -> Table:
    """For each detector and rate: how many pairs could be set, and the mean rate on fresh streams."""
    rows = []
    for detector in calibration.detectors:
        mine = calibration.main[calibration.main["detector"] == detector]
        row: dict[str, Any] = {"detector": detector, "title": calibration.title(detector)}
        for rate in calibration.design.rates:
            could = mine[(mine["rate"] == rate) & mine["setting"].notna()]
            row |= {f"n_{rate}": len(could), f"realised_{rate}": could["realised"].mean()}
            row |= {f"off_{rate}": could["off"].sum(), f"chance_{rate}": could["chance"].sum()}
        if any(row[f"n_{rate}"] for rate in calibration.design.rates):
            rows.append(row)
    columns = [Column("detector", "title", basis=Basis.DESIGN)]
    for rate in calibration.design.rates:
        columns += [Column(f"pairs at {rate} %", f"n_{rate}", 0), Column("realised", f"realised_{rate}", 1)]
        columns += [Column("out", f"off_{rate}", 0)]
    caption = (
        "Every rate: pairs of data set and model on which it could be set, the mean rate on fresh streams, in %, and how many "
        "settings are out of band there."
    )
    notes = [f"Out of band by chance alone: {_by_chance(calibration)}."]
    return Table(
        "rates",
        caption,
        pd.DataFrame(rows),
        columns,
        notes,
        keys=[_key(calibration, calibration.detectors)],
        where=_where(calibration),
    )


def _by_chance(calibration: Calibration) -> str:
    """The share of settings that chance puts out of band, by rate."""
    could = calibration.main[calibration.main["setting"].notna()]
    shares = could.groupby("rate")["chance"].mean()
    known = [rate for rate in calibration.design.rates if rate in shares.index]
    return ", ".join(f"{POINTS * shares[rate]:.0f} % of settings for {rate} %" for rate in known) or "none"


def settings_table(calibration: Calibration) -> Table:
    """The range of each detector's settings over data sets, at the checked rate."""
    known = calibration.of_whole_pool
    every = known[(known["rate"] == calibration.design.checked) & known["setting"].notna()]
    rows = [
        {
            "title": calibration.title(str(detector)),
            "month": month,
            "n": len(group),
            **{f"q{share}": group["setting"].quantile(share / 100) for share in (0, 25, 50, 75, 100)},
        }
        for (detector, month), group in every.groupby(["detector", "rows_per_month"], sort=False)
    ]
    columns = [Column("detector", "title", basis=Basis.DESIGN)]
    columns += [Column("rows a month", "month", 0, basis=Basis.DESIGN), Column("pairs", "n", 0)]
    titles = ("least", "lower quarter", "median", "upper quarter", "most")
    columns += [Column(title, f"q{share}", 4) for title, share in zip(titles, (0, 25, 50, 75, 100), strict=True)]
    caption = (
        f"Values of the knob that give {calibration.design.checked} % false alarms, over pairs of data set and model."
    )
    months = {(row["month"],): where(rows_per_month=row["month"]) for row in rows}
    keys = [_key(calibration, calibration.detectors, "title"), Key(("month",), months)]
    return Table("settings", caption, pd.DataFrame(rows), columns, keys=keys, where=OK & calibration.is_of_whole_pool)


def _where(calibration: Calibration, task: Task = Task.CLASSIFICATION) -> Query:
    usual = OK & where(rows_per_month=calibration.design.rows_per_month) & of_task(task)
    return usual & calibration.is_of_whole_pool


def of_task(task: Task) -> Query:
    """Records of data sets with this task."""
    return Query((Among(("spec.dataset.task",), (str(task),)),))


def _key(calibration: Calibration, detectors: Sequence[str], column: str = "detector") -> Key:
    """The key of rows of one detector each."""
    return Key(
        (column,), {(calibration.title(name) if column == "title" else name,): turned(name) for name in detectors}
    )


def turned(detector: str) -> Query:
    """Records of trials whose panel has a detector, and of the panel's rates that detector's."""
    return holding(f"measurements.default_rates.{detector}", f"measurements.unable.{detector}")


def _reasons(whys: pd.Series[str]) -> str:
    """The reasons with their counts. Numbers are removed, so that similar reasons count as one."""
    counts = Counter(_in_general(why) for why in whys if why)
    return "; ".join(f"{why} ({n})" for why, n in counts.most_common())


def _in_general(impossible: str) -> str:
    return _WORDS.get(legacy.kind_of_impossible(impossible), impossible)
