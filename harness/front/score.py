"""Alarms against truth, measured as reports measure them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.core import ROWS_PER_MONTH
from harness.scoring import flat_alarms, flat_truth, measured, score_runs
from harness.scoring.alarms import GRACE


def score(
    alarms: Sequence[Any], truth: Sequence[Any], length: int | Sequence[int], *, rows_per_month: int = ROWS_PER_MONTH
) -> pd.Series[float]:
    """Every measure of a detector's alarms that reports print: how often it is right, how often wrong, how late.

    >>> import harness
    >>> one = harness.score([700, 710], truth=[500], length=1800)
    >>> float(one["recall"]), round(float(one["delay"]), 2)  # found, after two thirds of a month
    (100.0, 0.67)
    >>> three = harness.score([[700, 710], [], [1500]], truth=[[500], [500], []], length=1800)
    >>> float(three["found"]), float(three["false_positives"])
    (50.0, 100.0)

    A drift can be found from its start until two months after its end, the next drift or the end of the stream. Shares are in
    percent, delays in months, times in rows; a share of nothing is NaN (one stream with a drift has no false-positive rate).
    docs/scoring.md defines every measure under the name that it has here.

    Args:
        alarms: rows of the alarms of one stream, ascending; or a list of such lists, one for each stream.
        truth: the drifts of the stream, each its row if it is abrupt, or its (first row, last row); [] if there is none. Of
            several streams a list of such lists.
        length: rows of the stream, or of each stream.
        rows_per_month: rows of a month, of all streams.

    Raises:
        DataError: alarms or drifts out of order, a drift outside of the stream, or lists for different numbers of streams.
        ConfigError: a length or a month below 1.
    """
    are_many = len(alarms) > 0 and np.ndim(alarms[0]) > 0
    streams, drifts = (alarms, truth) if are_many else ([alarms], [truth])
    grace = round(GRACE * rows_per_month)
    scored = score_runs(
        flat_alarms([list(one) for one in streams]),
        flat_truth([[_interval(drift) for drift in one] for one in drifts]),
        horizon=np.asarray(length, dtype=np.int64),
        month=rows_per_month,
        grace=grace,
    )
    return pd.Series(measured(scored), name="score", dtype=np.float64).rename_axis("measure")


def _interval(drift: Any) -> tuple[int, int]:
    first, last = (drift, drift) if np.ndim(drift) == 0 else drift
    return int(first), int(last)
