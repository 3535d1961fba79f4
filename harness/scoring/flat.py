"""Runs laid end to end: the alarms of many runs, and the truth of their streams, as flat arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.core import ConfigError, DataError, Ints
from harness.inference import inputs

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Flat:
    """The arrays of several runs, end to end.

    Attributes:
        values: shape (n,), or (n, 2) for intervals.
        offsets: shape (n_runs + 1,), from 0 to n; run i has `values[offsets[i]:offsets[i + 1]]`.

    Raises:
        DataError: offsets that fall, or do not lead from 0 to n.
    """

    values: Ints
    offsets: Ints

    def __post_init__(self) -> None:
        ends = self.offsets[[0, -1]].tolist() if len(self.offsets) else []
        if ends != [0, len(self.values)] or (np.diff(self.offsets) < 0).any():
            raise DataError(
                f"Offsets of {len(self.values)} entries must rise from 0 to that number; they end in {ends}."
            )

    @property
    def n_runs(self) -> int:
        """How many runs there are; some may be empty."""
        return len(self.offsets) - 1

    @cached_property
    def run(self) -> Ints:
        """The run of each entry, shape (n,)."""
        return owners(self.offsets)


class Rows(NamedTuple):
    """Counts of rows, one of each for every run, shape (n_runs,)."""

    horizon: Ints
    month: Ints
    grace: Ints


def flat_alarms(runs: Iterable[ArrayLike]) -> Flat:
    """Lay the alarms of several runs end to end.

    Raises:
        DataError: alarms that are no whole rows.
        ConfigError: anything but a list of lists.
    """
    each = _each(runs, "alarms")
    entries = list(chain.from_iterable(each))
    alarms = inputs.whole(entries, what="alarms", give="the rows of a run's alarms, whole numbers")
    return Flat(alarms, offsets_of([len(run) for run in each]))


def flat_truth(runs: Iterable[ArrayLike]) -> Flat:
    """Lay the intervals of several runs end to end; a run on a drift-free stream gives an empty list.

    Raises:
        DataError: ends that are no whole rows.
        ConfigError: anything but a list of lists of (first row, last row).
    """
    each = _each(runs, "truth")
    entries = list(chain.from_iterable(each))
    give = "intervals (first row, last row) of each run"
    table = inputs.grid(entries, what="truth", give=give) if entries else np.empty((0, 2))
    if table.shape[1] != 2:
        raise ConfigError(f"truth has {table.shape[1]} numbers for a drift; give {give}.")
    ends = inputs.whole(table.ravel(), what="truth", give="whole rows").reshape(-1, 2)
    return Flat(ends, offsets_of([len(run) for run in each]))


def _each(runs: Iterable[ArrayLike], what: str) -> list[list[Any]]:
    if isinstance(runs, str | bytes | Mapping) or not isinstance(runs, Iterable) or getattr(runs, "ndim", 1) == 0:
        raise ConfigError(f"{what} is of type {type(runs).__name__}; give a list with one list for each run.")
    found = []
    for run in runs:
        as_list = run.tolist() if isinstance(run, np.ndarray) else run
        if isinstance(as_list, str | bytes | Mapping) or not isinstance(as_list, Iterable):
            raise ConfigError(f"{what} has the run {run!r}; give a list for each run, empty if there is nothing.")
        found.append(as_list if isinstance(as_list, list) else list(as_list))
    return found


def offsets_of(counts: ArrayLike) -> Ints:
    """Where the entries of each run begin, and at last where they end, from the number of entries of each run."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def owners(offsets: Ints) -> Ints:
    """The run of each entry."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def rows_of(n_runs: int, horizon: ArrayLike, month: ArrayLike, grace: ArrayLike) -> Rows:
    """One count of each kind for every run, from one for all or one for each."""
    counts = [_count(one, what) for one, what in ((horizon, "horizon"), (month, "month"), (grace, "grace"))]
    if any(count.shape not in ((), (n_runs,)) for count in counts):
        raise DataError(f"Horizon, month and grace are single numbers or have one entry for each of the {n_runs} runs.")
    rows = Rows(*(np.broadcast_to(count, n_runs) for count in counts))
    if (rows.horizon < 1).any() or (rows.month < 1).any() or (rows.grace < 0).any():
        raise ConfigError("A horizon or a month has no row, or a grace is negative; give at least 1, 1 and 0 rows.")
    return rows


def _count(value: ArrayLike, what: str) -> Ints:
    """One whole number, of shape (), or one for each run."""
    is_one = np.ndim(value) == 0 if not isinstance(value, Sequence) or isinstance(value, str) else False
    found = inputs.whole([value] if is_one else value, what=what, give="a whole number of rows")
    return found[0] if is_one else found


def check_alarms(alarms: Flat) -> None:
    """Refuse alarms that cannot be scored, naming the first run at fault."""
    _refuse(alarms, alarms.values < 0, "has an alarm before row 0; count rows from 0")
    _refuse(alarms, _falls(alarms.values, alarms.run), "has alarms out of order; give each row once, in order")


def check_truth(truth: Flat, horizon: Ints) -> None:
    """Refuse drifts that cannot be scored, naming the first run at fault."""
    onset, end = truth.values.T
    outside = (onset < 0) | (onset >= horizon[truth.run])
    _refuse(truth, outside, "has a drift that starts outside its stream; leave it out of the truth")
    _refuse(truth, end < onset, "has a drift that ends before it starts; give intervals as (start, end)")
    _refuse(truth, _falls(onset, truth.run), "has drifts out of order or with one start; sort them, merge those")


def _falls(values: Ints, run: Ints) -> Bools:
    """Where a value is not larger than the one before it in its run."""
    falls = np.zeros(len(values), dtype=np.bool_)
    falls[1:] = (np.diff(values) <= 0) & (run[1:] == run[:-1])
    return falls


def _refuse(flat: Flat, wrong: Bools, what: str) -> None:
    if wrong.any():
        raise DataError(f"Run {flat.run[wrong.argmax()]} {what}.")
