"""Every YAML of conf/detector that reads errors or the truth keeps the contract; a new file is tested by being there."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf
from river import drift
from river.drift import binary

from harness import places
from harness.core import ConfigError, DataError
from harness.detectors.contract import Detector, Input, Knob, Scan
from harness.detectors.errors import Warm
from harness.detectors.step_by_step import StepByStep
from tests.detectors.reference.signals import errors, segments

CONF = places.shipped("conf") / "detector"


def load(level: str) -> Detector:
    return instantiate(OmegaConf.load(CONF / f"{level}.yaml"))


READ = (Input.ERROR, Input.TRUTH, Input.NOTHING)
LEVELS = [path.stem for path in sorted(CONF.glob("*.yaml")) if load(path.stem).input in READ]
KNOBS = [level for level in LEVELS if load(level).knob is not None]
FOR_ERRORS = [
    level for level in LEVELS if level not in ("never", "metronome", "metronome_2", "metronome_3", "random", "oracle")
]

every_level = pytest.mark.parametrize("level", LEVELS)


def started(detector: Detector) -> Any:
    return detector.start(reference=np.array([0.0, 0.0, 1.0, 0.0, 0.0]), rng=np.random.default_rng(0))


def scanned(detector: Detector, signal: np.ndarray) -> Scan:
    return detector.scan(signal, started(detector))


def together(scans: list[tuple[int, Scan]]) -> tuple[list[int], list[int]]:
    """Alarms and warnings of chunks that begin at the positions given."""
    alarms = [begin + int(alarm) for begin, scan in scans for alarm in scan.alarms]
    return alarms, [begin + int(warning) for begin, scan in scans for warning in scan.warnings]


@every_level
def test_a_level_is_named_as_its_file_and_says_what_it_is(level: str) -> None:
    detector = load(level)
    assert detector.name == level  # type: ignore[attr-defined]
    assert detector.about["title"]  # type: ignore[attr-defined]
    assert detector.about["notes"]  # type: ignore[attr-defined]


@every_level
def test_documentation_is_no_part_of_what_a_detector_is(level: str) -> None:
    detector = load(level)
    silent = replace(detector, about={})  # type: ignore[type-var]
    assert silent == detector
    assert hash(silent) == hash(detector)
    assert pickle.loads(pickle.dumps(detector)) == detector


@every_level
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(signal=segments(), cuts=st.lists(st.floats(0, 1), max_size=6))
def test_scanning_in_chunks_gives_what_scanning_whole_gives(level: str, signal: np.ndarray, cuts: list[float]) -> None:
    detector = load(level)
    state = started(detector)
    borders = [0, *sorted(round(cut * len(signal)) for cut in cuts), len(signal)]
    chunks = [(begin, detector.scan(signal[begin:end], state)) for begin, end in pairwise(borders)]
    assert together(chunks) == together([(0, scanned(detector, signal))])


@every_level
def test_alarms_and_warnings_ascend_within_the_signal_and_exclude_each_other(level: str) -> None:
    for signal in errors(20):
        scan = scanned(load(level), signal)
        for positions in (scan.alarms, scan.warnings):
            assert positions.dtype == np.int64
            assert (np.diff(positions) > 0).all()
            assert len(positions) == 0 or (positions[0] >= 0 and positions[-1] < len(signal))
        assert not set(scan.alarms) & set(scan.warnings)


@every_level
def test_a_signal_is_left_as_it_was(level: str) -> None:
    [signal, *_] = errors(1)
    signal.flags.writeable = False
    assert len(scanned(load(level), signal).alarms) >= 0


@every_level
def test_two_runs_do_not_disturb_each_other(level: str) -> None:
    detector = load(level)
    first, second, *_ = errors(2, seed=3)
    state_1, state_2 = started(detector), started(detector)
    of_1, of_2 = [], []
    for begin in range(0, len(first), 50):
        of_1.append((begin, detector.scan(first[begin : begin + 50], state_1)))
        of_2.append((begin, detector.scan(second[begin : begin + 50], state_2)))
    assert together(of_1) == together([(0, scanned(detector, first))])
    assert together(of_2) == together([(0, scanned(detector, second))])


@every_level
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_the_type_of_the_numbers_does_not_matter(level: str, dtype: type) -> None:
    for signal in errors(3, seed=4):
        expected, found = scanned(load(level), signal), scanned(load(level), signal.astype(dtype))
        np.testing.assert_array_equal(found.alarms, expected.alarms)
        np.testing.assert_array_equal(found.warnings, expected.warnings)


# ---- warmed by the reference ----------------------------------------------------------------------------------------


def warmed(level: str, warm: str = Warm.REFERENCE) -> Detector:
    """The detector of a file, or river's object of that name."""
    if level in RIVERS:
        return StepByStep(detector=RIVERS[level](), name=level, warm=Warm(warm))
    return replace(load(level), warm=warm)  # type: ignore[type-var]


