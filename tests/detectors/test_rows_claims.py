"""What each detector that reads rows can see, and how often it errs when there is nothing to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import kolmogorov
from scipy.stats import binom
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from harness.detectors.chi_square import ChiSquare
from harness.detectors.classifier import ClassifierTwoSample
from harness.detectors.ks import KS
from harness.detectors.ks_distribution import p_values
from harness.detectors.mmd import MMD
from harness.detectors.psi import PSI
from harness.detectors.windows import WindowTest
from harness.randomness import stream

M = 300
STRICT = 0.001
"""The level where something is to be seen or not, so that chance does not decide."""

BY_PRODUCTS = make_pipeline(PolynomialFeatures(2, include_bias=False), LogisticRegression(max_iter=1000))


def plausible(count: int, n: int, rate: float) -> bool:
    """Whether a count is inside the central 99.9 % of a binomial distribution."""
    return bool(binom.ppf(0.0005, n, rate) <= count <= binom.ppf(0.9995, n, rate))


def alarms(test: WindowTest, rows: np.ndarray, reference: np.ndarray, nominal: np.ndarray | None = None) -> list[int]:
    return test.alarms(rows, reference, nominal, stream(0, "test", test.name)).tolist()


# ---- false alarms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [M, 250])
def test_ks_keeps_its_level_in_each_window_of_each_column(n: int) -> None:
    """Columns are repetitions here. Whole numbers leave a level of 5 % unused in part; the rest is known."""
    rng = stream(0, "test", "level of ks", n)
    reference, rows = rng.normal(size=(n, 3000)), rng.normal(size=(M, 3000))
    test = KS()
    p = test.scan(rows, test.start(reference)).values[0]
    numerators = np.arange(n * M // 10, n * M * 15 // 100)[:, None]  # D from .1 to .15: p from over 10 to under 1 %
    possible = p_values(numerators, np.array([n]), np.full_like(numerators, M), "exact")
    size = possible[possible < 0.05].max()
    assert 0.03 < size < 0.05
    assert plausible(np.count_nonzero(p < 0.05), 3000, size)


@pytest.mark.parametrize("rule", ["bonferroni", "bh"])
def test_ks_keeps_its_level_over_all_columns_of_a_window(rule: str) -> None:
    rng = stream(0, "test", "level of a window")
    test = KS(window=100, step=100, rule=rule)
    found = sum(len(test.alarms(rng.normal(size=(100, 8)), reference)) for reference in rng.normal(size=(1000, 100, 8)))
    assert plausible(found, 1000, 0.034)  # at 8 columns, whole numbers leave 3.4 % of 5 % (D >= 0.26)


def test_chi_square_keeps_its_level_with_levels_and_with_intervals() -> None:
    rng = stream(0, "test", "level of chi-square")
    levels, rows = (rng.choice(4, p=[0.1, 0.2, 0.3, 0.4], size=(M, 2000)).astype(float) for _ in range(2))
    test = ChiSquare(bins=10)
    of_levels = test.scan(rows, test.start(levels, np.ones(2000, dtype=bool))).values[0]
    assert plausible(np.count_nonzero(of_levels < 0.05), 2000, 0.05)
    of_intervals = test.scan(rng.normal(size=(M, 2000)), test.start(rng.normal(size=(M, 2000)))).values[0]
    assert plausible(np.count_nonzero(of_intervals < 0.05), 2000, 0.05)


def test_mmd_keeps_its_level_exactly_even_on_rows_that_repeat() -> None:
    rng = stream(0, "test", "level of mmd")
    test = MMD(window=25, step=25, permutations=19, level=0.1001)
    pool = rng.normal(size=(12, 2)).round(1)
    found = sum(
        len(test.alarms(pool[rng.integers(12, size=25)], pool[rng.integers(12, size=25)], rng=rng)) for _ in range(800)
    )
    assert plausible(found, 800, 0.1)


def test_the_two_sample_classifier_keeps_its_level_with_halves_and_not_with_folds() -> None:
    rng = stream(0, "test", "level of the classifier")
    halves = ClassifierTwoSample(window=100, step=100, classifier=LinearDiscriminantAnalysis())
    folds = replace(halves, folds=5)
    drawn = rng.normal(size=(600, 2, 100, 6))
    of_halves, of_folds = (sum(len(test.alarms(*pair, rng=rng)) for pair in drawn) for test in (halves, folds))
    size = binom.sf(np.arange(100), 100, 0.5)
    assert plausible(of_halves, 600, size[size < 0.05].max())
    assert of_folds > binom.ppf(0.99, 600, 0.05)


def test_psi_without_drift_has_the_mean_that_sample_sizes_and_bins_give_it() -> None:
    rng = stream(0, "test", "mean of psi")
    test = PSI(window=1000, step=1000)
    reference, rows = rng.normal(size=(2000, 500)), rng.normal(size=(1000, 500))
    assert test.scan(rows, test.start(reference)).values.mean() == pytest.approx(9 * (1 / 2000 + 1 / 1000), rel=0.05)


def paper_literal_rate(n: int, pool_size: int, m: int, columns: int) -> float:
    """How often KS alarms without drift if the reference is the training rows and windows come from a pool beside them."""
    rng = stream(0, "test", "training rows as reference", n, pool_size, m)
    training, pool = rng.normal(size=(n, columns)), rng.normal(size=(pool_size, columns))
    window = np.take_along_axis(pool, rng.integers(pool_size, size=(m, columns)), axis=0)
    test = KS(window=m, step=m, method="asymptotic")
    return float(np.mean(test.scan(window, test.start(training)).values < 0.05))


@pytest.mark.parametrize(("n", "pool_size", "m"), [(400, 400, 300), (500, 250, 600), (1000, 3000, 300)])
def test_training_rows_as_reference_alarm_as_often_as_the_formula_says(n: int, pool_size: int, m: int) -> None:
    """Window and reference differ by the pool's own deviation too: 1/n + 1/m + 1/N - 1/(m N) in place of 1/n + 1/m."""
    columns = 2000
    nominal, true = 1 / n + 1 / m, 1 / n + 1 / m + 1 / pool_size - 1 / (m * pool_size)
    rate = kolmogorov(1.358 * np.sqrt(nominal / true))
    assert rate > 0.06
    # the formula is for large samples: at these sizes whole numbers and ties take up to a tenth of it
    found = round(paper_literal_rate(n, pool_size, m, columns) * columns)
    assert binom.ppf(0.0005, columns, 0.9 * rate) <= found <= binom.ppf(0.9995, columns, rate)


