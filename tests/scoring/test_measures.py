"""What detectors achieved: closed forms by hand, properties, and the faults of other harnesses that must not come back."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring import Scored, flat_alarms, flat_truth, measured, measures, pooled, run_sums, score_runs
from harness.scoring.sums import selected

Truth = list[tuple[int, int]]
DRIFT: Truth = [(25, 25)]
FREE: Truth = []


def scored(*runs: tuple[list[int], Truth], grace: int = 20) -> Scored:
    """Runs over six months of ten rows: alarms and truth of each."""
    alarms, truth = flat_alarms([run[0] for run in runs]), flat_truth([run[1] for run in runs])
    return score_runs(alarms, truth, horizon=60, month=10, grace=grace)


def value(measure: str, *runs: tuple[list[int], Truth]) -> float:
    """One measure of runs."""
    return measured(scored(*runs))[measure]


def unknown(of: Scored) -> set[str]:
    """The measures that are shares of nothing."""
    return {name for name, found in measured(of).items() if math.isnan(found)}


# ---- accuracy -------------------------------------------------------------------------------------------------------


def test_a_stream_is_judged_by_its_first_alarm() -> None:
    runs = [([30, 50], DRIFT), ([3, 30], DRIFT), ([50], DRIFT), ([], DRIFT)]  # right, early, late, silent
    of = scored(*runs, ([], FREE), ([59], FREE))
    assert run_sums(of)["right"].tolist() == [1, 0, 0, 0, 1, 0]
    assert measured(of)["accuracy"] == 100 * (1 / 4 + 1 / 2) / 2


def test_accuracy_is_the_plain_share_where_half_of_the_streams_drift() -> None:
    of = scored(([30], DRIFT), ([], DRIFT), ([3], DRIFT), ([], FREE), ([], FREE), ([7], FREE))
    assert measured(of)["accuracy"] == 100 * of.right.mean() == 50


def test_more_drift_free_streams_do_not_make_silence_more_accurate() -> None:
    assert value("accuracy", ([], DRIFT), *[([], FREE)] * 99) == 50


def test_of_several_drifts_accuracy_asks_for_the_first_and_recall_for_all() -> None:
    of = measured(scored(([12], [(10, 10), (40, 40)]), ([42], [(10, 10), (40, 40)]), ([], FREE)))
    assert of["accuracy"] == 100 * (1 / 2 + 1) / 2
    assert (of["found"], of["recall"], of["missed"]) == (50, 50, 50)
    assert measured(scored(([12, 42], [(10, 10), (40, 40)]), ([42], [(10, 10), (40, 40)])))["recall"] == 75


def test_month_cells_are_windows_and_what_months_have_outside_them() -> None:
    # One drifted stream: rows 25 to 45 are its window; months 0, 1, 2, 4 and 5 have rows outside; an alarm in month 1.
    assert value("cell_accuracy", ([12, 30], DRIFT)) == pytest.approx(100 * 5 / 6)
    assert value("cell_accuracy", ([12, 50], DRIFT)) == pytest.approx(100 * 3 / 6)
    assert value("cell_accuracy", ([12, 13], FREE)) == pytest.approx(100 * 5 / 6)


def test_precision_and_f1_follow_their_formulas() -> None:
    of = measured(scored(([3, 30], DRIFT), ([], DRIFT), ([1, 2], FREE)))  # 1 true, 3 false, 1 missed
    assert of["precision"] == 100 * 1 / 4
    assert of["recall"] == 100 * 1 / 2
    assert of["f_score"] == pytest.approx(100 * 2 / (2 + 3 + 1))


# ---- false alarms ---------------------------------------------------------------------------------------------------


def test_rates_of_false_alarms_are_those_of_drift_free_streams() -> None:
    # The early alarm on the drifted stream counts for the false discovery rate only.
    rates = measured(scored(([1, 2, 30], FREE), ([], FREE), ([3, 30], DRIFT)))
    assert rates["false_positives"] == 100 * 1 / 2
    assert rates["false_months"] == pytest.approx(100 * 2 / 12)
    assert rates["false_per_1000_rows"] == 1000 * 3 / 120
    assert rates["false_discovery"] == 100 * 4 / 5


def test_without_any_alarm_the_false_discovery_rate_is_0_and_precision_is_not_known() -> None:
    of = measured(scored(([], DRIFT), ([], FREE)))
    assert of["false_discovery"] == 0
    assert math.isnan(of["precision"])
    assert of["f_score"] == 0


def test_false_discovery_rate_and_precision_add_up_to_100() -> None:
    of = measured(scored(([3, 30, 31, 32], DRIFT), ([7], FREE)))
    assert of["false_discovery"] + of["precision"] == pytest.approx(100)


def test_what_needs_a_drift_is_not_known_without_one() -> None:
    needs_a_drift = {"accuracy", "found", "recall", "missed", "delay", "repeats", "time_to_detection", "time_ratio"}
    assert unknown(scored(([3], FREE))) == {*needs_a_drift, "run_length_from_drift"}


def test_what_needs_a_drift_free_stream_is_not_known_without_one() -> None:
    needs_a_twin = {"accuracy", "false_positives", "false_months", "false_per_1000_rows", "run_length_without_drift"}
    assert unknown(scored(([30], DRIFT))) == needs_a_twin


def test_of_no_run_nothing_is_known_but_that_nothing_was_falsely_discovered() -> None:
    assert unknown(scored()) == set(measures.MEASURES) - {"false_discovery"}


# ---- delay ----------------------------------------------------------------------------------------------------------


def test_the_delay_is_that_of_the_first_drift_in_months_a_miss_counting_as_its_window() -> None:
    assert value("delay", ([30], DRIFT), ([], DRIFT)) == (0.5 + 2) / 2
    assert value("delay", ([], [(50, 50)])) == 0.9  # the stream ends nine rows after the onset
    assert value("delay", ([12, 55], [(10, 10), (40, 40)])) == 0.2


def test_no_delay_counts_for_more_than_the_longest_that_matters() -> None:
    late = scored(([58], [(25, 40)]), ([], [(25, 40)]), ([30], [(25, 40)]))  # windows of 34 rows
    assert measured(late)["delay"] == (2 + 2 + 0.5) / 3
    assert measured(late, longest=1)["delay"] == (1 + 1 + 0.5) / 3
    assert measured(late, longest=9)["delay"] == pytest.approx((3.3 + 3.4 + 0.5) / 3)


def test_repeats_are_counted_for_each_drift_found() -> None:
    assert value("repeats", ([30, 31, 32], DRIFT), ([40], DRIFT), ([], DRIFT)) == 2 / 2


# ---- mean times and run lengths -------------------------------------------------------------------------------------


def test_mean_times_follow_their_formulas() -> None:
    times = measured(scored(([3, 30, 50], DRIFT), ([], DRIFT), ([9], FREE)))
    rows_outside = (60 - 21) + (60 - 21) + 60
    assert times["time_to_detection"] == 6  # an alarm five rows after the onset has read six
    assert times["time_between_false_alarms"] == rows_outside / 3
    assert times["missed"] == 50
    assert times["time_ratio"] == pytest.approx(times["time_between_false_alarms"] / 6 / 2)


def test_an_alarm_every_ten_rows_has_ten_rows_between_false_alarms() -> None:
    assert value("time_between_false_alarms", (list(range(9, 60, 10)), FREE)) == 10


def test_without_a_false_alarm_the_time_between_them_is_all_that_was_watched() -> None:
    of = scored(([30], DRIFT), ([], FREE))
    assert run_sums(of)["false"].sum() == 0
    assert measured(of)["time_between_false_alarms"] == 39 + 60


def test_a_detector_that_finds_nothing_has_no_time_to_detection_and_a_ratio_of_0() -> None:
    times = measured(scored(([], DRIFT)))
    assert math.isnan(times["time_to_detection"])
    assert (times["missed"], times["time_ratio"]) == (100, 0)


def test_windows_over_every_row_leave_no_time_between_false_alarms() -> None:
    times = measured(scored(([3], [(0, 59)])))
    assert math.isnan(times["time_between_false_alarms"])
    assert math.isnan(times["time_ratio"])
    assert times["time_to_detection"] == 4
    assert math.isnan(value("time_ratio", ([], [(0, 59)])))  # nor does finding nothing make it known


def test_run_lengths_count_silence_as_what_was_watched() -> None:
    lengths = measured(scored(([9], FREE), ([], FREE), ([29], DRIFT), ([], DRIFT), ([3, 29], DRIFT)))
    assert lengths["run_length_without_drift"] == (10 + 60) / 2
    assert 100 - lengths["false_positives"] == 50  # the share of them that was silent
    assert lengths["run_length_from_drift"] == (5 + 21) / 2  # the stream with an alarm before its onset is left out


def test_an_alarm_at_the_last_row_has_the_run_length_of_silence_but_is_a_false_alarm() -> None:
    lengths = measured(scored(([59], FREE)))
    assert (lengths["run_length_without_drift"], lengths["false_positives"]) == (60, 100)


@given(st.floats(0.05, 0.5), st.integers(0, 2**32))
def test_run_lengths_of_a_geometric_detector_are_those_of_theory(p: float, seed: int) -> None:
    """A detector that alarms with probability p at each row has E min(run length, T) = (1 - (1 - p)^T) / p."""
    n_runs, horizon = 4000, 60
    first = np.random.default_rng(seed).geometric(p, n_runs) - 1
    alarms = flat_alarms([[row] if row < horizon else [] for row in first.tolist()])
    of = score_runs(alarms, flat_truth([FREE] * n_runs), horizon=horizon, month=10, grace=0)
    expected = (1 - (1 - p) ** horizon) / p
    tolerance = 6 / p / math.sqrt(n_runs)  # 6 standard errors
    assert measured(of)["run_length_without_drift"] == pytest.approx(expected, abs=tolerance)


# ---- properties -----------------------------------------------------------------------------------------------------

streams = st.tuples(
    st.sets(st.integers(0, 65), max_size=8).map(sorted),
    st.sets(st.integers(0, 59), max_size=3).map(lambda onsets: [(onset, onset + 4) for onset in sorted(onsets)]),
)


@given(st.lists(streams, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_streams_does_not_matter(runs: list[tuple[list[int], Truth]], shuffler: Random) -> None:
    other = list(runs)
    shuffler.shuffle(other)
    assert measured(scored(*other)) == pytest.approx(measured(scored(*runs)), nan_ok=True)


@given(st.lists(streams, max_size=8))
def test_every_share_lies_between_0_and_100_and_every_number_is_finite_or_not_known(
    runs: list[tuple[list[int], Truth]],
) -> None:
    for name, found in measured(scored(*runs)).items():
        assert not math.isinf(found)
        assert math.isnan(found) or found >= 0
        assert measures.MEASURES[name] not in measures.SHARES or not found > 100


@given(st.lists(streams, min_size=1, max_size=8))
def test_seeing_every_run_twice_changes_nothing(runs: list[tuple[list[int], Truth]]) -> None:
    once, twice = measured(scored(*runs)), measured(scored(*runs, *runs))
    if not scored(*runs).false.any():  # the bound is then the number of rows, of which there are twice as many
        for of in (once, twice):
            del of["time_between_false_alarms"], of["time_ratio"]
    assert twice == pytest.approx(once, nan_ok=True)


@given(st.lists(streams, min_size=1, max_size=8), st.integers(1, 3))
def test_measures_of_groups_are_those_of_each_group_alone(runs: list[tuple[list[int], Truth]], n_groups: int) -> None:
    of = scored(*runs)
    group = np.arange(of.n_runs) % n_groups
    sums = run_sums(of)
    parts = [pooled(selected(sums, which), group[which], n_groups) for which in (of.drifted, ~of.drifted)]
    together = {name: measure(*parts) for name, measure in measures.MEASURES.items()}
    for number in range(n_groups):
        alone = measured(of.take(group == number))
        assert {name: found[number] for name, found in together.items()} == pytest.approx(alone, nan_ok=True)


# ---- faults of other harnesses --------------------------------------------------------------------------------------


def metronome(every: int, horizon: int) -> list[int]:
    return list(range(every - 1, horizon, every))


def test_false_alarms_of_many_runs_are_not_divided_by_the_rows_of_one() -> None:
    of = scored(*[([30], FREE)] * 50)
    assert measured(of)["false_per_1000_rows"] == 1000 / 60
    assert of.false.sum() / of.horizon[0] == 50 / 60  # the fault: fifty times too high


def test_positions_count_from_0_as_onsets_do() -> None:
    # Counting alarms from 1, an alarm one row early would sit on the onset.
    assert scored(([24], DRIFT)).early.tolist() == [1]
    assert scored(([25], DRIFT)).delay.tolist() == [0]


def test_repeated_alarms_do_not_raise_precision() -> None:
    once, often = scored(([3, 25], DRIFT), ([], FREE)), scored(([3, *range(25, 46)], DRIFT), ([], FREE))
    of_once, of_often = measured(once), measured(often)
    assert (of_once.pop("repeats"), of_often.pop("repeats")) == (0, 20)
    assert of_often == pytest.approx(of_once, nan_ok=True)
    in_window = often.repeats.sum() + often.detected.sum()
    assert 100 * in_window / (in_window + often.false.sum()) > of_often["precision"]  # the fault


def test_missing_the_slowest_drift_does_not_lower_the_delay() -> None:
    slow = scored(([27], DRIFT), ([40], DRIFT))
    missed = scored(([27], DRIFT), ([], DRIFT))
    for name in ("delay", "run_length_from_drift"):
        assert measured(missed)[name] > measured(slow)[name]
    # The faults: delays summed over hits and divided by all drifts, or averaged over hits alone.
    assert missed.delay[missed.detected].sum() / 2 < slow.delay[slow.detected].sum() / 2
    assert missed.delay[missed.detected].mean() < slow.delay[slow.detected].mean()
    assert (
        measured(missed)["time_to_detection"] < measured(slow)["time_to_detection"]
    )  # has the fault by its definition


def test_a_miss_lowers_the_mean_time_ratio() -> None:
    both, one = ([5, 30], DRIFT), ([30], DRIFT)
    hit, miss = measured(scored(both, one)), measured(scored(both, ([], DRIFT)))
    assert hit["time_to_detection"] == miss["time_to_detection"]
    assert miss["time_ratio"] == hit["time_ratio"] / 2


def ratio_of_gaps(false: list[int], delays: list[int]) -> float:
    """The fault: mean gap between false alarms over mean delay, where an alarm at the onset takes no time."""
    with np.errstate(all="ignore"):
        gap, delay = (np.divide(np.sum(values), len(values)) for values in (np.diff(false), delays))
        return float(gap / delay)


def test_a_perfect_detector_has_finite_times_and_the_best_ones() -> None:
    perfect = measured(scored(([25], DRIFT), ([], FREE)))
    assert (perfect["time_to_detection"], perfect["missed"], perfect["delay"]) == (1, 0, 0)
    assert perfect["time_between_false_alarms"] == perfect["time_ratio"] == 39 + 60
    assert (perfect["run_length_without_drift"], perfect["run_length_from_drift"]) == (60, 1)
    assert math.isnan(ratio_of_gaps([], [0]))


def test_an_alarm_every_ten_rows_that_meets_the_onset_does_not_beat_the_perfect_detector() -> None:
    drift, every_ten = [(29, 29)], metronome(10, 60)
    blind, perfect = scored((every_ten, drift), (every_ten, FREE)), scored(([29], drift), ([], FREE))
    assert blind.delay.tolist() == [0]
    assert measured(blind)["time_ratio"] < measured(perfect)["time_ratio"] < math.inf
    assert ratio_of_gaps(every_ten, [0]) == math.inf


def test_many_drifts_in_a_stream_flatter_the_f1_of_a_blind_detector_and_not_its_accuracy() -> None:
    few, many = (blind_among(n_drifts) for n_drifts in (5, 50))
    assert measured(few.take(np.array([0])))["f_score"] == pytest.approx(5, abs=0.5)
    assert measured(many.take(np.array([0])))["f_score"] == pytest.approx(40, abs=2)
    assert measured(few)["accuracy"] == measured(many)["accuracy"] == 0


def blind_among(n_drifts: int) -> Scored:
    """An alarm every 100 of 20,000 rows on a stream with drifts, halfway between alarms, and on one without."""
    truth = [(onset, onset) for onset in range(20_000 // n_drifts - 50, 20_000, 20_000 // n_drifts)]
    alarms = flat_alarms([metronome(100, 20_000)] * 2)
    return score_runs(alarms, flat_truth([truth, FREE]), horizon=20_000, month=1000, grace=100)
