"""Curves of a score over the levels of a factor, with a band for each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.inference.estimate import Estimate


class Panel(NamedTuple):
    """One set of axes: its title and axis labels, and for each printed method an estimate at each level."""

    title: str
    xlabel: str
    ylabel: str
    lines: Mapping[str, Mapping[float, Estimate]]


def curves(panels: Sequence[Panel]) -> Canvas:
    """Panels side by side with one legend; intervals are drawn as bars, nudged apart."""
    canvas, grid = plt.subplots(1, len(panels), layout="constrained", figsize=(style.PAGE, 2.7), squeeze=False)
    for axes, panel in zip(grid[0], panels, strict=True):
        _draw(axes, panel)
    handles, labels = grid[0][0].get_legend_handles_labels()
    canvas.legend(handles, labels, loc="outside lower center", ncol=4)
    return canvas


def _draw(axes: Axes, panel: Panel) -> None:
    axes.set_title(panel.title)
    axes.set_xlabel(panel.xlabel)
    axes.set_ylabel(panel.ylabel)
    levels = sorted({level for line in panel.lines.values() for level in line})
    step = (levels[-1] - levels[0]) / 150 if len(levels) > 1 else 0.0
    for number, (name, line) in enumerate(panel.lines.items()):
        shift = (number - (len(panel.lines) - 1) / 2) * step
        known = sorted(line)
        centre = [line[level].estimate for level in known]
        low = [line[level].estimate - line[level].interval.low for level in known]
        high = [line[level].interval.high - line[level].estimate for level in known]
        axes.errorbar(
            [level + shift for level in known],
            centre,
            yerr=[low, high],
            label=name,
            marker=style.MARKERS[number % len(style.MARKERS)],
            color=style.CYCLE[number % len(style.CYCLE)],
            elinewidth=0.7,
        )
    axes.set_xticks(levels)
