"""Measures of a detector: how often it is right and wrong, how late it is, and the mean times of Bifet et al.

Every measure is a ratio of two sums over runs, which `harness.scoring.sums` makes. It takes the sums of streams with a drift
and those of drift-free streams, of any number of groups (data sets, say), and gives one number for each group. `measured` does
all of it for runs of a single group. Shares are in percent. A share of nothing is NaN.
`docs/scoring.md` has the formulas and says why they are so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from harness.core import Floats
from harness.scoring.alarms import Scored
from harness.scoring.sums import LONGEST_DELAY, Sums, pooled, run_sums, selected

Measure = Callable[[Sums, Sums], Floats]


def measured(scored: Scored, *, longest: float = LONGEST_DELAY) -> dict[str, float]:
    """Every measure of runs that belong together, such as those of one detector, by its name in MEASURES.

    Args:
        scored: runs on streams with and without a drift; where there is none of a kind, what needs it is NaN.
        longest: the longest delay that matters, in months.
    """
    sums = run_sums(scored, longest=longest)
    drifted, free = (_total(selected(sums, which)) for which in (scored.drifted, ~scored.drifted))
    return {name: float(measure(drifted, free).item()) for name, measure in MEASURES.items()}


def accuracy(drifted: Sums, free: Sums) -> Floats:
    """A1: streams judged rightly, drifted and drift-free ones half each."""
    return 100 * (_share(drifted["right"], drifted["runs"]) + _share(free["right"], free["runs"])) / 2


def cell_accuracy(drifted: Sums, free: Sums) -> Floats:
    """A2: month-cells judged rightly."""
    cells, detected, alarmed = (_both(drifted, free, name) for name in ("months_outside", "detected", "months_alarmed"))
    return _percent(detected + cells - alarmed, _both(drifted, free, "events") + cells)


def found(drifted: Sums, _: Sums) -> Floats:
    """Drifts found, of a stream the first. A second one is met by a monitor that the first has set off already."""
    return _percent(drifted["found"], drifted["drifts"])


def recall(drifted: Sums, _: Sums) -> Floats:
    """A3: drifts found, second ones of a stream included."""
    return _percent(drifted["detected"], drifted["events"])


def precision(drifted: Sums, free: Sums) -> Floats:
    """A4: true alarms among true and false ones."""
    true = _both(drifted, free, "detected")
    return _percent(true, true + _both(drifted, free, "false"))


def f_score(drifted: Sums, free: Sums) -> Floats:
    """A4: F1 of alarms."""
    true, false, events = (_both(drifted, free, name) for name in ("detected", "false", "events"))
    return _percent(2 * true, true + false + events)


def false_positives(_: Sums, free: Sums) -> Floats:
    """F1: drift-free streams with an alarm."""
    return _percent(free["with_false"], free["runs"])


def false_months(_: Sums, free: Sums) -> Floats:
    """F2: alarmed months of drift-free streams."""
    return _percent(free["months_alarmed"], free["months_outside"])


def false_per_1000_rows(_: Sums, free: Sums) -> Floats:
    """F3: alarms for each 1000 rows of drift-free streams."""
    return 1000 * _share(free["false"], free["rows"])


def false_discovery(drifted: Sums, free: Sums) -> Floats:
    """F4: false alarms among true and false ones; 0 without an alarm."""
    true, false = (_both(drifted, free, name) for name in ("detected", "false"))
    return _percent(false, np.maximum(true + false, 1))


def delay(drifted: Sums, _: Sums) -> Floats:
    """Restricted mean delay in months of a stream's first drift; a miss counts as its window."""
    return _share(drifted["delay"], drifted["drifts"])


def repeats(drifted: Sums, _: Sums) -> Floats:
    """Repeated alarms for each drift found."""
    return _share(drifted["repeats"], drifted["detected"])


def time_to_detection(drifted: Sums, _: Sums) -> Floats:
    """MTD, in rows read, over the drifts that were found."""
    return _share(drifted["rows_to_hit"], drifted["detected"])


def time_between_false_alarms(drifted: Sums, free: Sums) -> Floats:
    """MTFA, in rows outside windows; without a false alarm the rows that were watched, a lower bound."""
    watched, false = (_both(drifted, free, name) for name in ("rows_outside", "false"))
    return np.where(watched > 0, watched / np.maximum(false, 1), np.nan)


def missed(drifted: Sums, free: Sums) -> Floats:
    """MDR: drifts missed."""
    return 100 - recall(drifted, free)


def time_ratio(drifted: Sums, free: Sums) -> Floats:
    """MTR = MTFA / MTD (1 - MDR); 0 where nothing was found, NaN where MTFA or MDR is."""
    between, share = time_between_false_alarms(drifted, free), recall(drifted, free)
    ratio = between / time_to_detection(drifted, free) * share / 100
    # Where nothing was found MTD is a mean of nothing, and the share is 0, or NaN where there was no drift.
    return np.where(drifted["detected"] == 0, between * share, ratio)


def run_length_without_drift(_: Sums, free: Sums) -> Floats:
    """ARL0, in rows read; a silent stream counts as its length."""
    return _share(free["run_length"], free["runs"])


def run_length_from_drift(drifted: Sums, _: Sums) -> Floats:
    """ARL1, in rows read, over first drifts that no alarm preceded; a miss counts as its window."""
    return _share(drifted["unhurried_rows"], drifted["unhurried"])


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "accuracy": accuracy,
        "cell_accuracy": cell_accuracy,
        "found": found,
        "recall": recall,
        "precision": precision,
        "f_score": f_score,
        "false_positives": false_positives,
        "false_months": false_months,
        "false_per_1000_rows": false_per_1000_rows,
        "false_discovery": false_discovery,
        "delay": delay,
        "repeats": repeats,
        "time_to_detection": time_to_detection,
        "time_between_false_alarms": time_between_false_alarms,
        "missed": missed,
        "time_ratio": time_ratio,
        "run_length_without_drift": run_length_without_drift,
        "run_length_from_drift": run_length_from_drift,
    }
)
"""All of them by name, in the order of `docs/scoring.md`."""

SHARES: frozenset[Measure] = frozenset(
    {accuracy, cell_accuracy, found, recall, precision, f_score}
    | {false_positives, false_months, false_discovery, missed}
)
"""Measures that lie between 0 and 100."""


def _total(sums: Sums) -> dict[str, Floats]:
    return pooled(sums, np.zeros(len(sums["runs"]), dtype=np.int64), 1)


def _both(drifted: Sums, free: Sums, name: str) -> Floats:
    """The sum over streams of both kinds."""
    return drifted[name] + free[name]


def _percent(part: Floats, whole: Floats) -> Floats:
    return 100 * _share(part, whole)


def _share(part: Floats, whole: Floats) -> Floats:
    """The ratio, NaN where there is nothing to divide by."""
    share = np.full(len(whole), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
