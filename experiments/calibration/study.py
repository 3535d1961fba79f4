"""The records of the calibration study, laid out by data set, model, detector and rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments.calibration.design import Design
from harness.analysis.detector_families import including
from harness.analysis.frame import POINTS
from harness.analysis.query import EVERYTHING, Query, where
from harness.core import Code, Status, Task
from harness.detectors.run import in_band
from harness.inference.estimate import DECIMALS
from harness.report.evidence import Evidence


@dataclass(frozen=True)
class Calibration:
    """One row for each data set, model, rows a month, detector and rate.

    Attributes:
        design: what is shown.
        evidence: what it is made of.
        settings: columns dataset, model, rows_per_month, train_rows (that the model learned from; NaN for the whole training
            pool), detector, rate, setting (NaN if there is none), realised (percent on fresh streams), off (whether that is out
            of band), chance (of a setting to be so by chance alone), default_realised (as the detector comes), n_fresh, why
            (there is no setting); and task, that of the data set.
    """

    design: Design
    evidence: Evidence
    settings: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence, design: Design) -> Calibration:
        """Lay out the records, of whatever part of the study they are."""
        tasks = {key: spec["dataset"]["task"] for key, spec in evidence.stored.specs.items()}
        rows = [
            _row(record.factors, record.measurements, tasks.get(record.spec, Task.CLASSIFICATION), detector, rate)
            for record in evidence.stored.records
            if record.status is Status.OK
            for detector in _panel(record.measurements)
            for rate in design.rates
        ]
        return cls(design, evidence, pd.DataFrame(rows))

    @cached_property
    def detectors(self) -> list[str]:
        """The detectors that watched models of the whole training pool, in the order of the tables."""
        return self.in_order(self.of_whole_pool)

    def in_order(self, part: pd.DataFrame) -> list[str]:
        """The detectors of some rows in the order of the tables. A user's own detectors stand before the baselines."""
        recorded = dict.fromkeys(part["detector"])
        known = {name for family in self.design.panel.values() for name in family}
        nodes = {
            one["name"]: one["detector"] for spec in self.evidence.stored.specs.values() for one in spec["detectors"]
        }
        panel = including(self.design.panel, [name for name in recorded if name not in known], nodes)
        return [name for family in panel.values() for name in family if name in recorded]

    @property
    def of_whole_pool(self) -> pd.DataFrame:
        """The part with models of the whole training pool, which all studies but that of the closed loop deploy."""
        return self.settings[self.settings["train_rows"].isna()]

    @property
    def is_of_whole_pool(self) -> Query:
        """The records of that part: all, unless there are others."""
        return where(train_rows=None) if self.settings["train_rows"].notna().any() else EVERYTHING

    @property
    def of_a_month(self) -> pd.DataFrame:
        """The part with models of a month of rows, of the usual length, on data sets with classes."""
        month, is_classes = self.design.rows_per_month, self.settings["task"] == Task.CLASSIFICATION
        is_month = (self.settings["train_rows"] == month) & (self.settings["rows_per_month"] == month)
        return self.settings[is_month & is_classes]

    @property
    def main(self) -> pd.DataFrame:
        """The part with months of the usual length, on data sets with classes."""
        return self._usual(Task.CLASSIFICATION)

    @property
    def regression(self) -> pd.DataFrame:
        """The same on data sets with a number to predict."""
        return self._usual(Task.REGRESSION)

    def _usual(self, task: Task) -> pd.DataFrame:
        every = self.of_whole_pool
        return every[(every["rows_per_month"] == self.design.rows_per_month) & (every["task"] == task)]

    def title(self, detector: str) -> str:
        """The printed name of a detector."""
        return self.evidence.titles.get("detector", {}).get(detector, detector.replace("_", " "))

    @property
    def settable(self) -> list[str]:
        """The detectors of which at least one setting was found."""
        known = set(self.main.loc[self.main["setting"].notna(), "detector"])
        return [name for name in self.detectors if name in known]


@cache
def chance_to_be_off(rate: float, n_streams: int, n_fresh: int) -> float:
    """How probably a setting is out of band by chance alone.

    A setting alarms on as many of the `n_streams` streams on which it was found as were wanted, k of them. Without ties its
    true rate then has the law of an order statistic, Beta(k + 1, n_streams - k) (David and Nagaraja 2003, doi
    10.1002/0471722162), and the number of fresh streams with an alarm is beta-binomial.
    """
    passed = round(rate * n_streams)
    shares = np.arange(n_fresh + 1) / n_fresh
    alarmed = stats.betabinom(n_fresh, passed + 1, n_streams - passed)
    return float(alarmed.pmf(np.flatnonzero(~in_band(rate, shares))).sum())


def _panel(found: Mapping[str, Any]) -> list[str]:
    """The detectors of a trial."""
    return [*found.get("default_rates", {}), *found.get("unable", {})]


def _row(factors: Mapping[str, Any], found: Mapping[str, Any], task: str, detector: str, rate: str) -> dict[str, Any]:
    """The result of a record for a detector at a rate."""

    def at(name: str) -> Any:
        of_detector = found.get(name, {}).get(detector, {})
        return of_detector.get(rate) if isinstance(of_detector, Mapping) else of_detector

    def percent(value: float | None) -> float:
        return np.nan if value is None else round(POINTS * value, DECIMALS)  # 0.07 becomes exactly 7 %

    setting, wanted = at("settings"), float(rate) / POINTS
    return {
        **{name: factors[name] for name in ("dataset", "model", "rows_per_month")},
        "train_rows": factors.get("train_rows", np.nan),
        "detector": detector,
        "rate": rate,
        "task": task,
        "setting": np.nan if setting is None else float(setting),
        "realised": percent(at("rates")),
        "off": setting is not None and not in_band(wanted, at("rates")),
        "chance": 0.0 if setting is None else chance_to_be_off(wanted, found["n_streams"], found["n_fresh"]),
        "default_realised": percent(found.get("default_rates", {}).get(detector)),
        "n_fresh": found["n_fresh"],
        "why": _unread(found, detector) or at("impossible") or "",
    }


def _unread(found: Mapping[str, Any], detector: str) -> str:
    """Why a detector could read none of the streams of a trial; "" if it could."""
    if detector not in found.get("unable", {}):
        return ""
    code = found.get("unable_codes", {}).get(detector)
    return (
        "its model is equally sure of all" if code == Code.CONSTANT_CONFIDENCE else "finds no column that it can read"
    )
