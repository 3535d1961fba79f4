"""What is paid for speed: one curve a method over its settings, and where its default lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, NullLocator

from harness.analysis import style


class Course(NamedTuple):
    """A method: (price, gain) at its settings in order, and at its default if that is known."""

    points: Sequence[tuple[float, float]]
    default: tuple[float, float] | None = None


def tradeoff(courses: Mapping[str, Course], *, xlabel: str, ylabel: str, ticks: Sequence[float]) -> Canvas:
    """Price in percent along x (linear up to the second tick, then logarithmic), gain along y; a hollow mark is the default."""
    canvas, axes = plt.subplots(layout="constrained", figsize=(style.PAGE, 3.3))
    for number, (name, course) in enumerate(courses.items()):
        colour, marker = style.CYCLE[number % len(style.CYCLE)], style.MARKERS[number % len(style.MARKERS)]
        axes.plot(*zip(*course.points, strict=True), color=colour, marker=marker, label=name)
        if course.default is not None:
            axes.plot(*course.default, marker, color=colour, markerfacecolor="none", markersize=6)
    axes.set_xscale("symlog", linthresh=1)
    axes.xaxis.set_major_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:g} %")
    axes.set_xlim(-0.1, max(ticks) * 1.1)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    canvas.legend(loc="outside right center")
    return canvas
