"""Estimates with intervals: as a forest of contrasts, and as groups beside published numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from harness.analysis import style
from harness.analysis.charts.layout import legend_below, name_groups, panels, round_ticks
from harness.analysis.style import VERDICTS, Width
from harness.inference.estimate import Estimate


class Contrast(NamedTuple):
    """A line of a forest: what is contrasted, with its interval and a verdict, one of `style.VERDICTS`."""

    label: str
    estimate: Estimate
    verdict: str


def forest(
    contrasts: Sequence[Contrast],
    width: Width = Width.PAGE,
    *,
    xlabel: str,
    region: float,
    linear_to: float | None = None,
) -> Canvas:
    """One line a contrast, first at the top; the strip is the region of practical equivalence.

    Colour and marker are the verdict's, as everywhere: a filled circle supports, a filled diamond contradicts, a hollow square
    is practically nothing, a hollow circle leaves it open. On a page the verdict stands in words behind its line; in a column
    labels stand above their lines, and a legend says what the markers mean. Look for markers outside the strip.

    Args:
        contrasts: what to draw.
        width: of the figure.
        xlabel: of the axis, with the unit.
        region: half the width of the strip, in that unit.
        linear_to: where the axis turns logarithmic, which its label then says; None for an axis that is linear throughout.
    """
    narrow = width is Width.COLUMN
    canvas, grid = panels(width, 14 + (6.4 if narrow else 4.1) * len(contrasts) + (8 if narrow else 0))
    axes, lane, rows = grid[0, 0], 0.46 if narrow else 1.0, range(len(contrasts))
    axes.barh(rows, 2 * region, lane, left=-region, color=style.FAINT, zorder=0)
    axes.vlines(
        [0] * len(contrasts), [row - lane / 2 for row in rows], [row + lane / 2 for row in rows], style.BLACK, lw=0.6
    )
    handles = {row.verdict: _draw_contrast(axes, place, row) for place, row in enumerate(contrasts)}
    axes.grid(visible=False, axis="y")
    axes.set_ylim(len(contrasts) - 0.5, -0.85 if narrow else -0.5)
    axes.set_xlabel(xlabel if linear_to is None else f"{xlabel}\n(linear to ±{linear_to:g}, then logarithmic)")
    if linear_to is None:
        axes.xaxis.set_major_locator(round_ticks(8))
    else:
        bend(axes, linear_to)
    if narrow:
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for row, contrast in enumerate(contrasts):
            axes.text(
                0, row - 0.44, contrast.label, transform=axes.get_yaxis_transform(), va="center", fontsize=style.SMALL
            )
        legend_below(canvas, {name: handles[name] for name in VERDICTS if name in handles})
    else:
        axes.set_yticks(rows, [contrast.label for contrast in contrasts])
        for row, contrast in enumerate(contrasts):
            axes.text(
                1.01, row, contrast.verdict, transform=axes.get_yaxis_transform(), va="center", fontsize=style.SMALL
            )
    return canvas


def _draw_contrast(axes: Axes, row: int, contrast: Contrast) -> object:
    look, interval = VERDICTS[contrast.verdict], contrast.estimate.interval
    axes.plot([interval.low, interval.high], [row, row], color=look.colour)
    (marker,) = axes.plot(contrast.estimate.estimate, row, look.marker, color=look.colour, markerfacecolor=look.face)
    return marker


def bend(axes: Axes, linear_to: float, digits: int = 0) -> None:
    """Logarithmic beyond some value on either side, ticks at zero, there, and at four and sixteen times as much."""
    low, high = axes.get_xlim()
    axes.set_xscale("symlog", linthresh=linear_to)
    ticks = [sign * times * linear_to for sign in (-1, 1) for times in (1, 4, 16)]
    axes.xaxis.set_major_locator(FixedLocator([0.0, *(tick for tick in ticks if low <= tick <= high)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: style.signed(value, digits if value else 0)))


def _bend_upwards(axes: Axes, linear_to: float) -> None:
    """Logarithmic beyond some value on either side of zero, ticks at five steps to there, and at some multiples of it."""
    low, high = axes.get_ylim()
    low, high = min(low, 0.0), max(1.2 * high, 0.0)  # room for a marker where the scale is narrow
    axes.set_yscale("symlog", linthresh=linear_to, linscale=1.5)
    axes.set_ylim(low, high)
    steps = [step * linear_to / 5 for step in range(-5, 6)] + [
        sign * times * linear_to for sign in (-1, 1) for times in (2, 3, 4, 8)
    ]
    axes.yaxis.set_major_locator(FixedLocator([step for step in steps if low <= step <= high]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def grouped_dots(
    groups: Mapping[str, Mapping[str, Estimate]],
    published: Mapping[str, Mapping[str, float]],
    width: Width = Width.COLUMN,
    *,
    ylabel: str,
    missing: str = "",
    linear_to: float | None = None,
) -> Canvas:
    """Groups along the x axis, one dot a series with its interval; a hollow diamond is the published number.

    Look for intervals that part, and for diamonds outside them.

    Args:
        groups: for each group, estimates by series.
        published: for each group, published numbers by series, where there are any.
        width: of the figure.
        ylabel: of the axis, with the unit.
        missing: what is written, small and upright, where a group has no estimate of a series that others have.
        linear_to: where the axis turns logarithmic, which its label then says; None for an axis that is linear throughout.
    """
    series = list(dict.fromkeys(name for group in groups.values() for name in group))
    canvas, grid = panels(width, 70 if width is Width.COLUMN else 58)
    axes, handles = grid[0, 0], {}
    offsets = (np.arange(len(series)) - (len(series) - 1) / 2) * min(0.24, 0.72 / max(1, len(series)))
    for number, (name, offset) in enumerate(zip(series, offsets, strict=True)):
        colour = style.colour_of(number)
        found = [(place + offset, group[name]) for place, group in enumerate(groups.values()) if name in group]
        for place, estimate in found:
            axes.plot([place, place], [estimate.interval.low, estimate.interval.high], color=colour)
        (handles[f"{name}, measured" if published else name],) = axes.plot(
            [place for place, _ in found],
            [estimate.estimate for _, estimate in found],
            style.marker_of(number),
            color=colour,
        )
        stated = [
            (place + offset, published[group][name]) for place, group in enumerate(groups) if published.get(group)
        ]
        if stated:
            (handles[f"{name}, published"],) = axes.plot(*zip(*stated, strict=True), "D", color=colour, mfc="white")
        for place, group in enumerate(groups.values()):
            if name not in group:
                _say_missing(axes, place + offset, missing)
    name_groups(axes, list(groups), width)
    axes.grid(visible=False, axis="x")
    if linear_to is None:
        axes.yaxis.set_major_locator(round_ticks(7))
    else:
        _bend_upwards(axes, linear_to)
    axes.set_ylabel(ylabel if linear_to is None else f"{ylabel}\n(linear to {linear_to:g}, then logarithmic)")
    legend_below(canvas, handles)
    return canvas


def _say_missing(axes: Axes, place: float, words: str) -> None:
    axes.text(
        place,
        0.02,
        words,
        transform=axes.get_xaxis_transform(),
        rotation=90,
        ha="center",
        va="bottom",
        fontsize=style.SMALL,
        fontstyle="italic",
        color=style.GREY,
    )
