"""Accuracy week by week as a few rows of blocks, with letters below for what happened; of ASCII where there is nothing else.

month        0       1       2       3
drift                   ▼
never        ▇▇▇▇▇▇▇▇▇▇▇▂▂▂▂▂▂▂▂▂▂▂▂▂▂  62.1 %
ddm          ▇▇▇▇▇▇▇▇▇▇▇▂▂▂▂▂▂▆▆▆▆▆▆▆▆  70.4 %
                          A   R
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

DRIFT = "drift"
"""Before the row of changes."""

BLOCKS, DIGITS = "▁▂▃▄▅▆▇█", "12345678"
ONSET, DURING = ("▼", "─"), ("v", "-")
"""Where a change begins, and where it goes on; and the same in ASCII."""


class Mark(NamedTuple):
    """A letter for what happened at a step."""

    step: int
    letter: str


@dataclass(frozen=True)
class Lane:
    """One row.

    Attributes:
        name: before it.
        shares: of each step, in [0, 1].
        note: behind it.
        marks: below it, in time order.
    """

    name: str
    shares: tuple[float, ...]
    note: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """Rows of the same steps of time, below each other.

    Attributes:
        lanes: all with as many steps.
        changes: first and last step of each change.
        steps_per_tick: each so many steps a number is written above.
        tick: what is counted there.
    """

    lanes: tuple[Lane, ...]
    changes: tuple[tuple[int, int], ...]
    steps_per_tick: int
    tick: str

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest share, which the lowest and the highest block stand for."""
        shares = [share for lane in self.lanes for share in lane.shares]
        return min(shares), max(shares)


class _Scale(NamedTuple):
    """How many characters a step takes, and how many steps share them."""

    width: int
    together: int

    @classmethod
    def of(cls, n_steps: int, room: int) -> _Scale:
        if 2 * n_steps <= room:
            return cls(2, 1)
        return cls(1, max(1, math.ceil(n_steps / max(room, 1))))

    def place(self, step: int) -> int:
        """The first character of a step."""
        return self.width * (step // self.together)


def drawn(timeline: Timeline, *, width: int = 80, ascii_only: bool = False) -> list[str]:
    """The lines of a timeline: as wide as steps need, and within `width` if each has at least a character's share of it.

    Steps that do not fit beside each other are drawn as their mean; of marks in one place the last ones are shown.
    """
    names = max(map(len, (timeline.tick, DRIFT, *(lane.name for lane in timeline.lanes))))
    notes = max(len(lane.note) for lane in timeline.lanes)
    n_steps = len(timeline.lanes[0].shares)
    scale = _Scale.of(n_steps, width - names - notes - 4)
    rows = [(timeline.tick, _ticks(timeline, n_steps, scale), "")]
    if timeline.changes:
        rows.append((DRIFT, _changes(timeline, scale, ascii_only=ascii_only), ""))
    for lane in timeline.lanes:
        rows.append((lane.name, _blocks(lane.shares, timeline.span, scale, ascii_only=ascii_only), lane.note))
        if lane.marks:
            rows.append(("", _marks(lane.marks, scale), ""))
    bars = scale.place(n_steps - 1) + scale.width
    return [f"{name:<{names}}  {bar:<{bars}}  {note:>{notes}}".rstrip() for name, bar, note in rows]


def _ticks(timeline: Timeline, n_steps: int, scale: _Scale) -> str:
    steps = range(0, n_steps + 1, timeline.steps_per_tick)
    return _placed((scale.place(step), str(step // timeline.steps_per_tick)) for step in steps)


def _changes(timeline: Timeline, scale: _Scale, *, ascii_only: bool) -> str:
    onset, during = DURING if ascii_only else ONSET
    return _placed(
        (first := scale.place(begin), onset + during * (scale.place(end) - first)) for begin, end in timeline.changes
    )


def _blocks(shares: Sequence[float], span: tuple[float, float], scale: _Scale, *, ascii_only: bool) -> str:
    low, high = span
    signs = DIGITS if ascii_only else BLOCKS
    means = [np.mean(shares[at : at + scale.together]) for at in range(0, len(shares), scale.together)]
    levels = [round(float(mean - low) / (high - low) * (len(signs) - 1)) if high > low else 0 for mean in means]
    return "".join(signs[level] * scale.width for level in levels)


def _marks(marks: Sequence[Mark], scale: _Scale) -> str:
    """Marks of one step stand beside each other as far as it has room."""
    by_place: dict[int, str] = {}
    for step, letter in marks:
        place = scale.place(step)
        by_place[place] = (by_place.get(place, "") + letter)[-scale.width :]
    return _placed(iter(sorted(by_place.items())))


def _placed(texts: Iterator[tuple[int, str]]) -> str:
    """Texts at their places, each after the one before; one whose place is taken is left out."""
    line = ""
    for place, text in texts:
        if place >= len(line) + (1 if line and line[-1].isdigit() and text[0].isdigit() else 0):
            line = line.ljust(place) + text
    return line
