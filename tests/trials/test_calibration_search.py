"""What a calibration leaves out, because it is known already, changes nothing that it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from harness.building import build
from harness.core import Floats
from harness.detectors.errors import ErrorDetector
from harness.detectors.estimates import EstimateDetector
from harness.detectors.windows import WindowTest
from harness.drift import Clock
from harness.memo import Memo
from harness.planning.trials import plan
from harness.synthesis import Training
from harness.trials.calibration import CALM, CalibrationTrial
from harness.trials.deployment import Deployment
from harness.trials.signals import Signals

SMALL = ("trial=calibration", "dataset=wine", "model=tree", "n_streams=20", "n_fresh=10")
PANEL = "detectors=[ddm,ddm_warm,hddm_a,fhddm,kswin,performance_window,random]"


@pytest.fixture
def trial(composed: Callable[..., Any]) -> Callable[..., Any]:
    """A calibration trial of these words."""
    return lambda *words: build(plan(composed(*SMALL, *words)).spec)


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, method: str) -> list[Any]:
    """The calls of a method from now on."""
    calls: list[Any] = []
    own = getattr(owner, method)

    def call(self: Any, *given: Any, **named: Any) -> Any:
        calls.append(self)
        return own(self, *given, **named)

    monkeypatch.setattr(owner, method, call)
    return calls


def test_streams_that_other_settings_decide_are_not_scanned_again(
    trial: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = trial(PANEL)
    scans = counted(monkeypatch, Signals, "alarms")
    found = wanted.run(Memo()).measurements
    n_scans = len(scans)
    monkeypatch.setattr(ErrorDetector, "is_nested", False)
    assert wanted.run(Memo()).measurements == found
    assert len(scans) - n_scans > 1.2 * n_scans


def test_a_test_of_windows_scans_each_stream_once_for_all_settings(
    trial: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = counted(monkeypatch, WindowTest, "scan")
    trial("detectors=[ks]").run(Memo())
    assert len(scans) == 20 + 10 + 1  # the first one tells whether it can read the set


def test_an_estimate_scans_each_stream_once_for_all_settings(
    trial: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = counted(monkeypatch, EstimateDetector, "scan")
    trial("detectors=[doc]", "model=nb").run(Memo())
    assert len(scans) == 20 + 10 + 1


@pytest.mark.parametrize(
    "words",
    [("detectors=[ks,kswin,hddm_a,psi]",), ("detectors=[cbpe,delay_adjusted_cbpe]", "model=nb", "n_streams=10")],
    ids=["tests", "estimates"],
)
def test_the_rate_at_a_setting_is_the_share_of_streams_on_which_it_alarms_there(
    words: tuple[str, ...], trial: Callable[..., Any]
) -> None:
    wanted: CalibrationTrial = trial(*words, "rates=[0.2]")
    found = wanted.run(Memo()).measurements
    for one in wanted.detectors:
        name, detector = one["name"], one["detector"]
        at_setting = replace(detector, **{detector.knob.name: found["settings"][name]["20"]})
        fixed = replace(wanted, detectors=[{"name": name, "detector": at_setting}])
        assert fixed.run(Memo()).measurements["default_rates"][name] == found["rates"][name]["20"]


def test_streams_of_every_length_share_the_fits_of_a_set_and_measure_what_they_measure_alone(
    trial: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [
        trial("detectors=[ddm,ks]", *words) for words in ([], ["rows_per_month=100"], ["model=stump"], ["n_streams=25"])
    ]
    alone = [one.run(Memo()).measurements for one in wanted]
    fits = counted(monkeypatch, Training, "fit_learner")
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        memo = Memo()
        n_before = len(fits)
        found = {number: wanted[number].run(memo).measurements for number in order}
        assert [found[number] for number in sorted(found)] == alone
        assert len(fits) - n_before == 35 + 30


def test_models_learn_from_as_many_rows_as_are_asked_for(trial: Callable[..., Any]) -> None:
    wanted: CalibrationTrial = trial("detectors=[ddm]", "train_rows=20")
    clock = Clock(wanted.rows_per_month, wanted.months)
    deployment = Deployment(
        wanted.dataset, wanted.model, wanted.preprocessing, wanted.sampling, clock, 7, train_rows=20
    )
    deployed = deployment.start(Memo())
    rows = CALM.on(deployed.pools).stream().rows()
    assert len(deployed.train) == 20
    expected = (deployed.predict(rows.matrix) != rows.target).astype(float)
    assert wanted._signals(7, Memo()).errors.tolist() == expected.tolist()
    assert trial("detectors=[ddm]")._signals(7, Memo()).errors.tolist() != expected.tolist()


def test_errors_to_compare_with_are_of_fresh_rows_whatever_tests_of_rows_compare_with(
    trial: Callable[..., Any],
) -> None:
    literal: CalibrationTrial = trial("detectors=[ddm_warm]", "+sampling.reference=training")
    fresh: CalibrationTrial = replace(literal, sampling=trial("detectors=[ddm_warm]").sampling)
    found: list[Floats] = [one._signals(0, Memo()).reference_errors for one in (literal, fresh)]
    assert np.array_equal(*found)
    assert 0 < np.mean(found[0]) < 0.5  # a full tree makes none on its training rows
