"""Curves of a score over the levels of a factor, with a band for each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.inference.estimate import Estimate


class Panel(NamedTuple):
    """One set of axes: its title and axis labels, and for each printed method an estimate at each level."""

    title: str
    xlabel: str
    ylabel: str
    lines: Mapping[str, Mapping[float, Estimate]]


def curves(panels: Sequence[Panel]) -> Canvas:
    """Panels side by side with one legend; a method looks the same in all of them. Intervals are nudged apart."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    canvas, grid = plt.subplots(1, len(panels), layout="constrained", figsize=(style.PAGE, 2.9), squeeze=False)
    handles = {}
    for axes, panel in zip(grid[0], panels, strict=True):
        axes.set_title(panel.title)
        axes.set_xlabel(panel.xlabel)
        axes.set_ylabel(panel.ylabel)
        levels = sorted({level for line in panel.lines.values() for level in line})
        axes.set_xticks(levels)
        for number, name in enumerate(names):
            if name in panel.lines:
                nudge = (number - (len(names) - 1) / 2) * (levels[-1] - levels[0]) / 120
                handles[name] = _draw(axes, panel.lines[name], number, nudge)
    canvas.legend(handles=list(handles.values()), labels=list(handles), loc="outside lower center", ncol=4)
    return canvas


def _draw(axes: Axes, line: Mapping[float, Estimate], number: int, nudge: float) -> ErrorbarContainer:
    levels = sorted(line)
    centre = [line[level].estimate for level in levels]
    low = [line[level].estimate - line[level].interval.low for level in levels]
    high = [line[level].interval.high - line[level].estimate for level in levels]
    return axes.errorbar(
        [level + nudge for level in levels],
        centre,
        yerr=[low, high],
        marker=style.MARKERS[number % len(style.MARKERS)],
        color=style.CYCLE[number % len(style.CYCLE)],
        elinewidth=0.7,
    )
