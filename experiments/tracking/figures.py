"""The figures of the tracking study."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, NullLocator

from experiments.tracking.study import ADDING, Path, Tracking, Used
from experiments.tracking.tables.costs import MEGABYTES, RUNS
from experiments.tracking.tables.rows import MILLISECONDS
from harness.analysis import style
from harness.analysis.charts.layout import panels
from harness.analysis.style import Width
from harness.report.figure import Figure


def figures(study: Tracking) -> list[Figure]:
    """Growth with runs and with data; none without records of at least two sizes."""
    by_runs = {study.title(one): _by_done(study, one) for one in study.used}
    by_data = {
        study.title(one): _points(study, one, "data", MEGABYTES, [(part, 2) for part in ADDING])
        for one in study.used
        if study.found(one, "data_1", "clock", "restores", 0)
    }
    drawn = [{name: line for name, line in lines.items() if len(line) > 1} for lines in (by_runs, by_data)]
    if not any(drawn):
        return []
    caption = (
        "Milliseconds of wall time for one more run, by the number of runs that are there, and for a changed file of data, by "
        "its size, of tools that give data back. Both axes are logarithmic: a level line is a cost that does not grow. A line "
        "ends early where no more runs came within the budget of the tool. Points at the right end of either panel are of a "
        "single run but for MLflow, DVC and Git with 100 MB."
    )
    return [Figure("growth", caption, partial(_draw, drawn), (Width.PAGE, Width.COLUMN))]


def _points(study: Tracking, one: Used, workload: str, sizes: Sequence[int], parts: Sequence[Path]) -> dict[int, float]:
    paths = [("clock", *part, "wall") for part in parts]
    found = {size: MILLISECONDS * float(study.total(one, f"{workload}_{size}", *paths).median()) for size in sizes}
    return {size: value for size, value in found.items() if np.isfinite(value)}


def _by_done(study: Tracking, one: Used) -> dict[int, float]:
    """By the number of runs that came within the budget."""
    points = _points(study, one, "runs", RUNS, [("warm", -1)])
    return {int(study.median(one, f"runs_{size}", "clock", "done")): value for size, value in points.items()}


def _draw(drawn: Sequence[dict[str, dict[int, float]]], width: Width) -> Canvas:
    names = list(dict.fromkeys(name for lines in drawn for name in lines))
    across = 2 if width is Width.PAGE else 1
    canvas, grid = panels(width, 78 if across == 2 else 150, rows=3 - across, columns=across)
    labels = ("runs recorded", "MB of the file")
    for axes, lines, label, sizes in zip(grid.flat, drawn, labels, (RUNS, MEGABYTES), strict=True):
        for name, line in lines.items():
            axes.plot(list(line), list(line.values()), label=name, **_looks(names.index(name)))
        axes.set(xscale="log", yscale="log", xlabel=label)
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.grid(visible=True, which="major", linewidth=0.3)
    grid.flat[0].set_ylabel("ms")
    handles = [grid.flat[0].plot([], [], label=name, **_looks(number))[0] for number, name in enumerate(names)]
    canvas.legend(handles=handles, loc="outside lower center", ncols=5 if across == 2 else 3, frameon=False)
    return canvas


def _looks(number: int) -> dict[str, Any]:
    """How the n-th line is drawn; once the colours begin again, dashed and with hollow markers."""
    again = number >= len(style.CYCLE)
    looks = {"color": style.colour_of(number), "marker": style.marker_of(number), "linestyle": style.DASHES[again]}
    return {**looks, "markersize": 3.5, "linewidth": 0.9, **({"markerfacecolor": "white"} if again else {})}
