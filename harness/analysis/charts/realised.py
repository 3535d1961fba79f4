"""Wanted and realised values: points of each method, one panel per setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.charts import layout
from harness.analysis.style import Width
from harness.core import Floats


class Panel(NamedTuple):
    """A setting: its title, values by method, the value wanted, and the range accepted."""

    title: str
    points: Mapping[str, Floats]
    wanted: float | None
    accepted: tuple[float, float] | None = None


def realised(panels: Sequence[Panel], width: Width = Width.PAGE, *, xlabel: str) -> Canvas:
    """One row a method; its points are spread over the height of the row in their order, so that equal ones show.

    A line is the value that was wanted, a strip the range that is accepted. Every panel has a scale of its own. Look for rows
    that lie off the line.
    """
    names = list(dict.fromkeys(name for panel in panels for name in panel.points))
    canvas, grid = layout.panels(width, 16 + 4.1 * len(names), 1, len(panels), sharey="all")
    for axes, panel in zip(grid[0], panels, strict=True):
        if panel.accepted:
            axes.axvspan(*panel.accepted, color="#D5E4F0", zorder=0)
        if panel.wanted is not None:
            axes.axvline(panel.wanted, color=style.BLACK, linewidth=0.6)
        for row, name in enumerate(names):
            values = np.sort(panel.points.get(name, np.empty(0)))
            heights = row + np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else [row] * len(values)
            axes.plot(values, heights, ".", color=style.BLUE, markersize=2.6, markeredgewidth=0)
        axes.set_title(panel.title)
        axes.set_xlabel(xlabel)
        axes.set_xlim(left=-1)
    grid[0, 0].set_yticks(range(len(names)), names)
    grid[0, 0].set_ylim(len(names) - 0.5, -0.5)
    return canvas
