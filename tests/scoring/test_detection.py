"""Aggregates over runs: closed forms by hand, properties, and the faults of other harnesses that must not come back."""

from __future__ import annotations

import math
from dataclasses import asdict
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring import Scored, flat_alarms, flat_truth, mean_over_hits, restricted_mean, score_runs
from harness.scoring.detection import (
    cell_accuracy,
    detection_accuracy,
    event_recall,
    false_alarms,
    mean_times,
    precision,
    run_lengths,
)

Truth = list[tuple[int, int]]
DRIFT: Truth = [(25, 25)]
FREE: Truth = []


def scored(*runs: tuple[list[int], Truth], grace: int = 20) -> Scored:
    """Runs over six months of ten rows: alarms and truth of each."""
    alarms, truth = flat_alarms([run[0] for run in runs]), flat_truth([run[1] for run in runs])
    return score_runs(alarms, truth, horizon=60, month=10, grace=grace)


def everything(of: Scored) -> dict[str, object]:
    """Every aggregate there is."""
    parts = (detection_accuracy, precision, false_alarms, mean_times, run_lengths)
    return {
        "cells": cell_accuracy(of),
        "recall": event_recall(of),
        **{part.__name__: asdict(part(of)) for part in parts},
    }


# ---- accuracy -------------------------------------------------------------------------------------------------------


def test_a_stream_is_judged_by_its_first_alarm() -> None:
    runs = [([30, 50], DRIFT), ([3, 30], DRIFT), ([50], DRIFT), ([], DRIFT)]  # right, early, late, silent
    accuracy = detection_accuracy(scored(*runs, ([], FREE), ([59], FREE)))
    assert accuracy.sensitivity == 1 / 4
    assert accuracy.specificity == 1 / 2
    assert accuracy.accuracy == 3 / 8
    assert (accuracy.n_drifted, accuracy.n_drift_free) == (4, 2)


def test_accuracy_is_the_plain_share_where_half_of_the_streams_drift() -> None:
    of = scored(([30], DRIFT), ([], DRIFT), ([3], DRIFT), ([], FREE), ([], FREE), ([7], FREE))
    assert detection_accuracy(of).accuracy == of.right.mean() == 3 / 6


def test_more_drift_free_streams_do_not_make_silence_more_accurate() -> None:
    assert detection_accuracy(scored(([], DRIFT), *[([], FREE)] * 99)).accuracy == 1 / 2


def test_of_several_drifts_accuracy_asks_for_the_first_and_recall_for_all() -> None:
    of = scored(([12], [(10, 10), (40, 40)]), ([42], [(10, 10), (40, 40)]))
    assert detection_accuracy(of).sensitivity == 1 / 2
    assert event_recall(of) == 2 / 4


def test_month_cells_are_windows_and_what_months_have_outside_them() -> None:
    # One drifted stream: rows 25 to 45 are its window; months 0, 1, 2, 4 and 5 have rows outside; an alarm in month 1.
    assert cell_accuracy(scored(([12, 30], DRIFT))) == 5 / 6
    assert cell_accuracy(scored(([12, 50], DRIFT))) == 3 / 6
    assert cell_accuracy(scored(([12, 13], FREE))) == 5 / 6


def test_precision_and_f1_follow_their_formulas() -> None:
    of = scored(([3, 30], DRIFT), ([], DRIFT), ([1, 2], FREE))  # 1 true, 3 false, 1 missed
    assert asdict(precision(of)) == {"precision": 1 / 4, "recall": 1 / 2, "f1": 2 / (2 + 3 + 1)}


# ---- false alarms ---------------------------------------------------------------------------------------------------


def test_rates_of_false_alarms_are_those_of_drift_free_streams() -> None:
    # The early alarm on the drifted stream counts for the false discovery rate only.
    rates = false_alarms(scored(([1, 2, 30], FREE), ([], FREE), ([3, 30], DRIFT)))
    assert rates.streams == 1 / 2
    assert rates.months == 2 / 12
    assert rates.per_row == 3 / 120
    assert rates.discovery_rate == 4 / 5


def test_without_any_alarm_the_false_discovery_rate_is_0_and_precision_is_not_known() -> None:
    of = scored(([], DRIFT), ([], FREE))
    assert false_alarms(of).discovery_rate == 0
    assert precision(of).precision is None
    assert precision(of).f1 == 0


def test_false_discovery_rate_and_precision_add_up_to_1() -> None:
    of = scored(([3, 30, 31, 32], DRIFT), ([7], FREE))
    assert false_alarms(of).discovery_rate + precision(of).precision == pytest.approx(1)


