"""ADWIN: a window grows while no cut of it into two parts shows different means, and shrinks when one does.

The window is kept as buckets: level k holds up to `max_buckets` sums over 2**k rows, the oldest first; one more merges
the two oldest into level k + 1. Cuts are tried at the borders of buckets, from the oldest on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, Domain, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_least, at_most

Numbers = tuple[int, int, float, float]
"""Rows on the clock, rows in the window, their sum and the sum of their squared deviations."""
Buckets = tuple[NDArray[Any], ...]
"""Buckets in each level, shape (LEVELS,); sums and sums of squared deviations, shape (LEVELS, max_buckets + PATIENCE)."""
Limits = tuple[int, int, int]
"""Clock, fewest rows of a part, grace period."""

LEVELS = 48
"""Enough for 2**47 rows."""
PATIENCE = 32
"""Rows that may wait in level 0 before buckets are merged."""


@dataclass(frozen=True, kw_only=True)
class ADWIN(ErrorDetector):
    """Adaptive windowing, as river 0.26 has it: alarms on a change in either direction, then an empty window.

    Bifet and Gavalda 2007, doi 10.1137/1.9781611972771.42.

    Attributes:
        delta: significance of one test for a cut.
        clock: rows from one search for cuts to the next.
        max_buckets: buckets of one size before two are merged.
        min_window_length: rows that each part has to have at least.
        grace_period: no search while the window has no more rows than this.
    """

    domain: ClassVar[Domain] = Domain.REAL
    knob: ClassVar[Knob | None] = Knob("delta", loosest=1.0, strictest=1e-50, logarithmic=True)

    name: str = "adwin"
    delta: Annotated[float, above(0), at_most(1)] = 0.002
    clock: Annotated[int, at_least(1)] = 32
    max_buckets: Annotated[int, at_least(2)] = 5  # two are merged at a time
    min_window_length: Annotated[int, at_least(1)] = 5
    grace_period: Annotated[int, at_least(0)] = 10

    def fresh(self) -> State:
        """An empty window."""
        sums = np.zeros((2, LEVELS, self.max_buckets + PATIENCE))
        return State((0, 0, 0.0, 0.0), (np.zeros(LEVELS, dtype=np.int64), sums[0], sums[1]))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the window on."""
        limits = self.clock, self.min_window_length, self.grace_period
        state.numbers = _as_river(errors, marks, state.numbers, state.arrays, float(self.delta), limits)


