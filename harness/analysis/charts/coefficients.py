"""Coefficients of several models side by side: what moves each measure, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from harness.analysis import style
from harness.analysis.charts.dots import bend
from harness.analysis.charts.layout import legend_below, panels, round_ticks
from harness.analysis.style import Width
from harness.inference.estimate import Estimate


class Slope(NamedTuple):
    """A coefficient, and what another model says of it.

    Attributes:
        main: with its interval.
        other: None if there is no other model's.
    """

    main: Estimate
    other: Estimate | None


class SlopePanel(NamedTuple):
    """The coefficients of one measure.

    Attributes:
        title: of the panel.
        xlabel: the unit.
        slopes: by name of the factor and of the series.
        linear_to: where the axis turns logarithmic, which its label then says; None for one that is linear throughout.
        digits: of its ticks, if it turns.
    """

    title: str
    xlabel: str
    slopes: Mapping[str, Mapping[str, Slope]]
    linear_to: float | None = None
    digits: int = 0


def coefficients(
    measures: Sequence[SlopePanel], width: Width = Width.PAGE, *, groups: Sequence[Sequence[str]] = (), other: str = ""
) -> Canvas:
    """One panel a measure and one line a factor, first at the top, with a marker for each series.

    The interval is that of the main model, and the hollow marker beside it the other model's estimate. Look for intervals that
    leave the line of no effect, and for hollow markers that part from theirs.

    Args:
        measures: the panels, left to right.
        width: of the figure; in a column the panels stand below each other.
        groups: names of factors that belong together; a thin line parts each group from the next. All others stand below.
        other: what the hollow markers are.
    """
    known = list(dict.fromkeys(name for panel in measures for name in panel.slopes))
    factors = [name for group in groups for name in group if name in known]
    factors += [name for name in known if name not in factors]
    series = list(dict.fromkeys(name for panel in measures for one in panel.slopes.values() for name in one))
    narrow = width is Width.COLUMN
    shape = (len(measures), 1) if narrow else (1, len(measures))
    lines = max((len(_shown(panel, series)) for panel in measures), default=1)
    height = (18 + max(6.2, 2.1 * lines) * len(factors)) * (len(measures) if narrow else 1) + 8
    canvas, grid = panels(width, height, *shape, sharey="none" if narrow else "row")
    for axes, panel in zip(grid.flat, measures, strict=True):
        _draw(axes, panel, factors, series)
        _part(axes, factors, groups)
    if not narrow:
        for axes in grid.flat[1:]:
            axes.tick_params(axis="y", length=0)
    legend_below(canvas, _legend(series, other))
    return canvas


def _draw(axes: Axes, panel: SlopePanel, factors: Sequence[str], series: Sequence[str]) -> None:
    axes.axvline(0.0, color=style.BLACK, lw=0.6, zorder=1)
    shown = _shown(panel, series)
    offsets = (np.arange(len(shown)) - (len(shown) - 1) / 2) * 0.81 / max(len(shown), 3)
    for row, factor in enumerate(factors):
        found = panel.slopes.get(factor, {})
        for name, offset in zip(shown, offsets, strict=True):
            if name in found:
                _mark(axes, row + float(offset), found[name], series.index(name))
    axes.set_yticks(range(len(factors)), factors)
    axes.set_ylim(len(factors) - 0.45, -0.55)
    axes.grid(visible=False, axis="y")
    axes.set_title(panel.title)
    if panel.linear_to is None:
        axes.xaxis.set_major_locator(round_ticks(6))
        axes.set_xlabel(panel.xlabel)
    else:
        bend(axes, panel.linear_to, panel.digits)
        axes.set_xlim(*_with_room(panel, panel.linear_to))
        axes.set_xlabel(f"{panel.xlabel}\n(linear to ±{panel.linear_to:g}, then logarithmic)")


def _shown(panel: SlopePanel, series: Sequence[str]) -> list[str]:
    return [name for name in series if any(name in one for one in panel.slopes.values())]


def _with_room(panel: SlopePanel, linear_to: float) -> tuple[float, float]:
    """The ends of a bent axis, with room for a marker beside the outermost interval."""
    found = [slope.main.interval for one in panel.slopes.values() for slope in one.values()]
    known = [each for each in found if each.is_known]
    low, high = min((each.low for each in known), default=0.0), max((each.high for each in known), default=0.0)
    ends = (low, -1.0), (high, 1.0)
    return tuple(end * 1.3 if abs(end) > linear_to else end + side * 0.1 * linear_to for end, side in ends)  # type: ignore[return-value]


def _mark(axes: Axes, place: float, slope: Slope, number: int) -> None:
    colour, marker, interval = style.colour_of(number), style.marker_of(number), slope.main.interval
    axes.plot([interval.low, interval.high], [place, place], color=colour, lw=1.1, solid_capstyle="butt", zorder=2)
    axes.plot(slope.main.estimate, place, marker, color=colour, ms=3.2, zorder=3)
    if slope.other is not None:
        axes.plot(slope.other.estimate, place, marker, color=colour, mfc="none", ms=5.6, mew=0.5, zorder=3)


def _part(axes: Axes, factors: Sequence[str], groups: Sequence[Sequence[str]]) -> None:
    ends = np.cumsum([sum(name in factors for name in group) for group in groups])
    for end in ends:
        if 0 < end < len(factors):
            axes.axhline(float(end) - 0.5, color=style.GREY, lw=0.4, ls=(0, (1, 2)), zorder=0)


def _legend(series: Sequence[str], other: str) -> dict[str, Line2D]:
    handles = {
        name: Line2D([], [], color=style.colour_of(number), marker=style.marker_of(number), lw=1.1, ms=3.2)
        for number, name in enumerate(series)
    }
    if other:
        handles[other] = Line2D([], [], color=style.GREY, marker="o", mfc="none", ms=5.6, mew=0.5, lw=0)
    return handles
