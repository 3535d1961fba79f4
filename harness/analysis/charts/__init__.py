"""Kinds of charts; each draws onto a canvas of its own from plain numbers."""

from harness.analysis.charts.critical_difference import critical_difference
from harness.analysis.charts.curves import curves
from harness.analysis.charts.dots import forest, grouped_dots
from harness.analysis.charts.heatmap import heatmap
from harness.analysis.charts.scatter import cost_scatter
from harness.analysis.charts.specification_curve import CurvePanel, specification_curve

__all__ = [
    "CurvePanel",
    "cost_scatter",
    "critical_difference",
    "curves",
    "forest",
    "grouped_dots",
    "heatmap",
    "specification_curve",
]
