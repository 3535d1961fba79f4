"""When a drift is on, and by how much: alpha(t) in [0, 1] at every row t, with the intervals that count as its events.

Lengths are in months of the clock. Under an abrupt or gradual profile a row follows the new concept with probability
alpha(t), at full strength; under `Incremental` every row is changed at strength s alpha(t).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, NamedTuple, Protocol

import numpy as np

from harness.core import Code, ConfigError, Floats, Skip
from harness.drift.clock import Clock
from harness.settings import Checked, above, at_most


class Interval(NamedTuple):
    """The rows of one change, from its first to its last; both are the same for an abrupt one."""

    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Schedule:
    """A profile on a clock.

    Attributes:
        alpha: shape (n_rows,), in [0, 1].
        truth: the events that a monitor should report, in time order; empty if every alarm is false.
        mixes: whether some alpha lies between 0 and 1.
        incremental: whether alpha scales the strength of each row, and is not the probability of the new concept.
    """

    alpha: Floats
    truth: tuple[Interval, ...] = ()
    mixes: bool = False
    incremental: bool = False


class Profile(Protocol):
    """A course of a drift. Implementations are frozen dataclasses."""

    def schedule(self, clock: Clock, drawn: int) -> Schedule:
        """The course on this clock.

        Args:
            clock: of the stream.
            drawn: the onset that was drawn for the stream; a profile with an onset of its own ignores it.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class _Beginning(Checked):
    """What profiles with an onset share.

    Attributes:
        onset: in months; None for the onset drawn for the stream. Either is moved on by a row if it begins a month.
        later: months after that onset, for a second drift on the same stream.
    """

    onset: float | None = None
    later: float = 0.0

    def _start(self, clock: Clock, drawn: int) -> int:
        onset = drawn if self.onset is None else clock.row(self.onset)
        start = clock.unaligned(onset + clock.row(self.later))
        if 0 <= start < clock.n_rows:
            return start
        why = f"a drift that begins at row {start} is not within {clock.n_rows} rows"
        if self.onset is None and clock.row(clock.earliest + self.later) < clock.n_rows <= start:
            why += f": the onset was drawn too late for what follows {self.later:g} months later"
            raise Skip(f"{why}; take another seed or more months", code=Code.ONSET_TOO_LATE)
        raise ConfigError(f"profile: {why}.")


@dataclass(frozen=True, kw_only=True)
class Abrupt(_Beginning):
    """All rows from the onset on."""

    def schedule(self, clock: Clock, drawn: int) -> Schedule:
        """One event of one row."""
        start = self._start(clock, drawn)
        return Schedule(_on(clock, start, clock.n_rows), (Interval(start, start),))


@dataclass(frozen=True, kw_only=True)
class _Gradual(_Beginning):
    """What the ramps share: nothing before the onset, all after `width`.

    Attributes:
        width: months from the first row of the ramp to the last.
    """

    width: Annotated[float, above(0)] = 1.0

    def schedule(self, clock: Clock, drawn: int) -> Schedule:
        """One event as long as the ramp."""
        start, n_rows = self._start(clock, drawn), max(clock.row(self.width), 1)
        end = min(start + n_rows, clock.n_rows - 1)
        alpha = _on(clock, start, clock.n_rows)
        alpha[start : end + 1] = self._ramp(np.arange(end + 1 - start) / n_rows)
        return Schedule(alpha, (Interval(start, end),), mixes=True)

    def _ramp(self, u: Floats) -> Floats:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Sigmoid(_Gradual):
    """1 / (1 + exp(-2 ln 99 (u - 1/2))) for u in [0, 1]: from .01 at the first row of the ramp to .99 at its last.

    Bounded as in CapyMOA: no row before the ramp follows the new concept, and none after it the old one.
    """

    def _ramp(self, u: Floats) -> Floats:
        ramp: Floats = 1 / (1 + np.exp(-2 * np.log(99) * (u - 0.5)))
        return ramp


@dataclass(frozen=True, kw_only=True)
class Linear(_Gradual):
    """From 0 at the first row of the ramp to 1 at its last."""

    def _ramp(self, u: Floats) -> Floats:
        return u


@dataclass(frozen=True, kw_only=True)
class Incremental:
    """Every row is changed, at strength s alpha(t), with alpha and the events of another profile.

    Attributes:
        course: the other profile.
    """

    course: Profile = field(default_factory=Linear)

    def schedule(self, clock: Clock, drawn: int) -> Schedule:
        """The schedule of the other profile, read as strengths."""
        return replace(self.course.schedule(clock, drawn), incremental=True)


@dataclass(frozen=True, kw_only=True)
class Recurring(_Beginning):
    """On for some months, then off; going back is an event as well.

    Attributes:
        length: months for which it is on.
    """

    length: Annotated[float, above(0)] = 1.0

    def schedule(self, clock: Clock, drawn: int) -> Schedule:
        """Two events of one row, or one if the stream ends before the old concept is back."""
        start = self._start(clock, drawn)
        back = start + max(clock.row(self.length), 1)
        truth = tuple(Interval(row, row) for row in (start, back) if row < clock.n_rows)
        return Schedule(_on(clock, start, back), truth)


@dataclass(frozen=True, kw_only=True)
class Blip(_Beginning):
    """On for too short a time to react to: it makes no event, and every alarm is false.

    Attributes:
        length: months, at most 1/20; one row at least.
    """

    length: Annotated[float, above(0), at_most(0.05)] = 0.05  # a longer one would count as a drift

    def schedule(self, clock: Clock, drawn: int) -> Schedule:
        """No event."""
        start = self._start(clock, drawn)
        return Schedule(_on(clock, start, start + max(int(self.length * clock.rows_per_month), 1)))


@dataclass(frozen=True, kw_only=True)
class Seasonal(Checked):
    """(1 - cos(2 pi t / period)) / 2: it comes and goes, and makes no event.

    Attributes:
        period: months.
    """

    period: Annotated[float, above(0)] = 3.0

    def schedule(self, clock: Clock, drawn: int) -> Schedule:  # noqa: ARG002 - a season has no onset
        """No event."""
        phase = 2 * np.pi * np.arange(clock.n_rows) / (self.period * clock.rows_per_month)
        return Schedule((1 - np.cos(phase)) / 2, mixes=True)


@dataclass(frozen=True, kw_only=True)
class Control:
    """Never on."""

    def schedule(self, clock: Clock, drawn: int) -> Schedule:  # noqa: ARG002 - nothing begins
        """No event."""
        return Schedule(np.zeros(clock.n_rows))


_CENTURY = Clock(rows_per_month=4, months=1200)
"""A clock on which any onset has its place."""


def makes_events(profile: Profile) -> bool:
    """Whether there is something to report in a stream with this profile; if not, every alarm is false."""
    return bool(profile.schedule(_CENTURY, drawn=_CENTURY.row(2.5)).truth)


def _on(clock: Clock, start: int, end: int) -> Floats:
    alpha = np.zeros(clock.n_rows)
    alpha[start:end] = 1.0
    return alpha
