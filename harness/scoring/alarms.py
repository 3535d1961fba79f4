"""Alarms against truth: which alarm found which drift, how late, and which were false.

Truth is a list of intervals [start, end] in rows, one per drift. Each drift has a closed window in which it can be found,

    [start, min(end + grace, next drift's start - 1, horizon - 1)],

whose first alarm is its detection and whose further alarms are repeats. Every alarm outside all windows is false. A drift
without an alarm in its window is missed: its delay is censored at the window's length. `docs/scoring.md` has the edge cases.

Many runs are scored at once on flat arrays, for a study scores them by the million.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from harness.core import DataError, Floats, Ints
from harness.scoring.flat import (
    Bools,
    Flat,
    Rows,
    check_alarms,
    check_truth,
    flat_alarms,
    flat_truth,
    offsets_of,
    owners,
    rows_of,
)

GRACE = 2.0
"""Months after a drift's end in which it can still be found, as in every report."""

_OF_EVENTS = frozenset({"onset", "window", "delay", "detected"})


@dataclass(frozen=True)
class Scored:
    """The score of one run or of many; every aggregate follows from it.

    A run is one detector on one stream. Entries of one run, shape (n_runs,):

    Attributes:
        horizon: rows of the stream.
        month: rows of a month.
        first_onset: row at which the first drift starts; `horizon` on a drift-free stream.
        first_alarm: row of the first alarm; `horizon` if there is none.
        repeats: alarms in a window after its first; neither true nor false.
        false: alarms outside every window.
        early: those false alarms that came before the first onset; all of them on a drift-free stream.
        past_end: alarms at `horizon` or later, where labels came too late; they count nowhere else.
        rows_outside: rows outside every window.
        months_outside: months that have such rows.
        months_alarmed: months that have a false alarm.
        event_offsets: shape (n_runs + 1,); the drifts of run i are entries `event_offsets[i]:event_offsets[i + 1]`, in
            their order, of the arrays below, shape (n_events,).
        onset: row at which the drift starts.
        window: length of its window in rows, from the onset to the last row that counts; 0 for a window of one row.
        delay: rows from the onset to the first alarm in the window; `window` if there is none.
        detected: whether there is one. Where not, the delay is censored: it is longer than `delay`.
    """

    horizon: Ints
    month: Ints
    first_onset: Ints
    first_alarm: Ints
    repeats: Ints
    false: Ints
    early: Ints
    past_end: Ints
    rows_outside: Ints
    months_outside: Ints
    months_alarmed: Ints
    event_offsets: Ints
    onset: Ints
    window: Ints
    delay: Ints
    detected: Bools

    @property
    def n_runs(self) -> int:
        """How many runs were scored."""
        return len(self.horizon)

    @property
    def run(self) -> Ints:
        """The run of each drift, shape (n_events,)."""
        return owners(self.event_offsets)

    @property
    def drifted(self) -> Bools:
        """Which runs are on a stream with a drift, shape (n_runs,)."""
        drifted: Bools = np.diff(self.event_offsets) > 0
        return drifted

    @property
    def first_event(self) -> Ints:
        """The position of the first drift of each drifted run, shape (number of drifted runs,)."""
        return self.event_offsets[:-1][self.drifted]

    @property
    def right(self) -> Bools:
        """Whether the first alarm tells the truth, shape (n_runs,).

        On a drifted stream it falls into the window of the first drift; on a drift-free one there is none.
        """
        right: Bools = self.first_alarm == self.horizon
        right[self.drifted] = self.detected[self.first_event] & (self.early[self.drifted] == 0)
        return right

    @property
    def delay_months(self) -> Floats:
        """The delays in months, not rounded, shape (n_events,)."""
        months: Floats = self.delay / self.month[self.run]
        return months

    def take(self, runs: Ints | Bools) -> Scored:
        """The scores of some runs, given by position (in that order) or by a mask."""
        runs = np.flatnonzero(runs) if runs.dtype == np.bool_ else runs
        begin, end = self.event_offsets[runs], self.event_offsets[runs + 1]
        offsets = offsets_of(end - begin)
        events = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], end - begin)
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "event_offsets"}
        taken = {name: column[events if name in _OF_EVENTS else runs] for name, column in columns.items()}
        return Scored(event_offsets=offsets, **taken)


def score(alarms: ArrayLike, truth: ArrayLike, *, horizon: int, month: int, grace: int) -> Scored:
    """Score one run; see `score_runs`."""
    return score_runs(flat_alarms([alarms]), flat_truth([truth]), horizon=horizon, month=month, grace=grace)


