"""Bars with intervals, one panel a measure, beside published numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.inference.estimate import Estimate


class Measured(NamedTuple):
    """A panel: its title, for each series an estimate by group, published numbers by group, and the end of its axis."""

    title: str
    series: Mapping[str, Mapping[str, Estimate]]
    published: Mapping[str, float]
    top: float | None = None


def bars(panels: Sequence[Measured]) -> Canvas:
    """Panels side by side with one legend; a series has one colour, a hollow diamond is the published number."""
    canvas, grid = plt.subplots(1, len(panels), layout="constrained", figsize=(style.PAGE, 2.6), squeeze=False)
    handles = {}
    for axes, panel in zip(grid[0], panels, strict=True):
        groups = list(dict.fromkeys(name for line in panel.series.values() for name in line))
        width = 0.8 / len(panel.series)
        for number, (name, line) in enumerate(panel.series.items()):
            offset = (number - (len(panel.series) - 1) / 2) * width
            places = [groups.index(group) + offset for group in line]
            heights = [one.estimate for one in line.values()]
            handles[name] = axes.bar(places, heights, 0.9 * width, color=style.CYCLE[number], alpha=0.85)
            for place, one in zip(places, line.values(), strict=True):
                low = max(one.interval.low, 0.0) if one.interval.is_known else one.interval.low
                axes.plot([place, place], [low, one.interval.high], color=style.BLACK, linewidth=0.8)
        known = [group for group in groups if group in panel.published]
        (handles["published"],) = axes.plot(
            [groups.index(group) for group in known],
            [panel.published[group] for group in known],
            *("D",),
            color=style.BLACK,
            markerfacecolor="white",
            markersize=5,
        )
        axes.set_xticks(range(len(groups)), groups)
        axes.grid(visible=False, axis="x")
        axes.set_title(panel.title)
        axes.set_ylim(0, panel.top)
    canvas.legend(handles=list(handles.values()), labels=list(handles), loc="outside lower center", ncol=4)
    return canvas
