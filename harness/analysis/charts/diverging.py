"""Answers on a scale as stacked bars that part in the middle: disagreement to the left, agreement to the right."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MultipleLocator

from harness.analysis import style
from harness.analysis.charts.layout import legend_below, panels
from harness.analysis.style import Width

_NEUTRAL = "#D9D9D9"
_SMALLEST_WRITTEN = {Width.COLUMN: 0.11, Width.PAGE: 0.055}
"""Shares below have no room for their number."""

_LETTERS = {Width.COLUMN: 26, Width.PAGE: 46}
"""Of a line of a name."""

_HEADING = {Width.COLUMN: 44, Width.PAGE: 100}
"""Letters of a line of a heading."""

_ROW, _LINE, _GAP = 4.9, 2.9, 2.1
"""Millimetres: a bar with the room around it, a line of text more, and what parts the bars of one heading from the next."""


class Bar(NamedTuple):
    """The answers to one item, or of one group to it.

    Attributes:
        label: left of the bar.
        counts: how many gave each answer, lowest first.
        heading: above the bar, where it begins a new one; "" for none.
    """

    label: str
    counts: Sequence[int]
    heading: str = ""


def diverging_bars(bars: Sequence[Bar], answers: Sequence[str], width: Width = Width.PAGE) -> Canvas:
    """One bar an item, its shares of answers from the lowest to the highest; the middle answer lies across zero.

    Orange disagrees and blue agrees, the darker the more. Numbers are percentages of those who answered, whose number stands on
    the right. Look for bars that reach far to one side.

    Args:
        bars: from the top. A bar without answers is left empty.
        answers: the names of the answers, lowest first.
        width: of the figure.
    """
    names = [textwrap.wrap(bar.label, _LETTERS[width]) or [""] for bar in bars]
    heights = [max(_ROW, 1.2 + _LINE * len(lines)) for lines in names]
    headings = [textwrap.wrap(bar.heading, _HEADING[width]) for bar in bars]
    above = [_LINE * len(lines) + _GAP if lines else 0.0 for lines in headings]
    places = np.cumsum(np.add(heights, above)) - np.divide(heights, 2)
    bottom = float(np.sum(heights) + np.sum(above))
    canvas, grid = panels(width, bottom + 17)
    axes = grid[0, 0]
    colours = _colours(len(answers))
    reach = 0.0
    for place, bar in zip(places, bars, strict=True):
        reach = max(reach, _draw(axes, float(place), bar, colours, width))
    _frame(axes, reach, bottom)
    axes.set_yticks(places, ["\n".join(lines) for lines in names])
    for place, bar, height, heading in zip(places, bars, heights, headings, strict=True):
        axes.text(
            1.01, place, f"{sum(bar.counts)}", transform=axes.get_yaxis_transform(), va="center", size=style.SMALL
        )
        if heading:
            top = place - height / 2 - 0.6
            axes.annotate(
                "\n".join(heading),
                (0, top),
                xycoords=axes.get_yaxis_transform(),
                annotation_clip=False,
                va="bottom",
                weight="bold",
                fontsize=style.SMALL,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )
    axes.text(1.01, 0.0, "n", transform=axes.get_yaxis_transform(), va="bottom", size=style.SMALL, style="italic")
    legend_below(canvas, {name: Patch(facecolor=colour) for name, colour in zip(answers, colours, strict=True)})
    return canvas


def _draw(axes: Axes, place: float, bar: Bar, colours: Sequence[str], width: Width) -> float:
    """Draw one bar; how far it reaches to either side."""
    n = sum(bar.counts)
    if not n:
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        axes.text(0, place, "no answers", ha="center", va="center", size=style.SMALL, style="italic", bbox=ground)
        return 0.0
    shares = np.divide(bar.counts, n)
    k = len(shares)
    start = -float(shares[: k // 2].sum()) - (float(shares[k // 2]) / 2 if k % 2 else 0.0)
    lefts = start + np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    axes.barh([place] * k, shares, 3.9, lefts, color=colours, edgecolor="white", linewidth=0.6)
    for left, share, colour in zip(lefts, shares, colours, strict=True):
        if share >= _SMALLEST_WRITTEN[width]:
            axes.text(
                left + share / 2,
                place,
                f"{100 * share:.0f}",
                ha="center",
                va="center_baseline",
                size=style.CELL + 0.5,
                color=style.ink_on(colour),
            )
    return max(-start, start + 1.0)


def _frame(axes: Axes, reach: float, bottom: float) -> None:
    reach = min(1.0, np.ceil((reach or 0.5) * 20) / 20)
    axes.set_xlim(-reach - 0.01, reach + 0.01)
    axes.set_ylim(bottom + 0.6, -0.2)
    axes.axvline(0, color=style.BLACK, linewidth=0.7, zorder=0.8)  # behind the bars, whose numbers stand across it
    axes.xaxis.set_major_locator(MultipleLocator(0.25 if reach > 0.5 else 0.1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(100 * value):.0f} %"))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _colours(k: int) -> list[str]:
    """One for each answer: the darkest at the ends, grey for a middle one."""
    below, above = np.linspace(0.0, 0.30, k // 2), np.linspace(0.70, 1.0, k // 2)
    sides = [to_hex(style.DIFFERENCES(float(place))) for place in (*below, *above)]
    return [*sides[: k // 2], *([_NEUTRAL] if k % 2 else []), *sides[k // 2 :]]
