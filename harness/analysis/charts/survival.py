"""Curves of what is still unnoticed after a delay."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.scoring import Survival


def survival_curves(panels: Mapping[str, Mapping[str, Survival]], *, xlabel: str, ylabel: str, end: float) -> Canvas:
    """Steps from 1 downward, one panel a title, one line a name with the same look in all panels.

    Args:
        panels: curves by title and name.
        xlabel: of the delays.
        ylabel: of the share.
        end: the longest delay that is drawn.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    canvas, grid = plt.subplots(
        1, len(panels), layout="constrained", figsize=(style.PAGE, 2.9), sharey=True, squeeze=False
    )
    handles = {}
    for axes, (title, curves) in zip(grid[0], panels.items(), strict=True):
        for name, curve in curves.items():
            look = names.index(name)
            kept = curve.times <= end
            times = np.concatenate([[0.0], curve.times[kept], [end]])
            shares = np.concatenate([[1.0], curve.survival[kept]])
            (handles[name],) = axes.step(
                times,
                np.append(shares, shares[-1]),
                where="post",
                color=style.CYCLE[look % len(style.CYCLE)],
                linestyle="-" if look < len(style.CYCLE) else "--",
            )
        axes.set_title(title)
        axes.set_xlabel(xlabel)
        axes.set_xlim(0, end)
        axes.set_ylim(0, 1.02)
    grid[0, 0].set_ylabel(ylabel)
    ordered = [name for name in names if name in handles]
    canvas.legend(handles=[handles[name] for name in ordered], labels=ordered, loc="outside lower center", ncol=4)
    return canvas
