"""The critical-difference diagram (Demsar 2006, https://jmlr.org/papers/v7/demsar06a.html)."""

from __future__ import annotations

import math
from collections.abc import Callable

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.inference.ranks import RankDiagram

_ROW = 0.17


def critical_difference(diagram: RankDiagram, title: Callable[[str], str]) -> Canvas:
    """Average ranks on a line, best at the left; a bar joins methods that are not told apart.

    Args:
        diagram: ranks, critical difference and cliques.
        title: the printed name of a method.
    """
    names = list(diagram.average_ranks)
    half = math.ceil(len(names) / 2)
    depth = 0.16 + 0.6 * _ROW * len(diagram.cliques)
    height = 0.4 + depth + _ROW * half
    canvas, axes = plt.subplots(figsize=(style.PAGE, height))
    canvas.subplots_adjust(0, 0, 1, 1)
    axes.axis("off")
    room = 0.42 * len(names)  # for the labels on either side
    axes.set_xlim(1 - room, len(names) + room)
    axes.set_ylim(0.4 - height, 0.4)
    _scale(axes, len(names))
    if not math.isnan(diagram.critical_difference):
        _ruler(axes, diagram.critical_difference)
    for place, name in enumerate(names):
        _label(axes, diagram.average_ranks[name], title(name), place, len(names), depth)
    for number, clique in enumerate(diagram.cliques):
        ranks = [diagram.average_ranks[name] for name in clique]
        level = -0.12 - 0.6 * _ROW * number
        axes.plot([min(ranks) - 0.04, max(ranks) + 0.04], [level, level], color=style.BLACK, linewidth=2.6)
    return canvas


def _scale(axes: Axes, n: int) -> None:
    axes.plot([1, n], [0, 0], color=style.BLACK, linewidth=0.8)
    for rank in range(1, n + 1):
        axes.plot([rank, rank], [0, 0.05], color=style.BLACK, linewidth=0.8)
        axes.text(rank, 0.08, str(rank), ha="center", va="bottom", fontsize=7)


def _ruler(axes: Axes, difference: float) -> None:
    axes.plot([1, 1 + difference], [0.32, 0.32], color=style.RED, linewidth=1.4)
    for end in (1, 1 + difference):
        axes.plot([end, end], [0.28, 0.36], color=style.RED, linewidth=1.0)
    axes.text(
        1 + difference + 0.08, 0.32, f"critical difference {difference:.2f}", va="center", fontsize=7, color=style.RED
    )


def _label(axes: Axes, rank: float, text: str, place: int, n: int, depth: float) -> None:
    """A line from the rank down and out: to the left for the better half, to the right for the others."""
    half = math.ceil(n / 2)
    left = place < half
    row = place if left else n - 1 - place
    y = -depth - _ROW * row - 0.1
    edge = 0.8 if left else n + 0.2
    axes.plot([rank, rank, edge], [0, y, y], color=style.GREY, linewidth=0.7)
    label = f"{text}  {rank:.2f}" if left else f"{rank:.2f}  {text}"
    axes.text(edge + (-0.1 if left else 0.1), y, label, ha="right" if left else "left", va="center", fontsize=7)
