"""Bars with intervals, one panel a measure, beside published numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.charts.layout import legend_below, panels
from harness.analysis.style import Width
from harness.inference.estimate import Estimate


class Measured(NamedTuple):
    """A panel: its title, for each series an estimate by group, published numbers by group, and the end of its axis."""

    title: str
    series: Mapping[str, Mapping[str, Estimate]]
    published: Mapping[str, float]
    top: float | None = None


def bars(measures: Sequence[Measured], width: Width = Width.PAGE) -> Canvas:
    """One panel a measure, in the unit of its title, with one legend; panels stand in a row on a page, else below each other.

    A series has one colour and hatch, a line is the interval, a white diamond the published number. Look for diamonds far
    from their bars.
    """
    shape = (len(measures), 1) if width is Width.COLUMN else (1, len(measures))
    canvas, grid = panels(width, 18 + 31 * shape[0], *shape)
    handles: dict[str, Any] = {}
    for axes, measure in zip(grid.flat, measures, strict=True):
        handles |= _draw(axes, measure)
    published = handles.pop(_PUBLISHED)
    legend_below(canvas, {**handles, _PUBLISHED: published})
    return canvas


_PUBLISHED = "published"
_HATCHES = ("", "////", "....")


def _draw(axes: Axes, measure: Measured) -> dict[str, Any]:
    """What stands for each series, and for published numbers."""
    handles: dict[str, Any] = {}
    groups = list(dict.fromkeys(name for line in measure.series.values() for name in line))
    width = 0.8 / len(measure.series)
    for number, (name, line) in enumerate(measure.series.items()):
        offset = (number - (len(measure.series) - 1) / 2) * width
        places = [groups.index(group) + offset for group in line]
        heights = [one.estimate for one in line.values()]
        handles[name] = axes.bar(
            places,
            heights,
            0.92 * width,
            linewidth=0,
            color=style.colour_of(number),
            edgecolor="white",
            hatch=_HATCHES[number % len(_HATCHES)],
        )
        for place, one in zip(places, line.values(), strict=True):
            low = max(one.interval.low, 0.0) if one.interval.is_known else one.interval.low
            axes.plot([place, place], [low, one.interval.high], color=style.BLACK, linewidth=0.8)
    known = [group for group in groups if group in measure.published]
    (handles[_PUBLISHED],) = axes.plot(
        [groups.index(group) for group in known],
        [measure.published[group] for group in known],
        "D",
        color=style.BLACK,
        markerfacecolor="white",
        markersize=4.5,
    )
    axes.set_xticks(range(len(groups)), groups)
    axes.grid(visible=False, axis="x")
    axes.set_title(measure.title)
    axes.set_ylim(0, measure.top)
    return handles
