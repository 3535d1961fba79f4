"""Every method against every other: by how much the row is better than the column, and what of it is decided."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.charts.cells import draw_cells, write_numbers
from harness.analysis.charts.layout import panels
from harness.analysis.style import Width

_MOST_WRITTEN = 12
"""Methods whose numbers can be read in their cells."""


def advantages(
    table: pd.DataFrame, decided: pd.DataFrame, width: Width = Width.PAGE, *, label: str, digits: int
) -> Canvas:
    """Rows by columns, blue where the row is better and orange where it is worse.

    Up to twelve methods have their numbers in the cells, those decided in bold. Of more, a dot marks a pair that is decided.

    Args:
        table: the advantage of the row over the column, best method first; NaN on the diagonal and where there is none.
        decided: which pairs are decided for one side, of the same shape.
        width: of the figure.
        label: of the colour bar, with the unit.
        digits: decimals of the numbers in the cells.
    """
    k = len(table)
    canvas, grid = panels(width, 24 + (6.0 if k <= _MOST_WRITTEN else 3.4) * k)
    axes = grid[0, 0]
    limit = _limit(table)
    mesh = draw_cells(axes, table, cmap=style.DIFFERENCES, low=-limit, high=limit)
    if k <= _MOST_WRITTEN:
        write_numbers(axes, mesh, table, digits=digits, strong=decided)
    else:
        rows, columns = np.nonzero(decided.to_numpy(dtype=bool))
        colours = mesh.to_rgba(table.to_numpy(dtype=np.float64)[rows, columns])
        axes.scatter(columns + 0.5, rows + 0.5, s=3.5, c=list(map(style.ink_on, colours)), linewidths=0)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", labelrotation=90 if k > _MOST_WRITTEN else 40)
    for tick in axes.get_xticklabels():
        slanted = k <= _MOST_WRITTEN
        tick.set(ha="left" if slanted else "center", va="bottom", rotation_mode="anchor" if slanted else "default")
    canvas.colorbar(
        mesh, ax=axes, label=label, shrink=0.6 if k > _MOST_WRITTEN else 1.0, aspect=30, pad=0.01, extend="both"
    )
    return canvas


def _limit(table: pd.DataFrame) -> float:
    """Where the colours end: at most one cell in twenty goes beyond."""
    known = np.abs(table.to_numpy(dtype=np.float64))
    known = known[np.isfinite(known)]
    limit = float(np.quantile(known, 0.95)) if len(known) else 0.0
    return limit or float(known.max(initial=0.0)) or 1.0
