"""The critical-difference diagram (Demsar 2006, https://jmlr.org/papers/v7/demsar06a.html), one line a method."""

from __future__ import annotations

import math
from collections.abc import Callable

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.style import MM_PER_INCH, Width
from harness.inference.ranks import RankDiagram


def critical_difference(diagram: RankDiagram, title: Callable[[str], str], width: Width = Width.COLUMN) -> Canvas:
    """Average ranks, best at the top; each bar at the right spans methods that are not told apart.

    The published form hangs the names from one axis and needs the width of a page; a line for each method says the same in a
    column. Look for two methods that no bar joins.

    Args:
        diagram: ranks, critical difference and cliques.
        title: the printed name of a method.
        width: of the figure.
    """
    names = list(diagram.average_ranks)
    canvas, (ranks, joined) = plt.subplots(
        1,
        2,
        layout="constrained",
        figsize=(width.inches, (16 + 3.7 * len(names)) / MM_PER_INCH),
        sharey=True,
        width_ratios=(1, 0.03 + (0.045 if width is Width.COLUMN else 0.02) * len(diagram.cliques)),
    )
    for row, name in enumerate(names):
        ranks.plot(diagram.average_ranks[name], row, "o", color=style.BLUE)
        ranks.annotate(
            f"{diagram.average_ranks[name]:.2f}",
            (diagram.average_ranks[name], row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=style.SMALL,
        )
    for place, clique in enumerate(diagram.cliques):
        rows = [names.index(name) for name in clique]
        joined.plot([place, place], [min(rows) - 0.3, max(rows) + 0.3], color=style.BLACK, linewidth=2.2)
    if not math.isnan(diagram.critical_difference):
        _ruler(ranks, diagram.critical_difference)
    ranks.set_yticks(range(len(names)), [title(name) for name in names])
    ranks.set_ylim(len(names) - 0.4, -1.9)
    ranks.set_xlim(0.7, len(names) + (0.12 if width is Width.COLUMN else 0.04) * len(names))
    ranks.set_xlabel("average rank")
    ranks.tick_params(axis="y", length=0)
    joined.axis("off")
    joined.text(
        len(diagram.cliques) - 0.4, -1.1, "not told apart", ha="right", va="center_baseline", fontsize=style.SMALL
    )
    joined.set_xlim(-0.7, len(diagram.cliques) - 0.3)
    return canvas


def _ruler(axes: Axes, difference: float) -> None:
    """A length to compare gaps with, above the first method."""
    axes.errorbar(1 + difference / 2, -1.1, xerr=difference / 2, color=style.RED, capsize=2.5, capthick=1.0)
    axes.annotate(
        f"critical difference {difference:.2f}",
        (1 + difference, -1.1),
        xytext=(4, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=style.SMALL,
        color=style.RED,
    )
