"""What a detector achieved, from sums over streams: the definitions of `harness.scoring`, as ratios.

Each function takes two frames of sums, one row a data set: of streams with a drift, and of their drift-free twins. Shares are
in percent. A share of nothing is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from harness.analysis.frame import POINTS

Measure = Callable[[pd.DataFrame, pd.DataFrame], Any]


def accuracy(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """A1: streams judged rightly, drifted and drift-free ones half each."""
    return POINTS * (_share(drifted["right"], drifted["runs"]) + _share(free["right"], free["runs"])) / 2


def cell_accuracy(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """A2: month-cells judged rightly."""
    both = _both(drifted, free)
    right = both["detected"] + both["months_outside"] - both["months_alarmed"]
    return POINTS * _share(right, both["events"] + both["months_outside"])


def found(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """Drifts found, of a stream the first. A second one is met by a monitor that the first has set off already."""
    return POINTS * _share(drifted["found"], drifted["drifts"])


def found_by_chance(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """What alarms on drift-free twins would have found of the same drifts."""
    return POINTS * _share(drifted["found_on_twins"], drifted["twins"])


def recall(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """A3: drifts found, second ones of a stream included."""
    return POINTS * _share(drifted["detected"], drifted["events"])


def precision(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """A4: true alarms among true and false ones."""
    both = _both(drifted, free)
    return POINTS * _share(both["detected"], both["detected"] + both["false"])


def f_score(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """A4: F1 of alarms."""
    both = _both(drifted, free)
    return POINTS * _share(2 * both["detected"], both["detected"] + both["false"] + both["events"])


def false_positives(_: pd.DataFrame, free: pd.DataFrame) -> Any:
    """F1: drift-free streams with an alarm."""
    return POINTS * _share(free["with_false"], free["runs"])


def false_months(_: pd.DataFrame, free: pd.DataFrame) -> Any:
    """F2: alarmed months of drift-free streams."""
    return POINTS * _share(free["months_alarmed"], free["months_outside"])


def false_per_1000_rows(_: pd.DataFrame, free: pd.DataFrame) -> Any:
    """F3: alarms for each 1000 rows of drift-free streams."""
    return 1000 * _share(free["false"], free["rows"])


def false_discovery(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """F4: false alarms among true and false ones; 0 without an alarm."""
    both = _both(drifted, free)
    return POINTS * _share(both["false"], both["detected"] + both["false"]).fillna(0.0)


def delay(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """Restricted mean delay in months of the first drift; a miss counts as its window."""
    return _share(drifted["delay"], drifted["drifts"])


def delay_of_hits(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """Mean delay in months over the first drifts that were found: a footnote."""
    return _share(drifted["months_to_hit"], drifted["found"])


def repeats(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """Repeated alarms for each drift found."""
    return _share(drifted["repeats"], drifted["detected"])


def time_to_detection(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """MTD, in rows read, over the drifts that were found."""
    return _share(drifted["rows_to_hit"], drifted["detected"])


def time_between_false_alarms(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """MTFA, in rows; without a false alarm the rows that were watched, a lower bound."""
    both = _both(drifted, free)
    return _share(both["rows_outside"], both["false"].clip(lower=1))


def missed(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """MDR: drifts missed."""
    return POINTS - recall(drifted, free)


def time_ratio(drifted: pd.DataFrame, free: pd.DataFrame) -> Any:
    """MTR = MTFA / MTD (1 - MDR); 0 where nothing was found."""
    ratio = time_between_false_alarms(drifted, free) / time_to_detection(drifted, free)
    return (ratio * recall(drifted, free) / POINTS).mask(drifted["detected"] == 0, 0.0)


def run_length_without_drift(_: pd.DataFrame, free: pd.DataFrame) -> Any:
    """ARL0, in rows read; a silent stream counts as its length."""
    return _share(free["run_length"], free["runs"])


def run_length_from_drift(drifted: pd.DataFrame, _: pd.DataFrame) -> Any:
    """ARL1, in rows read, over first drifts that no alarm preceded; a miss counts as its window."""
    return _share(drifted["unhurried_rows"], drifted["unhurried"])


SHARES: frozenset[Measure] = frozenset(
    {accuracy, cell_accuracy, found, found_by_chance, recall, precision, f_score}
    | {false_positives, false_months, false_discovery, missed}
)
"""Measures that lie between 0 and 100."""


def _both(drifted: pd.DataFrame, free: pd.DataFrame) -> pd.DataFrame:
    return drifted.add(free, fill_value=0.0)


def _share(part: Any, whole: Any) -> Any:
    """The ratio, NaN where there is nothing to divide by."""
    return part / whole.where(whole > 0)
