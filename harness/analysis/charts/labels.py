"""Names beside points, placed so that they overlap as little as possible."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from harness.analysis import style
from harness.core import Floats

_MARKER, _STEP = 3.0, 2.0
"""Half the size of a marker, and between samples of a line, in points."""

_DISTANCES = (4.5, 8.0, 12.0, 17.0, 23.0, 30.0, 38.0)
"""How far from its point a name may stand, in points; beyond the first a thin line leads to it."""

_BETWEEN = 3.0
"""Between names that stand beside each other, in points."""

_N_DIRECTIONS, _N_SWEEPS, _N_LEADER = 32, 4, 16


@dataclass(frozen=True)
class _Places:
    """Where a name may stand, the nearest first, in pixels.

    Attributes:
        boxes: shape (n_places, 4), left, bottom, right, top.
        leaders: shape (n_places, n_steps, 2), points on the line from its point to the box.
        distance: shape (n_places,), in points.
    """

    boxes: Floats
    leaders: Floats
    distance: Floats


def place_labels(
    axes: Axes,
    names: Mapping[tuple[float, float], str],
    *,
    avoid: Sequence[tuple[float, float]] = (),
    unnamed: Sequence[tuple[float, float]] = (),
) -> None:
    """Write each name near its point where it covers least: no other name, no point, not the line through `avoid`.

    The canvas must have been laid out (`draw_without_rendering`), for places are worked out on it.

    Args:
        axes: where the points are.
        names: by position, in data coordinates.
        avoid: corners of a line, in data coordinates.
        unnamed: points without a name, in data coordinates.
    """
    pixel = axes.figure.dpi / 72
    points = np.asarray(axes.transData.transform(list(names)))
    every_point = np.asarray(axes.transData.transform([*names, *unnamed]))
    marks = np.hstack([every_point - _MARKER * pixel, every_point + _MARKER * pixel])
    line = _along(axes.transData.transform(list(avoid)), _STEP * pixel) if avoid else np.empty((0, 2))
    every = [_places(point, _size(axes, name), pixel) for point, name in zip(points, names.values(), strict=True)]
    fixed = [
        _fixed_cost(places, np.delete(marks, number, axis=0), line, np.asarray(axes.bbox.extents))
        for number, places in enumerate(every)
    ]
    chosen = [int(cost.argmin()) for cost in fixed]
    apart = _BETWEEN * pixel * np.array([-1.0, 0.0, 1.0, 0.0])
    for _ in range(_N_SWEEPS if len(every) > 1 else 0):  # a single name needs no search
        for number, places in enumerate(every):
            others = [each.boxes[chosen[other]] + apart for other, each in enumerate(every) if other != number]
            lines = [each.leaders[chosen[other]] for other, each in enumerate(every) if other != number]
            chosen[number] = int((fixed[number] + _name_cost(places, np.array(others), np.concatenate(lines))).argmin())
    for number, name in enumerate(names.values()):
        _write(axes, name, every[number].leaders[chosen[number]], every[number].boxes[chosen[number]])


def _size(axes: Axes, name: str) -> tuple[float, float]:
    text = axes.text(0, 0, name, fontsize=style.SMALL, linespacing=1.0)
    box = text.get_window_extent()
    text.remove()
    return box.width, box.height


def _places(point: Floats, size: tuple[float, float], pixel: float) -> _Places:
    """All round the point; of equal distances that to the right first."""
    distance = np.repeat(_DISTANCES, _N_DIRECTIONS)
    angle = np.tile(math.tau * np.arange(_N_DIRECTIONS) / _N_DIRECTIONS, len(_DISTANCES))
    half = np.asarray(size) / 2
    towards = np.column_stack([np.cos(angle), np.sin(angle)])
    middle = point + towards * (distance[:, None] * pixel + half)
    low, high = middle - half, middle + half
    end = np.clip(point, low, high)
    leaders = point + (end - point)[:, None, :] * np.linspace(0, 1, _N_LEADER)[None, :, None]
    leaders[distance == _DISTANCES[0]] = np.nan
    return _Places(np.hstack([low, high]), leaders, distance)


def _fixed_cost(places: _Places, marks: Floats, line: Floats, frame: Floats) -> Floats:
    """What a name covers wherever the others stand: points, what is outside, the line; and how far away it is."""
    boxes = places.boxes
    outside = (boxes[:, :2] < frame[:2]).any(axis=1) | (boxes[:, 2:] > frame[2:]).any(axis=1)
    through = _inside(places.leaders, marks).any(axis=2).sum(axis=1)
    covered = _inside(line[None], boxes)[0].sum(axis=0)
    cost = 100.0 * _overlaps(boxes, marks) + 300.0 * outside + 20.0 * through + 4.0 * covered + places.distance
    return np.asarray(cost, dtype=np.float64)


def _name_cost(places: _Places, names: Floats, leaders: Floats) -> Floats:
    """What it covers of other names and of the lines that lead to them."""
    through = _inside(places.leaders, names).any(axis=2).sum(axis=1)
    under = _inside(leaders[None], places.boxes)[0].sum(axis=0)
    return np.asarray(200.0 * _overlaps(places.boxes, names) + 20.0 * through + 20.0 * under, dtype=np.float64)


def _overlaps(boxes: Floats, others: Floats) -> Floats:
    """With how many of the others each box overlaps, shape (n_boxes,)."""
    one, two = boxes[:, None, :], others[None, :, :]
    apart = (one[..., 2:] <= two[..., :2]).any(axis=-1) | (two[..., 2:] <= one[..., :2]).any(axis=-1)
    return np.asarray((~apart).sum(axis=1), dtype=np.float64)


def _inside(points: Floats, boxes: Floats) -> Floats:
    """Whether points of shape (n, m, 2) lie in boxes, shape (n, m, n_boxes)."""
    at = points[:, :, None, :]
    return np.asarray(((at > boxes[:, :2]) & (at < boxes[:, 2:])).all(axis=-1))


def _write(axes: Axes, name: str, leader: Floats, box: Floats) -> None:
    inverse = axes.transData.inverted()
    if np.isfinite(leader).all():
        ends = inverse.transform(leader[[0, -1]])
        axes.plot(*ends.T, color=style.GREY, linewidth=0.4, zorder=1, scalex=False, scaley=False)
    x, y = inverse.transform((box[:2] + box[2:]) / 2)
    axes.text(x, y, name, ha="center", va="center", fontsize=style.SMALL, linespacing=1.0).set_in_layout(False)


def _along(corners: Floats, step: float) -> Floats:
    """Points on the line through the corners, about a step apart, shape (n, 2)."""
    parts = [np.linspace(*ends, max(2, math.ceil(math.dist(*ends) / step))) for ends in pairwise(corners)]
    return np.concatenate([np.empty((0, 2)), *parts])
