"""Trivial detectors that every table shows beside the others: never, at fixed rows, at random, at the truth itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core import ROWS_PER_MONTH, ConfigError, DataError, Floats, Ints
from harness.detectors.contract import Input, Knob, Scan, Startable
from harness.settings import at_least, at_most

BATCH = 64
"""Gaps drawn at a time. Part of what a seed means: another number would move the draws that follow."""


@dataclass(slots=True)
class Position:
    """How many rows were read, for detectors that look at nothing else."""

    read: int = 0

    def advance(self, n_rows: int) -> int:
        """Count rows; returns the number read before them."""
        before = self.read
        self.read += n_rows
        return before


@dataclass(frozen=True, kw_only=True)
class Never(Startable):
    """Never alarms. It has no knob, for it has no parameter."""

    input: ClassVar[Input] = Input.NOTHING
    knob: ClassVar[Knob | None] = None

    name: str = "never"

    def start(
        self,
        reference: Floats | None = None,  # noqa: ARG002
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002
        rng: np.random.Generator | None = None,  # noqa: ARG002
    ) -> Position:
        """A count of rows."""
        return Position()

    def scan(self, signal: NDArray[Any], state: Position) -> Scan:
        """No alarm."""
        state.advance(len(signal))
        return Scan(np.empty(0, dtype=np.int64))


@dataclass(frozen=True, kw_only=True)
class Metronome(Never):
    """Alarms at fixed rows whatever it reads.

    It has no knob: it alarms on every drift-free stream or on none, so that no rate between can be set.

    Attributes:
        every: rows of a period.
        times: periods from one alarm to the next; the first alarm is at position every * times - 1.
    """

    name: str = "metronome"
    every: Annotated[int, at_least(1)] = ROWS_PER_MONTH
    times: Annotated[int, at_least(1)] = 1

    def scan(self, signal: NDArray[Any], state: Position) -> Scan:
        """Alarms at fixed rows."""
        before, gap = state.advance(len(signal)), self.every * self.times
        return Scan(np.arange(gap - 1 - before % gap, len(signal), gap, dtype=np.int64))


@dataclass(slots=True)
class Draws:
    """Alarms drawn ahead of the rows read."""

    rng: np.random.Generator
    position: Position
    ahead: Ints
    """Positions since the start, ascending, at least one of them not yet read."""


@dataclass(frozen=True, kw_only=True)
class Random(Startable):
    """Alarms at each row with the same probability; gaps between alarms are geometric.

    Attributes:
        rate: probability of an alarm at a row.
    """

    input: ClassVar[Input] = Input.NOTHING
    knob: ClassVar[Knob | None] = Knob("rate", loosest=1.0, strictest=1e-9, logarithmic=True)

    name: str = "random"
    rate: Annotated[float, at_least(1e-15), at_most(1)] = 1 / 1800  # gaps that are longer add up to no position

    def start(
        self,
        reference: Floats | None = None,  # noqa: ARG002
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002
        rng: np.random.Generator | None = None,
    ) -> Draws:
        """A generator and its first draws.

        Raises:
            ConfigError: there is no `rng`.
        """
        if rng is None:
            raise ConfigError("the detector random draws its alarms: give start() a random generator (rng)")
        return Draws(rng, Position(), self._drawn(rng, after=-1))

    def scan(self, signal: NDArray[Any], state: Draws) -> Scan:
        """Alarms at drawn rows."""
        before = state.position.advance(len(signal))
        while state.ahead[-1] < state.position.read:
            state.ahead = np.concatenate([state.ahead, self._drawn(state.rng, after=int(state.ahead[-1]))])
        n_read = int(np.searchsorted(state.ahead, state.position.read))
        alarms, state.ahead = state.ahead[:n_read] - before, state.ahead[n_read:]
        return Scan(alarms)

    def _drawn(self, rng: np.random.Generator, *, after: int) -> Ints:
        return after + np.cumsum(rng.geometric(self.rate, size=BATCH))


@dataclass(frozen=True, kw_only=True)
class Oracle(Startable):
    """Reads the truth and alarms at the first row of each drift. It has no knob, for it makes no false alarm."""

    input: ClassVar[Input] = Input.TRUTH
    knob: ClassVar[Knob | None] = None

    name: str = "oracle"

    def start(
        self,
        reference: Floats | None = None,  # noqa: ARG002
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002
        rng: np.random.Generator | None = None,  # noqa: ARG002
    ) -> Position:
        """A count of rows."""
        return Position()

    def scan(self, signal: NDArray[Any], state: Position) -> Scan:
        """Alarms where the signal is 1.

        Raises:
            DataError: the signal holds something else than 0 and 1.
        """
        begins = np.asarray(signal).astype(bool)
        if not np.array_equal(begins, signal):
            raise DataError(
                "the oracle reads the truth, 1 where a drift begins and 0 elsewhere; this signal has other values"
            )
        state.advance(len(signal))
        return Scan(np.flatnonzero(begins))
