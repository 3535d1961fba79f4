"""Alarms against truth: windows, edges and the batch, by hand and against a row-by-row reading of the definition."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core import ConfigError, DataError
from harness.scoring import Flat, Scored, flat_alarms, flat_truth, score, score_runs

MONTH, HORIZON, GRACE = 10, 60, 20


def scored(alarms: list[int], truth: list[tuple[int, int]], *, horizon: int = HORIZON, grace: int = GRACE) -> Scored:
    """One run over six months of ten rows."""
    return score(alarms, truth, horizon=horizon, month=MONTH, grace=grace)


def numbers(of: Scored, *names: str) -> list[int]:
    """Fields of a run with at most one drift."""
    return [int(getattr(of, name)[0]) for name in names]


# ---- one drift ------------------------------------------------------------------------------------------------------


def test_the_first_alarm_in_the_window_is_the_detection_and_the_others_are_repeats() -> None:
    run = scored([27, 30, 44], [(25, 25)])
    assert numbers(run, "detected", "delay", "repeats", "false") == [1, 2, 2, 0]


def test_a_delay_in_months_is_not_rounded() -> None:
    assert scored([27], [(25, 25)]).delay_months.tolist() == [0.2]


@pytest.mark.parametrize(("alarm", "detected", "delay"), [(24, 0, 20), (25, 1, 0), (45, 1, 20), (46, 0, 20)])
def test_the_window_holds_the_onset_and_the_last_row_of_grace(alarm: int, detected: int, delay: int) -> None:
    run = scored([alarm], [(25, 25)])
    assert numbers(run, "detected", "delay", "window", "false") == [detected, delay, 20, 1 - detected]


def test_a_miss_is_censored_at_the_length_of_the_window() -> None:
    run = scored([], [(25, 25)])
    assert numbers(run, "detected", "delay", "window") == [0, 20, 20]
    assert run.delay_months.tolist() == [2.0]


def test_grace_counts_from_the_end_of_a_gradual_drift_and_delay_from_its_start() -> None:
    assert numbers(scored([30], [(25, 32)]), "detected", "delay", "window") == [1, 5, 27]
    assert numbers(scored([52], [(25, 32)]), "detected", "delay", "window") == [1, 27, 27]
    assert numbers(scored([53], [(25, 32)]), "detected", "delay", "window") == [0, 27, 27]


def test_an_alarm_before_the_onset_is_false_and_the_drift_can_still_be_found() -> None:
    run = scored([3, 28], [(25, 25)])
    assert numbers(run, "detected", "delay", "false", "early", "first_alarm", "right") == [1, 3, 1, 1, 3, 0]


def test_an_alarm_after_the_window_is_false_but_not_early() -> None:
    run = scored([28, 50], [(25, 25)])
    assert numbers(run, "false", "early", "repeats", "right") == [1, 0, 0, 1]


# ---- edges ----------------------------------------------------------------------------------------------------------


def test_a_drift_at_row_0_leaves_no_row_before_it() -> None:
    run = scored([0, 21], [(0, 0)])
    assert numbers(run, "delay", "detected", "early", "false", "rows_outside", "months_outside") == [0, 1, 0, 1, 39, 4]


def test_a_drift_at_the_last_row_has_a_window_of_that_row() -> None:
    assert numbers(scored([59], [(59, 59)]), "detected", "delay", "window") == [1, 0, 0]
    assert numbers(scored([58], [(59, 59)]), "detected", "delay", "window", "early") == [0, 0, 0, 1]


def test_the_end_of_the_stream_cuts_the_window() -> None:
    run = scored([], [(50, 50)])
    assert numbers(run, "window", "delay", "rows_outside") == [9, 9, 50]


def test_a_drift_under_way_at_the_end_is_one_too() -> None:
    assert numbers(scored([59], [(50, 90)]), "detected", "delay", "window") == [1, 9, 9]


def test_the_next_drift_cuts_the_window() -> None:
    run = scored([29, 30], [(25, 25), (30, 30)])
    assert run.delay.tolist() == [4, 0]
    assert run.window.tolist() == [4, 20]
    assert run.repeats.tolist() == [0]


def test_of_overlapping_intervals_the_later_one_owns_the_shared_rows() -> None:
    run = scored([31], [(20, 40), (30, 35)])
    assert run.detected.tolist() == [False, True]
    assert run.delay.tolist() == [9, 1]


def test_a_stream_without_drift_has_only_false_alarms() -> None:
    run = scored([0, 5, 33, 59], [])
    assert numbers(run, "false", "early", "repeats", "months_alarmed", "months_outside") == [4, 4, 0, 3, 6]
    assert numbers(run, "rows_outside", "first_onset", "first_alarm", "right", "drifted") == [60, 60, 0, 0, 0]
    assert len(run.delay) == 0


def test_a_silent_detector_is_right_on_a_stream_without_drift_and_wrong_on_one_with() -> None:
    assert numbers(scored([], []), "right", "first_alarm", "false") == [1, 60, 0]
    assert numbers(scored([], [(25, 25)]), "right", "first_alarm", "false") == [0, 60, 0]


def test_an_alarm_at_every_row_detects_at_once_repeats_and_is_false_everywhere_else() -> None:
    run = scored(list(range(60)), [(25, 25)])
    assert numbers(run, "delay", "repeats", "false", "early", "right") == [0, 20, 39, 25, 0]
    assert numbers(run, "months_outside", "months_alarmed", "rows_outside") == [5, 5, 39]


def test_alarms_whose_labels_came_after_the_end_count_apart() -> None:
    run = scored([59, 60, 75], [])
    assert numbers(run, "past_end", "false") == [2, 1]
    late = scored([60], [(55, 55)])
    assert numbers(late, "past_end", "false", "detected", "right", "first_alarm") == [1, 0, 0, 0, 60]


def test_a_month_parted_by_a_window_counts_once() -> None:
    run = scored([31, 39], [(34, 34)], grace=2)
    assert numbers(run, "months_outside", "months_alarmed", "false", "rows_outside") == [6, 1, 2, 57]


def test_the_last_month_may_be_short() -> None:
    assert numbers(scored([24], [], horizon=25), "months_outside", "months_alarmed") == [3, 1]


# ---- against the definition, row by row ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One run as plain lists."""

    alarms: list[int]
    truth: list[tuple[int, int]]
    horizon: int
    month: int
    grace: int

    def scored(self) -> Scored:
        return score(self.alarms, self.truth, horizon=self.horizon, month=self.month, grace=self.grace)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Short streams, so that edges, cuts and overlaps are common; some alarms come past the end."""
    horizon = draw(st.integers(1, 40))
    onsets = sorted(draw(st.sets(st.integers(0, horizon - 1), max_size=4)))
    truth = [(onset, onset + draw(st.integers(0, 8))) for onset in onsets]
    alarms = sorted(draw(st.sets(st.integers(0, horizon + 5), max_size=20)))
    return Case(alarms, truth, horizon, draw(st.integers(1, 12)), draw(st.integers(0, 15)))


def row_by_row(case: Case) -> dict[str, list[int]]:
    """The definition read literally: every row knows the drift whose window holds it."""
    owner: dict[int, int] = {}
    ends = []
    for k, (start, end) in enumerate(case.truth):
        following = case.truth[k + 1][0] if k + 1 < len(case.truth) else case.horizon
        ends.append(min(end + case.grace, following - 1, case.horizon - 1))
        owner |= dict.fromkeys(range(start, ends[k] + 1), k)
    seen = [alarm for alarm in case.alarms if alarm < case.horizon]
    hits = [[alarm for alarm in seen if owner.get(alarm) == k] for k in range(len(case.truth))]
    false = [alarm for alarm in seen if alarm not in owner]
    free = [row for row in range(case.horizon) if row not in owner]
    first_onset = case.truth[0][0] if case.truth else case.horizon
    first_is_hit = bool(seen) and owner.get(seen[0]) == 0
    return {
        "horizon": [case.horizon],
        "month": [case.month],
        "first_onset": [first_onset],
        "first_alarm": [seen[0] if seen else case.horizon],
        "repeats": [sum(len(rows) - 1 for rows in hits if rows)],
        "false": [len(false)],
        "early": [sum(alarm < first_onset for alarm in seen)],
        "past_end": [len(case.alarms) - len(seen)],
        "rows_outside": [len(free)],
        "months_outside": [len({row // case.month for row in free})],
        "months_alarmed": [len({row // case.month for row in false})],
        "event_offsets": [0, len(case.truth)],
        "onset": [start for start, _ in case.truth],
        "window": [end - start for end, (start, _) in zip(ends, case.truth, strict=True)],
        "delay": [
            (rows[0] if rows else end) - start for rows, end, (start, _) in zip(hits, ends, case.truth, strict=True)
        ],
        "detected": [bool(rows) for rows in hits],
        "right": [first_is_hit if case.truth else not seen],
    }


def as_lists(of: Scored) -> dict[str, list[int]]:
    names = [*(field.name for field in fields(of)), "right"]
    return {name: getattr(of, name).tolist() for name in names}


@given(cases())
@example(Case([], [], 1, 1, 0))
@example(Case([0], [(0, 0)], 1, 1, 0))
@example(Case(list(range(12)), [(0, 0), (1, 9), (2, 2)], 12, 5, 3))
def test_a_run_is_scored_as_its_rows_are_read_one_by_one(case: Case) -> None:
    assert as_lists(case.scored()) == row_by_row(case)


@given(cases())
def test_every_alarm_is_counted_exactly_once(case: Case) -> None:
    run = case.scored()
    assert sum(numbers(run, "repeats", "false", "past_end")) + run.detected.sum() == len(case.alarms)


@given(cases(), st.integers(0, 5))
def test_shifting_truth_and_alarms_together_by_whole_months_changes_no_verdict(case: Case, months: int) -> None:
    shift = months * case.month
    moved = Case(
        [alarm + shift for alarm in case.alarms],
        [(start + shift, end + shift) for start, end in case.truth],
        case.horizon + shift,
        case.month,
        case.grace,
    )
    before, after = as_lists(case.scored()), as_lists(moved.scored())
    for name in ("horizon", "first_onset", "first_alarm", "rows_outside", "onset"):
        before[name] = [row + shift for row in before[name]]
    before["months_outside"] = [before["months_outside"][0] + months]
    assert after == before


@given(cases())
def test_only_the_first_alarm_in_a_window_moves_its_delay(case: Case) -> None:
    run = case.scored()
    detections = (run.onset + run.delay)[run.detected].tolist()
    alone = Case(detections, case.truth, case.horizon, case.month, case.grace).scored()
    assert alone.delay.tolist() == run.delay.tolist()
    assert alone.detected.tolist() == run.detected.tolist()
    assert alone.repeats.tolist() == alone.false.tolist() == [0]


# ---- many runs ------------------------------------------------------------------------------------------------------


def together(runs: list[Case]) -> Scored:
    counts = {
        name: np.array([getattr(run, name) for run in runs], dtype=np.int64) for name in ("horizon", "month", "grace")
    }
    return score_runs(flat_alarms([run.alarms for run in runs]), flat_truth([run.truth for run in runs]), **counts)


@given(st.lists(cases(), max_size=6))
def test_a_batch_gives_what_its_runs_give_one_by_one(runs: list[Case]) -> None:
    batch = together(runs)
    assert batch.n_runs == len(runs)
    assert [as_lists(batch.take(np.array([i]))) for i in range(len(runs))] == [row_by_row(run) for run in runs]


@given(st.lists(cases(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_runs_does_not_matter(runs: list[Case], shuffler: Random) -> None:
    order = list(range(len(runs)))
    shuffler.shuffle(order)
    picked = together(runs).take(np.array(order, dtype=np.int64))
    assert as_lists(picked) == as_lists(together([runs[i] for i in order]))


@given(st.lists(cases(), min_size=1, max_size=6), st.data())
def test_runs_are_taken_by_a_mask_as_by_their_positions(runs: list[Case], data: st.DataObject) -> None:
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(runs), max_size=len(runs))))
    batch = together(runs)
    assert as_lists(batch.take(mask)) == as_lists(batch.take(np.flatnonzero(mask)))


def test_every_drift_knows_its_run() -> None:
    batch = score_runs(
        flat_alarms([[], [], []]), flat_truth([[(3, 3), (9, 9)], [], [(1, 1)]]), horizon=60, month=10, grace=5
    )
    assert batch.run.tolist() == [0, 0, 2]
    assert batch.first_event.tolist() == [0, 2]
    assert batch.drifted.tolist() == [True, False, True]


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alarms", "truth", "sentence"),
    [
        ([-1], [], "Run 1 has an alarm before row 0"),
        ([5, 4], [], "Run 1 has alarms out of order"),
        ([5, 5], [], "Run 1 has alarms out of order"),
        ([], [(60, 60)], "Run 1 has a drift that starts outside its stream"),
        ([], [(-1, 3)], "Run 1 has a drift that starts outside its stream"),
        ([], [(9, 8)], "Run 1 has a drift that ends before it starts"),
        ([], [(9, 9), (8, 8)], "Run 1 has drifts out of order or with one start"),
        ([], [(9, 9), (9, 12)], "Run 1 has drifts out of order or with one start"),
    ],
)
def test_a_run_that_cannot_be_scored_is_named(alarms: list[int], truth: list[tuple[int, int]], sentence: str) -> None:
    with pytest.raises(DataError, match=f"^{sentence}.*; .+[.]$"):
        score_runs(flat_alarms([[1], alarms]), flat_truth([[(3, 3)], truth]), horizon=60, month=10, grace=5)


def test_the_end_of_one_run_and_the_start_of_the_next_need_no_order() -> None:
    batch = score_runs(flat_alarms([[50], [3]]), flat_truth([[(40, 40)], [(3, 3)]]), horizon=60, month=10, grace=20)
    assert batch.delay.tolist() == [10, 0]


@pytest.mark.parametrize("counts", [(0, 10, 5), (60, 0, 5), (60, 10, -1)])
def test_a_stream_or_a_month_without_rows_and_a_negative_grace_are_refused(counts: tuple[int, int, int]) -> None:
    horizon, month, grace = counts
    with pytest.raises(ConfigError, match="give at least 1, 1 and 0 rows"):
        score([], [], horizon=horizon, month=month, grace=grace)


def test_truth_for_other_runs_is_refused() -> None:
    with pytest.raises(DataError, match="alarms of 2 runs but truth of 1"):
        score_runs(flat_alarms([[], []]), flat_truth([[]]), horizon=60, month=10, grace=5)


def test_one_horizon_for_each_run_or_one_for_all() -> None:
    with pytest.raises(DataError, match="one entry for each of the 2 runs"):
        score_runs(flat_alarms([[], []]), flat_truth([[], []]), horizon=np.array([60, 60, 60]), month=10, grace=5)


def test_scoring_changes_nothing_that_it_was_given() -> None:
    alarms, truth = flat_alarms([[3, 70], [5]]), flat_truth([[(2, 9)], []])
    kept = [array.copy() for flat in (alarms, truth) for array in (flat.values, flat.offsets)]
    horizon = np.array([60, 60])
    score_runs(alarms, truth, horizon=horizon, month=10, grace=5)
    for array, copy in zip((alarms.values, alarms.offsets, truth.values, truth.offsets), kept, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert horizon.tolist() == [60, 60]


def test_flat_arrays_can_be_given_as_they_are() -> None:
    alarms = Flat(np.array([3, 1, 2]), np.array([0, 1, 1, 3]))
    truth = Flat(np.empty((0, 2), dtype=np.int64), np.zeros(4, dtype=np.int64))
    assert score_runs(alarms, truth, horizon=9, month=3, grace=0).false.tolist() == [1, 0, 2]


@pytest.mark.parametrize("offsets", [[], [0, 1], [1, 2], [0, 2, 1, 2]])
def test_offsets_that_do_not_part_the_entries_into_runs_are_refused(offsets: list[int]) -> None:
    with pytest.raises(DataError, match="Offsets of 2 entries must rise from 0 to that number"):
        Flat(np.array([3, 4]), np.array(offsets, dtype=np.int64))