def score_runs(alarms: Flat, truth: Flat, *, horizon: ArrayLike, month: ArrayLike, grace: ArrayLike) -> Scored:
    """Score many runs.

    Args:
        alarms: rows of the alarms, ascending within a run, the delay of labels included.
        truth: intervals [start, end] of the drifts, ascending by start within a run; they may overlap. An abrupt drift has
            start == end; a run on a drift-free stream has none.
        horizon: rows of the stream; one for all runs or shape (n_runs,), as the next two.
        month: rows of a month.
        grace: rows after a drift's end in which it can still be found.

    Raises:
        DataError: alarms or drifts out of order, two drifts with one start, a drift that ends before it starts or starts
            outside the stream, or arrays for different numbers of runs.
        ConfigError: a horizon or month below 1, or a negative grace.
    """
    if alarms.n_runs != truth.n_runs:
        raise DataError(
            f"There are alarms of {alarms.n_runs} runs but truth of {truth.n_runs}; give both for the same."
        )
    rows = rows_of(alarms.n_runs, horizon, month, grace)
    check_alarms(alarms)
    check_truth(truth, rows.horizon)
    onset, last = truth.values[:, 0], _last_rows(truth, rows)
    found = _detect(alarms, truth, last, rows)
    first_onset, drifted = rows.horizon.copy(), np.diff(truth.offsets) > 0
    first_onset[drifted] = onset[truth.offsets[:-1][drifted]]
    rows_outside, months_outside = _outside(truth, last, rows)
    return Scored(
        horizon=rows.horizon,
        month=rows.month,
        first_onset=first_onset,
        **found.per_run,
        rows_outside=rows_outside,
        months_outside=months_outside,
        event_offsets=truth.offsets,
        onset=onset,
        window=last - onset,
        delay=np.where(found.detected, found.at, last) - onset,
        detected=found.detected,
    )


class _Found(NamedTuple):
    """What became of the alarms."""

    per_run: dict[str, Ints]
    """Those fields of `Scored`, by name, that count or place alarms."""
    detected: Bools
    at: Ints
    """Row of the first alarm in each drift's window; 0 if there is none."""


def _last_rows(truth: Flat, rows: Rows) -> Ints:
    """The last row of each drift's window."""
    onset, end = truth.values.T
    last: Ints = np.minimum(end + rows.grace[truth.run], rows.horizon[truth.run] - 1)
    has_next = truth.run[1:] == truth.run[:-1]
    last[:-1][has_next] = np.minimum(last[:-1], onset[1:] - 1)[has_next]
    return last


def _detect(alarms: Flat, truth: Flat, last: Ints, rows: Rows) -> _Found:
    n_runs = len(rows.horizon)
    in_time = alarms.values < rows.horizon[alarms.run]
    run, row = alarms.run[in_time], alarms.values[in_time]
    drift, begun = _latest_drift(run, row, truth, int(rows.horizon.max(initial=0)))
    inside = begun.copy()
    inside[begun] = row[begun] <= last[drift[begun]]
    is_first = _changes(drift[inside])
    detected, at = np.zeros(len(last), dtype=np.bool_), np.zeros(len(last), dtype=np.int64)
    detected[drift[inside][is_first]], at[drift[inside][is_first]] = True, row[inside][is_first]
    first_alarm, opens = rows.horizon.copy(), _changes(run)
    first_alarm[run[opens]] = row[opens]
    false_run, false_month = run[~inside], row[~inside] // rows.month[run[~inside]]
    runs_of = {
        "repeats": run[inside][~is_first],
        "false": false_run,
        "early": run[~begun],
        "past_end": alarms.run[~in_time],
        "months_alarmed": false_run[_changes(false_run) | _changes(false_month)],
    }
    counts = {name: np.bincount(which, minlength=n_runs) for name, which in runs_of.items()}
    return _Found({**counts, "first_alarm": first_alarm}, detected, at)


def _latest_drift(run: Ints, row: Ints, truth: Flat, span: int) -> tuple[Ints, Bools]:
    """The latest drift of its run that has begun at each alarm, and whether there is one."""
    # One search serves all runs: a key that rises from run to run orders the rows of all of them.
    drift = np.searchsorted(truth.run * span + truth.values[:, 0], run * span + row, side="right") - 1
    begun = drift >= 0
    begun[begun] = truth.run[drift[begun]] == run[begun]
    return drift, begun


def _outside(truth: Flat, last: Ints, rows: Rows) -> tuple[Ints, Ints]:
    """How many rows, and how many months with such rows, each run has outside every window."""
    n_runs = len(rows.horizon)
    run = owners(truth.offsets + np.arange(n_runs + 1))  # a run has one gap more than it has windows
    before = np.arange(len(last)) + truth.run
    begin, end = np.zeros(len(run), dtype=np.int64), rows.horizon[run] - 1
    end[before], begin[before + 1] = truth.values[:, 0] - 1, last + 1
    run, begin, end = (each[begin <= end] for each in (run, begin, end))
    first_month, last_month = begin // rows.month[run], end // rows.month[run]
    months = last_month - first_month + 1
    # A month that a window parts in two was counted with the gap before.
    months[1:] -= (run[1:] == run[:-1]) & (first_month[1:] == last_month[:-1])
    totals = [np.bincount(run, weights=each, minlength=n_runs) for each in (end - begin + 1, months)]
    return totals[0].astype(np.int64), totals[1].astype(np.int64)


def _changes(values: Ints) -> Bools:
    """Where a value differs from the one before it; true at the first."""
    changes: Bools = np.diff(values, prepend=-1) != 0
    return changes
