"""Alarms against truth, measured as reports measure them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from harness.core import ROWS_PER_MONTH, ConfigError, DataError
from harness.inference import inputs
from harness.scoring import Scored, flat_alarms, flat_truth, measured, score_runs
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
        alarms: rows of the alarms of one stream, ascending, from 0 to length - 1; or a list of such lists, one for each stream.
        truth: the drifts of the stream, each its row if it is abrupt, or its (first row, last row); [] if there is none. Of
            several streams a list of such lists.
        length: rows of the stream, or of each stream.
        rows_per_month: rows of a month, of all streams.

    Raises:
        DataError: alarms or drifts out of order, one of them outside of the stream, or lists for different numbers of streams.
        ConfigError: a length or a month below 1, or what is no list of rows, of intervals, or of such lists.
    """
    inputs.count(rows_per_month, what="rows_per_month", least=1)
    streams, drifts = _listed(alarms, "alarms"), _listed(truth, "truth")
    if not any(_is_list(one) for one in streams):
        streams, drifts = [streams], [drifts]
    scored = score_runs(
        flat_alarms([_listed(one, "alarms of one stream") for one in streams]),
        flat_truth([[_interval(drift) for drift in _listed(one, "truth of one stream")] for one in drifts]),
        horizon=length,
        month=rows_per_month,
        grace=round(GRACE * rows_per_month),
    )
    _check_inside(scored)
    return pd.Series(measured(scored), name="score", dtype=np.float64).rename_axis("measure")


def _check_inside(scored: Scored) -> None:
    """Refuse alarms behind the end: those of a trial may wait for labels until then, but a caller's are a mistake."""
    behind = scored.past_end > 0
    if behind.any():
        raise DataError(
            f"Run {behind.argmax()} has an alarm outside its stream; leave it out, or give the right length."
        )


def _is_list(value: Any) -> bool:
    """Whether a value is a list of some kind. An array without a dimension is none."""
    is_sequence = isinstance(value, Sequence | np.ndarray | pd.Series | pd.Index) and not isinstance(value, str | bytes)
    return is_sequence and getattr(value, "ndim", 1) > 0


def _listed(value: Any, what: str) -> list[Any]:
    if not _is_list(value):
        raise ConfigError(f"{what} is {inputs.shown(value)}; give a list, empty if there is none.")
    return list(inputs.without_mask(value)) if isinstance(value, np.ma.MaskedArray) else list(value)


def _interval(drift: Any) -> tuple[Any, Any]:
    """First and last row of a drift that is given as its row or as both."""
    if not _is_list(drift):
        return drift, drift
    if len(drift) != 2:
        raise ConfigError(
            f"truth has the entry {inputs.shown(drift)}; give the row of a drift, or (first row, last row)."
        )
    first, last = drift
    return first, last
