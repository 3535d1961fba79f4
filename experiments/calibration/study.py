"""The records of the calibration study, laid out by data set, model, detector and rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibration.design import Design
from harness.analysis.detector_families import including
from harness.analysis.frame import POINTS
from harness.core import Status
from harness.inference.estimate import DECIMALS
from harness.report.evidence import Evidence


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
        """Lay out the records, of whatever part of the study they are."""
        rows = [
            _row(record.factors, record.measurements, detector, rate)
            for record in evidence.stored.records
            if record.status is Status.OK
            for detector in _panel(record.measurements)
            for rate in design.rates
        ]
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