def test_fresh_draws_from_the_pool_as_reference_do_not_alarm_too_often() -> None:
    rng = stream(0, "test", "fresh draws as reference")
    pool = rng.normal(size=(50, 2000))
    reference, window = (
        np.take_along_axis(pool, rng.integers(50, size=(M, 2000)), axis=0) for _ in ("reference", "window")
    )
    test = KS()
    p = test.scan(window, test.start(reference)).values
    assert np.count_nonzero(p < 0.05) <= binom.ppf(0.9995, 2000, 0.05)


# ---- what is seen ---------------------------------------------------------------------------------------------------


def correlated(name: str, n_rows: int) -> np.ndarray:
    """Four columns; the first two correlate at 0.98, and so do the others."""
    rows = stream(0, "test", name).normal(size=(n_rows, 4))
    rows[:, [1, 3]] = 0.98 * rows[:, [0, 2]] + np.sqrt(1 - 0.98**2) * rows[:, [1, 3]]
    return rows


def paired_anew(rows: np.ndarray, start: int) -> np.ndarray:
    """From row `start` on, two columns are shuffled within every block of M rows: all marginals stay."""
    changed, rng = rows.copy(), stream(0, "test", "shuffle")
    for block in range(start, len(rows), M):
        changed[block : block + M, ::2] = rng.permutation(rows[block : block + M, ::2], axis=0)
    return changed