def read_on(detector: Detector, reference: np.ndarray, chunks: list[np.ndarray]) -> tuple[list[int], list[int]]:
    """Alarms and warnings in chunks of one stream, after the reference."""
    state = detector.start(reference, rng=np.random.default_rng(0))
    begins = np.cumsum([0, *map(len, chunks)]).tolist()
    return together([(begin, detector.scan(chunk, state)) for begin, chunk in zip(begins, chunks, strict=False)])


RIVERS = {"river.ADWIN": drift.ADWIN, "river.KSWIN": drift.KSWIN, "river.DDM": binary.DDM, "river.EDDM": binary.EDDM}
every_warmed = pytest.mark.parametrize("level", [*FOR_ERRORS, *RIVERS])


@every_warmed
def test_warmed_it_goes_on_from_the_reference_wherever_the_stream_is_cut(level: str) -> None:
    """As if reference and stream were one signal of which only what comes after the reference counts."""
    n_before = 0
    for reference, later in zip(errors(6, seed=6), errors(6, seed=7), strict=True):
        if not len(reference):
            continue
        whole = read_on(warmed(level, Warm.NONE), reference, [np.concatenate([reference, later])])
        expected = tuple([row - len(reference) for row in rows if row >= len(reference)] for rows in whole)
        n_before += sum(row < len(reference) for row in whole[0])
        assert read_on(warmed(level), reference, [later]) == expected
        assert read_on(warmed(level), reference, [later[:1], later[1:1], later[1:40], later[40:]]) == expected
    assert n_before  # resets among the reference errors are kept


@every_warmed
def test_the_reference_is_left_as_it_was(level: str) -> None:
    reference = np.zeros(50)
    reference.flags.writeable = False
    warmed(level).start(reference, rng=np.random.default_rng(0))


@every_warmed
@pytest.mark.parametrize("reference", [None, np.zeros(0)], ids=["none", "empty"])
def test_without_reference_errors_none_is_warmed(level: str, reference: Any) -> None:
    needs = {"cusum_page": "CUSUM with a known target needs", "error_budget": "^error_budget needs reference errors"}
    with pytest.raises(ConfigError, match=needs.get(level, f"^{level} is warmed by reference errors, and")):
        warmed(level).start(reference, rng=np.random.default_rng(0))


@pytest.mark.parametrize("level", FOR_ERRORS)
def test_a_reference_that_is_none_is_refused_with_its_row(level: str) -> None:
    with pytest.raises(DataError, match=f"^{level} reads .*, and row 7 of the reference holds nan; 1 stands for"):
        warmed(level).start(np.where(np.arange(9) == 7, np.nan, 0.0), rng=np.random.default_rng(0))


@pytest.mark.parametrize("level", ["adwin", "performance_window", "river.ADWIN"])
def test_nothing_else_warms(level: str) -> None:
    with pytest.raises(ConfigError, match="unknown warm 'stream'; choose one of none, reference"):
        replace(warmed(level), warm="stream")  # type: ignore[type-var]


