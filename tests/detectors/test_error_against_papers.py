"""Kernels alarm and warn where plain transcriptions of MOA's sources and of the papers do (see `reference/`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from harness.detectors.adwin import MoaADWIN
from harness.detectors.contract import Detector
from harness.detectors.cusum import CUSUM, PageCUSUM
from harness.detectors.ddm import MoaDDM, PaperDDM
from harness.detectors.ecdd import ECDD, MoaECDD
from harness.detectors.eddm import MoaEDDM
from harness.detectors.hddm_a import HDDMA, MoaHDDMA
from harness.detectors.hddm_w import MoaHDDMW
from harness.detectors.page_hinkley import MoaPageHinkley
from harness.detectors.rddm import RDDM
from harness.detectors.step_by_step import StepByStep
from harness.detectors.stepd import STEPD, MoaSTEPD
from tests.detectors.reference import moa, papers
from tests.detectors.reference.signals import errors, losses, segments

Pair = tuple[Detector, Callable[[], Any]]

MOA: dict[str, Pair] = {
    "ddm": (MoaDDM(), moa.DDM),
    "ddm, early": (MoaDDM(warm_start=8, warning_threshold=1.0, drift_threshold=1.5), lambda: moa.DDM(8, 1.0, 1.5)),
    "eddm": (MoaEDDM(), moa.EDDM),
    "eddm, strict": (MoaEDDM(alpha=0.7, beta=0.6), lambda: moa.EDDM(0.7, 0.6)),
    "hddm_a": (MoaHDDMA(), moa.HDDMA),
    "hddm_a, loose": (MoaHDDMA(drift_confidence=0.1, warning_confidence=0.3), lambda: moa.HDDMA(0.1, 0.3)),
    "hddm_a, one-sided": (MoaHDDMA(two_sided_test=False), lambda: moa.HDDMA(two_sided=False)),
    "hddm_w": (MoaHDDMW(), moa.HDDMW),
    "hddm_w, two-sided": (
        MoaHDDMW(drift_confidence=0.05, warning_confidence=0.2, lambda_val=0.1, two_sided_test=True),
        lambda: moa.HDDMW(0.05, 0.2, 0.1, two_sided=True),
    ),
    "adwin": (MoaADWIN(), moa.ADWIN),
    "adwin, eager": (MoaADWIN(delta=0.3, clock=3, max_buckets=2), lambda: moa.ADWIN(0.3, 3, 2)),
    "page_hinkley": (MoaPageHinkley(), moa.PageHinkley),
    "page_hinkley, low": (MoaPageHinkley(threshold=5, delta=0.02), lambda: moa.PageHinkley(30, 0.02, 5)),
    "cusum": (CUSUM(), moa.CUSUM),
    "cusum, low": (CUSUM(threshold=4, min_instances=2), lambda: moa.CUSUM(2, 0.005, 4)),
    "ecdd": (MoaECDD(), moa.EWMAChart),
    "stepd": (MoaSTEPD(), moa.STEPD),
    "stepd, short": (MoaSTEPD(window_size=10, alpha_drift=0.05, alpha_warning=0.2), lambda: moa.STEPD(10, 0.05, 0.2)),
}
PAPERS: dict[str, Pair] = {
    "ddm": (PaperDDM(), papers.DDM),
    "ecdd": (ECDD(), papers.ECDD),
    "ecdd, 100": (ECDD(run_length=100, scale=1.5, weight=0.1), lambda: papers.ECDD(100, 0.1, scale=1.5)),
    "ecdd, 1000": (ECDD(run_length=1000), lambda: papers.ECDD(1000)),
    "stepd": (STEPD(), papers.STEPD),
    "stepd, short": (STEPD(window_size=8, alpha_drift=0.05, alpha_warning=0.2), lambda: papers.STEPD(8, 0.05, 0.2)),
    "rddm": (RDDM(), papers.RDDM),
    "rddm, forgetful": (
        RDDM(warm_start=30, max_concept=200, stable_concept=70, warning_limit=40),
        lambda: papers.RDDM(30, 1.773, 2.258, 200, 70, 40),
    ),
    "rddm, warnings overwritten": (
        RDDM(warm_start=20, max_concept=150, stable_concept=15, warning_limit=60, drift_level=4.0),
        lambda: papers.RDDM(20, 1.773, 4.0, 150, 15, 60),
    ),
}


def agree(pair: Pair, signal: np.ndarray) -> int:
    """Compare one scan with the transcription's; returns the number of alarms."""
    detector, transcription = pair
    stepped = StepByStep(detector=transcription())
    expected, found = stepped.scan(signal, stepped.start()), detector.scan(signal, detector.start())
    np.testing.assert_array_equal(found.alarms, expected.alarms)
    np.testing.assert_array_equal(found.warnings, expected.warnings)
    return len(found.alarms)


