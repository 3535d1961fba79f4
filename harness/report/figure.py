"""A figure of results, and its writer: PDF, SVG and PNG with the same bytes on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure as Canvas

from harness.analysis import style

_WITHOUT_DATES = {
    "pdf": {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


@dataclass(frozen=True)
class Figure:
    """A figure: what it says, and how it is drawn.

    Attributes:
        name: the stem of its files.
        caption: what to see in it, in one or two sentences.
        draw: makes it, within the style of `harness.analysis.style`.
    """

    name: str
    caption: str
    draw: Callable[[], Canvas]


def write_figure(figure: Figure, folder: Path) -> list[Path]:
    """Draw and write `<name>.pdf`, `.svg` and `.png`; the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{figure.name}.{kind}" for kind in _WITHOUT_DATES]
    with style.applied():
        canvas = figure.draw()
        for path in paths:
            canvas.savefig(path, metadata=_WITHOUT_DATES[path.suffix[1:]])
        plt.close(canvas)
    return paths
