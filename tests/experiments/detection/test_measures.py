"""The study gives what scoring gives for the same runs, and detectors with known answers their known scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments.detection.design import MAIN, Where
from harness.detectors.run import Run
from harness.scoring import flat_alarms, flat_truth, measured, measures, score_runs

METRONOME = list(range(299, 1800, 300))


def value(made: Any, measure: measures.Measure, run: str, where: Where = MAIN) -> float:
    return float(made.study().values(measure, Run.of(run), where).loc["wine"])


def test_a_perfect_detector_is_always_right_at_once_and_never_cries_wolf(made: Any) -> None:
    made.world({"ddm": {True: [500], False: []}})
    found = [value(made, one, "ddm") for one in (measures.accuracy, measures.delay, measures.false_positives)]
    assert found == [100, 0, 0]


def test_a_blind_detector_is_right_on_every_second_stream_and_misses_for_two_months(made: Any) -> None:
    made.world({"never": {True: [], False: []}})
    found = [value(made, one, "never") for one in (measures.accuracy, measures.delay, measures.recall)]
    assert found == [50, 2, 0]


def test_a_metronome_finds_every_drift_and_is_never_right(made: Any) -> None:
    made.world({"metronome": {True: METRONOME, False: METRONOME}})
    found = [value(made, one, "metronome") for one in (measures.accuracy, measures.recall, measures.false_positives)]
    assert found == [0, 100, 100]
    assert value(made, measures.delay, "metronome") == pytest.approx((599 - 500) / 300)


def test_a_miss_counts_as_two_months_beside_a_hit_after_one(made: Any) -> None:
    made.world({"ddm": {True: [800], False: []}})
    made.stream({"ddm": []}, seed=1)
    assert value(made, measures.delay, "ddm") == 1.5
    assert value(made, measures.time_to_detection, "ddm") == 301  # which leaves misses out


def test_no_delay_counts_for_more_than_two_months_though_a_ramp_has_a_longer_window(made: Any) -> None:
    made.world({"ddm": {True: [], False: []}})
    made.stream({"ddm": [1300]}, scenario="label_permutation_sigmoid", truth=[[500, 800]])
    assert value(made, measures.delay, "ddm", Where(scenarios=("label_permutation_sigmoid",))) == 2


def test_the_numbers_of_the_report_are_those_that_scoring_gives_for_the_runs(made: Any) -> None:
    rng = np.random.default_rng(0)
    alarms, truth = [], []
    for seed in range(60):
        drifted = bool(seed % 2)
        rows = np.unique(rng.integers(0, 1800, rng.integers(0, 5))).tolist()
        made.stream({"ddm": rows}, scenario="label_permutation" if drifted else "control", seed=seed)
        alarms.append(rows)
        truth.append([[500, 500]] if drifted else [])
    for grace, short in ((600, False), (300, True)):
        scored = score_runs(flat_alarms(alarms), flat_truth(truth), horizon=1800, month=300, grace=grace)
        study = made.study()
        for name, known in measured(scored).items():
            found = study.values(measures.MEASURES[name], Run.of("ddm"), short=short).loc["wine"]
            assert found == known, name


def test_a_detector_that_finds_nothing_has_a_time_ratio_of_zero(made: Any) -> None:
    made.world({"never": {True: [], False: []}})
    assert value(made, measures.time_ratio, "never") == 0


def test_without_an_alarm_nothing_is_falsely_discovered(made: Any) -> None:
    made.world({"never": {True: [], False: []}})
    assert value(made, measures.false_discovery, "never") == 0
    assert np.isnan(value(made, measures.precision, "never"))
