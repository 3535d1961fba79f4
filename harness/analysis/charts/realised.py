"""What was wanted and what came of it: points of each method, one panel a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.core import Floats


class Panel(NamedTuple):
    """A setting: its title, values by method, the value wanted, and the range accepted."""

    title: str
    points: Mapping[str, Floats]
    wanted: float | None
    accepted: tuple[float, float] | None = None


def realised(panels: Sequence[Panel], *, xlabel: str) -> Canvas:
    """One row a method; its points are spread over the height of the row in their order, so that equal ones show."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.points))
    canvas, grid = plt.subplots(
        1, len(panels), layout="constrained", figsize=(style.PAGE, 0.8 + 0.17 * len(names)), sharey=True, squeeze=False
    )
    for axes, panel in zip(grid[0], panels, strict=True):
        if panel.accepted:
            axes.axvspan(*panel.accepted, color="#E4ECF4", zorder=0)
        if panel.wanted is not None:
            axes.axvline(panel.wanted, color=style.BLACK, linewidth=0.6)
        for row, name in enumerate(names):
            values = np.sort(panel.points.get(name, np.empty(0)))
            heights = row + np.linspace(-0.28, 0.28, len(values)) if len(values) > 1 else [row] * len(values)
            axes.plot(values, heights, ".", color=style.BLUE, markersize=2.5)
        axes.set_title(panel.title)
        axes.set_xlabel(xlabel)
        axes.set_xlim(left=-1)
    grid[0, 0].set_yticks(range(len(names)), names)
    grid[0, 0].set_ylim(len(names) - 0.5, -0.5)
    return canvas
