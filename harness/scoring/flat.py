"""Runs laid end to end: the alarms of many runs, and the truth of their streams, as flat arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.core import ConfigError, DataError, Ints

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
    """Lay the alarms of several runs end to end."""
    return _flat([np.asarray(run, dtype=np.int64).reshape(-1) for run in runs], np.empty(0, np.int64))


def flat_truth(runs: Iterable[ArrayLike]) -> Flat:
    """Lay the intervals of several runs end to end; a run on a drift-free stream gives an empty list."""
    return _flat([np.asarray(run, dtype=np.int64).reshape(-1, 2) for run in runs], np.empty((0, 2), np.int64))


def _flat(arrays: list[Ints], empty: Ints) -> Flat:
    return Flat(np.concatenate([empty, *arrays]), offsets_of([len(array) for array in arrays]))


def offsets_of(counts: ArrayLike) -> Ints:
    """Where the entries of each run begin, and at last where they end, from the number of entries of each run."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def owners(offsets: Ints) -> Ints:
    """The run of each entry."""
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def rows_of(n_runs: int, horizon: ArrayLike, month: ArrayLike, grace: ArrayLike) -> Rows:
    """One count of each kind for every run, from one for all or one for each."""
    counts = [np.asarray(count, dtype=np.int64) for count in (horizon, month, grace)]
    if any(count.shape not in ((), (n_runs,)) for count in counts):
        raise DataError(f"Horizon, month and grace are single numbers or have one entry for each of the {n_runs} runs.")
    rows = Rows(*(np.broadcast_to(count, n_runs) for count in counts))
    if (rows.horizon < 1).any() or (rows.month < 1).any() or (rows.grace < 0).any():
        raise ConfigError("A horizon or a month has no row, or a grace is negative; give at least 1, 1 and 0 rows.")
    return rows


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