def test_what_needs_a_drift_or_a_drift_free_stream_is_none_without_one() -> None:
    free, drifted = scored(([3], FREE)), scored(([3], DRIFT))
    assert event_recall(free) is precision(free).recall is mean_times(free).mdr is run_lengths(free).arl1 is None
    assert detection_accuracy(free).accuracy is detection_accuracy(drifted).accuracy is None
    assert false_alarms(drifted).streams is false_alarms(drifted).per_row is run_lengths(drifted).arl0 is None


# ---- mean times and run lengths -------------------------------------------------------------------------------------


def test_mean_times_follow_their_formulas() -> None:
    times = mean_times(scored(([3, 30, 50], DRIFT), ([], DRIFT), ([9], FREE)))
    rows_outside = (60 - 21) + (60 - 21) + 60
    assert times.mtd == 6  # an alarm five rows after the onset has read six
    assert times.mtfa == rows_outside / 3
    assert times.mdr == 1 / 2
    assert times.mtr == times.mtfa / 6 / 2
    assert not times.mtfa_is_bound


def test_an_alarm_every_ten_rows_has_ten_rows_between_false_alarms() -> None:
    assert mean_times(scored((list(range(9, 60, 10)), FREE))).mtfa == 10


def test_a_detector_that_finds_nothing_has_no_time_to_detection_and_a_ratio_of_0() -> None:
    times = mean_times(scored(([], DRIFT)))
    assert (times.mtd, times.mdr, times.mtr) == (None, 1, 0)


def test_windows_over_every_row_leave_no_time_between_false_alarms() -> None:
    times = mean_times(scored(([3], [(0, 59)])))
    assert (times.mtfa, times.mtr, times.mtd) == (None, None, 4)


def test_run_lengths_count_silence_as_what_was_watched() -> None:
    lengths = run_lengths(scored(([9], FREE), ([], FREE), ([29], DRIFT), ([], DRIFT), ([3, 29], DRIFT)))
    assert lengths.arl0 == (10 + 60) / 2
    assert lengths.arl0_censored == 1 / 2
    assert lengths.arl1 == (5 + 21) / 2  # the stream with an alarm before its onset is left out
    assert lengths.arl1_censored == 1 / 2


def test_an_alarm_at_the_last_row_has_the_run_length_of_silence_but_is_not_censored() -> None:
    lengths = run_lengths(scored(([59], FREE)))
    assert (lengths.arl0, lengths.arl0_censored) == (60, 0)


@given(st.floats(0.05, 0.5), st.integers(0, 2**32))
def test_run_lengths_of_a_geometric_detector_are_those_of_theory(p: float, seed: int) -> None:
    """A detector that alarms with probability p at each row has E min(run length, T) = (1 - (1 - p)^T) / p."""
    n_runs, horizon = 4000, 60
    first = np.random.default_rng(seed).geometric(p, n_runs) - 1
    alarms = flat_alarms([[row] if row < horizon else [] for row in first.tolist()])
    of = score_runs(alarms, flat_truth([FREE] * n_runs), horizon=horizon, month=10, grace=0)
    expected = (1 - (1 - p) ** horizon) / p
    assert run_lengths(of).arl0 == pytest.approx(expected, abs=6 / p / math.sqrt(n_runs))  # 6 standard errors


# ---- properties -----------------------------------------------------------------------------------------------------

streams = st.tuples(
    st.sets(st.integers(0, 65), max_size=8).map(sorted),
    st.sets(st.integers(0, 59), max_size=3).map(lambda onsets: [(onset, onset + 4) for onset in sorted(onsets)]),
)


