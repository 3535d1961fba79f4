"""The figure of the calibration study."""

from __future__ import annotations

from functools import partial

from matplotlib.figure import Figure as Canvas

from experiments.calibration.study import Calibration
from harness.analysis.charts.realised import Panel, realised
from harness.analysis.style import Width
from harness.detectors.run import DEFAULT
from harness.report.figure import Figure


def figure(calibration: Calibration) -> Figure:
    """The rates on fresh streams."""
    return Figure(
        "realised",
        "Drift-free half-years with an alarm on fresh streams, one point a data set and model, in order within a row; the "
        f"strip is what is accepted at {calibration.design.checked} %, lines are the rates that were wanted. Every panel has "
        "a scale of its own.",
        partial(_draw, calibration),
        (Width.PAGE,),
    )


def _draw(calibration: Calibration, width: Width) -> Canvas:
    panels = []
    for rate in (DEFAULT, *calibration.design.rates):
        if rate == DEFAULT:
            chosen, column = (
                calibration.main[calibration.main["rate"] == calibration.design.checked],
                "default_realised",
            )
        else:
            chosen, column = calibration.main[calibration.main["rate"] == rate], "realised"
        points = {
            calibration.title(name): chosen.loc[chosen["detector"] == name, column].dropna().to_numpy()
            for name in calibration.settable
        }
        wanted = None if rate == DEFAULT else float(rate)
        accepted = calibration.design.accepted if rate == calibration.design.checked else None
        panels.append(Panel(DEFAULT if wanted is None else f"set to {rate} %", points, wanted, accepted))
    return realised(panels, width, xlabel="alarmed, %")
