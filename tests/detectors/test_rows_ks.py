"""The Kolmogorov-Smirnov test against scipy's, window by window."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ks_2samp

from harness.core import ConfigError
from harness.detectors.ks import KS, Sample
from harness.detectors.ks_distribution import REMEMBERED, p_values

ALL_BY_COUNTING = 10**6
"""A step so large that every window is counted by itself; which windows are tested is said by their ends."""

TIED = st.sampled_from([0.0, -0.0, 1.0, 1.0, 2.0, 3.5, np.nan])
ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=True, width=64)


def columns_of(values: st.SearchStrategy[float], smallest: int, largest: int) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(smallest, largest), st.just(2))
    return shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=values))


def by_scipy(reference: np.ndarray, window: np.ndarray, method: str = "exact") -> tuple[float, float]:
    """Statistic and p-value without missing values; NaN if there is nothing to compare."""
    known, seen = reference[~np.isnan(reference)], window[~np.isnan(window)]
    if not len(seen):
        return np.nan, np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy divides 0 by 0 on the way to some p-values
        return tuple(ks_2samp(known, seen, method=method)[:2])


def every_window(rows: np.ndarray, window: int) -> np.ndarray:
    return np.arange(window - 1, len(rows))


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(columns_of(TIED, 1, 30), columns_of(ANY_NUMBER, 1, 12)),
    st.one_of(columns_of(TIED, 1, 40), columns_of(ANY_NUMBER, 1, 20)),
    st.integers(1, 25),
    st.booleans(),
)
def test_the_statistic_is_scipys_on_every_window(
    reference: np.ndarray, rows: np.ndarray, window: int, sliding: bool
) -> None:
    sample = Sample.of(reference, np.arange(2))
    ends = every_window(rows, window)[-10:]
    step = 0 if sliding else ALL_BY_COUNTING
    found = sample.distances(rows, ends, window=window, step=step)
    for test, end in enumerate(ends):
        for column in np.flatnonzero(sample.sizes):
            expected, _ = by_scipy(reference[:, column], rows[end - window + 1 : end + 1, column])
            if np.isnan(expected):
                assert found.sizes[test, column] == 0
            else:
                size = sample.sizes[column] * found.sizes[test, column]
                assert found.numerators[test, column] / size == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 300])
@pytest.mark.parametrize("missing", [0.0, 0.03])
def test_sliding_and_counting_give_the_same_whole_numbers(n: int, missing: float) -> None:
    rng = np.random.default_rng(n)
    reference, rows = rng.normal(size=(n, 3)).round(1), rng.normal(0.2, 1.1, size=(700, 3)).round(1)
    rows[rng.uniform(size=rows.shape) < missing] = np.nan
    sample = Sample.of(reference, np.arange(3))
    ends = every_window(rows, 100)
    slid = sample.distances(rows, ends, window=100, step=1)
    counted = sample.distances(rows, ends, window=100, step=ALL_BY_COUNTING)
    np.testing.assert_array_equal(slid.numerators, counted.numerators)
    np.testing.assert_array_equal(slid.sizes, counted.sizes)


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_outliers_of_any_size_do_not_upset_the_search_for_ranks(scale: float) -> None:
    rng = np.random.default_rng(3)
    reference = scale * rng.standard_cauchy(size=(200, 1)) ** 3
    rows = scale * rng.standard_cauchy(size=(150, 1)) ** 3
    found = Sample.of(reference, np.arange(1)).distances(rows, np.array([149]), window=150, step=150)
    assert found.numerators[0, 0] / (200 * 150) == pytest.approx(by_scipy(reference[:, 0], rows[:, 0])[0], abs=1e-12)


@pytest.mark.parametrize("method", ["exact", "asymptotic"])
@pytest.mark.parametrize(("n", "m"), [(1, 2), (1, 7), (5, 2), (20, 30), (64, 64), (299, 300), (300, 300), (150, 1000)])
def test_p_values_are_scipys(n: int, m: int, method: str) -> None:
    rng = np.random.default_rng(n * m)
    for shift in (0.0, 0.1, 0.3, 1.0):
        reference, rows = rng.normal(size=(n, 2)), rng.normal(shift, 1.0, size=(m, 2))
        sample = Sample.of(reference, np.arange(2))
        found = sample.distances(rows, np.array([m - 1]), window=m, step=m)
        p = p_values(found.numerators, sample.sizes, found.sizes, method)
        scipys = "exact" if method == "exact" else "asymp"
        expected = [by_scipy(reference[:, column], rows[:, column], scipys)[1] for column in range(2)]
        np.testing.assert_allclose(p[0], expected, rtol=1e-9, atol=1e-12)


def test_exact_p_values_of_small_samples_are_shares_of_all_orderings() -> None:
    """Of the 6 ways to order two and two values, 2 separate the samples (D = 1) and 4 have D = 1/2: 2/6, 6/6."""
    p = p_values(np.array([[0, 2, 4]]), np.array([2, 2, 2]), np.array([[2, 2, 2]]), "exact")
    assert p[0].tolist() == pytest.approx([1.0, 1.0, 1 / 3])


@pytest.mark.parametrize("method", ["exact", "asymptotic"])
def test_two_single_values_are_never_apart(method: str) -> None:
    """Where scipy's asymptotic p-value is NaN."""
    assert p_values(np.array([[1]]), np.array([1]), np.array([[1]]), method) == 1.0


def test_a_remembered_p_value_is_not_taken_for_another_that_shares_its_place() -> None:
    n, m = np.array([600]), np.array([[601]])
    one, other = (np.array([[30_000]]), n, m), (np.array([[30_000 + REMEMBERED]]), n, m)
    expected = p_values(*one, "exact"), p_values(*other, "exact")
    assert expected[0] != expected[1]
    assert (p_values(*one, "exact"), p_values(*other, "exact")) == expected


@pytest.mark.parametrize(("n", "m"), [(40, 40), (40, 41)])
def test_a_larger_distance_is_no_likelier(n: int, m: int) -> None:
    numerators = np.arange(0, n * m + 1, n if n == m else 1)[:, None]
    p = p_values(numerators, np.array([n]), np.full_like(numerators, m), "exact")[:, 0]
    assert p[0] == 1.0
    assert 0 < p[-1] < 1e-20
    assert (np.diff(p) <= 1e-15).all()


def test_a_window_without_values_has_no_p_value_and_does_not_alarm() -> None:
    reference = np.random.default_rng(0).normal(size=(50, 2))
    rows = np.full((50, 2), np.nan)
    rows[:, 1] = 0.0
    detector = KS(window=50, step=50)
    found = detector.scan(rows, detector.start(reference))
    assert np.isnan(found.values[0, 0])
    assert found.features[0].tolist() == [1]
    assert found.ranked(0).tolist() == [1]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ConfigError, match="unknown method 'auto'"):
        KS(method="auto")
