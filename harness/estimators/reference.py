"""Rows whose labels are known, by which estimates are set up; and what a window has to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from harness.core import DataError, Floats


@dataclass(frozen=True, eq=False)
class Labelled:
    """What a model said of rows whose labels are known.

    Attributes:
        confidence: of its answers, in [0, 1], shape (n,).
        error: 1.0 where the answer is wrong, else 0.0, shape (n,).
    """

    confidence: Floats
    error: Floats

    def __post_init__(self) -> None:
        """Refuse, with a `DataError`, columns of different lengths and values that cannot be."""
        for name in ("confidence", "error"):
            object.__setattr__(self, name, np.asarray(getattr(self, name)))
        if self.confidence.ndim != 1 or self.confidence.shape != self.error.shape:
            shapes = f"{self.confidence.shape} and {self.error.shape}"
            raise DataError(f"labelled rows need one confidence and one error each, not arrays of shape {shapes}")
        checked_shares(self.confidence, "a confidence of labelled rows")
        wrong = ~np.isin(self.error, (0.0, 1.0))
        if wrong.any():
            row = int(wrong.argmax())
            raise DataError(f"an error of labelled rows has to be 0 or 1, and that of row {row} is {self.error[row]}")

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.error)

    @property
    def accuracy(self) -> float:
        """The share of right answers.

        Raises:
            DataError: there is no row.
        """
        if not self.n_rows:
            raise DataError("a reference without rows has no accuracy: give it at least one labelled row")
        return 1.0 - float(self.error.mean())


def checked_shares(values: ArrayLike, what: str) -> Floats:
    """The values, which are numbers from 0 to 1, shape (n,).

    Raises:
        DataError: they are not; `what` begins the sentence.
    """
    values = np.asarray(values)
    if values.ndim != 1 or (values.size and values.dtype.kind not in "iuf"):
        given = f"of shape {values.shape} and type {values.dtype}"
        raise DataError(f"{what} has to be one number for each row, shape (n,), and the values are {given}")
    if len(values) and not (values.min() >= 0 and values.max() <= 1):
        row = int((~((values >= 0) & (values <= 1))).argmax())
        raise DataError(f"{what} has to lie between 0 and 1, and that of row {row} is {values[row]}")
    return values


def mean_of(window: Floats) -> float:
    """The mean over a window.

    Raises:
        DataError: there is no row in it.
    """
    if not len(window):
        raise DataError("a window without rows has no accuracy to estimate: give it at least one row")
    return float(window.mean())
