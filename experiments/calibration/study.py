"""The report of the calibration study: which detector can be set to which rate of false alarms, and does the setting hold?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas
from scipy import stats

from harness.analysis.charts.realised import Panel, realised
from harness.analysis.frame import POINTS
from harness.analysis.panels import including
from harness.analysis.style import Width
from harness.core import HarnessError, Status
from harness.inference.estimate import DECIMALS
from harness.report.evidence import Evidence
from harness.report.figure import Figure
from harness.report.numbers import Numbers
from harness.report.table import Column, Table
from harness.report.writing import Report
from harness.running.store import legacy
from harness.running.store.legacy import Impossible

_WORDS = {
    Impossible.KNOB_ENDS: "its knob does not reach so far",
    Impossible.RATE_JUMPS: "its rate jumps over it",
}


@dataclass(frozen=True, kw_only=True)
class Design:
    """The records of a calibration, laid out for the report.

    Attributes:
        panel: detectors by kind, baselines last, in the order of the tables.
        rates: wanted, in percent, as text.
        checked: the rate at which detectors are compared.
        accepted: the realised rates that pass, in percent.
        rows_per_month: of the main part; other months stand in the CSV file of all settings alone.
    """

    panel: Mapping[str, Sequence[str]]
    rates: Sequence[str]
    checked: str
    accepted: tuple[float, float]
    rows_per_month: int


@dataclass(frozen=True)
class Calibration:
    """One row for each data set, model, rows a month, detector and rate.

    Attributes:
        design: what is shown.
        evidence: what it is made of.
        settings: columns dataset, model, rows_per_month, detector, rate, setting (NaN if there is none), realised (percent on
            fresh streams), default_realised (as the detector comes), n_fresh, why (there is no setting).
    """

    design: Design
    evidence: Evidence
    settings: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence, design: Design) -> Calibration:
        """Lay out the records.

        Raises:
            HarnessError: no trial has ended well.
        """
        rows = [
            _row(record.factors, record.measurements, detector, rate)
            for record in evidence.stored.records
            if record.status is Status.OK
            for detector in _panel(record.measurements)
            for rate in design.rates
        ]
        if not rows:
            raise HarnessError("no trial of this study has ended well yet; `harness status` says what became of them.")
        return cls(design, evidence, pd.DataFrame(rows))

    @cached_property
    def detectors(self) -> list[str]:
        """The detectors of all trials in the order of the tables. A user's own detectors stand before the baselines."""
        recorded = dict.fromkeys(self.settings["detector"])
        known = {name for family in self.design.panel.values() for name in family}
        nodes = {
            one["name"]: one["detector"] for spec in self.evidence.stored.specs.values() for one in spec["detectors"]
        }
        panel = including(self.design.panel, [name for name in recorded if name not in known], nodes)
        return [name for family in panel.values() for name in family if name in recorded]

    @property
    def main(self) -> pd.DataFrame:
        """The part with months of the usual length."""
        return self.settings[self.settings["rows_per_month"] == self.design.rows_per_month]

    def title(self, detector: str) -> str:
        """The printed name of a detector."""
        return self.evidence.titles.get("detector", {}).get(detector, detector.replace("_", " "))

    def report(self, numbers: Numbers) -> Report:
        """Tables and the figure, with the numbers."""
        figure = Figure(
            "realised",
            "Drift-free half-years with an alarm on fresh streams, one point a data set and model, in order within a row; the "
            f"strip is what is accepted at {self.design.checked} %, lines are the rates that were wanted. Every panel has "
            "a scale of its own.",
            self._draw,
            (Width.PAGE,),
        )
        return Report([self.summary_table(), self.rates_table(), self.settings_table()], [figure], numbers)

    def summary_table(self) -> Table:
        """For each detector: on how many pairs it could be set, and its rates on fresh streams."""
        rows = []
        every = self.main[self.main["rate"] == self.design.checked]
        for detector in self.detectors:
            mine = every[every["detector"] == detector]
            could = mine[mine["setting"].notna()]
            passed = could["realised"].between(*self.design.accepted)
            row: dict[str, Any] = {"detector": detector, "title": self.title(detector), "pairs": len(mine)}
            row |= {"set": len(could), "share": POINTS * len(could) / len(mine) if len(mine) else np.nan}
            row |= {"default": mine["default_realised"].mean(), "realised": could["realised"].mean()}
            row |= {"least": could["realised"].min(), "most": could["realised"].max()}
            row |= {"passed": POINTS * passed.mean() if len(could) else np.nan, "why": _reasons(mine["why"])}
            rows.append(row)
        low, high = self.design.accepted
        columns = [
            Column("detector", "title"),
            Column("pairs", "pairs", 0),
            Column("could be set", "set", 0),
            Column("at default, %", "default", 1),
            Column("realised, %", "realised", 1, "least", "most"),
            Column(f"within {low:g} to {high:g} %", "passed", 0),
            Column("why not", "why"),
        ]
        caption = (
            f"Settings for {self.design.checked} % of drift-free half-years with an alarm: pairs of data set and model, and "
            "the rate on fresh streams (mean, with the least and the most)."
        )
        notes = [
            f"{self._chance()} Pairs that a detector cannot read count among those that could not be set.",
        ]
        return Table("summary", caption, pd.DataFrame(rows), columns, notes)

    def _chance(self) -> str:
        """How often a setting of exactly the rate would pass, by binomial chance."""
        n = int(self.main["n_fresh"].median())
        low, high = (end / POINTS for end in self.design.accepted)
        inside = stats.binom(n, float(self.design.checked) / POINTS)
        share = inside.cdf(np.floor(n * high + 1e-9)) - inside.cdf(np.ceil(n * low - 1e-9) - 1)
        rate = self.design.checked
        return f"A setting of exactly {rate} % passes on {n} fresh streams with a chance of {POINTS * share:.0f} %."

    def rates_table(self) -> Table:
        """For each detector and rate: how many pairs could be set, and the mean rate on fresh streams."""
        rows = []
        for detector in self.detectors:
            mine = self.main[self.main["detector"] == detector]
            row: dict[str, Any] = {"detector": detector, "title": self.title(detector)}
            for rate in self.design.rates:
                could = mine[(mine["rate"] == rate) & mine["setting"].notna()]
                row |= {f"n_{rate}": len(could), f"realised_{rate}": could["realised"].mean()}
            if any(row[f"n_{rate}"] for rate in self.design.rates):
                rows.append(row)
        columns = [Column("detector", "title")]
        for rate in self.design.rates:
            columns += [Column(f"pairs at {rate} %", f"n_{rate}", 0), Column("realised", f"realised_{rate}", 1)]
        caption = "Every rate: pairs of data set and model on which it could be set, and the mean rate on fresh streams, in %."
        return Table("rates", caption, pd.DataFrame(rows), columns)

    def settings_table(self) -> Table:
        """The range of each detector's settings over data sets, at the checked rate."""
        every = self.settings[(self.settings["rate"] == self.design.checked) & self.settings["setting"].notna()]
        rows = [
            {
                "title": self.title(str(detector)),
                "month": month,
                "n": len(group),
                **{f"q{share}": group["setting"].quantile(share / 100) for share in (0, 25, 50, 75, 100)},
            }
            for (detector, month), group in every.groupby(["detector", "rows_per_month"], sort=False)
        ]
        columns = [Column("detector", "title"), Column("rows a month", "month", 0), Column("pairs", "n", 0)]
        titles = ("least", "lower quarter", "median", "upper quarter", "most")
        columns += [Column(title, f"q{share}", 4) for title, share in zip(titles, (0, 25, 50, 75, 100), strict=True)]
        caption = (
            f"Values of the knob that give {self.design.checked} % false alarms, over pairs of data set and model."
        )
        return Table("settings", caption, pd.DataFrame(rows), columns)

    def _draw(self, width: Width) -> Canvas:
        panels = []
        for rate in ("default", *self.design.rates):
            if rate == "default":
                chosen, column = self.main[self.main["rate"] == self.design.checked], "default_realised"
            else:
                chosen, column = self.main[self.main["rate"] == rate], "realised"
            points = {
                self.title(name): chosen.loc[chosen["detector"] == name, column].dropna().to_numpy()
                for name in self.settable
            }
            wanted = None if rate == "default" else float(rate)
            accepted = self.design.accepted if rate == self.design.checked else None
            panels.append(Panel("default" if wanted is None else f"set to {rate} %", points, wanted, accepted))
        return realised(panels, width, xlabel="alarmed, %")

    @property
    def settable(self) -> list[str]:
        """The detectors of which at least one setting was found."""
        known = set(self.main.loc[self.main["setting"].notna(), "detector"])
        return [name for name in self.detectors if name in known]


