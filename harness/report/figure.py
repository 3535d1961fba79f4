"""A figure of results, and its writer: PDF, SVG and PNG with the same bytes on every run."""

from __future__ import annotations

import functools
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure as Canvas

from harness.analysis import style
from harness.analysis.style import Width

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
        draw: makes it at a width, within the style of `harness.analysis.style`.
        widths: those at which it can be read, that of our own paper first.
        tables: whose cells it draws, all of them; none if some of what it draws stands in no table.
    """

    name: str
    caption: str
    draw: Callable[[Width], Canvas]
    widths: tuple[Width, ...] = (Width.PAGE, Width.COLUMN)
    tables: tuple[str, ...] = ()

    @property
    def drawn_by(self) -> str:
        """The dotted path of the function that draws it."""
        function = self.draw
        while isinstance(function, functools.partial):
            function = function.func
        return f"{function.__module__}.{function.__qualname__}"


def write_figure(figure: Figure, folder: Path) -> list[Path]:
    """Draw and write the figure; the paths.

    The first width is written as `<name>.pdf`, `.svg` and `.png`, another one as `<name>_column.pdf` or `<name>_page.pdf`.
    Every file is exactly as wide as its `Width` says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with style.applied():
        for width in figure.widths:
            first = width is figure.widths[0]
            stem = figure.name if first else f"{figure.name}_{width.name.lower()}"
            canvas = figure.draw(width)
            for kind in _WITHOUT_DATES if first else ("pdf",):
                paths.append(folder / f"{stem}.{kind}")
                canvas.savefig(paths[-1], metadata=_WITHOUT_DATES[kind])
            plt.close(canvas)
    return paths


def drawn(figure: Figure, kind: str) -> bytes:
    """The figure at its first width as "pdf", "svg" or "png". In SVG letters are outlines, which look alike everywhere.

    Names may come from anyone. Characters that no font has are drawn as boxes.
    """
    content = io.BytesIO()
    with style.applied(), mpl.rc_context({"svg.fonttype": "path"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        canvas = figure.draw(figure.widths[0])
        canvas.savefig(content, format=kind, metadata=_WITHOUT_DATES[kind])
        plt.close(canvas)
    return content.getvalue()