@dataclass(frozen=True, kw_only=True)
class MoaADWIN(ADWIN):
    """ADWIN as MOA has it: it alarms on increases only, and after a cut keeps the newer part of the window.

    MOA `ADWIN.java` and `ADWINChangeDetector.java`, version 2024.07; the former also at commit 8a4116d. A part has to
    have two rows more than `min_window_length`. An increase means that the mean of the window is higher after the row
    than before it.
    """

    name: str = "adwin_moa"

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the window on."""
        limits = self.clock, self.min_window_length, self.grace_period
        state.numbers = _as_moa(errors, marks, state.numbers, state.arrays, float(self.delta), limits)


@kernel
def _merge(counts: Ints, sums: Floats, squares: Floats) -> int:
    """Bring every level down to its number of buckets, two oldest ones becoming one of the next; returns the top level.

    Rows may wait in level 0 before they are merged: when that happens does not change which buckets are merged.
    """
    largest = sums.shape[1] - PATIENCE
    level = 0
    while counts[level] > largest:
        n_merged, above, size = (counts[level] - largest + 1) // 2, counts[level + 1], float(1 << level)
        for pair in range(n_merged):
            first, second = sums[level, 2 * pair], sums[level, 2 * pair + 1]
            difference = first / size - second / size
            square = squares[level, 2 * pair] + squares[level, 2 * pair + 1] + size * 0.5 * difference * difference
            sums[level + 1, above + pair] = first + second
            squares[level + 1, above + pair] = square
        counts[level + 1] += n_merged
        _drop_oldest(counts, sums, squares, level, 2 * n_merged)
        level += 1
    while counts[level + 1] > 0:
        level += 1
    return level


@kernel
def _drop_oldest(counts: Ints, sums: Floats, squares: Floats, level: int, n_dropped: int) -> None:
    counts[level] -= n_dropped
    for slot in range(counts[level]):
        sums[level, slot] = sums[level, slot + n_dropped]
        squares[level, slot] = squares[level, slot + n_dropped]


@kernel
def _has_cut(
    counts: Ints,
    sums: Floats,
    top: int,
    width: int,
    total: float,
    square: float,
    delta: float,
    shortest: int,
    margin: int,
) -> bool:
    """Whether some cut shows different means; each part needs `shortest` rows, and `margin` enters the bound."""
    log = math.log(2.0 * math.log(width) / delta)
    variance = square / width
    spread = 2.0 * variance * log
    n_old, n_new = 0.0, float(width)
    total_old, total_new = 0.0, total
    for level in range(top, -1, -1):
        size = float(1 << level)
        for slot in range(counts[level]):
            n_old += size
            n_new -= size
            total_old += sums[level, slot]
            total_new -= sums[level, slot]
            if n_new < max(shortest, 1):
                return False
            older, newer = n_old - margin + 1.0, n_new - margin + 1.0
            distance = total_old * n_new - total_new * n_old
            # most cuts fall short of the first term of the bound alone, which takes no division to see
            if (
                n_old < shortest
                or distance * distance * older * newer <= spread * (older + newer) * (n_old * n_new) ** 2
            ):
                continue
            share = 1.0 / older + 1.0 / newer
            bound = math.sqrt(2.0 * share * variance * log) + 2.0 / 3.0 * log * share
            if abs(total_old / n_old - total_new / n_new) > bound:
                return True
    return False


@kernel
def _without_oldest(
    counts: Ints, sums: Floats, squares: Floats, top: int, width: int, total: float, square: float
) -> tuple[int, float, float]:
    """Rows, sum and squared deviations of the window without its oldest bucket, which is dropped."""
    size = 1 << top
    rest, rest_total = width - size, total - sums[top, 0]
    difference = sums[top, 0] / size - rest_total / rest
    square -= squares[top, 0] + float(size * rest) * difference * difference / (size + rest)
    _drop_oldest(counts, sums, squares, top, 1)
    return rest, rest_total, square


@kernel
def _grown(
    errors: Floats, counts: Ints, sums: Floats, squares: Floats, width: int, total: float, square: float
) -> tuple[int, float, float, float]:
    """Rows, sum and squared deviations of the window with more rows, and its mean before the last of them."""
    before = math.nan
    for error in errors:
        before = total / width
        if width > 0:
            difference = error - before
            square += width * difference * difference / (width + 1)
        if counts[0] == sums.shape[1]:
            _merge(counts, sums, squares)
        sums[0, counts[0]] = error
        squares[0, counts[0]] = 0.0
        counts[0] += 1
        width += 1
        total += error
    return width, total, square, before


@kernel
def _as_river(
    errors: Floats, marks: Marks, numbers: Numbers, buckets: Buckets, delta: float, limits: Limits
) -> Numbers:
    clock, shortest, grace = limits
    counts, sums, squares = buckets
    tick, width, total, square = numbers
    row = 0
    while row < len(errors):
        end = min(row + clock - tick, len(errors))
        width, total, square, _ = _grown(errors[row:end], counts, sums, squares, width, total, square)
        tick, row = tick + end - row, end
        if tick == clock:
            tick = 0
            top = _merge(counts, sums, squares)
            if width > grace and _has_cut(counts, sums, top, width, total, square, delta, shortest, shortest):
                marks[row - 1] = ALARM
                counts[:] = 0
                width, total, square = 0, 0.0, 0.0
    return tick, width, total, square


@kernel
def _as_moa(errors: Floats, marks: Marks, numbers: Numbers, buckets: Buckets, delta: float, limits: Limits) -> Numbers:
    clock, shortest, grace = limits
    counts, sums, squares = buckets
    tick, width, total, square = numbers
    row = 0
    while row < len(errors):
        end = min(row + clock - tick, len(errors))
        width, total, square, before = _grown(errors[row:end], counts, sums, squares, width, total, square)
        tick, row = tick + end - row, end
        if tick == clock:
            tick = 0
            top = _merge(counts, sums, squares)
            cut = False
            searching = width > grace
            while searching and _has_cut(counts, sums, top, width, total, square, delta, shortest + 2, shortest):
                width, total, square = _without_oldest(counts, sums, squares, top, width, total, square)
                top -= counts[top] == 0
                cut = True
            if cut and total / width > before:
                marks[row - 1] = ALARM
    return tick, width, total, square
