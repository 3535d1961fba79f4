"""Matrices of shares in colour, side by side, each with its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Canvas

from harness.analysis import style


def share_maps(tables: Mapping[str, pd.DataFrame], *, label: str, breaks: Sequence[int] = ()) -> Canvas:
    """Rows by columns of percentages, one matrix a title; all have the same rows and one scale from 0 to 100.

    Args:
        tables: by title; NaN is left blank.
        label: of the colour bar.
        breaks: rows before which a white line parts groups.
    """
    n_rows = len(next(iter(tables.values())))
    canvas, grid = plt.subplots(
        1, len(tables), layout="constrained", figsize=(style.PAGE, 1.15 + 0.155 * n_rows), sharey=True, squeeze=False
    )
    for axes, (title, table) in zip(grid[0], tables.items(), strict=True):
        sns.heatmap(
            table,
            ax=axes,
            cmap="cividis",
            vmin=0,
            vmax=100,
            annot=True,
            fmt=".0f",
            annot_kws={"fontsize": 4.8},
            linewidths=0.3,
            cbar=False,
            mask=~np.isfinite(table.to_numpy(dtype=np.float64)),
        )
        for place in breaks:
            axes.axhline(place, color="white", linewidth=3)
        axes.grid(visible=False)
        axes.set_title(title)
        axes.set_xlabel("")
        axes.set_ylabel("")
        axes.tick_params(length=0)
        axes.set_xticks(np.arange(table.shape[1]) + 0.5, table.columns, rotation=90, fontsize=6)
    first = grid[0, 0]
    first.set_yticks(np.arange(n_rows) + 0.5, next(iter(tables.values())).index, rotation=0, fontsize=6)
    canvas.colorbar(first.collections[0], ax=list(grid[0]), label=label, shrink=0.5, aspect=30, pad=0.01)
    return canvas
