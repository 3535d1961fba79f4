"""Curves of a score over the levels of a factor, each method in a small panel of its own."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.figure import SubFigure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from harness.analysis import style
from harness.analysis.style import MM_PER_INCH, Width
from harness.inference.estimate import Estimate

_ACROSS = {Width.COLUMN: 4, Width.PAGE: 8}
_OTHERS = "#C4C4C4"
MOST_BARS = 12
"""Levels whose intervals are drawn as bars."""

_LETTERS = 14
"""Of a line of a panel's title."""


class Panel(NamedTuple):
    """A factor: its title and axis labels, and for each printed method an estimate at each level.

    Of more than `MOST_BARS` levels the intervals are a band. A panel of rates against rates has a diagonal, that of chance.
    """

    title: str
    xlabel: str
    ylabel: str
    lines: Mapping[str, Mapping[float, Estimate]]
    has_diagonal: bool = False


def curves(panels: Sequence[Panel], width: Width = Width.PAGE) -> Canvas:
    """Small panels, one a method, in a block for each factor; a method stands at the same place in all blocks.

    The coloured line is the method's, with its intervals; the grey ones are all the others, so that each can be read without
    the intervals of eight methods lying on top of each other. Look for lines that leave the bundle.
    """
    names = list(dict.fromkeys(name for panel in panels for name in panel.lines))
    across = min(_ACROSS[width], len(names))
    deep = math.ceil(len(names) / across)
    height = len(panels) * (14 + 29 * deep)
    canvas = plt.figure(figsize=(width.inches, height / MM_PER_INCH), layout="constrained")
    blocks = canvas.subfigures(len(panels), 1, squeeze=False)[:, 0]
    for block, panel in zip(blocks, panels, strict=True):
        _draw_block(block, panel, names, deep, across)
    return canvas


def _draw_block(block: SubFigure, panel: Panel, names: Sequence[str], deep: int, across: int) -> None:
    grid = block.subplots(deep, across, sharex=True, sharey=True, squeeze=False)
    if panel.title:
        block.suptitle(panel.title, x=0.01, ha="left", fontweight="bold")
    block.supxlabel(panel.xlabel, fontsize="medium")
    block.supylabel(panel.ylabel, fontsize="medium")
    for axes, name in zip(grid.flat, names, strict=False):
        axes.set_title(textwrap.fill(name, _LETTERS), fontsize=style.SMALL, fontweight="normal")
        for other, line in panel.lines.items():
            if other != name:
                axes.plot(sorted(line), [line[level].estimate for level in sorted(line)], color=_OTHERS, linewidth=0.6)
        if panel.has_diagonal:
            axes.axline((0, 0), slope=1, color=style.BLACK, linewidth=0.6, linestyle=":")
        if name in panel.lines:
            _draw_line(axes, panel.lines[name])
    levels = sorted({level for line in panel.lines.values() for level in line})
    grid[0, 0].xaxis.set_major_locator(FixedLocator([levels[0], levels[len(levels) // 2], levels[-1]]))
    grid[0, 0].xaxis.set_minor_locator(NullLocator())
    grid[0, 0].xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    for axes in grid.flat[len(names) :]:
        axes.set_axis_off()


def _draw_line(axes: Axes, line: Mapping[float, Estimate]) -> None:
    levels = sorted(line)
    centre = [line[level].estimate for level in levels]
    if len(levels) > MOST_BARS:
        low, high = ([getattr(line[level].interval, end) for level in levels] for end in ("low", "high"))
        axes.fill_between(levels, low, high, color=style.BLUE, alpha=0.25, linewidth=0)
        axes.plot(levels, centre, color=style.BLUE, linewidth=1.0)
        return
    low = [line[level].estimate - line[level].interval.low for level in levels]
    high = [line[level].interval.high - line[level].estimate for level in levels]
    axes.errorbar(levels, centre, yerr=[low, high], marker="o", markersize=2.5, color=style.BLUE, elinewidth=0.9)