@pytest.mark.parametrize("level", ["ddm", "ddm_100", "eddm"])
def test_a_warmed_level_is_its_kin_but_for_that(level: str) -> None:
    assert load(f"{level}_warm") == replace(load(level), name=f"{level}_warm", warm=Warm.REFERENCE)  # type: ignore[type-var]


def test_ddm_warmed_has_no_cold_start() -> None:
    """After 31 hits the first error alarms at any threshold, unless there was an error before."""
    signal, strict = np.where(np.arange(200) == 40, 1.0, 0.0), {"drift_threshold": 50.0}
    reference = np.tile([1.0, 0.0, 0.0, 0.0, 0.0], 60)
    assert replace(load("ddm"), **strict).alarms(signal, reference).tolist() == [40]  # type: ignore[type-var]
    assert replace(load("ddm_warm"), **strict).alarms(signal, reference).tolist() == []  # type: ignore[type-var]


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", FOR_ERRORS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_refused_with_its_row(level: str, value: float) -> None:
    signal = np.zeros(10)
    signal[7] = value
    with pytest.raises(DataError, match=rf"^{level} reads .*, and row 7 holds {value}; 1 stands for an error$"):
        scanned(load(level), signal)


@pytest.mark.parametrize("level", FOR_ERRORS)
def test_a_table_is_refused(level: str) -> None:
    with pytest.raises(DataError, match=r"reads one number a row, not an array of shape \(5, 2\)"):
        scanned(load(level), np.zeros((5, 2)))


@pytest.mark.parametrize("level", ["ddm", "hddm_a", "hddm_w", "ecdd"])
@pytest.mark.parametrize("value", [-0.01, 1.01, 7.0])
def test_a_value_outside_the_unit_interval_is_refused_where_the_bounds_need_it(level: str, value: float) -> None:
    with pytest.raises(DataError, match="values from 0 to 1"):
        scanned(load(level), np.array([0.5, value]))


@pytest.mark.parametrize("level", ["eddm", "rddm", "fhddm", "stepd", "stepd_moa", "ddm_moa"])
def test_a_loss_is_refused_where_errors_are_counted(level: str) -> None:
    with pytest.raises(DataError, match=r"errors of 0 and 1, and row 1 holds 0\.5"):
        scanned(load(level), np.array([1.0, 0.5]))


@pytest.mark.parametrize("level", ["adwin", "adwin_moa", "page_hinkley", "cusum", "kswin", "performance_window"])
def test_a_loss_in_any_unit_is_read_where_only_its_mean_or_order_counts(level: str) -> None:
    rng = np.random.default_rng(0)
    signal = np.concatenate([rng.normal(-3.0, 0.1, 600), rng.normal(-2.5, 0.1, 600)])
    alarms = load(level).alarms(signal, rng=rng)
    assert ((alarms >= 600) & (alarms < 900)).any()


# ---- knobs -----------------------------------------------------------------------------------------------------------


def turned(detector: Detector, knob: Knob, share: float) -> Detector:
    """The detector with its knob between loosest (share 0) and strictest (1)."""
    scale = np.log if knob.logarithmic else np.asarray
    value = float(scale(knob.loosest) * (1 - share) + scale(knob.strictest) * share)
    value = float(np.exp(value)) if knob.logarithmic else value
    value = knob.loosest if share == 0 else knob.strictest if share == 1 else value
    return replace(detector, **{knob.name: value})  # type: ignore[type-var]


