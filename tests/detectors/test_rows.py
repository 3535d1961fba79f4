"""What every detector that reads rows promises; a new YAML is tested by being there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf
from scipy.stats import false_discovery_control
from sklearn.tree import DecisionTreeClassifier

from harness import places
from harness.core import ConfigError, DataError
from harness.detectors.chi_square import ChiSquare
from harness.detectors.classifier import ClassifierTwoSample
from harness.detectors.contract import Input
from harness.detectors.ks import KS
from harness.detectors.mmd import MMD
from harness.detectors.psi import PSI
from harness.detectors.rules import by_index, by_p_value
from harness.detectors.windows import WindowScan, WindowTest

FOLDER = places.shipped("conf") / "detector"
NOMINAL = np.array([False, True, False, True])


@cache
def detector(level: str) -> Any:
    return instantiate(OmegaConf.load(FOLDER / f"{level}.yaml"))


def read_rows(level: str) -> bool:
    return "harness.detectors" in (FOLDER / f"{level}.yaml").read_text() and detector(level).input is Input.ROWS


LEVELS = [path.stem for path in sorted(FOLDER.glob("*.yaml")) if read_rows(path.stem)]


def small(level: str) -> WindowTest:
    """The detector with windows of a test's size and a reference that is given, and without a forest's cost."""
    found = replace(detector(level), window=20, step={1: 1, 75: 5, 300: 15}[detector(level).step], reference="given")
    if isinstance(found, ClassifierTwoSample):
        return replace(found, classifier=DecisionTreeClassifier(max_depth=3), folds=found.folds and 2)
    return replace(found, permutations=19) if isinstance(found, MMD) else found


def stream(n_rows: int, seed: int = 0) -> np.ndarray:
    """Two numeric columns with ties and two nominal ones, all with missing values; the later half is shifted."""
    rng = np.random.default_rng(seed)
    rows = np.column_stack([rng.normal(size=(n_rows, 4)).round(1)])
    rows[:, NOMINAL] = rng.integers(0, 4, size=(n_rows, 2))
    rows[n_rows // 2 :, :2] += 2
    rows[rng.uniform(size=rows.shape) < 0.05] = np.nan
    return rows


def begin(test: WindowTest, reference: np.ndarray | None, nominal: np.ndarray | None = NOMINAL) -> Any:
    return test.start(reference, nominal, np.random.default_rng(1))


every = pytest.mark.parametrize("level", LEVELS)


# ---- the contract ---------------------------------------------------------------------------------------------------


def test_all_kinds_are_shipped() -> None:
    assert {"ks", "chi_square", "psi", "classifier_two_sample", "mmd"} <= set(LEVELS)


@every
def test_a_level_is_named_as_its_file_and_knows_its_source(level: str) -> None:
    found = detector(level)
    assert found.name == level
    assert found.about["title"]
    assert found.about["citation"]


@every
@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 90), max_size=6), given_reference=st.booleans())
def test_a_scan_in_chunks_gives_what_a_whole_one_gives(level: str, cuts: list[int], given_reference: bool) -> None:
    test, rows = small(level), stream(90)
    reference = stream(30, seed=1)[:15] if given_reference else None
    test = test if given_reference else replace(test, reference="first")
    whole = test.scan(rows, begin(test, reference))
    state, bounds = begin(test, reference), [0, *sorted(cuts), 90]
    parts = [test.scan(rows[start:end], state) for start, end in pairwise(bounds)]
    offsets = bounds[:-1]
    joined = [part.alarms + offset for part, offset in zip(parts, offsets, strict=True)]
    np.testing.assert_array_equal(np.concatenate(joined), whole.alarms)
    np.testing.assert_array_equal(np.concatenate([part.score for part in parts]), whole.score)
    assert [moved.tolist() for part in parts for moved in part.features] == [m.tolist() for m in whole.features]
    values = [part.values for part in parts if len(part.tested)]
    np.testing.assert_array_equal(np.concatenate(values), whole.values)


@every
def test_a_scan_reports_each_tested_window_at_its_last_row(level: str) -> None:
    test, rows = small(level), stream(200)
    found = test.scan(rows, begin(test, stream(40, seed=1)[:20]))
    assert found.tested.tolist() == list(range(19, 200, test.step))
    assert np.flatnonzero(~np.isnan(found.score)).tolist() == found.tested.tolist()
    assert set(found.alarms) <= set(found.tested)
    assert (np.diff(found.alarms) > 0).all()
    assert len(found.features) == len(found.alarms)


@every
def test_scanning_leaves_the_signal_and_what_it_keeps_of_it_alone(level: str) -> None:
    test, rows, reference = small(level), stream(60), stream(40, seed=1)
    before = rows.copy()
    whole = test.scan(rows, begin(test, reference))
    np.testing.assert_array_equal(rows, before)
    state = begin(test, reference)
    test.scan(rows[:30], state)
    rows[:30] = 99.0
    np.testing.assert_array_equal(test.scan(rows[30:], state).score, whole.score[30:])


@every
def test_two_runs_do_not_disturb_each_other(level: str) -> None:
    test, rows, reference = small(level), stream(90), stream(40, seed=1)
    alone = test.scan(rows, begin(test, reference))
    one, other = begin(test, reference), begin(test, rows)
    first = test.scan(rows[:50], one)
    test.scan(rows[::-1], other)
    second = test.scan(rows[50:], one)
    np.testing.assert_array_equal(np.concatenate([first.score, second.score]), alone.score)


@every
def test_the_loosest_knob_alarms_at_a_shift_and_the_strictest_never(level: str) -> None:
    test, rows = small(level), stream(200)
    knob = test.knob
    assert knob is not None
    counts = [
        len(set_to.scan(rows, begin(set_to, stream(40, seed=1)[:20])).alarms)
        for set_to in (replace(test, **{knob.name: value}) for value in (knob.loosest, knob.strictest))
    ]
    assert counts[0] > 0 == counts[1]


@every
def test_scores_say_what_any_other_level_would_alarm(level: str) -> None:
    test, rows, reference = small(level), stream(200), stream(40, seed=1)
    assert test.knob is not None
    score = test.scan(rows, begin(test, reference)).score
    value = float(np.nanquantile(score, 0.5))
    again = replace(test, **{test.knob.name: value})
    expected = score > value if test.larger else score < value
    np.testing.assert_array_equal(again.scan(rows, begin(test, reference)).alarms, np.flatnonzero(expected))


@every
def test_the_first_window_can_be_the_reference(level: str) -> None:
    test, rows = replace(small(level), reference="first"), stream(90)
    found = test.scan(rows, begin(test, None))
    assert found.tested[0] == 39, "the reference itself is not tested"
    assert np.isnan(found.score[:39]).all()
    given = small(level)
    rest = given.scan(rows[20:], begin(given, rows[:20]))
    np.testing.assert_array_equal(found.score[20:], rest.score)


def test_a_first_window_is_the_reference_whatever_is_given() -> None:
    test, rows = replace(small("ks"), reference="first"), stream(90)
    np.testing.assert_array_equal(
        test.scan(rows, begin(test, rows + 9.0)).score, test.scan(rows, begin(test, None)).score
    )
    assert detector("ks_first").reference == "first"


@every
def test_a_stream_shorter_than_a_window_is_not_tested(level: str) -> None:
    test = small(level)
    for n_rows in (0, 1, 19):
        found = test.scan(stream(60)[:n_rows], begin(test, stream(40)))
        assert not len(found.alarms)
        assert len(found.score) == n_rows
        assert not len(found.tested)


@every
def test_a_missing_reference_is_refused(level: str) -> None:
    test = replace(small(level), reference="given")
    with pytest.raises(ConfigError, match="reference rows: give them to start, or set reference=first"):
        begin(test, None)


# ---- borders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("test", [ClassifierTwoSample(classifier=None), MMD()])
def test_a_test_that_draws_wants_an_rng(test: WindowTest) -> None:
    with pytest.raises(ConfigError, match="draws random numbers"):
        test.start(np.zeros((5, 1)))


@pytest.mark.parametrize("reference", [np.zeros((9, 2)), None])
def test_no_readable_column_is_refused_at_the_start(reference: np.ndarray | None) -> None:
    all_nominal = np.array([True, True])
    with pytest.raises(ConfigError, match="ks finds no column that it can read: it reads numeric columns"):
        KS(reference="first").start(reference, all_nominal)
    for columns in (~all_nominal, None):
        with pytest.raises(ConfigError, match="chi_square finds no column that it can read"):
            ChiSquare(reference="first").start(reference, columns)


@pytest.mark.parametrize("test", [KS(), ChiSquare(bins=3), PSI(), MMD()])
def test_columns_without_any_value_are_left_out(test: WindowTest) -> None:
    reference = np.random.default_rng(0).normal(size=(30, 2))
    reference[:, 0] = np.nan
    found = test.scan(np.zeros((300, 2)), begin(test, reference, None))
    assert found.alarms.tolist() == [299]
    if found.values.shape[1]:
        assert np.isnan(found.values).tolist() == [[True, False]]
    with pytest.raises(ConfigError, match="no column that it can read"):
        begin(test, np.full((30, 2), np.nan), None)


def test_rows_of_another_shape_are_refused() -> None:
    test = KS(window=5, step=5)
    with pytest.raises(DataError, match="must have shape"):
        test.alarms(np.zeros(10), np.zeros((5, 2)))
    with pytest.raises(DataError, match="3 features where the reference has 2"):
        test.alarms(np.zeros((10, 3)), np.zeros((5, 2)))
    with pytest.raises(DataError, match="columns names 3 features where the rows have 2"):
        test.start(np.zeros((5, 2)), np.zeros(3, dtype=bool))
    with pytest.raises(DataError, match="has no rows"):
        test.start(np.zeros((0, 2)))


@pytest.mark.parametrize(
    "parameters", [{"window": 1}, {"step": 0}, {"reference": "last"}, {"level": 1.5}, {"share": -0.1}, {"rule": "all"}]
)
def test_parameters_that_make_no_sense_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        KS(**parameters)


def test_the_classifier_test_refuses_folds_without_rows() -> None:
    with pytest.raises(ConfigError, match="folds has to be at least 2"):
        ClassifierTwoSample(classifier=None, folds=1)
    with pytest.raises(ConfigError, match="cuts the reference into 5 parts: give it more rows than 4"):
        begin(ClassifierTwoSample(classifier=None, folds=5), np.zeros((4, 1)), None)


# ---- many columns ---------------------------------------------------------------------------------------------------

P = np.array([[0.001, 0.02, 0.03, 0.9], [0.5, 0.5, 0.012, np.nan], [0.04, 0.04, 0.04, 0.04]])


def test_bonferroni_multiplies_by_the_number_of_columns() -> None:
    verdict = by_p_value(P, rule="bonferroni", level=0.05, share=0.5)
    assert verdict.score.tolist() == pytest.approx([0.004, 0.048, 0.16])
    assert verdict.alarm.tolist() == [True, True, False]
    assert verdict.moved[:2].tolist() == [[True, False, False, False], [False, False, True, False]]


def test_bh_flags_what_scipys_adjusted_p_values_flag() -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(size=(50, 7)) ** 3
    verdict = by_p_value(p, rule="bh", level=0.1, share=0.5)
    adjusted = false_discovery_control(p, axis=1)
    np.testing.assert_allclose(verdict.score, adjusted.min(axis=1))
    np.testing.assert_array_equal(verdict.moved, adjusted < 0.1)


@pytest.mark.parametrize(("share", "score"), [(0.0, 0.001), (0.25, 0.001), (0.3, 0.02), (0.5, 0.02), (1.0, 0.9)])
def test_a_share_of_the_columns_must_be_below_the_level(share: float, score: float) -> None:
    verdict = by_p_value(P[:1], rule="share", level=0.025, share=share)
    assert verdict.score.tolist() == [score]
    assert verdict.alarm.tolist() == [score < 0.025]
    assert verdict.moved.tolist() == [[True, True, False, False]]


def test_three_tenths_of_ten_columns_are_three() -> None:
    p = np.arange(1, 11)[None, :] / 100
    assert by_p_value(p, rule="share", level=0.05, share=0.1 + 0.2).score.tolist() == [0.03]


def test_any_column_is_enough_and_its_p_value_is_not_corrected() -> None:
    assert by_p_value(P, rule="any", level=0.05, share=0.5).alarm.tolist() == [True, True, True]


def test_an_index_alarms_above_its_threshold() -> None:
    index = np.array([[0.1, 0.3, 0.26], [0.25, 0.25, 0.1]])
    one = by_index(index, rule="any", threshold=0.25, share=0.5)
    assert one.score.tolist() == [0.3, 0.25]
    assert one.alarm.tolist() == [True, False]
    assert one.moved[0].tolist() == [False, True, True]
    assert by_index(index, rule="share", threshold=0.25, share=0.6).score.tolist() == [0.26, 0.25]


def test_columns_are_ranked_by_how_far_they_moved() -> None:
    values = np.array([[0.4, np.nan, 0.01, 0.2]])
    small_speak = WindowScan(np.array([7]), tested=np.array([7]), values=values)
    assert small_speak.ranked(0).tolist() == [2, 3, 0]
    assert replace(small_speak, larger=True).ranked(0).tolist() == [0, 3, 2]
