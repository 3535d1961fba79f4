"""The cells of a matrix: squares of colour, and numbers that can be read on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Colormap

from harness.analysis import style


def draw_cells(axes: Axes, table: pd.DataFrame, *, cmap: str | Colormap, low: float, high: float) -> QuadMesh:
    """Rows from the top, columns from the left, one colour a number; NaN is left white.

    Args:
        axes: to draw on; column names are written by the caller.
        table: shape (n_rows, n_columns), with printed names.
        cmap: from low to high; what lies beyond has the colour of the end.
        low: number of the first colour.
        high: number of the last.
    """
    numbers = table.astype(np.float64)
    sns.heatmap(numbers, ax=axes, cmap=cmap, vmin=low, vmax=high, cbar=False, linewidths=0.4, linecolor="white")
    axes.set_yticks(np.arange(len(table)) + 0.5, table.index)  # all of them, however dense
    axes.set_xticks(np.arange(table.shape[1]) + 0.5, table.columns)
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    [mesh] = axes.collections
    assert isinstance(mesh, QuadMesh)
    return mesh


def write_numbers(
    axes: Axes, mesh: QuadMesh, table: pd.DataFrame, *, digits: int, strong: pd.DataFrame | None = None
) -> None:
    """Each number on its cell, in black or white, whichever reads better; `strong` ones in bold."""
    bold = np.zeros(table.shape, dtype=bool) if strong is None else strong.to_numpy(dtype=bool)
    for (row, column), value in np.ndenumerate(table.to_numpy(dtype=np.float64)):
        if np.isfinite(value):
            axes.text(
                column + 0.5,
                row + 0.5,
                style.signed(value, digits),
                ha="center",
                va="center_baseline",
                fontsize=style.CELL,
                fontweight="bold" if bold[row, column] else "normal",
                color=style.ink_on(mesh.to_rgba(value)),
            )
