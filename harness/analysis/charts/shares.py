"""Matrices of shares in colour, with their numbers where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.charts.cells import draw_cells, write_numbers
from harness.analysis.charts.layout import panels
from harness.analysis.style import Width

_ROW = {Width.COLUMN: 2.7, Width.PAGE: 3.2}
"""Height of a row, in millimetres."""


def share_maps(
    tables: Mapping[str, pd.DataFrame], width: Width = Width.PAGE, *, label: str, breaks: Sequence[int] = ()
) -> Canvas:
    """Rows by columns of percentages, one matrix a title, side by side on a page and one above the other in a column.

    All matrices have the same rows and one scale from 0 (dark) to 100 (light). Look for blocks: which columns are light on
    which rows. In a column cells are too small for numbers.

    Args:
        tables: by title; NaN is left white.
        width: of the figure.
        label: of the colour bar.
        breaks: rows before which a white line parts groups.
    """
    shape = (len(tables), 1) if width is Width.COLUMN else (1, len(tables))
    rows = len(next(iter(tables.values())))
    canvas, grid = panels(width, shape[0] * (24 + _ROW[width] * rows) + 8, *shape, sharex="col", sharey="row")
    for axes, (title, table) in zip(grid.flat, tables.items(), strict=True):
        mesh = draw_cells(axes, table, cmap=style.SHARES, low=0, high=100)
        if width is Width.PAGE:
            write_numbers(axes, mesh, table, digits=0)
        for place in breaks:
            axes.axhline(place, color="white", linewidth=2)
        axes.set_title(title)
        axes.tick_params(axis="x", labelrotation=90)
    canvas.colorbar(mesh, ax=list(grid.flat), label=label, location="bottom", fraction=0.03, aspect=40, pad=0.01)
    return canvas
