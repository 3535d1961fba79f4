"""Every number that a sentence of the paper uses, with its source."""

from __future__ import annotations

import pandas as pd

from experiments.calibration.study import Calibration
from experiments.calibration.tables import of_task
from harness.analysis.frame import POINTS
from harness.analysis.query import OK, where
from harness.core import Task
from harness.report.numbers import Number, declared, found


def numbers(calibration: Calibration) -> dict[str, Number]:
    """The number of settings, their rates on fresh streams and how many are out of band, at the checked rate."""
    design, main = calibration.design, calibration.main
    every = main[(main["rate"] == design.checked) & main["detector"].isin(calibration.settable)]
    could = every[every["setting"].notna()]
    source = found(
        "experiments.calibration.study.Calibration",
        OK & where(rows_per_month=design.rows_per_month) & of_task(Task.CLASSIFICATION) & calibration.is_of_whole_pool,
    )
    widest = max(abs(end - float(design.checked)) for end in design.accepted)

    def known(value: float, decimals: int, among: pd.DataFrame) -> Number:
        return Number.of_decimals(value, decimals, source) if len(among) else Number.missing(source)

    return {
        **calibration.evidence.numbers,
        "pairs": Number.of_count(len(main[["dataset", "model"]].drop_duplicates()), source),
        "fresh": Number.of_count(int(main["n_fresh"].median()), source, grouped=True),
        "settable": Number.of_count(len(calibration.settable), source),
        "set": known(POINTS * len(could) / max(len(every), 1), 0, every),
        "passed": known(POINTS * (1 - could["off"].mean()), 0, could),
        "off": Number.of_count(int(could["off"].sum()), source),
        "off_by_chance": known(could["chance"].sum(), 0, could),
        "realised": known(could["realised"].mean(), 1, could),
        "within": Number.of_shortest(widest, declared("harness.detectors.run.BAND")),
    }
