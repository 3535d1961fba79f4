"""Curves of what is still unnoticed after a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.core import Floats


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


def survival_curves(panels: Mapping[str, Mapping[str, Decline]], *, xlabel: str, ylabel: str) -> Canvas:
    """Lines from 1 downward in their bands, one panel a title, one line a name with the same look in all panels.

    Args:
        panels: curves by title and name.
        xlabel: of the delays.
        ylabel: of the share.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    canvas, grid = plt.subplots(
        1, len(panels), layout="constrained", figsize=(style.PAGE, 2.9), sharey=True, squeeze=False
    )
    handles = {}
    for axes, (title, curves) in zip(grid[0], panels.items(), strict=True):
        for name, curve in curves.items():
            look = names.index(name)
            color = style.CYCLE[look % len(style.CYCLE)]
            linestyle = "-" if look < len(style.CYCLE) else "--"
            axes.fill_between(curve.delays, curve.low, curve.high, color=color, alpha=0.12, linewidth=0)
            (handles[name],) = axes.plot(curve.delays, curve.share, color=color, linestyle=linestyle)
        axes.set_title(title)
        axes.set_xlabel(xlabel)
        axes.set_xlim(0, max(float(curve.delays[-1]) for curve in curves.values()))
        axes.set_ylim(0, 1.02)
    grid[0, 0].set_ylabel(ylabel)
    ordered = [name for name in names if name in handles]
    canvas.legend(handles=[handles[name] for name in ordered], labels=ordered, loc="outside lower center", ncol=4)
    return canvas
