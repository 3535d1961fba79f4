"""A matrix of differences in colour, with its numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.charts.cells import draw_cells, write_numbers
from harness.analysis.charts.layout import panels
from harness.analysis.style import Width


def heatmap(
    table: pd.DataFrame, width: Width = Width.PAGE, *, label: str, strong: pd.DataFrame | None = None
) -> Canvas:
    """Rows by columns of signed numbers, blue above zero and orange below, each written in its cell.

    Look for rows or columns of one colour. Where a few numbers are far larger than the rest, the colours end before them and
    the colour bar ends in an arrow; the numbers in the cells are always right.

    Args:
        table: numbers with printed names as index and columns.
        width: of the figure.
        label: of the colour bar, with the unit.
        strong: which cells are written in bold, of the same shape.
    """
    canvas, grid = panels(width, 26 + 4.6 * len(table))
    axes = grid[0, 0]
    limit = _limit(table)
    mesh = draw_cells(axes, table, cmap=style.DIFFERENCES, low=-limit, high=limit)
    write_numbers(axes, mesh, table, digits=1, strong=strong)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", labelrotation=40)
    for tick in axes.get_xticklabels():
        tick.set(ha="left", va="bottom", rotation_mode="anchor")
    canvas.colorbar(mesh, ax=axes, label=label, extend=_extend(table, limit), shrink=0.6, aspect=30, pad=0.01)
    return canvas


def _limit(table: pd.DataFrame) -> float:
    """Where the colours end: a whole number that at most one cell in twenty goes beyond."""
    known = np.abs(table.to_numpy(dtype=np.float64))
    known = known[np.isfinite(known)]
    return float(math.ceil(np.quantile(known, 0.95))) if known.any() else 1.0


def _extend(table: pd.DataFrame, limit: float) -> str:
    values = table.to_numpy(dtype=np.float64)
    below, above = bool((values < -limit).any()), bool((values > limit).any())
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get((below, above), "neither")
