"""Quality against cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.charts.labels import place_labels
from harness.analysis.charts.layout import legend_below, panels
from harness.analysis.style import Width


class Method(NamedTuple):
    """A point: its printed name, cost, quality, and the family that gives its colour."""

    name: str
    cost: float
    quality: float
    family: str


def cost_scatter(methods: Sequence[Method], width: Width = Width.PAGE, *, xlabel: str, ylabel: str) -> Canvas:
    """Cost on a logarithmic axis, quality upward; the dotted line joins the methods that no other beats on both.

    Look for what lies on the line, and for what lies far to the right of it. Points that are equal in both have one mark and
    their names above each other.

    Args:
        methods: the points.
        width: of the figure.
        xlabel: of the cost, with the unit.
        ylabel: of the quality, with the unit.
    """
    canvas, grid = panels(width, 80)
    axes, handles = grid[0, 0], {}
    for number, family in enumerate(dict.fromkeys(method.family for method in methods)):
        chosen = [method for method in methods if method.family == family]
        (handles[family],) = axes.plot(
            [method.cost for method in chosen],
            [method.quality for method in chosen],
            style.marker_of(number),
            color=style.colour_of(number),
            markeredgecolor="white",
            markeredgewidth=0.5,
            markersize=4.5,
        )
    best = [(method.cost, method.quality) for method in _frontier(methods)]
    axes.plot(*zip(*best, strict=True), color=style.GREY, linewidth=0.8, linestyle=":", zorder=0)
    axes.set_xscale("log")
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.margins(x=0.16, y=0.12)
    legend_below(canvas, handles)
    _name(canvas, axes, methods, best)
    return canvas


def _name(canvas: Canvas, axes: Axes, methods: Sequence[Method], best: Sequence[tuple[float, float]]) -> None:
    names: dict[tuple[float, float], str] = {}
    for method in methods:
        at = (method.cost, method.quality)
        names[at] = f"{names[at]}\n{method.name}" if at in names else method.name
    canvas.draw_without_rendering()  # so that it is known where on the canvas the points are
    place_labels(axes, names, avoid=best)


def _frontier(methods: Sequence[Method]) -> list[Method]:
    kept: list[Method] = []
    for method in sorted(methods, key=lambda one: (one.cost, -one.quality)):
        if not kept or method.quality > kept[-1].quality:
            kept.append(method)
    return kept
