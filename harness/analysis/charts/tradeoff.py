"""Trade-offs: one curve per method over its settings, and the point of its default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from harness.analysis import style
from harness.analysis.charts.layout import legend_below, panels
from harness.analysis.style import Width


class Curve(NamedTuple):
    """A method: (price, gain) at its settings in order, and at its default if that is known."""

    points: Sequence[tuple[float, float]]
    default: tuple[float, float] | None = None


def tradeoff(
    curves: Mapping[str, Curve], width: Width = Width.COLUMN, *, xlabel: str, ylabel: str, ticks: Sequence[float]
) -> Canvas:
    """Price in percent along x, gain along y; a hollow mark is the default.

    The axis of the price is linear up to 1 % and logarithmic beyond, as its label says and a dotted line shows. Look for the
    lowest curve at the price that you can pay.

    Args:
        curves: by printed name.
        width: of the figure.
        xlabel: of the price, without the unit.
        ylabel: of the gain, with the unit.
        ticks: prices that are written on the axis.
    """
    canvas, grid = panels(width, 82)
    axes, handles = grid[0, 0], {}
    axes.axvline(1, color=style.GREY, linewidth=0.6, linestyle=":", zorder=0)
    for number, (name, curve) in enumerate(curves.items()):
        colour, marker = style.colour_of(number), style.marker_of(number)
        (handles[name],) = axes.plot(*zip(*curve.points, strict=True), color=colour, marker=marker, linewidth=0.9)
        if curve.default is not None:
            axes.plot(*curve.default, marker, color=colour, markerfacecolor="white", markersize=5.5)
    axes.set_xscale("symlog", linthresh=1)
    axes.xaxis.set_major_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlim(-0.1, max(ticks) * 1.1)
    axes.set_xlabel(f"{xlabel}, %\n(linear to 1, then logarithmic)")
    axes.set_ylabel(ylabel)
    hollow = Line2D([], [], linestyle="", marker="o", color=style.GREY, markerfacecolor="white", markersize=5.5)
    legend_below(canvas, {**handles, "at its default": hollow})
    return canvas
