"""Detectors by the names of their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import harness
from harness import places
from harness.checks.made_data import confidences, disagreements, labelled_confidences
from harness.detectors.contract import Input
from harness.detectors.ddm import DDM

NAMES = sorted(path.stem for path in (places.shipped("conf") / "detector").glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_a_detector_that_scans(name: str) -> None:
    detector = harness.load_detector(name)
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(900, 2))
    reference = rng.normal(size=(600, 2))
    if detector.input is Input.CONFIDENCE:
        alarms = detector.alarms(confidences(900), labelled_confidences())
    elif detector.input is Input.DISAGREEMENT:
        alarms = detector.alarms(disagreements(900), disagreements(300))
    elif detector.input is Input.ROWS:
        rows[:, 1], reference[:, 1] = rows[:, 1] > 0, reference[:, 1] > 0
        alarms = detector.alarms(rows, reference, np.array([False, True]), rng)
    else:
        alarms = detector.alarms((rows[:, 0] > 1).astype(np.float64), (reference[:, 0] > 1).astype(np.float64), rng=rng)
    assert alarms.ndim == 1


def test_parameters_replace_those_of_the_file() -> None:
    detector = harness.load_detector("ddm", drift_threshold=2.5)
    assert isinstance(detector, DDM)
    assert (detector.drift_threshold, detector.warm_start) == (2.5, 30)


def test_a_detector_of_ones_own_and_of_another_library(folder: Path) -> None:
    (folder / "mine" / "detector").mkdir(parents=True)
    (folder / "mine" / "detector" / "mine.yaml").write_text("_target_: river.drift.ADWIN\ndelta: 0.05\n")
    errors = np.repeat([0.0, 1.0], 300)
    nervous = harness.load_detector("mine", config_dir="mine").alarms(errors)
    calm = harness.load_detector("mine", config_dir=folder / "mine", delta=1e-9).alarms(errors)
    assert 300 < nervous[0] <= calm[0]


def test_files_may_speak_of_months() -> None:
    every = np.zeros(1000)
    assert list(harness.load_detector("metronome", rows_per_month=100).alarms(every)[:2]) == [99, 199]


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("dmd", {}, "there is no detector 'dmd'; did you mean 'mmd'"),
        ("ddm@5", {}, "there is no detector 'ddm@5'; did you mean 'ddm'"),
        ("ddm", {"drift_treshold": 3}, "has no parameter 'drift_treshold'; did you mean 'drift_threshold'"),
        ("ddm", {"drift_threshold": -1}, "drift_threshold has to be at least 0, not -1"),
    ],
)
def test_what_is_not_there_is_one_sentence(name: str, parameters: dict[str, float], said: str) -> None:
    with pytest.raises(harness.ConfigError) as refused:
        harness.load_detector(name, **parameters)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
