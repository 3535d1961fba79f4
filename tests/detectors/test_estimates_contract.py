"""Every YAML of conf/detector that estimates an accuracy keeps the contract; a new file is tested by being there."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from harness import places
from harness.checks.made_data import confidences, disagreements, labelled_confidences
from harness.core import ConfigError, DataError, UnreadableError
from harness.detectors.contract import Input, Scan
from harness.estimators import Labelled, atc, average_confidence, cbpe, delay_adjusted_cbpe, disagreement, doc

CONF = places.shipped("conf") / "detector"


def load(level: str) -> Any:
    return instantiate(OmegaConf.load(CONF / f"{level}.yaml"))


def levels(*inputs: Input) -> list[str]:
    return [path.stem for path in sorted(CONF.glob("*.yaml")) if load(path.stem).input in inputs]


OF_CONFIDENCE = levels(Input.CONFIDENCE)
LEVELS = [*OF_CONFIDENCE, *levels(Input.DISAGREEMENT)]
every_level = pytest.mark.parametrize("level", LEVELS)
every_of_confidence = pytest.mark.parametrize("level", OF_CONFIDENCE)


def signal(level: str, n_rows: int = 300, seed: int = 0) -> np.ndarray:
    """A signal that gets worse in the middle."""
    return (confidences if level in OF_CONFIDENCE else disagreements)(n_rows, seed=seed)


def reference(level: str) -> np.ndarray:
    return labelled_confidences(100) if level in OF_CONFIDENCE else disagreements(100, seed=99, after=0.1)


def small(level: str, **setting: float) -> Any:
    """The detector with windows of a test's size."""
    return replace(load(level), **{"window": 40, "step": 7, **setting})


def scanned(detector: Any, level: str, rows: np.ndarray) -> Scan:
    found: Scan = detector.scan(rows, detector.start(reference(level)))
    return found


@every_level
def test_a_level_is_named_as_its_file_and_says_what_it_is(level: str) -> None:
    detector = load(level)
    assert detector.name == level
    assert all(detector.about[key] for key in ("title", "notes", "citation"))
    assert replace(detector, about={}) == detector
    assert pickle.loads(pickle.dumps(detector)) == detector
    assert (detector.window, detector.step) == (300, 75)


# ---- what is tested, and when ----------------------------------------------------------------------------------------


def estimated(level: str, window: np.ndarray) -> tuple[float, float]:
    """The estimate of a window and what it is compared with, by the functions of `harness.estimators`."""
    if level == "disagreement":
        return disagreement(window), disagreement(reference(level))
    known = Labelled(*reference(level).T)
    arrived = window[~np.isnan(window[:, 1])]
    late = Labelled(arrived[:, 1], arrived[:, 2])
    found = {
        "average_confidence": lambda: average_confidence(window[:, 0]),
        "cbpe": lambda: cbpe(window[:, 0], known),
        "atc": lambda: atc(window[:, 0], known),
        "doc": lambda: doc(window[:, 0], known),
        "delay_adjusted_cbpe": lambda: delay_adjusted_cbpe(window[:, 0], late, known),
    }
    return found[level](), known.accuracy


@every_level
def test_it_alarms_where_the_estimate_falls_short_and_then_starts_empty(level: str) -> None:
    rows, points = signal(level), 4.0
    score, alarms, since = np.full(len(rows), np.nan), [], 0
    for row in range(len(rows)):
        n = row + 1 - since
        if n >= 40 and (n - 40) % 7 == 0:
            estimate, expected = estimated(level, rows[row - 39 : row + 1])
            score[row] = 100 * (expected - estimate)
            if estimate < expected - points / 100:
                alarms.append(row)
                since = row + 1
    found = scanned(small(level, points=points), level, rows)
    assert len(alarms) >= 2
    assert found.alarms.tolist() == alarms
    np.testing.assert_allclose(found.score, score, atol=1e-9)


@every_level
@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 300), max_size=6), step=st.sampled_from([1, 7, 75]))
def test_scanning_in_chunks_gives_what_scanning_whole_gives(level: str, cuts: list[int], step: int) -> None:
    detector, rows = small(level, step=step), signal(level)
    whole, state = scanned(detector, level, rows), detector.start(reference(level))
    borders = [0, *sorted(cuts), len(rows)]
    chunks = [(begin, detector.scan(rows[begin:end], state)) for begin, end in pairwise(borders)]
    assert [begin + alarm for begin, scan in chunks for alarm in scan.alarms] == whole.alarms.tolist()
    np.testing.assert_array_equal(np.concatenate([scan.score for _, scan in chunks]), whole.score)


