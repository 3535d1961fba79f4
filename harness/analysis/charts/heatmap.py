"""A matrix of differences in colour, with its numbers."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Canvas

from harness.analysis import style


def heatmap(table: pd.DataFrame, *, label: str, strong: pd.DataFrame | None = None) -> Canvas:
    """Rows by columns of signed numbers, blue above zero and red below, each written in its cell.

    Args:
        table: numbers with printed names as index and columns.
        label: of the colour bar.
        strong: which cells are written in bold, of the same shape.
    """
    canvas, axes = plt.subplots(layout="constrained", figsize=(style.PAGE, 0.9 + 0.19 * len(table)))
    known = np.abs(table.to_numpy()[np.isfinite(table.to_numpy())])
    limit = (float(np.quantile(known, 0.95)) if len(known) else 0.0) or 1.0
    sns.heatmap(
        table,
        ax=axes,
        cmap="vlag_r",
        center=0,
        vmin=-limit,
        vmax=limit,
        annot=True,
        fmt=".1f",
        annot_kws={"fontsize": 6},
        linewidths=0.4,
        cbar_kws={"label": label, "shrink": 0.6, "aspect": 30},
    )
    axes.grid(visible=False)
    if strong is not None:
        shown = strong.to_numpy()[np.isfinite(table.to_numpy())]
        for text, bold in zip(axes.texts, shown, strict=True):
            text.set_fontweight("bold" if bold else "normal")
    axes.set_xlabel("")
    axes.set_ylabel("")
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.set_xticklabels(axes.get_xticklabels(), rotation=40, ha="left")
    axes.set_yticklabels(axes.get_yticklabels(), rotation=0)
    return canvas
