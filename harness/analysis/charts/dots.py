"""Estimates with intervals: as a forest of contrasts, and as groups beside published numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.inference.estimate import Estimate


class Contrast(NamedTuple):
    """A line of a forest: what is contrasted, with its interval and a word behind it."""

    label: str
    estimate: Estimate
    remark: str = ""


def forest(contrasts: Sequence[Contrast], *, xlabel: str, region: float) -> Canvas:
    """One line a contrast, first at the top; the shaded strip is the region of practical equivalence."""
    canvas, axes = plt.subplots(layout="constrained", figsize=(style.PAGE, 0.5 + 0.2 * len(contrasts)))
    axes.axvspan(-region, region, color="#EFEFEF", zorder=0)
    axes.axvline(0, color=style.BLACK, linewidth=0.6)
    for row, (_, estimate, remark) in enumerate(contrasts):
        interval = estimate.interval
        colour = style.BLUE if interval.low > 0 else style.RED if interval.high < 0 else style.GREY
        axes.plot([interval.low, interval.high], [row, row], color=colour, linewidth=1.2)
        axes.plot(estimate.estimate, row, "o", color=colour)
        axes.text(1.01, row, remark, transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.set_yticks(range(len(contrasts)), [contrast.label for contrast in contrasts])
    axes.set_ylim(len(contrasts) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(xlabel)
    return canvas


def grouped_dots(
    groups: Mapping[str, Mapping[str, Estimate]], published: Mapping[str, Mapping[str, float]], *, ylabel: str
) -> Canvas:
    """Groups along the x axis, one dot a series with its interval; a hollow diamond is the published number.

    Args:
        groups: for each group, estimates by series.
        published: for each group, published numbers by series, where there are any.
        ylabel: of the axis.
    """
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    canvas, axes = plt.subplots(layout="constrained", figsize=(style.PAGE, 2.8))
    offsets = (np.arange(len(series)) - (len(series) - 1) / 2) * 0.2
    for number, (name, offset) in enumerate(zip(series, offsets, strict=True)):
        colour = style.CYCLE[number]
        found = [(place + offset, group[name]) for place, group in enumerate(groups.values()) if name in group]
        for place, estimate in found:
            axes.plot([place, place], [estimate.interval.low, estimate.interval.high], color=colour)
        axes.plot(
            [place for place, _ in found],
            [estimate.estimate for _, estimate in found],
            style.MARKERS[number],
            color=colour,
            label=f"{name}, measured" if published else name,
        )
        stated = [
            (place + offset, published[group][name]) for place, group in enumerate(groups) if published.get(group)
        ]
        if stated:
            axes.plot(*zip(*stated, strict=True), "D", color=colour, markerfacecolor="none", label=f"{name}, published")
    axes.set_xticks(range(len(groups)), list(groups))
    axes.grid(visible=False, axis="x")
    axes.set_ylabel(ylabel)
    canvas.legend(ncol=len(series), loc="outside lower center")
    return canvas
