"""One look for every figure: widths of print, the text's own font, and colours that any colour vision can tell apart.

A chart takes its `Width` and draws at that size, so that text comes out of the printer as large as it is set: 8 points, ticks
and legends 7. Colours are Okabe and Ito's (2008, Color universal design, https://jfly.uni-koeln.de/color/); wherever two must
be told apart, a marker or a dash tells them apart on grey paper too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap, to_rgb

MM_PER_INCH = 25.4
_FONTS = Path(__file__).parent / "fonts"
FONT = "Libertinus Serif"
"""The paper's own font; `fonts/README.md` says where its files come from."""

SMALL = 7.0
"""Points: ticks, legends, names of points. Nothing that must be read is set smaller, except the numbers in cells."""

CELL = 6.0
"""Points: numbers written into the cells of a matrix."""


class Width(IntEnum):
    """How wide a figure is in print, in millimetres: one column of a page of two, or the page."""

    COLUMN = 84
    PAGE = 178

    @property
    def inches(self) -> float:
        """The unit of matplotlib's figures."""
        return self.value / MM_PER_INCH


BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PINK = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY = "#6E6E6E"
FAINT = "#EBEBEB"
"""Regions of practical equivalence and other ground behind the data."""

CYCLE = (BLUE, RED, GREEN, PINK, ORANGE, SKY, BLACK, "#555555")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "d")
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (5, 1, 1, 1)))

SHARES = "cividis"
"""Map of what has no sign: grows lighter from end to end, for every colour vision and on grey paper."""

DIFFERENCES = LinearSegmentedColormap.from_list("differences", ["#9C3F00", "#EDA36B", "#F7F7F7", "#6FB0DA", "#004F7C"])
"""Map of what has a sign: orange below zero, blue above, and nearly white between."""


class Look(NamedTuple):
    """How a verdict is drawn: its colour, its marker, and whether the marker is filled."""

    colour: str
    marker: str
    filled: bool

    @property
    def face(self) -> str:
        """The colour within the marker."""
        return self.colour if self.filled else "white"


_FOR, _TOWARDS, _NOTHING, _AGAINST, _OPEN = (
    Look(BLUE, "o", filled=True),
    Look(BLUE, "o", filled=False),
    Look(ORANGE, "s", filled=False),
    Look(RED, "D", filled=True),
    Look(GREY, "^", filled=False),
)
VERDICTS = {
    "supported": _FOR,
    "for, size open": _TOWARDS,
    "practically no difference": _NOTHING,
    "open": _OPEN,
    "against": _AGAINST,
    "not excluded": _OPEN,
    "excluded": _AGAINST,
    "not tested": _OPEN,
}
"""The look of every verdict: blue is for a claim, red against it, orange nothing of size, grey open; filled is decided."""

_SETTINGS: dict[Any, Any] = {
    "font.family": "serif",
    "font.serif": [FONT, "Linux Libertine O", "Times New Roman", "Times"],
    "font.size": 8,
    "mathtext.fontset": "custom",
    "mathtext.fallback": None,
    "text.hinting": "none",
    "figure.titlesize": 8,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4,
    "axes.labelsize": 8,
    "axes.labelpad": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.5,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.pad": 2.5,
    "ytick.major.pad": 2.5,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "legend.columnspacing": 1.4,
    "legend.labelspacing": 0.35,
    "lines.linewidth": 1.1,
    "lines.markersize": 4,
    "lines.markeredgewidth": 0.9,
    "errorbar.capsize": 0,
    "figure.dpi": 150,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.02,
    "figure.constrained_layout.w_pad": 0.02,
    "savefig.dpi": 200,
    "savefig.bbox": None,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "harness",
    "axes.unicode_minus": True,
    **{f"mathtext.{name}": FONT for name in ("rm", "sf", "tt", "cal")},
    **{f"mathtext.{name}": f"{FONT}:italic" for name in ("it", "bfit")},
    "mathtext.bf": f"{FONT}:bold",
}


@contextmanager
def applied() -> Iterator[None]:
    """Draw in this style, without a display and whatever fonts are installed."""
    with mpl.rc_context():
        mpl.use("agg")
        mpl.rcdefaults()
        _register_fonts()
        mpl.rcParams.update(_SETTINGS)
        mpl.rcParams["axes.prop_cycle"] = cycler(color=CYCLE)
        yield


def _register_fonts() -> None:
    """Make our files known and put them first: another version that is installed would give other bytes."""
    manager, ours = font_manager.fontManager, {str(path) for path in _FONTS.glob("*.ttf")}
    for path in sorted(ours - {entry.fname for entry in manager.ttflist}):
        manager.addfont(path)
    manager.ttflist.sort(key=lambda entry: entry.fname not in ours)


def colour_of(number: int) -> str:
    """The colour of the n-th series, counted from 0."""
    return CYCLE[number % len(CYCLE)]


def marker_of(number: int) -> str:
    """The marker of the n-th series."""
    return MARKERS[number % len(MARKERS)]


def signed(value: float, digits: int) -> str:
    """A number for a drawing, with a true minus sign, and no sign on what rounds to zero."""
    text = f"{value:.{digits}f}"
    return text.replace("-", "") if float(text) == 0 else text.replace("-", "−")


def luminance(colour: Any) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    values = np.array(to_rgb(colour))
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def ink_on(colour: Any) -> str:
    """Black or white, whichever stands out more on the colour: a contrast of at least 4.5 to 1 on any."""
    light = luminance(colour)
    return BLACK if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#FFFFFF"
