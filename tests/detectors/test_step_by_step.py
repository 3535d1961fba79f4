"""Objects of other libraries as detectors: copied, seeded, turned, and refused in a sentence where that cannot be."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from river import drift
from river.drift import binary

from harness.core import ConfigError, DataError
from harness.detectors.baselines import Oracle
from harness.detectors.contract import Input, Knob
from harness.detectors.ddm import DDM
from harness.detectors.ks import KS
from harness.detectors.step_by_step import StepByStep, as_detector

SIGNAL = np.repeat([0, 1, 0, 1], 500) ^ (np.random.default_rng(0).random(2000) < 0.1)
DELTA = Knob("delta", loosest=1.0, strictest=1e-50, logarithmic=True)


# ---- copies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        drift.ADWIN,
        drift.KSWIN,
        drift.NoDrift,
        drift.PageHinkley,
        drift.DummyDriftDetector,
        lambda: drift.DummyDriftDetector(trigger_method="random", t_0=100, w=50),
        lambda: drift.DummyDriftDetector(trigger_method="random", t_0=100, w=50, seed=3, dynamic_cloning=True),
        binary.DDM,
        binary.EDDM,
        binary.FHDDM,
        binary.HDDMA,
        binary.HDDMW,
    ],
)
def test_every_start_of_an_object_of_river_is_the_same_for_the_same_seed(make: Any) -> None:
    detector = as_detector(make())
    runs = [detector.alarms(SIGNAL, rng=np.random.default_rng(1)).tolist() for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]


def test_the_dummy_of_river_draws_by_the_generator() -> None:
    detector = as_detector(drift.DummyDriftDetector(trigger_method="random", t_0=100, w=50))
    runs = [detector.alarms(SIGNAL, rng=np.random.default_rng(seed)).tolist() for seed in (1, 2)]
    assert runs[0] != runs[1]
    own = drift.DummyDriftDetector(trigger_method="random", t_0=100, w=50, seed=7)
    assert as_detector(own).alarms(SIGNAL).tolist() == StepByStep(detector=own).alarms(SIGNAL).tolist()


class Rising:
    """Alarms at errors more than `limit` in a row; what it compares with is made of the parameter when it is made."""

    drift_detected = False

    def __init__(self, limit: float = 3.0) -> None:
        self.limit = limit
        self.needed = int(limit) + 1
        self.streak = 0

    def update(self, x: float) -> None:
        self.streak = self.streak + 1 if x else 0
        self.drift_detected = self.streak == self.needed


class Wrapped:
    """Hides its parameters, as objects of Java do, and is cloned with others."""

    drift_detected = False

    def __init__(self, **parameters: float) -> None:
        self.parameters, self.inside = parameters, None

    def clone(self, new_params: dict[str, float] | None = None) -> Wrapped:
        return Wrapped(**{**self.parameters, **(new_params or {})})

    def update(self, x: float) -> None:
        self.inside = self.inside or Rising(**self.parameters)
        self.inside.update(x)
        self.drift_detected = self.inside.drift_detected


class Drawing:
    """Hides a parameter, has no clone, and takes its seed late."""

    drift_detected = False

    def __init__(self, hidden: float = 0.5, seed: int | None = None) -> None:
        self.seed, self.generator = seed, None

    def update(self, x: float) -> None:
        self.generator = self.generator or random.Random(self.seed)
        self.drift_detected = self.generator.random() < 0.2


def test_what_does_not_show_its_parameters_is_seeded_on_a_copy() -> None:
    detector = as_detector(Drawing())
    runs = [detector.alarms(SIGNAL, rng=np.random.default_rng(seed)).tolist() for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


# ---- knobs -----------------------------------------------------------------------------------------------------------


def test_an_object_has_no_knob_unless_one_is_named() -> None:
    detector = as_detector(drift.ADWIN())
    assert detector.knob is None
    with pytest.raises(ConfigError, match="ADWIN has no knob to turn: name one of its parameters"):
        detector.turned(0.1)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("made", "knob", "expected"),
    [
        (drift.ADWIN(clock=8), DELTA, drift.ADWIN(clock=8, delta=0.3)),
        (Rising(), Knob("limit", 0.0, 50.0), Rising(0.3)),
        (Wrapped(limit=4.0), Knob("limit", 0.0, 50.0), Rising(0.3)),
    ],
    ids=lambda part: type(part).__name__,
)
def test_a_turned_object_is_the_one_made_with_that_value(made: Any, knob: Knob, expected: Any) -> None:
    detector = StepByStep(detector=made, name="mine", knob=knob)
    before = detector.alarms(SIGNAL).tolist()
    turned = detector.turned(0.3)
    assert turned.alarms(SIGNAL).tolist() == StepByStep(detector=expected).alarms(SIGNAL).tolist() != before
    assert (turned.name, turned.knob) == ("mine", knob)
    assert detector.alarms(SIGNAL).tolist() == before


def test_a_wrapped_object_with_a_knob_is_one_yaml() -> None:
    node = """\