@every_level
def test_what_it_is_given_is_left_as_it_was(level: str) -> None:
    rows, known = signal(level), reference(level)
    rows.flags.writeable = known.flags.writeable = False
    detector = small(level)
    state = detector.start(known)
    assert len(detector.scan(rows, state).alarms) > 0


@every_level
def test_two_runs_do_not_disturb_each_other(level: str) -> None:
    detector, first, second = small(level), signal(level), signal(level, seed=1)
    states = [detector.start(reference(level)) for _ in range(2)]
    found: tuple[list[int], list[int]] = [], []
    for begin in range(0, 300, 50):
        for rows, state, alarms in zip((first, second), states, found, strict=True):
            alarms.extend(begin + detector.scan(rows[begin : begin + 50], state).alarms)
    assert found[0] == scanned(detector, level, first).alarms.tolist()
    assert found[1] == scanned(detector, level, second).alarms.tolist()


# ---- the knob --------------------------------------------------------------------------------------------------------


@every_level
def test_scores_of_a_scan_that_never_alarms_tell_what_any_setting_finds_first(level: str) -> None:
    rows = signal(level)
    silent = scanned(small(level, points=100.0), level, rows)
    assert not len(silent.alarms)
    for points in (-100.0, -3.0, 0.0, *np.nanquantile(silent.score, [0.3, 0.8, 1.0])):
        first = scanned(small(level, points=float(points)), level, rows).alarms[:1].tolist()
        assert first == np.flatnonzero(silent.score > points)[:1].tolist()


# ---- what is refused -------------------------------------------------------------------------------------------------


@every_of_confidence
def test_a_model_that_is_equally_sure_of_all_its_answers_is_not_read(level: str) -> None:
    known = np.column_stack([np.ones(50), np.arange(50) % 2])
    with pytest.raises(UnreadableError, match=rf"^{level} reads how sure .* all its answers \(1\): choose") as refused:
        load(level).start(known)
    assert refused.value.code == "constant-confidence"


@every_level
@pytest.mark.parametrize("known", [None, np.zeros(0)], ids=["none", "empty"])
def test_a_reference_is_asked_for(level: str, known: Any) -> None:
    with pytest.raises(ConfigError, match=f"^{level} compares with rows from before the stream: give them to start"):
        load(level).start(known)


def broken(level: str, row: int, column: int, value: float) -> np.ndarray:
    rows = signal(level)
    rows[(row, column) if rows.ndim == 2 else row] = value
    return rows


@every_level
@pytest.mark.parametrize("value", [np.nan, -0.1, 1.1, np.inf])
def test_a_value_that_is_no_share_is_refused_with_its_row(level: str, value: float) -> None:
    with pytest.raises(DataError, match=rf"{level} reads has to lie between 0 and 1, and that of row 7 is {value}"):
        scanned(small(level), level, broken(level, 7, 0, value))


@every_of_confidence
@pytest.mark.parametrize(("column", "value"), [(1, np.nan), (2, np.nan), (1, 2.0), (2, 0.5)])
def test_a_label_that_arrives_by_half_is_refused_with_its_row(level: str, column: int, value: float) -> None:
    with pytest.raises(DataError, match=f"^{level} reads the confidence and the error, .*; row 90 holds "):
        scanned(small(level), level, broken(level, 90, column, value))


@every_level
def test_another_shape_is_refused(level: str) -> None:
    with pytest.raises(DataError, match=rf"^{level} reads (three numbers|one number) a row, not an array of shape"):
        scanned(small(level), level, np.zeros((5, 2)))
    with pytest.raises(DataError, match=rf"{level} (needs two numbers|reads one number) a row"):
        load(level).start(np.zeros((5, 4)))


@every_level
@pytest.mark.parametrize("setting", [{"window": 0}, {"step": 0}, {"points": -101.0}, {"points": 101.0}])
def test_a_setting_without_a_meaning_is_refused(level: str, setting: dict[str, Any]) -> None:
    [name] = setting
    with pytest.raises(ConfigError, match=f"^{level}: {name} has to be at "):
        replace(load(level), **setting)
