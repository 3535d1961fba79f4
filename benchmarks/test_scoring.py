"""What it costs to score a detector's alarms: a study does it a million times.

Streams have 1800 rows and up to two drifts; half of the runs are silent, the others have some three alarms. One round scores
`n_runs` runs, so that its time over `n_runs` is the time of a run.
"""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from harness.scoring import Flat, score_runs
from harness.scoring.flat import offsets_of


def alarms_of(n_runs: int, rng: np.random.Generator) -> Flat:
    """None in half of the runs, some three in the others."""
    n_alarms = rng.poisson(3, n_runs) * rng.integers(0, 2, n_runs)
    rows = [np.sort(rng.choice(1800, n, replace=False)) for n in n_alarms]
    return Flat(np.concatenate(rows), offsets_of(n_alarms))


def truth_of(n_runs: int, rng: np.random.Generator) -> Flat:
    """None, one or two drifts; the second is gradual and ends the window of the first."""
    onset, n_events = rng.integers(450, 1050, n_runs), rng.integers(0, 3, n_runs)
    both = np.column_stack([onset, onset, onset + 400, onset + 500]).reshape(n_runs, 2, 2)
    return Flat(both[np.arange(2) < n_events[:, None]], offsets_of(n_events))


@pytest.mark.parametrize("n_runs", [1, 30, 100_000])
def test_score_runs(benchmark: BenchmarkFixture, n_runs: int) -> None:
    """One call; what is fixed per call weighs on the small batches."""
    rng = np.random.default_rng(0)
    alarms, truth = alarms_of(n_runs, rng), truth_of(n_runs, rng)
    scored = benchmark(lambda: score_runs(alarms, truth, horizon=1800, month=300, grace=600))
    assert scored.n_runs == n_runs
