"""Where things stand on a canvas: panels of a size in print, and a legend that is no wider than the figure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.legend import Legend
from matplotlib.ticker import MaxNLocator
from numpy import typing as npt

from harness.analysis.style import MM_PER_INCH, Width

Shared = Literal["none", "all", "row", "col"]


def panels(
    width: Width, height: float, rows: int = 1, columns: int = 1, *, sharex: Shared = "none", sharey: Shared = "none"
) -> tuple[Canvas, npt.NDArray[Any]]:
    """A canvas of this width and of a height in millimetres, and its axes, shape (rows, columns)."""
    return plt.subplots(
        rows,
        columns,
        layout="constrained",
        figsize=(width.inches, height / MM_PER_INCH),
        sharex=sharex,
        sharey=sharey,
        squeeze=False,
    )


def round_ticks(at_most: int) -> MaxNLocator:
    """Ticks at multiples of 1, 2 or 5 in some power of ten."""
    return MaxNLocator(at_most, steps=[1, 2, 5, 10])


def name_groups(axes: Axes, names: Sequence[str], width: Width) -> None:
    """Names of groups at 0, 1, 2 ... on the x axis, in as many lines as they need, or aslant where a word is too long."""
    room = int(0.87 * width / len(names) / _CHARACTER)
    longest = max((len(word) for name in names for word in name.split()), default=0)
    if longest > room:
        axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    else:
        axes.set_xticks(range(len(names)), [textwrap.fill(name, room, break_long_words=False) for name in names])


_CHARACTER = 1.22
"""Width of a letter of a tick, in millimetres, on the average."""


def legend_below(canvas: Canvas, handles: Mapping[str, Any]) -> None:
    """A legend under the panels, in as few rows as fit into the width, the rows about equally long.

    Args:
        canvas: of the figure.
        handles: what stands for each name, in the order of the legend.
    """
    n = len(handles)
    for columns in range(n, 0, -1):
        legend = _legend(canvas, handles, columns)
        if columns == 1 or legend.get_window_extent().width <= canvas.bbox.width:
            legend.remove()
            _legend(canvas, handles, math.ceil(n / math.ceil(n / columns)))
            return
        legend.remove()


def _legend(canvas: Canvas, handles: Mapping[str, Any], columns: int) -> Legend:
    return canvas.legend(handles=list(handles.values()), labels=list(handles), loc="outside lower center", ncol=columns)
