"""Detectors that read errors: nanoseconds per row of each kernel against river's object, on the same signal in one run.

    python -m pytest benchmarks/test_detectors_error.py --benchmark-only

prints a table of ratios after pytest-benchmark's own. The signal is 20,000 errors at a rate of 20 %, 30 % from the middle on;
river's objects read its first rows, as many as take a tenth of a second or so. Of a kernel this is a whole `scan` from a fresh
start, checks included; of river `update` and a look at `drift_detected` and `warning_detected` for each row. The last group is
what a study pays: a start and a scan of six months of 300 rows, and of none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from pytest_benchmark.fixture import BenchmarkFixture
from river import drift
from river.drift import binary

from harness import places
from harness.detectors.contract import Detector, Input

RIVER: dict[str, tuple[Callable[[], Any], int]] = {
    "ddm": (binary.DDM, 20_000),
    "eddm": (binary.EDDM, 20_000),
    "hddm_a": (binary.HDDMA, 20_000),
    "hddm_w": (binary.HDDMW, 20_000),
    "fhddm": (binary.FHDDM, 20_000),
    "adwin": (drift.ADWIN, 20_000),
    "page_hinkley": (drift.PageHinkley, 20_000),
    "kswin": (partial(drift.KSWIN, seed=1), 500),
}
RATES = np.where(np.arange(20_000) < 10_000, 0.2, 0.3)
RNG = np.random.default_rng(1)
ERRORS = (np.random.default_rng(0).random(20_000) < RATES).astype(float)

Timings = dict[tuple[str, str], float]


def load(level: str) -> Detector:
    """The detector of a YAML."""
    detector: Detector = instantiate(OmegaConf.load(places.shipped("conf") / "detector" / f"{level}.yaml"))
    return detector


LEVELS = [
    path.stem
    for path in sorted((places.shipped("conf") / "detector").glob("*.yaml"))
    if load(path.stem).input is Input.ERROR
]


@pytest.fixture(scope="module")
def timings(request: pytest.FixtureRequest) -> Iterator[Timings]:
    """Nanoseconds per row by detector and by whose it is; printed as a table at the end."""
    found: Timings = {}
    yield found
    lines = [f"\n\n{'ns per row':<20}{'ours':>10}{'river':>12}{'ratio':>8}"]
    for level in sorted({level for level, _ in found}):
        ours, theirs = found.get((level, "ours"), np.nan), found.get((level, "river"), np.nan)
        ratio = f"{theirs:>12.0f}{theirs / ours:>8.0f}" if theirs == theirs else ""
        lines.append(f"{level:<20}{ours:>10.1f}{ratio}")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n".join(lines))


def per_row(benchmark: BenchmarkFixture, n_rows: int) -> float:
    """The median of a finished benchmark in ns per row (NaN if benchmarks are switched off)."""
    return benchmark.stats.stats.median / n_rows * 1e9 if benchmark.stats else np.nan


def scan(detector: Detector, signal: np.ndarray) -> int:
    """A start and a scan; returns the number of alarms."""
    return len(detector.scan(signal, detector.start(ERRORS[:300], rng=RNG)).alarms)


@pytest.mark.benchmark(group="20,000 rows")
@pytest.mark.parametrize("level", LEVELS)
def test_kernel(benchmark: BenchmarkFixture, timings: Timings, level: str) -> None:
    """Our scan of 20,000 rows."""
    detector = load(level)
    scan(detector, ERRORS)  # compiles or loads the kernel
    benchmark(scan, detector, ERRORS)
    timings[level, "ours"] = per_row(benchmark, len(ERRORS))


@pytest.mark.benchmark(group="river")
@pytest.mark.parametrize("level", RIVER)
def test_river(benchmark: BenchmarkFixture, timings: Timings, level: str) -> None:
    """The object of river over the same rows, or the first of them."""
    make, n_rows = RIVER[level]
    signal = ERRORS[:n_rows].astype(int).tolist()

    def step_by_step() -> int:
        detector, n_seen = make(), 0
        for error in signal:
            detector.update(error)
            n_seen += detector.drift_detected or getattr(detector, "warning_detected", False)
        return n_seen

    benchmark.pedantic(step_by_step, rounds=7, warmup_rounds=1)
    timings[level, "river"] = per_row(benchmark, n_rows)


@pytest.mark.benchmark(group="what a study pays")
@pytest.mark.parametrize("n_rows", [0, 1800])
@pytest.mark.parametrize("level", LEVELS)
def test_scan_of_a_stream(benchmark: BenchmarkFixture, level: str, n_rows: int) -> None:
    """A start and a scan of one stream of floats."""
    detector, signal = load(level), ERRORS[:n_rows].copy()
    scan(detector, signal)
    benchmark(scan, detector, signal)
