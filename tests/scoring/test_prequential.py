"""Accuracy along a stream, by its definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import ConfigError
from harness.scoring.prequential import faded_accuracy, kappa_temporal, no_change_hits, windowed_accuracy

hits = st.lists(st.integers(0, 1), min_size=1, max_size=40)


@given(hits, st.floats(0.01, 1))
def test_a_row_i_steps_back_weighs_the_factor_to_the_power_i(values: list[int], factor: float) -> None:
    expected = [
        np.average(values[: t + 1], weights=factor ** np.arange(t, -1, -1, dtype=float)) for t in range(len(values))
    ]
    np.testing.assert_allclose(faded_accuracy(values, factor), expected, atol=1e-9)


@given(hits, st.integers(1, 50))
def test_a_window_is_the_mean_of_the_last_rows_there_are(values: list[int], window: int) -> None:
    expected = [np.mean(values[max(0, t + 1 - window) : t + 1]) for t in range(len(values))]
    np.testing.assert_allclose(windowed_accuracy(values, window), expected, atol=1e-12)


@given(hits)
def test_without_fading_and_with_a_window_over_all_rows_both_are_the_running_mean(values: list[int]) -> None:
    np.testing.assert_allclose(faded_accuracy(values, 1), windowed_accuracy(values, len(values)), atol=1e-12)


def test_fading_forgets_an_early_error_that_the_running_mean_keeps() -> None:
    values = [0] * 50 + [1] * 200
    assert faded_accuracy(values, 0.9)[-1] > 0.999
    assert windowed_accuracy(values, 100)[-1] == 1
    assert faded_accuracy(values, 1)[-1] == pytest.approx(0.8)


def test_no_rows_give_no_curve() -> None:
    assert len(faded_accuracy([], 0.9)) == len(windowed_accuracy([], 3)) == 0


def test_the_no_change_classifier_repeats_the_label_before() -> None:
    assert no_change_hits(np.array([2, 2, 0, 0, 1])).tolist() == [1, 0, 1, 0]
    assert len(no_change_hits(np.array([2]))) == 0


def test_kappa_temporal_is_the_share_of_the_no_change_error_that_is_avoided() -> None:
    assert kappa_temporal(0.9, 0.8) == pytest.approx(0.5)
    assert kappa_temporal([1.0, 0.8, 0.6], 0.8).tolist() == pytest.approx([1, 0, -1])


def test_a_model_that_repeats_the_last_label_has_a_kappa_of_0_however_accurate_it_is() -> None:
    truth = np.repeat([0, 1, 0, 2], 25)
    repeated = no_change_hits(truth)
    accuracy, own = windowed_accuracy(repeated, 200), faded_accuracy(repeated, 1.0)
    assert accuracy[-1] > 0.96
    assert kappa_temporal(accuracy[-1], own[-1]) == pytest.approx(0, abs=1e-9)


def test_where_repeating_makes_no_error_kappa_is_not_a_number() -> None:
    assert np.isnan(kappa_temporal([1.0, 0.5], [1.0, 1.0])).all()


@pytest.mark.parametrize("factor", [0, -0.1, 1.1])
def test_a_fading_factor_outside_its_range_is_refused(factor: float) -> None:
    with pytest.raises(ConfigError, match="fading factor"):
        faded_accuracy([1], factor)


def test_a_window_without_rows_is_refused() -> None:
    with pytest.raises(ConfigError, match="window has 0 rows"):
        windowed_accuracy([1], 0)
