"""What a detector achieved over many runs: how often it is right, how often it is wrong, and the mean times of Bifet et al.

Every function takes the runs of one detector as `Scored`. A share of nothing is None: there is no recall without a drift and no
false-positive rate without a drift-free stream.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.core import Ints
from harness.scoring.alarms import Scored
from harness.scoring.flat import Bools


@dataclass(frozen=True)
class DetectionAccuracy:
    """How many streams the detector judged rightly (A1).

    Attributes:
        accuracy: the mean of the next two, in [0, 1]: drifted and drift-free streams weigh one half each, however many there
            are of either. With as many of one as of the other it is the plain share of streams judged rightly.
        sensitivity: the share of drifted streams whose first alarm falls into the window of the first drift.
        specificity: the share of drift-free streams without an alarm.
        n_drifted: how many streams have a drift.
        n_drift_free: how many have none.
    """

    accuracy: float | None
    sensitivity: float | None
    specificity: float | None
    n_drifted: int
    n_drift_free: int


def detection_accuracy(scored: Scored) -> DetectionAccuracy:
    """The share of streams judged rightly (A1)."""
    right, drifted = scored.right, scored.drifted
    sensitivity, specificity = _mean(right[drifted]), _mean(right[~drifted])
    balanced = None if sensitivity is None or specificity is None else (sensitivity + specificity) / 2
    return DetectionAccuracy(balanced, sensitivity, specificity, int(drifted.sum()), int((~drifted).sum()))


def cell_accuracy(scored: Scored) -> float | None:
    """The share of month-cells judged rightly (A2).

    A cell is either the window of a drift, right if it was found, or what a month has outside all windows, right if there is
    no alarm in it. Cells weigh alike, so that this follows the share of months without drift; A1 does not.
    """
    n_right = _total(scored.detected) + _total(scored.months_outside) - _total(scored.months_alarmed)
    return _share(n_right, len(scored.detected) + _total(scored.months_outside))


def event_recall(scored: Scored) -> float | None:
    """The share of drifts that were found (A3)."""
    return _mean(scored.detected)


@dataclass(frozen=True)
class Precision:
    """How far one can believe an alarm (A4); repeats count as neither true nor false.

    Attributes:
        precision: true / (true + false) alarms; None without either.
        recall: found / all drifts; None without a drift.
        f1: 2 true / (2 true + false + missed); None if there was neither a drift nor a false alarm. It rises with the number of
            drifts in a stream, for an alarm at random then hits more of them: compare it on the same streams only.
    """

    precision: float | None
    recall: float | None
    f1: float | None


def precision(scored: Scored) -> Precision:
    """Precision, recall and F1 of alarms (A4)."""
    true, false, n_events = _total(scored.detected), _total(scored.false), len(scored.detected)
    # 2 true + false + missed, where true + missed is the number of drifts
    f1 = _share(2 * true, true + false + n_events)
    return Precision(_share(true, true + false), _share(true, n_events), f1)


@dataclass(frozen=True)
class FalseAlarms:
    """How often the detector cried wolf.

    Attributes:
        streams: the share of drift-free streams with an alarm: the false-positive rate (F1).
        months: the share of months of drift-free streams with an alarm (F2).
        per_row: alarms per row of drift-free streams (F3).
        discovery_rate: false / (true + false) alarms over all streams, the false discovery rate (F4); 0 without an alarm, as
            in Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x.
    """

    streams: float | None
    months: float | None
    per_row: float | None
    discovery_rate: float


def false_alarms(scored: Scored) -> FalseAlarms:
    """The rates of false alarms (F1 to F4)."""
    free = ~scored.drifted
    false, true = _total(scored.false), _total(scored.detected)
    return FalseAlarms(
        streams=_mean(scored.false[free] > 0),
        months=_share(_total(scored.months_alarmed[free]), _total(scored.months_outside[free])),
        per_row=_share(_total(scored.false[free]), _total(scored.horizon[free])),
        discovery_rate=_share(false, false + true) or 0.0,
    )


@dataclass(frozen=True)
class MeanTimes:
    """The measures of change detection of Bifet et al. (2013), finite for every detector.

    Times are in rows read, so that an alarm at the onset itself took one row.

    Attributes:
        mtd: mean time to detection over the drifts that were found, at least 1; None if none was.
        mtfa: mean time between false alarms: rows outside windows / false alarms. Without a false alarm it is the number of
            those rows. None if windows cover every row.
        mtfa_is_bound: whether `mtfa` is only a lower bound, for there was no false alarm.
        mdr: missed detection rate: missed / all drifts; None without a drift.
        mtr: mean time ratio mtfa / mtd (1 - mdr); 0 if no drift was found, None if `mdr` or `mtfa` is.

    Source: Bifet, Read, Pfahringer, Holmes and Zliobaite, CD-MOA: Change Detection Framework for Massive Online Analysis,
    IDA 2013, LNCS 8207, pp. 92-103, doi 10.1007/978-3-642-41398-8_9. Where mtfa is the mean gap between successive false
    alarms instead, it needs two of them; where an alarm at the onset takes no time, mtr is infinite.
    """

    mtd: float | None
    mtfa: float | None
    mtfa_is_bound: bool
    mdr: float | None
    mtr: float | None


def mean_times(scored: Scored) -> MeanTimes:
    """Mean time to detection and between false alarms, missed detection rate and mean time ratio."""
    false, rows_outside = _total(scored.false), _total(scored.rows_outside)
    mtd = _mean(scored.delay[scored.detected] + 1)
    mtfa = rows_outside / max(false, 1) if rows_outside else None
    mdr = _mean(~scored.detected)
    mtr = None if mdr is None or mtfa is None else 0.0 if mtd is None else mtfa / mtd * (1 - mdr)
    return MeanTimes(mtd, mtfa, false == 0, mdr, mtr)


@dataclass(frozen=True)
class RunLengths:
    """Average run lengths: rows read until the first alarm, the alarm's own row included.

    Attributes:
        arl0: mean over drift-free streams, a stream without an alarm counting as its horizon; the larger the better.
        arl0_censored: the share of those streams, for which the run length is a lower bound.
        arl1: mean from the onset over first drifts that no alarm preceded, a miss counting as its window; the smaller the
            better, at least 1.
        arl1_censored: the share of misses among them.

    Source: Page (1954), Continuous Inspection Schemes, doi 10.1093/biomet/41.1-2.100. As `arl1` leaves out streams with an
    earlier alarm, it is the conditional expected delay rather than the run length of a chart that starts out of control.
    """

    arl0: float | None
    arl0_censored: float | None
    arl1: float | None
    arl1_censored: float | None


def run_lengths(scored: Scored) -> RunLengths:
    """Average run lengths without a drift (ARL0) and from its onset (ARL1), restricted to what was watched."""
    free = ~scored.drifted
    first_alarm, horizon = scored.first_alarm[free], scored.horizon[free]
    preceded = scored.early[scored.drifted] > 0
    first = scored.first_event[~preceded]
    return RunLengths(
        arl0=_mean(np.minimum(first_alarm + 1, horizon)),
        arl0_censored=_mean(first_alarm == horizon),
        arl1=_mean(scored.delay[first] + 1),
        arl1_censored=_mean(~scored.detected[first]),
    )


def _total(counts: Ints | Bools) -> int:
    return int(counts.sum())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: Ints | Bools) -> float | None:
    return float(values.mean()) if len(values) else None