@pytest.mark.parametrize("level", KNOBS)
def test_turning_the_knob_towards_strict_takes_alarms_away(level: str) -> None:
    detector = load(level)
    assert detector.knob is not None
    rng = np.random.default_rng(5)
    signals = [rng.random(1800) < 0.2 for _ in range(6)]
    shares = [0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
    counts = []
    for share in shares:
        strict = turned(detector, detector.knob, share)
        counts.append(sum(len(scanned(strict, signal).alarms) for signal in signals))
    assert counts[0] >= 6
    assert counts[-1] == 0
    for looser, stricter in pairwise(counts):
        assert stricter <= 1.1 * looser + 3, counts


NESTED = [level for level in FOR_ERRORS if getattr(load(level), "is_nested", False)]


def test_it_is_known_of_these_detectors_that_streams_with_alarms_are_nested() -> None:
    assert [
        *("cusum", "ddm", "ddm_100", "eddm", "error_budget", "fhddm", "fhddms", "kswin", "lookahead"),
        *("page_hinkley", "performance_2", "performance_5", "performance_window", "stepd"),
    ] == NESTED


def test_nothing_is_known_of_a_warmed_detector_or_of_a_class_that_inherits() -> None:
    ddm: Any = load("ddm")
    assert not replace(ddm, warm=Warm.REFERENCE).is_nested
    assert not type("Own", (type(ddm),), {})().is_nested


@pytest.mark.parametrize("level", NESTED)
def test_a_stricter_knob_alarms_on_no_stream_on_which_a_looser_one_does_not(level: str) -> None:
    detector = load(level)
    assert detector.knob is not None
    rng = np.random.default_rng(7)
    rates = [0.0, 0.02, 0.2, 0.5, 0.9, 1.0]
    signals = [rng.random(700) < np.where(np.arange(700) < 400, rate, rng.choice(rates)) for rate in rates * 4]
    first: list[float] = [0.0] * len(signals)
    for share in np.linspace(0, 1, 60) ** 2:
        strict = turned(detector, detector.knob, float(share))
        found = [min(scanned(strict, signal).alarms, default=np.inf) for signal in signals]
        assert all(later >= earlier for later, earlier in zip(found, first, strict=True)), share
        first = found


@pytest.mark.parametrize("level", KNOBS)
def test_the_knob_is_a_number_that_the_detector_has(level: str) -> None:
    detector = load(level)
    assert detector.knob is not None
    assert isinstance(getattr(detector, detector.knob.name), (int, float))
    assert not detector.knob.logarithmic or min(detector.knob.loosest, detector.knob.strictest) > 0


# ---- parameters that make no sense -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "parameters"),
    [
        ("ddm", {"drift_threshold": -1.0}),
        ("eddm", {"beta": 1.5}),
        ("hddm_a", {"drift_confidence": 0.0}),
        ("hddm_a_moa", {"warning_confidence": 2.0}),
        ("hddm_w", {"lambda_val": 1.0}),
        ("fhddm", {"short_window_size": 101}),
        ("fhddm", {"confidence_level": 0.0}),
        ("adwin", {"delta": 0.0}),
        ("adwin", {"max_buckets": 1}),
        ("page_hinkley", {"mode": "sideways"}),
        ("ecdd", {"run_length": 500}),
        ("stepd", {"alpha_drift": 1.0}),
        ("kswin", {"stat_size": 51}),
        ("performance_window", {"window": 0}),
        ("error_budget", {"budget": 0.0}),
        ("lookahead", {"tests": 1}),
        ("metronome", {"every": 0}),
        ("random", {"rate": 0.0}),
    ],
)
def test_a_parameter_without_a_meaning_is_refused(level: str, parameters: dict[str, Any]) -> None:
    [name] = parameters
    with pytest.raises(ConfigError, match=name):
        replace(load(level), **parameters)  # type: ignore[type-var]


@pytest.mark.parametrize("level", ["random", "kswin"])
def test_a_detector_that_draws_asks_for_a_generator(level: str) -> None:
    with pytest.raises(ConfigError, match="rng"):
        load(level).start()


def test_cusum_with_a_known_target_asks_for_a_reference() -> None:
    with pytest.raises(ConfigError, match="reference"):
        load("cusum_page").start()
