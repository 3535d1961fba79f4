"""Quality against cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as Canvas

from harness.analysis import style


class Method(NamedTuple):
    """A point: its printed name, cost, quality, and the family that gives its colour."""

    name: str
    cost: float
    quality: float
    family: str


def cost_scatter(methods: Sequence[Method], *, xlabel: str, ylabel: str) -> Canvas:
    """Cost on a logarithmic axis, quality upward; the line joins the methods that no other beats on both."""
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
    for method in best:
        axes.annotate(
            method.name, (method.cost, method.quality), xytext=(3, 4), textcoords="offset points", fontsize=6.5
        )
    axes.set_xscale("log")
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.legend(loc="lower right")
    return canvas


def _frontier(methods: Sequence[Method]) -> list[Method]:
    kept: list[Method] = []
    for method in sorted(methods, key=lambda one: (one.cost, -one.quality)):
        if not kept or method.quality > kept[-1].quality:
            kept.append(method)
    return kept
