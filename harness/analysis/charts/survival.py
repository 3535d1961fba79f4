"""Curves of what is still unnoticed after a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from harness.analysis import style
from harness.analysis.charts import layout
from harness.analysis.style import Width
from harness.core import Floats

_MARKED = 16
"""Every so many delays a curve has a marker; curves take turns."""


@dataclass(frozen=True)
class Decline:
    """A share that falls with the delay, with its band.

    Attributes:
        delays: shape (n_delays,), ascending from 0.
        share: what is left after each, 0 to 1.
        low: the lower edge of the band, NaN where there is none.
        high: the upper edge.
    """

    delays: Floats
    share: Floats
    low: Floats
    high: Floats


def survival_curves(
    panels: Mapping[str, Mapping[str, Decline]], width: Width = Width.PAGE, *, xlabel: str, ylabel: str
) -> Canvas:
    """Lines from 1 downward in their bands, one panel a title, one line a name with the same look in all panels.

    Panels stand side by side on a page and one above the other in a column. Look for what falls early, and for what stays at
    the top: it notices nothing.

    Args:
        panels: curves by title and name.
        width: of the figure.
        xlabel: of the delays, with the unit.
        ylabel: of the share.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    shape = (len(panels), 1) if width is Width.COLUMN else (1, len(panels))
    canvas, grid = layout.panels(width, 14 + 52 * shape[0], *shape, sharex="col", sharey="all")
    handles = {}
    for axes, (title, curves) in zip(grid.flat, panels.items(), strict=True):
        for name, curve in curves.items():
            handles[name] = _draw(axes, curve, names.index(name))
        axes.set_title(title)
        axes.set_xlim(0, max(float(curve.delays[-1]) for curve in curves.values()))
        axes.set_ylim(0, 1.04)
    for axes in grid[-1]:
        axes.set_xlabel(xlabel)
        axes.xaxis.set_major_locator(layout.round_ticks(4))
    for axes in grid[:, 0]:
        axes.set_ylabel(ylabel)
    layout.legend_below(canvas, {name: handles[name] for name in names})
    return canvas


def _draw(axes: Axes, curve: Decline, look: int) -> Line2D:
    colour = style.colour_of(look)
    axes.fill_between(curve.delays, curve.low, curve.high, color=colour, alpha=0.1, linewidth=0)
    (line,) = axes.plot(
        curve.delays,
        curve.share,
        color=colour,
        linestyle=style.DASHES[look % len(style.DASHES)],
        marker=style.marker_of(look),
        markersize=3.5,
        markevery=(2 * look % _MARKED, _MARKED),
        clip_on=False,
    )
    return line
