"""FHDDM: the accuracy over a sliding window has fallen below its best by more than Hoeffding's bound allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.contract import Knob
from harness.detectors.errors import ALARM, ErrorDetector, Marks, State
from harness.detectors.kernel import kernel
from harness.settings import above, at_least, at_most, require

Numbers = tuple[int, int, int, float, float]
"""Rows since the last alarm, hits in the window and in its short end, and the best accuracies of the two."""

FRESH: Numbers = (0, 0, 0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class FHDDM(ErrorDetector):
    """Fast Hoeffding Drift Detection Method, as river 0.26 has it, fed as its paper feeds it.

    Pesaranghader and Viktor 2016, doi 10.1007/978-3-319-46227-1_7; with a short window, FHDDMS of Pesaranghader et al.
    2018, doi 10.1007/s10994-018-5719-z. The paper's window holds 1 for a *hit*. river's looks for a fall as well, but
    asks for 1 for an error, by which it would see improvements only; here errors are turned into hits first.

    Attributes:
        sliding_window_size: rows of the window; no alarm before it is full.
        confidence_level: probability of a false alarm in one comparison.
        short_window_size: rows of the window's newest part that is tested, too; none by default.
    """

    knob: ClassVar[Knob | None] = Knob("confidence_level", loosest=1.0, strictest=1e-90, logarithmic=True)
    nested: ClassVar[bool] = True

    name: str = "fhddm"
    sliding_window_size: Annotated[int, at_least(1)] = 100
    confidence_level: Annotated[float, above(0), at_most(1)] = 1e-6
    short_window_size: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, "short_window_size", at_least(1), at_most(self.sliding_window_size))

    def fresh(self) -> State:
        """An empty window."""
        return State(FRESH, (np.zeros(self.sliding_window_size, dtype=np.int64),))

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the window on."""
        short = self.short_window_size or 0
        bounds = self._bound(self.sliding_window_size), self._bound(short) if short else math.inf
        state.numbers = _scan(errors, marks, state.numbers, state.arrays[0], short, *bounds, hit=0.0)

    def _bound(self, size: int) -> float:
        return math.sqrt(math.log(1 / self.confidence_level) / (2 * size))


@dataclass(frozen=True, kw_only=True)
class RiverFHDDM(FHDDM):
    """FHDDM by the letter of river's documentation: the window holds 1 for an error, so that only improvements alarm."""

    name: str = "fhddm_river"

    def read(self, errors: Floats, marks: Marks, state: State) -> None:
        """Mark the rows and carry the window on."""
        short = self.short_window_size or 0
        bounds = self._bound(self.sliding_window_size), self._bound(short) if short else math.inf
        state.numbers = _scan(errors, marks, state.numbers, state.arrays[0], short, *bounds, hit=1.0)


@kernel
def _scan(
    errors: Floats,
    marks: Marks,
    numbers: Numbers,
    window: Ints,
    short: int,
    bound: float,
    short_bound: float,
    hit: float,
) -> Numbers:
    n, n_hits, n_recent, best, best_recent = numbers
    size = len(window)
    slot, recent_slot = n % size, (n - short) % size
    for row in range(len(errors)):
        value = int(errors[row] == hit)
        n_hits += value - int(window[slot])
        n_recent += value - int(window[recent_slot])
        window[slot] = value
        n += 1
        slot = slot + 1 if slot + 1 < size else 0
        recent_slot = recent_slot + 1 if recent_slot + 1 < size else 0
        if n < size:
            continue
        accuracy = n_hits / size
        if accuracy > best:
            best = accuracy
        drifted = best - accuracy > bound
        if short > 0:
            best_recent = max(best_recent, n_recent / short)
            drifted |= best_recent - n_recent / short > short_bound
        if drifted:
            marks[row] = ALARM
            n, n_hits, n_recent, best, best_recent = FRESH
            slot, recent_slot = 0, (size - short) % size
            window[:] = 0
    return n, n_hits, n_recent, best, best_recent
