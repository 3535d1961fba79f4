"""Kernels alarm and warn where river's own objects do, position by position."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from hypothesis import HealthCheck, given, settings
from omegaconf import OmegaConf
from river import drift
from river.drift import binary

from harness import places
from harness.detectors.adwin import ADWIN
from harness.detectors.contract import Detector
from harness.detectors.ddm import DDM
from harness.detectors.eddm import EDDM
from harness.detectors.fhddm import FHDDM, RiverFHDDM
from harness.detectors.hddm_a import HDDMA
from harness.detectors.hddm_w import HDDMW
from harness.detectors.kswin import KSWIN, critical_distance
from harness.detectors.page_hinkley import PageHinkley
from harness.detectors.step_by_step import StepByStep
from tests.detectors.reference.signals import errors, losses, segments

RIVER = {
    "ddm": binary.DDM,
    "eddm": binary.EDDM,
    "hddm_a": binary.HDDMA,
    "hddm_w": binary.HDDMW,
    "fhddm": binary.FHDDM,
    "fhddm_river": binary.FHDDM,
    "adwin": drift.ADWIN,
    "page_hinkley": drift.PageHinkley,
    "kswin": drift.KSWIN,
}

BINARY = [
    (DDM, binary.DDM, {}),
    (DDM, binary.DDM, {"warm_start": 5, "warning_threshold": 1.0, "drift_threshold": 1.5}),
    (DDM, binary.DDM, {"warm_start": 100, "warning_threshold": 4.0}),
    (EDDM, binary.EDDM, {}),
    (EDDM, binary.EDDM, {"warm_start": 10, "alpha": 0.8, "beta": 0.7}),
    (EDDM, binary.EDDM, {"warm_start": 3, "alpha": 1.0, "beta": 0.99}),
    (HDDMA, binary.HDDMA, {}),
    (HDDMA, binary.HDDMA, {"drift_confidence": 0.1, "warning_confidence": 0.2, "two_sided_test": True}),
    (HDDMA, binary.HDDMA, {"drift_confidence": 0.3, "warning_confidence": 0.01}),
    (HDDMW, binary.HDDMW, {}),
    (HDDMW, binary.HDDMW, {"drift_confidence": 0.05, "warning_confidence": 0.2, "two_sided_test": True}),
    (HDDMW, binary.HDDMW, {"drift_confidence": 0.2, "warning_confidence": 0.1, "lambda_val": 0.3}),
    (RiverFHDDM, binary.FHDDM, {}),
    (RiverFHDDM, binary.FHDDM, {"sliding_window_size": 30, "confidence_level": 0.01, "short_window_size": 10}),
    (RiverFHDDM, binary.FHDDM, {"sliding_window_size": 20, "confidence_level": 0.05, "short_window_size": 20}),
    (ADWIN, drift.ADWIN, {}),
    (ADWIN, drift.ADWIN, {"delta": 0.5, "clock": 1, "max_buckets": 2, "min_window_length": 1, "grace_period": 0}),
    (ADWIN, drift.ADWIN, {"delta": 0.1, "clock": 100, "max_buckets": 9, "min_window_length": 20, "grace_period": 50}),
    (PageHinkley, drift.PageHinkley, {}),
    (PageHinkley, drift.PageHinkley, {"min_instances": 1, "threshold": 3.0, "delta": 0.05, "alpha": 0.95}),
    (PageHinkley, drift.PageHinkley, {"threshold": 8.0, "mode": "up"}),
    (PageHinkley, drift.PageHinkley, {"threshold": 8.0, "mode": "down"}),
]
KSWINS = [
    {"seed": 1},
    {"seed": 7, "alpha": 0.3, "window_size": 40, "stat_size": 20},
    {"seed": 2**40, "alpha": 0.2, "window_size": 60, "stat_size": 7},  # draws again what it has already
    {"seed": 0, "alpha": 0.5, "window_size": 12, "stat_size": 5},
]

every_setting = pytest.mark.parametrize(
    ("ours", "theirs", "parameters"), BINARY, ids=lambda part: getattr(part, "__name__", None)
)


def agree(ours: Detector, theirs: Any, signal: np.ndarray) -> int:
    """Compare one scan with river's; returns the number of alarms."""
    expected = StepByStep(detector=theirs).scan(signal, StepByStep(detector=theirs).start())
    found = ours.scan(signal, ours.start())
    np.testing.assert_array_equal(found.alarms, expected.alarms)
    np.testing.assert_array_equal(found.warnings, expected.warnings)
    return len(found.alarms)


