"""Chi-square and PSI against scipy's and plain formulas, window by window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2_contingency

from harness.core import ConfigError
from harness.detectors.bins import Histogram, Term
from harness.detectors.chi_square import ChiSquare
from harness.detectors.psi import PSI

LEVELS = st.sampled_from([0.0, 1.0, 1.0, 2.0, 5.0, np.nan])
UNSEEN, MISSING = -1.0, -2.0


def column_of(values: st.SearchStrategy[float], smallest: int, largest: int) -> st.SearchStrategy[np.ndarray]:
    sizes = st.integers(smallest, largest)
    return sizes.flatmap(lambda size: arrays(np.float64, (size, 1), elements=values))


def table(reference: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Counts of the reference (first row) and the window by level, unseen ones together and missing ones together."""
    levels = [*np.unique(reference[~np.isnan(reference)]), UNSEEN, MISSING]

    def named(values: np.ndarray) -> np.ndarray:
        known = np.where(np.isin(values, reference), values, UNSEEN)
        return np.where(np.isnan(values), MISSING, known)

    return np.array([[np.count_nonzero(named(rows) == level) for level in levels] for rows in (reference, window)])


def chi_square_by_scipy(counts: np.ndarray) -> float:
    held = counts[:, counts.sum(axis=0) > 0]
    return float(chi2_contingency(held, correction=False).pvalue) if held.shape[1] > 1 else 1.0


def psi_by_the_formula(counts: np.ndarray, smoothing: float) -> float:
    smoothed = counts + smoothing
    p, q = smoothed / smoothed.sum(axis=1, keepdims=True)
    return float(np.sum((q - p) * np.log(q / p)))


@settings(max_examples=100, deadline=None)
@given(
    column_of(LEVELS, 1, 30).filter(lambda rows: not np.isnan(rows).all()),
    column_of(LEVELS, 1, 60),
    st.integers(2, 20),
    st.sampled_from([1, 2, 7, 20]),
)
def test_every_window_has_scipys_p_value_and_the_formulas_index(
    reference: np.ndarray, rows: np.ndarray, window: int, step: int
) -> None:
    nominal = np.array([True])
    chi_square = ChiSquare(window=window, step=step)
    tests = chi_square.scan(rows, chi_square.start(reference, nominal))
    psi = PSI(window=window, step=step, smoothing=0.3)
    indices = psi.scan(rows, psi.start(reference, nominal))
    assert tests.tested.tolist() == indices.tested.tolist() == list(range(window - 1, len(rows), step))
    for test, end in enumerate(tests.tested):
        counts = table(reference[:, 0], rows[end - window + 1 : end + 1, 0])
        assert tests.values[test, 0] == pytest.approx(chi_square_by_scipy(counts), abs=1e-10)
        assert indices.values[test, 0] == pytest.approx(psi_by_the_formula(counts, 0.3), abs=1e-10)


@pytest.mark.parametrize("term", list(Term))
def test_sums_that_slid_over_many_rows_are_those_of_a_fresh_start_to_the_last_bit(term: Term) -> None:
    rng = np.random.default_rng(0)
    columns = np.arange(2)
    reference = Histogram.of(rng.integers(0, 9, (250, 2)).astype(float), columns, np.array([True, True]), 2)
    rows = rng.integers(0, 11, (20_000, 2)).astype(float)
    slid = reference.sums(term, rows, np.arange(299, 20_000), window=300, smoothing=0.5)
    fresh = reference.sums(term, rows[-300:], np.array([299]), window=300, smoothing=0.5)
    np.testing.assert_array_equal(slid.total[-1], fresh.total[0])
    np.testing.assert_array_equal(slid.occupied[-1], fresh.occupied[0])


def test_intervals_hold_equal_shares_of_a_reference_without_ties() -> None:
    rows = np.random.default_rng(1).normal(size=(100, 1))
    histogram = Histogram.of(rows, np.arange(1), np.array([False]), 10)
    assert histogram.counts[0].tolist() == [10] * 10 + [0]


def test_tied_quantiles_are_one_edge_and_nothing_lies_below_the_minimum() -> None:
    """Quantiles 0, 0, 0, 1 (the fifths) leave the one edge that cuts anything: below 1, and from 1 on."""
    rows = np.repeat([0.0, 1.0, np.nan], [8, 2, 5])[:, None]
    histogram = Histogram.of(rows, np.arange(1), np.array([False]), 5)
    assert histogram.counts[0].tolist() == [8, 2, 5]


def test_a_value_beyond_the_reference_falls_into_the_outer_intervals() -> None:
    reference = np.arange(10.0)[:, None]
    histogram = Histogram.of(reference, np.arange(1), np.array([False]), 2)
    rows = np.array([[-np.inf], [-1e9], [4.9], [5.0], [1e9], [np.inf]])
    expected = sum(w * w / (r + w) for r, w in ((5, 3), (5, 3)))
    found = histogram.sums(Term.CHI_SQUARE, rows, np.array([5]), window=6)
    assert found.total[0, 0] == pytest.approx(expected)


def test_a_column_of_one_value_gives_no_evidence() -> None:
    reference, nominal = np.zeros((40, 1)), np.array([True])
    found = ChiSquare(window=20, step=20).alarms(reference, reference, nominal)
    assert not len(found)
    assert PSI(window=20, step=20).scan(reference, PSI(window=20).start(reference, nominal)).values.max() < 0.05


def test_an_unseen_level_alarms_where_the_known_levels_keep_their_shares() -> None:
    rng = np.random.default_rng(2)
    reference, rows = (rng.integers(0, 4, (size, 2)).astype(float) for size in (300, 600))
    rows[300:, 1] = np.where(rng.uniform(size=300) < 0.1, 17.0, rows[300:, 1])
    for detector in (ChiSquare(), PSI(threshold=0.1)):
        found = detector.scan(rows, detector.start(reference, np.array([True, True])))
        assert found.alarms.tolist() == [599]
        assert found.features[0].tolist() == [1]


def test_missing_values_alarm_though_the_others_keep_their_shares() -> None:
    rng = np.random.default_rng(4)
    reference, rows = (rng.normal(size=(size, 2)) for size in (300, 300))
    rows[rng.uniform(size=300) < 0.15, 0] = np.nan
    for detector in (ChiSquare(bins=5), PSI(threshold=0.2, bins=5)):
        found = detector.scan(rows, detector.start(reference))
        assert [moved.tolist() for moved in found.features] == [[0]]


@pytest.mark.parametrize("parameters", [{"bins": 1}, {"smoothing": 0.0}, {"rule": "bonferroni"}, {"share": 1.5}])
def test_psi_refuses_parameters_that_make_no_sense(parameters: dict[str, float]) -> None:
    with pytest.raises(ConfigError):
        PSI(**parameters)


def test_chi_square_refuses_a_single_bin() -> None:
    with pytest.raises(ConfigError, match="bins has to be at least 2"):
        ChiSquare(bins=1)
