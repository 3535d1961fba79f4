"""What each detector that reads errors claims, the trivial ones, and how a foreign object becomes a detector."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from river import drift
from river.drift import binary

from harness import places
from harness.core import ConfigError, DataError
from harness.detectors.baselines import Metronome, Never, Oracle, Random
from harness.detectors.contract import Detector, Input
from harness.detectors.ddm import DDM
from harness.detectors.eddm import EDDM
from harness.detectors.kswin import KSWIN
from harness.detectors.performance_window import PerformanceWindow
from harness.detectors.rddm import RDDM
from harness.detectors.step_by_step import StepByStep, as_detector

CONF = places.shipped("conf") / "detector"
TWO_SIDED = ("adwin", "page_hinkley", "kswin", "stepd_moa")
SEES_NO_RISE = ("fhddm_river",)
QUIET = {"lookahead": {"points": 20.0}}
"""At its default it has alarmed before the jump in some streams, and is then blind for 600 rows."""


def load(level: str) -> Detector:
    return instantiate(OmegaConf.load(CONF / f"{level}.yaml"))


LEVELS = [
    path.stem
    for path in sorted(CONF.glob("*.yaml"))
    if load(path.stem).input is Input.ERROR
    and path.stem not in ("never", "metronome", "metronome_2", "metronome_3", "random")
]


# ---- claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [level for level in LEVELS if level not in SEES_NO_RISE])
def test_a_jump_of_the_error_rate_is_seen(level: str) -> None:
    """From 10 to 80 % at row 1500; an alarm within 300 rows in at least 9 of 10 streams."""
    seen = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        signal = rng.random(3000) < np.where(np.arange(3000) < 1500, 0.1, 0.8)
        detector: Detector = replace(load(level), **QUIET.get(level, {}))  # type: ignore[type-var]
        alarms = detector.alarms(signal, reference=rng.random(300) < 0.1, rng=rng)
        seen += bool(((alarms >= 1500) & (alarms < 1800)).any())
    assert seen >= 9


@pytest.mark.parametrize("level", [level for level in LEVELS if level not in SEES_NO_RISE])
def test_a_fall_of_the_error_rate_alarms_two_sided_detectors_only(level: str) -> None:
    """Fewer than one alarm in ten streams comes within 300 rows after a fall from 60 to 10 %, or nearly one in each."""
    seen = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        signal = rng.random(2400) < np.where(np.arange(2400) < 1500, 0.6, 0.1)
        alarms = load(level).alarms(signal, reference=rng.random(300) < 0.6, rng=rng)
        seen += bool(((alarms >= 1500) & (alarms < 1800)).any())
    assert seen >= 8 if level in TWO_SIDED else seen <= 3


def test_the_first_error_after_a_start_without_any_alarms_ddm_at_once() -> None:
    signal = np.zeros(500)
    signal[400] = 1
    assert DDM(drift_threshold=100.0).alarms(signal).tolist() == [400]


def test_eddm_keeps_warning_until_an_error_ends_it() -> None:
    signal = np.random.default_rng(0).random(3000) < 0.2
    detector = EDDM(beta=0.0)
    warned = np.isin(np.arange(3000), detector.scan(signal, detector.start()).warnings)
    changes = np.flatnonzero(np.diff(warned.astype(int))) + 1
    assert len(changes) > 2
    assert signal[changes].all()


def test_rddm_alarms_after_too_many_warnings_in_a_row() -> None:
    detector = RDDM(warning_level=0.0, drift_level=50.0, warning_limit=100)
    rng = np.random.default_rng(0)
    alarms = detector.alarms(rng.random(2000) < 0.3)
    assert len(alarms) > 0
    assert len(RDDM(warning_level=0.0, drift_level=50.0).alarms(rng.random(1000) < 0.3)) == 0


def test_kswin_is_blind_for_a_window_after_an_alarm() -> None:
    signal = np.repeat(np.arange(30) % 2, 100)
    alarms = KSWIN(seed=1).alarms(signal)
    assert len(alarms) > 5
    assert np.diff(alarms).min() >= 100


def test_kswin_takes_its_seed_from_the_generator_if_it_has_none() -> None:
    signal = np.random.default_rng(0).normal(size=4000)
    runs = [KSWIN(alpha=0.05).alarms(signal, rng=np.random.default_rng(seed)).tolist() for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


# ---- windowed performance --------------------------------------------------------------------------------------------


def test_performance_is_compared_with_the_reference() -> None:
    signal = np.tile([1.0, 0.0, 0.0, 0.0], 50)  # 25 % errors
    detector = PerformanceWindow(window=20, points=5)
    assert detector.alarms(signal, reference=np.tile([1.0, 0, 0, 0, 0], 4))[0] == 19  # 20 %: a fall by exactly 5 points
    assert len(detector.alarms(signal, reference=np.array([1.0, 1, 0, 0, 0, 0, 0, 0]))) == 0


def test_without_a_reference_the_first_window_is_the_reference() -> None:
    signal = np.concatenate([np.tile([1.0, 0.0], 100), np.ones(100)])
    assert PerformanceWindow(window=100, points=10).alarms(signal)[0] == 219  # 60 of 100 at the earliest
    assert len(PerformanceWindow(window=100, points=51).alarms(signal)) == 0


def test_after_an_alarm_of_performance_the_window_fills_again() -> None:
    alarms = PerformanceWindow(window=50, points=20).alarms(np.ones(400), reference=np.zeros(10))
    assert alarms.tolist() == [49, 99, 149, 199, 249, 299, 349, 399]


# ---- trivial detectors -----------------------------------------------------------------------------------------------


def test_never_never_alarms() -> None:
    assert len(Never().alarms(np.ones(1000))) == 0


def test_the_metronome_beats_at_every_kth_row() -> None:
    assert Metronome(every=300).alarms(np.zeros(1000)).tolist() == [299, 599, 899]
    assert Metronome(every=300, times=2).alarms(np.zeros(1300)).tolist() == [599, 1199]


def test_random_alarms_at_its_rate_with_geometric_gaps() -> None:
    alarms = Random(rate=0.02).alarms(np.zeros(400_000), rng=np.random.default_rng(0))
    assert abs(len(alarms) - 8000) < 4 * np.sqrt(400_000 * 0.02 * 0.98)
    gaps = np.diff(alarms)
    assert abs(np.mean(gaps > 50) - 0.98**50) < 4 * np.sqrt(0.25 / len(gaps))
    assert abs(np.mean(gaps == 1) - 0.02) < 4 * np.sqrt(0.02 / len(gaps))


def test_random_at_rate_one_alarms_at_every_row() -> None:
    assert Random(rate=1.0).alarms(np.zeros(200), rng=np.random.default_rng(0)).tolist() == list(range(200))


def test_the_oracle_alarms_at_the_first_row_of_each_drift() -> None:
    assert Oracle().input is Input.TRUTH
    assert Oracle().alarms(np.array([0, 1, 0, 0, 1, 1])).tolist() == [1, 4, 5]
    assert Oracle().alarms(np.array([True, False])).tolist() == [0]
    assert len(Oracle().alarms(np.empty(0))) == 0


def test_the_oracle_refuses_what_is_not_the_truth() -> None:
    with pytest.raises(DataError, match="the oracle reads the truth"):
        Oracle().alarms(np.array([0.0, 0.5]))


# ---- foreign objects -------------------------------------------------------------------------------------------------


@dataclass
class Threes:
    """Alarms at every third row; river's protocol and nothing else."""

    rows: int = 0
    drift_detected: bool = False

    def update(self, x: float) -> None:
        self.rows += 1
        self.drift_detected = self.rows % 3 == 0


