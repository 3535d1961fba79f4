"""Counts of runs by hand, and sums of groups of them."""

from __future__ import annotations

import numpy as np
import pytest

from harness.core import DataError
from harness.scoring import Scored, flat_alarms, flat_truth, pooled, run_sums, score_runs
from harness.scoring.sums import selected


@pytest.fixture(scope="module")
def three() -> Scored:
    """Six months of ten rows: two drifts with an early alarm, one that is missed, and none with an alarm past the end."""
    alarms = flat_alarms([[3, 12, 14, 44, 58], [], [7, 8, 61]])
    return score_runs(alarms, flat_truth([[(10, 10), (40, 40)], [(50, 52)], []]), horizon=60, month=10, grace=5)


def of_run(sums: dict[str, np.ndarray], run: int, *names: str) -> list[float]:
    """The named sums of one run."""
    return [float(sums[name][run]) for name in names]


def test_a_run_has_the_counts_that_its_alarms_and_drifts_give(three: Scored) -> None:
    assert {name: column[0] for name, column in run_sums(three).items()} == {
        "runs": 1,
        "right": 0,  # for the alarm at row 3
        "with_false": 1,
        "false": 2,
        "repeats": 1,
        "past_end": 0,
        "rows": 60,
        "rows_outside": 60 - 6 - 6,
        "months_outside": 6,
        "months_alarmed": 2,
        "run_length": 4,
        "events": 2,
        "detected": 2,
        "rows_to_hit": 3 + 5,
        "drifts": 1,
        "found": 1,
        "delay": 0.2,
        "unhurried": 0,
        "unhurried_rows": 0,
    }


def test_a_missed_drift_has_the_delay_of_its_window_and_no_rows_to_a_hit(three: Scored) -> None:
    sums = run_sums(three)
    assert of_run(sums, 1, "events", "detected", "drifts", "found", "rows_to_hit") == [1, 0, 1, 0, 0]
    assert of_run(sums, 1, "delay", "unhurried", "unhurried_rows", "run_length") == [0.7, 1, 8, 60]


def test_a_drift_free_run_has_nothing_of_drifts(three: Scored) -> None:
    sums = run_sums(three)
    assert not any(of_run(sums, 2, "events", "detected", "rows_to_hit", "drifts", "found", "delay", "unhurried"))
    assert of_run(sums, 2, "false", "with_false", "past_end", "months_alarmed", "run_length") == [2, 1, 1, 1, 8]


def test_groups_are_sums_of_their_runs_and_an_empty_group_is_0(three: Scored) -> None:
    sums = run_sums(three)
    for name, (group_0, group_1, group_2) in pooled(sums, np.array([2, 0, 2]), 3).items():
        assert group_2 == sums[name][0] + sums[name][2]
        assert group_0 == sums[name][1]
        assert group_1 == 0


def test_selected_runs_are_those_of_the_mask(three: Scored) -> None:
    drifted = selected(run_sums(three), three.drifted)
    assert drifted["events"].tolist() == [2, 1]
    assert drifted.keys() == run_sums(three).keys()


def test_sums_of_no_run_have_all_names() -> None:
    none = run_sums(score_runs(flat_alarms([]), flat_truth([]), horizon=60, month=10, grace=5))
    assert {len(column) for column in none.values()} == {0}
    assert pooled(none, np.empty(0, dtype=np.int64), 2)["runs"].tolist() == [0, 0]


def test_a_mask_of_zeros_and_ones_masks_and_any_other_is_refused() -> None:
    sums = {"runs": np.arange(3.0)}
    assert selected(sums, np.array([0, 1, 1]))["runs"].tolist() == [1.0, 2.0]
    for wrong in ([0, 2, 1], [True, False], [0.5, 1, 1]):
        with pytest.raises(DataError, match="which"):
            selected(sums, np.array(wrong))


@pytest.mark.parametrize("group", [[0, 2], [-1, 0], [0], [0.5, 1]])
def test_a_group_is_one_of_those_that_there_are(group: list[float]) -> None:
    with pytest.raises(DataError, match="group"):
        pooled({"runs": np.ones(2)}, np.array(group), 2)
