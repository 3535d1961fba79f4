"""Every specification of a contrast in the order of its estimate, above the choices that made it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from harness.analysis import style
from harness.analysis.charts.layout import legend_below, round_ticks
from harness.analysis.style import MM_PER_INCH, VERDICTS, Width
from harness.core import Floats, Ints
from harness.inference.arrays import Bools

MOST_SINGLE = 1500
"""Specifications that are drawn one by one; of more, so many bins are drawn."""

_N_BINS = 500
_LANE = 2.35
"""Height of a level's row, in millimetres: its name is as small as a tick."""

_TITLE = 0.6
"""Letters of a title in a millimetre of a panel."""

_FARTHEST = 3.0
"""How far intervals are drawn beyond all estimates, in median distances of their ends from their estimates."""

_MARGIN = 0.05
"""Room above and below what is drawn, as a share of it."""

_ABOVE, _ABOUT = 36.0, 17.0
"""Height of the estimates, and of axes and legend, in millimetres."""


@dataclass(frozen=True)
class CurvePanel:
    """One contrast under every specification, the registered one first.

    Attributes:
        title: what is contrasted.
        ylabel: the unit.
        estimates, low, high: shape (n_specifications,).
        verdicts: of each, one of `style.VERDICTS`.
        region: half the width of the region of practical equivalence; 0 for none.
        in_times: whether the numbers are logarithms of ratios, which the axis shows as ratios.
    """

    title: str
    ylabel: str
    estimates: Floats
    low: Floats
    high: Floats
    verdicts: Sequence[str]
    region: float
    in_times: bool = False