@pytest.mark.parametrize("test", [KS(level=STRICT), PSI(), ChiSquare(bins=10, level=STRICT)])
def test_a_shifted_column_is_seen_and_named(test: WindowTest) -> None:
    rows = correlated("shift", 4 * M)
    rows[2 * M :, 2] += 0.6
    found = test.scan(rows, test.start(correlated("reference", M)))
    assert found.alarms.tolist() == [3 * M - 1, 4 * M - 1]
    assert [moved.tolist() for moved in found.features] == [[2], [2]]
    assert found.ranked(0)[0] == 2


@pytest.mark.parametrize("test", [KS(level=STRICT), PSI(), ChiSquare(bins=10, level=STRICT)])
def test_column_by_column_nothing_changes_when_columns_are_paired_anew(test: WindowTest) -> None:
    rows, reference = correlated("pairs", 4 * M), correlated("reference", M)
    found = test.scan(paired_anew(rows, 2 * M), test.start(reference))
    np.testing.assert_array_equal(found.values, test.scan(rows, test.start(reference)).values)
    assert not len(found.alarms)


@pytest.mark.parametrize(
    "test", [MMD(level=STRICT, permutations=1999), ClassifierTwoSample(classifier=BY_PRODUCTS, level=STRICT)]
)
def test_tests_of_all_columns_at_once_see_columns_paired_anew(test: WindowTest) -> None:
    rows, reference = correlated("pairs", 4 * M), correlated("reference", M)
    assert alarms(test, rows, reference) == []
    assert alarms(test, paired_anew(rows, 2 * M), reference) == [3 * M - 1, 4 * M - 1]


def test_a_linear_classifier_does_not_see_columns_paired_anew() -> None:
    rows, reference = correlated("pairs", 4 * M), correlated("reference", M)
    test = ClassifierTwoSample(classifier=LogisticRegression(), level=STRICT)
    assert alarms(test, paired_anew(rows, 2 * M), reference) == []


@pytest.mark.parametrize(
    "test", [MMD(level=STRICT, permutations=1999), ClassifierTwoSample(classifier=LogisticRegression(), level=STRICT)]
)
def test_tests_of_all_columns_at_once_see_levels_and_missing_values(test: WindowTest) -> None:
    rng = stream(0, "test", "levels")
    reference, rows = (rng.integers(0, 3, size=(size, 3)).astype(float) for size in (M, 3 * M))
    rows[M : 2 * M, 0] = np.where(rng.uniform(size=M) < 0.5, 9.0, rows[M : 2 * M, 0])
    rows[2 * M :, 1] = np.where(rng.uniform(size=M) < 0.5, np.nan, rows[2 * M :, 1])
    found = alarms(test, rows, reference, np.array([True, True, False]))
    assert found == [2 * M - 1, 3 * M - 1]


def test_values_missing_at_random_are_invisible_to_ks() -> None:
    rows, reference = correlated("missing", 2 * M), correlated("reference", M)
    rows[stream(0, "test", "holes").uniform(size=rows.shape) < 0.3] = np.nan
    assert alarms(KS(level=STRICT), rows, reference) == []


def test_sliding_windows_see_a_shift_before_the_month_is_over() -> None:
    rows, reference = correlated("sliding", 3 * M), correlated("reference", M)
    rows[M + 50 :, 3] += 1.0
    by_month = alarms(KS(level=STRICT), rows, reference)
    row_by_row = alarms(KS(step=1, level=1e-4), rows, reference)
    assert by_month[0] == 2 * M - 1
    assert M + 50 < row_by_row[0] < M + 200


def test_a_shift_that_stays_is_reported_by_every_window() -> None:
    rows, reference = correlated("stays", 6 * M) + 1.0, correlated("reference", M)
    assert alarms(KS(level=STRICT), rows, reference) == list(range(M - 1, 6 * M, M))
