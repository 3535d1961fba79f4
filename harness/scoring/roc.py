"""Receiver operating characteristics, as points that curves of many folds and data sets can be averaged at."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints
from harness.scoring.classification import checked_probabilities

RATES = np.linspace(0.0, 1.0, 51)
"""The false-positive rates at which curves are read, shape (51,)."""

DECIMALS = 4
"""To which an averaged curve is rounded."""

_UPPER_END = 1e-9
"""How far beyond a rate a curve is read, so that rounding never decides at which end of a rise it is."""


def roc_points(truth: Ints, probabilities: Floats) -> Floats | None:
    """The true-positive rate at each of `RATES`: of the second of two classes, of more the mean of each against the rest.

    Rows with equal probabilities are one step of a curve, and between its steps a curve is straight; at a rate at which it
    rises it is read at its upper end (Fawcett 2006, doi 10.1016/j.patrec.2005.10.010).

    Args:
        truth: class codes, shape (n,).
        probabilities: shape (n, n_classes), rows summing to 1.

    Returns:
        Shape (51,), from 0 to 1; None if a class is absent from truth, as the area under the curve is.

    Raises:
        DataError: as `score_classes`.
    """
    codes, table = checked_probabilities(truth, probabilities)
    of_class = codes[:, np.newaxis] == np.arange(table.shape[1])
    if not of_class.any(axis=0).all() or table.shape[1] < 2:
        return None
    first = 1 if table.shape[1] == 2 else 0
    pairs = zip(of_class.T[first:], table.T[first:], strict=True)
    return np.asarray(np.mean([_curve(*pair) for pair in pairs], axis=0), dtype=np.float64)


def averaged(curves: Iterable[Floats | None]) -> list[float] | None:
    """The vertical average of curves: the mean true-positive rate at each false-positive rate, rounded to `DECIMALS`.

    Source: Fawcett 2006, section 8.1. None for a curve is left out, and nothing but such gives None.
    """
    known = [curve for curve in curves if curve is not None]
    return [round(float(rate), DECIMALS) for rate in np.mean(known, axis=0)] if known else None


def _curve(positive: NDArray[np.bool_], score: Floats) -> Floats:
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.diff(score[order]) != 0, True)  # of the rows with one score
    hits, others = (np.append(0, np.cumsum(which[order])[ends]) for which in (positive, ~positive))
    return np.asarray(np.interp(RATES + _UPPER_END, others / others[-1], hits / hits[-1]), dtype=np.float64)