def specification_curve(
    panels: Sequence[CurvePanel], has: Bools, levels: Mapping[str, Sequence[str]], width: Width = Width.PAGE
) -> Canvas:
    """Estimates with intervals from the smallest to the largest, and below them which level each specification has.

    A level whose marks crowd at one end moves the estimate there; one whose marks are spread evenly changes nothing. The line
    marks the registered specification. Beyond 1,500 specifications, neighbours in the order share a bin. Contrasts that stand
    in several rows share one order, that of the mean of their estimates in units of their regions. Intervals that are much
    longer than most are cut at the end of the axis, where an arrow says so.

    Args:
        panels: the contrasts, up to three in a row.
        has: whether each specification, or one that gives the same values, has each level, shape (n_specifications, n_levels).
        levels: the names of the levels by dimension, in the order of the columns of `has`.
        width: of the figure.
    """
    per_row = min(len(panels), 3 if width is Width.PAGE else 1)
    n_rows = -(-len(panels) // per_row)
    is_one_order = n_rows > 1
    below = _LANE * (sum(map(len, levels.values())) + len(levels))
    heights = [_ABOVE] * n_rows + [below]
    canvas = Canvas(figsize=(width.inches, (sum(heights) + _ABOUT) / MM_PER_INCH), layout="constrained")
    grid = canvas.add_gridspec(n_rows + 1, per_row, height_ratios=heights)
    orders = [np.argsort(panel.estimates, kind="stable") for panel in panels]
    if is_one_order:
        orders = [np.argsort(np.mean([_in_regions(panel) for panel in panels], axis=0), kind="stable")] * len(panels)
    is_cut = False
    for place, (panel, order) in enumerate(zip(panels, orders, strict=True)):
        row, column = divmod(place, per_row)
        axes = canvas.add_subplot(grid[row, column])
        is_cut |= _estimates(axes, panel, order, is_first=column == 0)
        axes.set_title(
            textwrap.fill(panel.title, int(_TITLE * width / per_row)), fontsize=style.SMALL, fontweight="normal"
        )
    for column, order in enumerate(orders[: 1 if is_one_order else per_row]):
        axes = canvas.add_subplot(grid[n_rows, :] if is_one_order else grid[n_rows, column])
        _choices(axes, has[order], levels, order, is_first=column == 0)
        axes.set_xlabel(
            "specifications, in order of the " + ("estimates' mean, in regions" if is_one_order else "estimate")
        )
    _legend(canvas, panels, is_cut=is_cut)
    return canvas


def _in_regions(panel: CurvePanel) -> Floats:
    return panel.estimates / (panel.region or 1.0)


def _estimates(axes: Axes, panel: CurvePanel, order: Ints, *, is_first: bool) -> bool:
    """Draw the estimates with their intervals; whether any of these is cut."""
    bins = _bins(len(order))
    x = np.array([places.mean() for places in bins])
    middle, low, high = (
        np.array([np.median(values[order[places]]) for places in bins])
        for values in (panel.estimates, panel.low, panel.high)
    )
    if panel.region:
        axes.axhspan(-panel.region, panel.region, color=style.FAINT, zorder=0)
    axes.axhline(0, color=style.BLACK, linewidth=0.6)
    bottom, top = _ends(panel, middle, low, high)
    below, above = low < bottom, high > top
    margin = _MARGIN * (top - bottom)
    axes.set_ylim(bottom - margin, top + margin)
    axes.vlines(
        x,
        np.maximum(low, bottom),
        np.minimum(high, top),
        color="#C9C9C9",
        linewidth=min(1.5, 60 / len(x)),
        rasterized=len(x) > 100,
        zorder=1,
    )
    for end, is_beyond, arrow in ((bottom, below, _DOWN), (top, above, _UP)):
        axes.plot(x[is_beyond], [end] * is_beyond.sum(), marker=arrow, **_ARROW)
    found = np.array([panel.verdicts[order[places[len(places) // 2]]] for places in bins])
    for verdict in dict.fromkeys(found):
        look, chosen = VERDICTS[verdict], found == verdict
        size = 3.2 if len(x) < 60 else 1.8
        axes.plot(
            x[chosen],
            middle[chosen],
            look.marker,
            color=look.colour,
            markerfacecolor=look.face,
            markersize=size,
            markeredgewidth=0.5,
            linestyle="none",
            rasterized=len(x) > 100,
            zorder=2,
        )
    registered = int(np.flatnonzero(order == 0)[0])
    axes.axvline(registered, color=style.BLACK, linewidth=0.7, linestyle=(0, (2, 1.5)), zorder=3)
    axes.set_xlim(-1, len(order))
    axes.tick_params(labelbottom=False, bottom=False)
    axes.yaxis.set_major_locator(round_ticks(6))
    if panel.in_times:
        axes.yaxis.set_major_locator(_round_ratios(*axes.get_ylim()))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{np.exp(value):.3g}"))
    axes.grid(visible=False, axis="x")
    if is_first:
        axes.set_ylabel(panel.ylabel)
    return bool(below.any() or above.any())


_DOWN, _UP = r"$\downarrow$", r"$\uparrow$"
_ARROW: Mapping[str, Any] = {"color": style.GREY, "markersize": 4.5, "markeredgewidth": 0.0, "linestyle": "none"}


def _ends(panel: CurvePanel, middle: Floats, low: Floats, high: Floats) -> tuple[float, float]:
    """The ends of the axis: all estimates, the region, the registered interval, and the others as far as `_FARTHEST` says."""
    reached = [*middle, 0.0, -panel.region, panel.region, panel.low[0], panel.high[0]]
    for end, sign in ((low, -1.0), (high, 1.0)):
        known = np.isfinite(end)
        if known.any():
            farthest = (sign * middle).max() + _FARTHEST * np.median(sign * (end - middle)[known])
            reached.append(sign * min((sign * end[known]).max(), farthest))
    finite = [one for one in reached if np.isfinite(one)]
    return min(finite), max(finite)


def _round_ratios(low: float, high: float) -> FixedLocator:
    """Ticks at the logarithms of up to six round ratios between both ends."""
    steps = [ratio * 10.0**power for power in range(-9, 10) for ratio in (1, 2, 5)]
    within = [ratio for ratio in steps if low <= np.log(ratio) <= high]
    return FixedLocator(list(np.log(within[:: -(-len(within) // 6) or 1])) if within else [0.0])


def _choices(axes: Axes, has: Bools, levels: Mapping[str, Sequence[str]], order: Ints, *, is_first: bool) -> None:
    """A row for each level, dark where a specification has it; names of dimensions stand above their levels."""
    shares = np.array([has[places].mean(axis=0) for places in _bins(len(order))])
    names: list[tuple[str, bool]] = []
    rows: list[Floats] = []
    for dimension, members in levels.items():
        names += [(dimension, True), *((level, False) for level in members)]
        own, shares = np.split(shares, [len(members)], axis=1)
        rows += [np.zeros(len(own)), *own.T]
    shades = np.linspace(np.ones(3), np.array(to_rgb(style.BLUE)), 101)
    axes.imshow(
        np.array(rows),
        aspect="auto",
        interpolation="nearest",
        cmap=ListedColormap(shades),
        vmin=0,
        vmax=1,
        extent=(-0.5, len(order) - 0.5, len(rows) - 0.5, -0.5),
    )
    axes.axvline(int(np.flatnonzero(order == 0)[0]), color=style.BLACK, linewidth=0.7, linestyle=(0, (2, 1.5)))
    axes.grid(visible=False)
    axes.set_xlim(-1, len(order))
    axes.xaxis.set_major_locator(round_ticks(4))
    axes.tick_params(axis="y", length=0)
    axes.set_yticks(range(len(names)), [name if is_first else "" for name, _ in names], fontsize=style.CELL)
    for label, (_, is_dimension) in zip(axes.get_yticklabels(), names, strict=True):
        label.set_fontweight("bold" if is_dimension else "normal")
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _bins(n: int) -> list[Ints]:
    """The places of each column that is drawn."""
    return np.array_split(np.arange(n), n if n <= MOST_SINGLE else _N_BINS)


def _legend(canvas: Canvas, panels: Sequence[CurvePanel], *, is_cut: bool) -> None:
    shown = {verdict for panel in panels for verdict in panel.verdicts}
    handles: dict[str, Any] = {
        verdict: Line2D([], [], color=look.colour, marker=look.marker, markerfacecolor=look.face, linestyle="none")
        for verdict, look in VERDICTS.items()
        if verdict in shown
    }
    if is_cut:
        handles["interval goes on"] = Line2D([], [], marker=_UP, **_ARROW)
    handles["registered"] = Line2D([], [], color=style.BLACK, linewidth=0.7, linestyle=(0, (2, 1.5)))
    legend_below(canvas, handles)
