"""Quality against cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from harness.analysis import style


class Method(NamedTuple):
    """A point: its printed name, cost, quality, and the family that gives its colour."""

    name: str
    cost: float
    quality: float
    family: str


def cost_scatter(methods: Sequence[Method], *, xlabel: str, ylabel: str) -> Canvas:
    """Cost on a logarithmic axis, quality upward; the dotted line joins the methods that no other beats on both."""
    canvas, axes = plt.subplots(layout="constrained", figsize=(style.PAGE, 3.4))
    for number, family in enumerate(dict.fromkeys(method.family for method in methods)):
        chosen = [method for method in methods if method.family == family]
        axes.plot(
            [method.cost for method in chosen],
            [method.quality for method in chosen],
            style.MARKERS[number % len(style.MARKERS)],
            color=style.CYCLE[number % len(style.CYCLE)],
            label=family,
        )
    best = _frontier(methods)
    axes.plot(
        [m.cost for m in best], [m.quality for m in best], color=style.GREY, linewidth=0.8, linestyle=":", zorder=0
    )
    axes.set_xscale("log")
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.legend(loc="lower right")
    axes.margins(x=0.12)
    canvas.draw_without_rendering()
    _name(axes, methods)
    return canvas


def _name(axes: Axes, methods: Sequence[Method]) -> None:
    """Write each name beside its point, on the side that overlaps least with the names and points before it."""
    points = axes.transData.transform([(method.cost, method.quality) for method in methods])
    taken = [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in points]
    for method in sorted(methods, key=lambda one: -one.quality):
        tried = [_label(axes, method, *side) for side in _SIDES]
        overlaps = [sum(label.get_window_extent().overlaps(other) for other in taken) for label in tried]
        kept = tried.pop(overlaps.index(min(overlaps)))
        taken.append(kept.get_window_extent())
        for label in tried:
            label.remove()


_SIDES = (
    (4, 0, "left", "center"),
    (-4, 0, "right", "center"),
    (0, 4, "center", "bottom"),
    (0, -4, "center", "top"),
    *((x, y, align, "center") for y in (8, -8, 14, -14) for x, align in ((4, "left"), (-4, "right"))),
)
"""Offsets in points and alignments, the preferred first."""


def _label(axes: Axes, method: Method, x: float, y: float, horizontal: str, vertical: str) -> Annotation:
    return axes.annotate(
        method.name,
        (method.cost, method.quality),
        xytext=(x, y),
        textcoords="offset points",
        ha=horizontal,
        va=vertical,
        fontsize=6.5,
    )


def _frontier(methods: Sequence[Method]) -> list[Method]:
    kept: list[Method] = []
    for method in sorted(methods, key=lambda one: (one.cost, -one.quality)):
        if not kept or method.quality > kept[-1].quality:
            kept.append(method)
    return kept