def _panel(found: Mapping[str, Any]) -> list[str]:
    """The detectors of a trial."""
    return [*found.get("default_rates", {}), *found.get("unable", {})]


def _row(factors: Mapping[str, Any], found: Mapping[str, Any], detector: str, rate: str) -> dict[str, Any]:
    """The result of a record for a detector at a rate."""

    def at(name: str) -> Any:
        of_detector = found.get(name, {}).get(detector, {})
        return of_detector.get(rate) if isinstance(of_detector, Mapping) else of_detector

    def percent(value: float | None) -> float:
        return np.nan if value is None else round(POINTS * value, DECIMALS)  # 0.07 becomes exactly 7 %

    unread = found.get("unable", {}).get(detector)
    return {
        **{name: factors[name] for name in ("dataset", "model", "rows_per_month")},
        "detector": detector,
        "rate": rate,
        "setting": np.nan if at("settings") is None else float(at("settings")),
        "realised": percent(at("rates")),
        "default_realised": percent(found.get("default_rates", {}).get(detector)),
        "n_fresh": found["n_fresh"],
        "why": "finds no column that it can read" if unread else (at("impossible") or ""),
    }


def _reasons(whys: pd.Series[str]) -> str:
    """The reasons with their counts. Numbers are removed, so that similar reasons count as one."""
    counts = Counter(_in_general(why) for why in whys if why)
    return "; ".join(f"{why} ({n})" for why, n in counts.most_common())


def _in_general(impossible: str) -> str:
    return _WORDS.get(legacy.kind_of_impossible(impossible), impossible)