@given(st.lists(streams, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_streams_does_not_matter(runs: list[tuple[list[int], Truth]], shuffler: Random) -> None:
    other = list(runs)
    shuffler.shuffle(other)
    assert everything(scored(*other)) == everything(scored(*runs))


@given(st.lists(streams, max_size=8))
def test_every_share_lies_between_0_and_1_and_every_number_is_finite(runs: list[tuple[list[int], Truth]]) -> None:
    tree = everything(scored(*runs))
    times = [*tree.pop("mean_times").values(), *tree.pop("run_lengths").values()]
    counts = ("n_drifted", "n_drift_free")
    shares = [tree.pop("cells"), tree.pop("recall")]
    shares += [share for part in tree.values() for name, share in part.items() if name not in counts]
    assert all(0 <= share <= 1 for share in shares if share is not None)
    assert all(math.isfinite(time) for time in times if time is not None)


@given(st.lists(streams, min_size=1, max_size=8))
def test_seeing_every_run_twice_changes_nothing_but_counts(runs: list[tuple[list[int], Truth]]) -> None:
    once, twice = everything(scored(*runs)), everything(scored(*runs, *runs))
    for tree in (once, twice):
        del tree["detection_accuracy"]["n_drifted"], tree["detection_accuracy"]["n_drift_free"]
    bounds = [tree["mean_times"].pop("mtfa_is_bound") for tree in (once, twice)]
    assert bounds[0] == bounds[1]
    if bounds[0]:  # without a false alarm the bound is the number of rows, of which there are twice as many
        for tree in (once, twice):
            del tree["mean_times"]["mtfa"], tree["mean_times"]["mtr"]
    assert twice == once


# ---- faults of other harnesses --------------------------------------------------------------------------------------


def metronome(every: int, horizon: int) -> list[int]:
    return list(range(every - 1, horizon, every))


def test_false_alarms_of_many_runs_are_not_divided_by_the_rows_of_one() -> None:
    of = scored(*[([30], FREE)] * 50)
    assert false_alarms(of).per_row == 1 / 60
    assert of.false.sum() / of.horizon[0] == 50 / 60  # the fault: fifty times too high


def test_positions_count_from_0_as_onsets_do() -> None:
    # Counting alarms from 1, an alarm one row early would sit on the onset.
    assert scored(([24], DRIFT)).early.tolist() == [1]
    assert scored(([25], DRIFT)).delay.tolist() == [0]


def test_repeated_alarms_do_not_raise_precision() -> None:
    once, often = scored(([3, 25], DRIFT)), scored(([3, *range(25, 46)], DRIFT))
    assert precision(once) == precision(often)
    assert false_alarms(once) == false_alarms(often)
    in_window = (often.repeats + often.detected).sum()
    assert in_window / (in_window + often.false.sum()) > precision(often).precision  # the fault


def test_missing_the_slowest_drift_does_not_lower_the_delay() -> None:
    slow = scored(([27], DRIFT), ([40], DRIFT))
    missed = scored(([27], DRIFT), ([], DRIFT))
    assert restricted_mean(missed.delay) > restricted_mean(slow.delay)
    assert run_lengths(missed).arl1 > run_lengths(slow).arl1
    # The faults: delays summed over hits and divided by all drifts, or averaged over hits alone.
    assert missed.delay[missed.detected].sum() / 2 < slow.delay[slow.detected].sum() / 2
    assert mean_over_hits(missed.delay, missed.detected) < mean_over_hits(slow.delay, slow.detected)


def test_a_miss_lowers_the_mean_time_ratio() -> None:
    both, one = scored(([5, 30], DRIFT), ([30], DRIFT)), scored(([5, 30], DRIFT), ([], DRIFT))
    assert mean_times(both).mtd == mean_times(one).mtd
    assert mean_times(one).mtr == mean_times(both).mtr / 2


def ratio_of_gaps(false: list[int], delays: list[int]) -> float:
    """The fault: mean gap between false alarms over mean delay, where an alarm at the onset takes no time."""
    with np.errstate(all="ignore"):
        gap, delay = (np.divide(np.sum(values), len(values)) for values in (np.diff(false), delays))
        return float(gap / delay)


def test_a_perfect_detector_has_finite_times_and_the_best_ones() -> None:
    perfect = scored(([25], DRIFT), ([], FREE))
    times, lengths = mean_times(perfect), run_lengths(perfect)
    assert (times.mtd, times.mdr, times.mtfa, times.mtfa_is_bound) == (1, 0, 39 + 60, True)
    assert times.mtr == 99
    assert (lengths.arl0, lengths.arl1) == (60, 1)
    assert math.isnan(ratio_of_gaps([], [0]))


def test_an_alarm_every_ten_rows_that_meets_the_onset_does_not_beat_the_perfect_detector() -> None:
    drift, every_ten = [(29, 29)], metronome(10, 60)
    blind, perfect = scored((every_ten, drift), (every_ten, FREE)), scored(([29], drift), ([], FREE))
    assert blind.delay.tolist() == [0]
    assert mean_times(blind).mtr < mean_times(perfect).mtr < math.inf
    assert ratio_of_gaps(every_ten, [0]) == math.inf


def test_many_drifts_in_a_stream_flatter_the_f1_of_a_blind_detector_and_not_its_accuracy() -> None:
    few, many = (blind_among(n_drifts) for n_drifts in (5, 50))
    assert precision(few.take(np.array([0]))).f1 == pytest.approx(0.05, abs=0.005)
    assert precision(many.take(np.array([0]))).f1 == pytest.approx(0.40, abs=0.02)
    assert detection_accuracy(few).accuracy == detection_accuracy(many).accuracy == 0


def blind_among(n_drifts: int) -> Scored:
    """An alarm every 100 of 20,000 rows on a stream with drifts, halfway between alarms, and on one without."""
    truth = [(onset, onset) for onset in range(20_000 // n_drifts - 50, 20_000, 20_000 // n_drifts)]
    alarms = flat_alarms([metronome(100, 20_000)] * 2)
    return score_runs(alarms, flat_truth([truth, FREE]), horizon=20_000, month=1000, grace=100)