class Dice:
    """Draws; its generator is made at the first row."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed
        self.generator: random.Random | None = None
        self.drift_detected = False

    def update(self, x: float) -> None:
        self.generator = self.generator or random.Random(self.seed)
        self.drift_detected = self.generator.random() < 0.2


def test_an_object_with_update_and_drift_detected_is_a_detector() -> None:
    detector = as_detector(Threes())
    assert detector.alarms(np.zeros(10)).tolist() == [2, 5, 8]
    assert detector.alarms(np.zeros(10)).tolist() == [2, 5, 8], "a start begins afresh"


def test_a_detector_passes_through() -> None:
    detector = DDM()
    assert as_detector(detector) is detector


@pytest.mark.parametrize("thing", [object(), 3, dict])
def test_something_else_is_refused(thing: object) -> None:
    with pytest.raises(ConfigError, match="is no detector: it needs start and scan, or update and drift_detected"):
        as_detector(thing)


def test_a_detector_of_river_plugs_in_by_a_yaml_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("_target_: river.drift.ADWIN\ndelta: 0.01\n")
    detector = as_detector(instantiate(OmegaConf.load(tmp_path / "mine.yaml")))
    signal = np.repeat([0, 1], 500)
    np.testing.assert_array_equal(detector.alarms(signal), StepByStep(detector=drift.ADWIN(delta=0.01)).alarms(signal))
    assert len(detector.alarms(signal)) > 0


def test_warnings_of_a_foreign_object_are_read_where_it_has_them() -> None:
    signal = np.random.default_rng(0).random(2000) < np.where(np.arange(2000) < 1000, 0.2, 0.3)
    detector = StepByStep(detector=binary.DDM())
    assert len(detector.scan(signal, detector.start()).warnings) > 0


@pytest.mark.parametrize("original", [drift.KSWIN(alpha=0.05), Dice()])
def test_an_unseeded_object_is_seeded_from_the_generator(original: drift.KSWIN | Dice) -> None:
    signal = np.random.default_rng(0).normal(size=600)
    detector = as_detector(original)
    runs = [detector.alarms(signal, rng=np.random.default_rng(seed)).tolist() for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]
    assert original.seed is None
    with pytest.raises(ConfigError, match="rng"):
        detector.start()


def test_an_object_keeps_the_seed_it_has() -> None:
    signal = np.zeros(100)
    detector = as_detector(Dice(seed=5))
    assert detector.alarms(signal).tolist() == detector.alarms(signal, rng=np.random.default_rng(1)).tolist()