@every_setting
def test_a_kernel_equals_river_on_errors_of_every_kind(ours: type, theirs: type, parameters: dict[str, Any]) -> None:
    detector, original = ours(**parameters), theirs(**parameters)
    signals = [*errors(60, 450), *errors(400, 60, seed=1)]
    assert sum(agree(detector, original, signal) for signal in signals) > 0


@every_setting
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(signal=segments())
def test_a_kernel_equals_river_on_any_segments(
    ours: type, theirs: type, parameters: dict[str, Any], signal: np.ndarray
) -> None:
    agree(ours(**parameters), theirs(**parameters), signal)


@pytest.mark.parametrize(("ours", "theirs", "parameters"), [row for row in BINARY if row[0] in (DDM, HDDMA, HDDMW)])
def test_a_kernel_equals_river_on_losses(ours: type, theirs: type, parameters: dict[str, Any]) -> None:
    assert sum(agree(ours(**parameters), theirs(**parameters), signal) for signal in losses(40)) > 0


@pytest.mark.parametrize(("ours", "theirs", "parameters"), [row for row in BINARY if row[0] in (ADWIN, PageHinkley)])
def test_a_kernel_equals_river_on_real_numbers(ours: type, theirs: type, parameters: dict[str, Any]) -> None:
    signals = [30 * signal - 7 for signal in losses(40)]
    assert sum(agree(ours(**parameters), theirs(**parameters), signal) for signal in signals) > 0


def test_fhddm_equals_river_that_is_fed_with_hits() -> None:
    alarms = 0
    for signal in [*errors(150), *errors(1000, 120, seed=1)]:
        found = FHDDM(confidence_level=1e-4).alarms(signal)
        hits = StepByStep(detector=binary.FHDDM(confidence_level=1e-4)).alarms(1 - signal)
        np.testing.assert_array_equal(found, hits)
        alarms += len(found)
    assert alarms > 0


def test_river_fed_with_errors_sees_improvements_only() -> None:
    worse = (np.arange(2000) > 1000).astype(float)
    assert len(FHDDM().alarms(worse)) == 1
    assert len(RiverFHDDM().alarms(worse)) == 0
    assert len(RiverFHDDM().alarms(1 - worse)) == 1


@pytest.mark.parametrize("parameters", KSWINS)
def test_kswin_equals_river_with_the_same_seed(parameters: dict[str, Any]) -> None:
    n_short = 10 if "window_size" not in parameters else 100
    signals = [*errors(3, 250), *losses(3, 250), *errors(n_short, 110 if n_short == 10 else 70, seed=1)]
    assert sum(agree(KSWIN(**parameters), drift.KSWIN(**parameters), signal) for signal in signals) > 0


def test_kswin_takes_the_exact_p_value_of_scipy() -> None:
    """30 against 30: p of D = 12/30 is 0.0156 and of 13/30 is 0.0065 (exact, two-sided)."""
    assert critical_distance(30, 0.0155) == 13
    assert critical_distance(30, 0.0157) == 12
    assert critical_distance(30, 0.0) == 31


@pytest.mark.parametrize("level", RIVER)
def test_defaults_are_those_of_river(level: str) -> None:
    content = OmegaConf.load(places.shipped("conf") / "detector" / f"{level}.yaml")
    detector = instantiate(content)
    for parameter in inspect.signature(RIVER[level]).parameters.values():
        if parameter.name not in ("window", "self"):
            assert getattr(detector, parameter.name) == parameter.default
            assert content[parameter.name] == parameter.default


def test_kswin_reads_errors_and_losses_by_turns_as_river_does() -> None:
    rng = np.random.default_rng(5)
    errors, losses = (rng.random(400) < 0.3).astype(np.float64), rng.normal(size=150)
    signal = np.concatenate([errors, losses, 1 - errors, losses])
    theirs = drift.KSWIN(alpha=0.05, seed=4)
    expected = [row for row, value in enumerate(signal) if theirs.update(value) or theirs.drift_detected]
    detector = KSWIN(alpha=0.05, seed=4)
    state, found = detector.start(), []
    for begin, end in ((0, 400), (400, 550), (550, 950), (950, 1100)):
        found += [begin + int(alarm) for alarm in detector.scan(signal[begin:end], state).alarms]
    assert expected
    assert found == expected