@pytest.mark.parametrize("variant", MOA)
def test_a_variant_of_moa_equals_moas_recursion(variant: str) -> None:
    assert sum(agree(MOA[variant], signal) for signal in errors(80, 600)) > 0


@pytest.mark.parametrize("variant", MOA)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(signal=segments())
def test_a_variant_of_moa_equals_it_on_any_segments(variant: str, signal: np.ndarray) -> None:
    agree(MOA[variant], signal)


@pytest.mark.parametrize("variant", ["hddm_a, loose", "hddm_w, two-sided", "adwin, eager", "page_hinkley, low"])
def test_a_variant_of_moa_equals_it_on_losses(variant: str) -> None:
    assert sum(agree(MOA[variant], signal) for signal in losses(40)) > 0


@pytest.mark.parametrize("detector", PAPERS)
def test_a_published_detector_equals_its_transcription(detector: str) -> None:
    signals = [*errors(40 if detector.startswith("rddm") else 12, 350, seed=1), *errors(300, 90, seed=2)]
    assert sum(agree(PAPERS[detector], signal) for signal in signals) > 0


@pytest.mark.parametrize("detector", PAPERS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(signal=segments(longest=150))
def test_a_published_detector_equals_its_transcription_on_any_segments(detector: str, signal: np.ndarray) -> None:
    agree(PAPERS[detector], signal)


@settings(max_examples=40, deadline=None)
@given(signal=segments(longest=150))
def test_a_forgetful_rddm_equals_its_transcription_on_any_segments(signal: np.ndarray) -> None:
    for variant in ("rddm, forgetful", "rddm, warnings overwritten"):
        agree(PAPERS[variant], signal)


def test_cusum_with_a_known_target_equals_pages_sum() -> None:
    reference = np.array([0.0, 1.0, 0.0, 0.0])
    detector = PageCUSUM(delta=0.05, threshold=4.0)
    stepped = StepByStep(detector=papers.CUSUM(0.25, 0.05, 4.0))
    alarms = 0
    for signal in errors(20, 300):
        found = detector.alarms(signal, reference)
        np.testing.assert_array_equal(found, stepped.alarms(signal))
        alarms += len(found)
    assert alarms > 0


# ---- where implementations differ, they differ as documented ---------------------------------------------------------


def test_one_sided_hddm_a_is_the_same_in_river_and_moa() -> None:
    for signal in errors(60):
        np.testing.assert_array_equal(HDDMA().alarms(signal), MoaHDDMA(two_sided_test=False).alarms(signal))


def test_the_paper_alarms_on_a_constant_stream_and_moa_does_not() -> None:
    for constant in (np.zeros(100), np.ones(100)):
        assert PaperDDM().alarms(constant).tolist() == [29, 59, 89]
        assert len(MoaDDM().alarms(constant)) == 0


def test_stepd_of_moa_alarms_without_any_error_and_the_published_one_does_not() -> None:
    assert MoaSTEPD().alarms(np.zeros(130)).tolist() == [59, 119]
    assert len(STEPD().alarms(np.zeros(130))) == 0


def test_an_improvement_alarms_where_a_test_is_two_sided() -> None:
    better = (np.arange(1000) < 500).astype(float)
    assert len(MoaSTEPD().alarms(better)) > 0
    assert len(STEPD().alarms(better)) == 0
    assert len(MoaADWIN().alarms(better)) == 0
