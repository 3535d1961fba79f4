"""The tables of the calibration study: which detector could be set, at every rate, and how far its knob has to be turned."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments.calibration.study import Calibration
from harness.analysis.frame import POINTS
from harness.analysis.query import OK, Query, holding, where
from harness.report.table import Basis, Column, Key, Table
from harness.running.store import legacy
from harness.running.store.legacy import Impossible

_WORDS = {
    Impossible.KNOB_ENDS: "its knob does not reach so far",
    Impossible.RATE_JUMPS: "its rate jumps over it",
}


def summary_table(calibration: Calibration) -> Table:
    """For each detector: on how many pairs it could be set, and its rates on fresh streams."""
    rows = []
    every = calibration.main[calibration.main["rate"] == calibration.design.checked]
    for detector in calibration.detectors:
        mine = every[every["detector"] == detector]
        could = mine[mine["setting"].notna()]
        passed = could["realised"].between(*calibration.design.accepted)
        row: dict[str, Any] = {"detector": detector, "title": calibration.title(detector), "pairs": len(mine)}
        row |= {"set": len(could), "share": POINTS * len(could) / len(mine) if len(mine) else np.nan}
        row |= {"default": mine["default_realised"].mean(), "realised": could["realised"].mean()}
        row |= {"least": could["realised"].min(), "most": could["realised"].max()}
        row |= {"passed": POINTS * passed.mean() if len(could) else np.nan, "why": _reasons(mine["why"])}
        rows.append(row)
    low, high = calibration.design.accepted
    columns = [
        Column("detector", "title", basis=Basis.DESIGN),
        Column("pairs", "pairs", 0),
        Column("could be set", "set", 0),
        Column("at default, %", "default", 1),
        Column("realised, %", "realised", 1, "least", "most"),
        Column(f"within {low:g} to {high:g} %", "passed", 0),
        Column("why not", "why"),
    ]
    caption = (
        f"Settings for {calibration.design.checked} % of drift-free half-years with an alarm: pairs of data set and model, and "
        "the rate on fresh streams (mean, with the least and the most)."
    )
    notes = [
        f"{_chance(calibration)} Pairs that a detector cannot read count among those that could not be set.",
    ]
    frame = pd.DataFrame(rows)
    return Table("summary", caption, frame, columns, notes, keys=[_key(calibration)], where=_where(calibration))


def _chance(calibration: Calibration) -> str:
    """How often a setting of exactly the rate would pass, by binomial chance."""
    n = int(calibration.main["n_fresh"].median())
    low, high = (end / POINTS for end in calibration.design.accepted)
    inside = stats.binom(n, float(calibration.design.checked) / POINTS)
    share = inside.cdf(np.floor(n * high + 1e-9)) - inside.cdf(np.ceil(n * low - 1e-9) - 1)
    rate = calibration.design.checked
    return f"A setting of exactly {rate} % passes on {n} fresh streams with a chance of {POINTS * share:.0f} %."


def rates_table(calibration: Calibration) -> Table:
    """For each detector and rate: how many pairs could be set, and the mean rate on fresh streams."""
    rows = []
    for detector in calibration.detectors:
        mine = calibration.main[calibration.main["detector"] == detector]
        row: dict[str, Any] = {"detector": detector, "title": calibration.title(detector)}
        for rate in calibration.design.rates:
            could = mine[(mine["rate"] == rate) & mine["setting"].notna()]
            row |= {f"n_{rate}": len(could), f"realised_{rate}": could["realised"].mean()}
        if any(row[f"n_{rate}"] for rate in calibration.design.rates):
            rows.append(row)
    columns = [Column("detector", "title", basis=Basis.DESIGN)]
    for rate in calibration.design.rates:
        columns += [Column(f"pairs at {rate} %", f"n_{rate}", 0), Column("realised", f"realised_{rate}", 1)]
    caption = (
        "Every rate: pairs of data set and model on which it could be set, and the mean rate on fresh streams, in %."
    )
    return Table("rates", caption, pd.DataFrame(rows), columns, keys=[_key(calibration)], where=_where(calibration))


def settings_table(calibration: Calibration) -> Table:
    """The range of each detector's settings over data sets, at the checked rate."""
    every = calibration.settings[
        (calibration.settings["rate"] == calibration.design.checked) & calibration.settings["setting"].notna()
    ]
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
    keys = [_key(calibration, "title"), Key(("month",), months)]
    return Table("settings", caption, pd.DataFrame(rows), columns, keys=keys, where=OK)


def _where(calibration: Calibration) -> Query:
    return OK & where(rows_per_month=calibration.design.rows_per_month)


def _key(calibration: Calibration, column: str = "detector") -> Key:
    """The key of rows of one detector each."""
    return Key(
        (column,),
        {(calibration.title(name) if column == "title" else name,): turned(name) for name in calibration.detectors},
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
