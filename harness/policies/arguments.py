"""The border: what a caller gives becomes numbers here, or one sentence says why it does not."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, SupportsFloat, SupportsIndex, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.errors import ConfigError, DataError
from harness.inference.arrays import Bools, Floats, Ints

T = TypeVar("T")

LARGEST = 1e290
"""The size of a loss: sums of more are no floats."""

Schedule = Sequence[int] | Ints
"""Ascending points at which a model is replaced; empty for never."""


def matrix_of_losses(losses: ArrayLike) -> Floats:
    """A copy of the losses, shape (n_periods, n_periods), that cannot be written to.

    Raises:
        DataError: anything but such a matrix of finite numbers, NaN before the diagonal and in whole rows.
    """
    given = _numbers(losses)
    n = len(given)
    before = np.tri(n, k=-1, dtype=bool)
    _refuse(np.isinf(given), given, "give a finite loss, or NaN throughout the row if that point is not feasible")
    _refuse(np.abs(given) > LARGEST, given, "losses as large as this cannot be summed: choose another unit")
    _refuse(
        before & ~np.isnan(given), given, "that model is not in service so early: rows have NaN before the diagonal"
    )
    unknown = np.isnan(given) & ~before
    _refuse(unknown[:1], given, "the initial model serves from the start: its row has to be whole")
    partly = unknown & ~(unknown | before).all(axis=1, keepdims=True)
    _refuse(partly, given, "a row is known from the diagonal on, or NaN throughout if that point is not feasible")
    given.flags.writeable = False
    return given


def _numbers(losses: ArrayLike) -> Floats:
    """A new square array of floats."""
    give = "give a square matrix, losses[k, t] in period t of the model from point k"
    if isinstance(losses, np.ma.MaskedArray):
        raise DataError(
            "The losses are masked: fill them with NaN first, where there is no model (`filled(numpy.nan)`)."
        )
    try:
        array: NDArray[Any] = np.asarray(losses)
    except ValueError as error:
        raise DataError(f"The losses have rows of different lengths: {give}.") from error
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise DataError(f"The losses have shape {array.shape}: {give}.")
    if array.dtype.kind not in "iuf":
        raise DataError(f"The losses are of type {array.dtype}, not numbers: {give}.")
    return array.astype(np.float64)


def _refuse(wrong: Bools, losses: Floats, sentence: str) -> None:
    if wrong.any():
        k, t = np.argwhere(wrong)[0].tolist()
        raise DataError(f"losses[{k}, {t}] is {losses[k, t]:g}, but {sentence}.")


def points(schedule: Schedule) -> Ints:
    """The points of a schedule, shape (n_retrains,).

    Raises:
        ConfigError: anything but ascending whole numbers of 1 or more.
    """
    array = _array_of_points(schedule, f"The schedule {schedule!r} is no list of points")
    if array.ndim == 1 and not array.size:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ConfigError(f"The schedule {schedule!r} is no list of points: give whole numbers, [] for never.")
    if array[0] < 1 or (array[1:] <= array[:-1]).any():
        raise ConfigError(f"The schedule {array.tolist()} has to ascend from 1 or more, without a point twice.")
    return array.astype(np.int64, copy=False)


def table_of_points(schedules: ArrayLike, n_periods: int) -> Ints:
    """Many schedules, shape (n_schedules, n), filled up with points after the end of the stream.

    Raises:
        ConfigError: anything but rows of whole numbers of 1 or more that ascend as far as they are before the end.
    """
    what = "The schedules are no table of points, shape (n_schedules, n)"
    array = _array_of_points(schedules, what)
    if array.ndim != 2 or (array.size and array.dtype.kind not in "iu"):
        raise ConfigError(f"{what}: give whole numbers, and points from {n_periods} on where a schedule is shorter.")
    table = array.astype(np.int64, copy=False)
    steps = np.diff(table, axis=1)
    wrong = (table < 1).any(axis=1) | ((steps < 0) | ((steps == 0) & (table[:, 1:] < n_periods))).any(axis=1)
    if wrong.any():
        row = table[int(wrong.argmax())].tolist()
        raise ConfigError(f"The schedule {row} has to ascend from 1 or more, without a point before {n_periods} twice.")
    return table


def _array_of_points(given: Any, what: str) -> NDArray[Any]:
    try:
        return np.asarray(given)
    except ValueError as error:  # rows of different lengths
        raise ConfigError(f"{what}: give whole numbers, [] for never.") from error


def table_of_costs(costs: ArrayLike) -> Floats:
    """The cost of each level for each unit, shape (n_units, n_levels).

    Raises:
        DataError: anything but finite numbers of two units or more.
    """
    give = "give finite ones of two units or more, and a level or more"
    try:
        array: NDArray[Any] = np.asarray(costs)
    except ValueError as error:
        raise DataError(f"The costs have rows of different lengths: {give}.") from error
    if array.dtype.kind not in "iuf":
        raise DataError(f"The costs are of type {array.dtype}, not numbers: {give}.")
    if array.ndim != 2 or len(array) < 2 or not array.shape[1]:
        raise DataError(f"The costs have shape {array.shape}: {give}.")
    table = array.astype(np.float64)
    wrong = ~np.isfinite(table)
    if wrong.any():
        unit, level = np.argwhere(wrong)[0].tolist()
        raise DataError(f"costs[{unit}, {level}] is {table[unit, level]:g}: {give}.")
    return table


def several(values: Iterable[T], what: str) -> list[T]:
    """A list of values.

    Raises:
        ConfigError: a value that is no list.
    """
    try:
        return list(values)
    except TypeError as error:
        raise ConfigError(f"{what} are {values!r}; give a list of them.") from error


def count(number: SupportsIndex, what: str, *, least: int = 0) -> int:
    """A whole number of at least `least`.

    Raises:
        ConfigError: anything else.
    """
    try:
        whole = operator.index(number)
    except TypeError as error:
        raise ConfigError(f"{what} is {number!r}; give a whole number of {least} or more.") from error
    if isinstance(number, bool):
        raise ConfigError(f"{what} is {number}; give a whole number of {least} or more.")
    if whole < least:
        raise ConfigError(f"{what} is {whole}; give a whole number of {least} or more.")
    return whole


def price(cost: SupportsFloat) -> float:
    """The cost of one retrain, finite and 0 or more.

    Raises:
        ConfigError: anything else.
    """
    is_number = isinstance(cost, int | float | np.integer | np.floating) and not isinstance(cost, bool)
    if not is_number or not 0 <= float(cost) < np.inf:
        raise ConfigError(f"The cost of a retrain is {cost!r}; give a number of 0 or more, in loss-periods.")
    return float(cost)
