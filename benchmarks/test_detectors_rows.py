"""Detectors that read rows: the cost of a scan, and of a window and column against scipy's test in the same run.

    .venv/bin/python -m pytest benchmarks/test_detectors_rows.py --benchmark-only

A stream has six months of 300 rows and 20 columns; the reference has 300 rows. docs/detectors_rows.md says what the
numbers mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from pytest_benchmark.fixture import BenchmarkFixture
from scipy.stats import chi2_contingency, ks_2samp
from threadpoolctl import threadpool_limits

from harness import places
from harness.detectors.chi_square import ChiSquare
from harness.detectors.ks import KS
from harness.detectors.psi import PSI
from harness.detectors.windows import WindowTest

M, N_FEATURES = 300, 20
RNG = np.random.default_rng(0)
NUMBERS, REFERENCE = RNG.normal(size=(6 * M, N_FEATURES)), RNG.normal(size=(M, N_FEATURES))
LEVELS, KNOWN_LEVELS = (RNG.integers(0, 10, size=(size, N_FEATURES)).astype(float) for size in (6 * M, M))
NOMINAL = np.ones(N_FEATURES, dtype=bool)
HOLES = np.where(RNG.uniform(size=NUMBERS.shape) < 0.02, np.nan, NUMBERS)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


def whole_run(test: WindowTest, rows: np.ndarray, *start: Any) -> Callable[[], Any]:
    """A fresh start and one scan of the stream, which has compiled what it needs."""

    def run() -> Any:
        return test.scan(rows, test.start(*start))

    run()
    return run


SCANS = {
    "KS monthly": (KS(), NUMBERS, (REFERENCE,)),
    "KS monthly, asymptotic p": (KS(method="asymptotic"), NUMBERS, (REFERENCE,)),
    "KS daily (every 10 rows)": (KS(step=10), NUMBERS, (REFERENCE,)),
    "KS sliding": (KS(step=1), NUMBERS, (REFERENCE,)),
    "KS sliding, 2 % missing": (KS(step=1), HOLES, (REFERENCE,)),
    "chi-square monthly": (ChiSquare(), LEVELS, (KNOWN_LEVELS, NOMINAL)),
    "chi-square sliding": (ChiSquare(step=1), LEVELS, (KNOWN_LEVELS, NOMINAL)),
    "chi-square monthly, numbers": (ChiSquare(bins=10), NUMBERS, (REFERENCE,)),
    "PSI monthly": (PSI(), NUMBERS, (REFERENCE,)),
    "PSI sliding": (PSI(step=1), NUMBERS, (REFERENCE,)),
}


@pytest.mark.benchmark(group="one stream of 1800 rows and 20 columns, start included")
@pytest.mark.parametrize("which", SCANS)
def test_column_by_column(benchmark: BenchmarkFixture, which: str) -> None:
    """Every test of columns."""
    test, rows, start = SCANS[which]
    benchmark(whole_run(test, rows, *start))


@pytest.mark.benchmark(group="one stream of 1800 rows and 20 columns, start included")
@pytest.mark.parametrize("level", ["mmd", "classifier_two_sample", "classifier_two_sample_folds"])
def test_all_columns_at_once(benchmark: BenchmarkFixture, level: str) -> None:
    """Six windows, as shipped."""
    test = instantiate(OmegaConf.load(places.shipped("conf") / "detector" / f"{level}.yaml"))
    benchmark.pedantic(lambda: test.alarms(NUMBERS, REFERENCE, None, np.random.default_rng(0)), rounds=3)


# ---- against scipy --------------------------------------------------------------------------------------------------

LONG = RNG.normal(size=(20_000, 1))
LONG_LEVELS = RNG.integers(0, 10, size=(20_000, 1)).astype(float)


@pytest.mark.benchmark(group="KS: one window of 500 rows and one column")
@pytest.mark.parametrize("method", ["exact", "asymp"])
def test_scipys_ks_2samp(benchmark: BenchmarkFixture, method: str) -> None:
    """One window."""
    reference, window = RNG.normal(size=500), LONG[:500, 0]
    benchmark(lambda: ks_2samp(reference, window, method=method))


@pytest.mark.benchmark(group="KS: one window of 500 rows and one column")
def test_ours_sliding_19501_windows(benchmark: BenchmarkFixture) -> None:
    """All windows of 20,000 rows: divide by 19,501."""
    benchmark(whole_run(KS(window=500, step=1), LONG, RNG.normal(size=(500, 1))))


@pytest.mark.benchmark(group="KS: one window of 500 rows and one column")
def test_ours_tumbling_40_windows(benchmark: BenchmarkFixture) -> None:
    """Windows without a common row: divide by 40."""
    benchmark(whole_run(KS(window=500, step=500), LONG, RNG.normal(size=(500, 1))))


@pytest.mark.benchmark(group="chi-square: one window of 500 rows and one column of 10 levels")
def test_scipys_chi2_contingency(benchmark: BenchmarkFixture) -> None:
    """One window, counting included."""
    reference, window = RNG.integers(0, 10, size=500), LONG_LEVELS[:500, 0].astype(int)

    def test() -> Any:
        counts = np.array([np.bincount(rows, minlength=10) for rows in (reference, window)])
        return chi2_contingency(counts, correction=False)

    benchmark(test)


@pytest.mark.benchmark(group="chi-square: one window of 500 rows and one column of 10 levels")
def test_ours_chi_square_sliding_19501_windows(benchmark: BenchmarkFixture) -> None:
    """All windows of 20,000 rows: divide by 19,501."""
    reference = RNG.integers(0, 10, size=(500, 1)).astype(float)
    benchmark(whole_run(ChiSquare(window=500, step=1), LONG_LEVELS, reference, NOMINAL[:1]))
