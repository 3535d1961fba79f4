"""The border: what a caller gives becomes numbers here, or one sentence says why it does not."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from harness.errors import ConfigError, DataError
from harness.inference.arrays import Bools, Floats, Ints

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
    array: NDArray[Any] = np.asarray(schedule)
    if array.ndim == 1 and not array.size:
        return np.empty(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ConfigError(f"The schedule {schedule!r} is no list of points: give whole numbers, [] for never.")
    if array[0] < 1 or (array[1:] <= array[:-1]).any():
        raise ConfigError(f"The schedule {array.tolist()} has to ascend from 1 or more, without a point twice.")
    return array.astype(np.int64, copy=False)


def count(number: SupportsIndex, what: str, *, least: int = 0) -> int:
    """A whole number of at least `least`.

    Raises:
        ConfigError: anything else.
    """
    try:
        whole = operator.index(number)
    except TypeError as error:
        raise ConfigError(f"{what} is {number!r}; give a whole number of {least} or more.") from error
    if whole < least:
        raise ConfigError(f"{what} is {whole}; give a whole number of {least} or more.")
    return whole


def price(cost: SupportsFloat) -> float:
    """The cost of one retrain, finite and 0 or more.

    Raises:
        ConfigError: anything else.
    """
    is_number = isinstance(cost, int | float | np.integer | np.floating)
    if not is_number or not 0 <= float(cost) < np.inf:
        raise ConfigError(f"The cost of a retrain is {cost!r}; give a number of 0 or more, in loss-periods.")
    return float(cost)