_target_: harness.detectors.step_by_step.StepByStep
name: adwin_01
detector: {_target_: river.drift.ADWIN, delta: 0.1}
knob: {_target_: harness.detectors.contract.Knob, name: delta, loosest: 1.0, strictest: 1.0e-50, logarithmic: true}
"""
    detector = as_detector(instantiate(OmegaConf.create(node)))
    assert detector.knob == DELTA
    assert detector.turned(0.5).detector.delta == 0.5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("knob", "sentence"),
    [
        (Knob("detla", 1.0, 0.0), "ADWIN has no 'detla' to turn: no such attribute, and no clone"),
        ("delta", r"StepByStep: knob has to be a node with a _target_ \(Knob\), not 'delta'"),
    ],
)
def test_a_knob_that_the_object_lacks_is_refused(knob: Any, sentence: str) -> None:
    class ADWIN:
        drift_detected = False

        def update(self, x: float) -> None: ...

    with pytest.raises(ConfigError, match=sentence):
        StepByStep(detector=ADWIN(), knob=knob)


# ---- what is a detector ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Foreign:
    """A detector of somebody else's that knows nothing of ours."""

    def start(self, reference: Any = None, columns: Any = None, rng: Any = None) -> None: ...

    def scan(self, signal: Any, state: Any) -> None: ...


def test_a_detector_says_what_it_reads() -> None:
    with pytest.raises(ConfigError, match=r"^Foreign does not say what it reads: give it input = Input\.ERROR, "):
        as_detector(Foreign())


def test_a_detector_need_not_have_a_knob() -> None:
    class Reading(Foreign):
        input = Input.ERROR

    thing = Reading()
    assert as_detector(thing) is thing


@pytest.mark.parametrize("kind", [DDM, drift.ADWIN])
def test_a_class_is_no_detector_yet(kind: type) -> None:
    with pytest.raises(ConfigError, match=f"the class {kind.__name__}, of which no object is made, is no detector"):
        as_detector(kind)


# ---- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("detector", [DDM(), as_detector(binary.DDM()), Oracle()], ids=lambda one: one.name)
def test_a_list_is_read_as_an_array_is(detector: Any) -> None:
    assert detector.alarms(SIGNAL.tolist()).tolist() == detector.alarms(SIGNAL).tolist()


def test_rows_in_lists_are_read_as_well() -> None:
    rows = np.random.default_rng(0).normal(size=(40, 2))
    test = KS(window=20, step=20)
    assert test.alarms(rows.tolist(), rows.tolist()).tolist() == test.alarms(rows, rows).tolist()


@pytest.mark.parametrize("text", [["a", "b"], ["0", "1"], np.array(["a", 1], dtype=object)], ids=str)
def test_text_is_refused_by_those_who_read_errors_and_by_those_who_read_rows(text: Any) -> None:
    with pytest.raises(DataError, match="what ddm reads has to hold numbers alone"):
        DDM().alarms(text)
    with pytest.raises(DataError, match="the signal has to hold numbers alone"):
        KS(reference="first").alarms(np.array([text]))


def test_values_outside_are_found_in_lists_too() -> None:
    with pytest.raises(DataError, match=r"row 1 holds 7\.0"):
        DDM().alarms([0, 7])
