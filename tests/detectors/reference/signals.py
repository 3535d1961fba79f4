"""Error signals of every kind a detector may meet, the same ones on every run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from harness.core import Floats


def errors(n_signals: int, n_rows: int = 700, *, seed: int = 0) -> Iterator[Floats]:
    """Stationary, abrupt and gradual signals at many error rates, then those without any randomness."""
    rng = np.random.default_rng(seed)
    for _ in range(n_signals):
        before, after = rng.choice([0.02, 0.1, 0.2, 0.35, 0.5, 0.8]), rng.choice([0.05, 0.2, 0.3, 0.6, 0.9])
        onset, width = rng.integers(1, n_rows), rng.choice([1, n_rows // 3, 10 * n_rows])
        alpha = np.clip((np.arange(n_rows) - onset) / width, 0, 1)
        yield (rng.random(n_rows) < before + alpha * (after - before)).astype(float)
    yield np.zeros(n_rows)
    yield np.ones(n_rows)
    yield np.arange(n_rows) % 2.0
    yield (np.arange(n_rows) > n_rows // 2).astype(float)
    yield (np.arange(n_rows) < n_rows // 2).astype(float)
    yield np.empty(0)
    yield np.ones(1)
    yield np.zeros(1)


def losses(n_signals: int, n_rows: int = 500, *, seed: int = 0) -> Iterator[Floats]:
    """Values from 0 to 1 with ties, whose mean may move."""
    rng = np.random.default_rng(seed)
    for _ in range(n_signals):
        values = rng.beta(2, 5, n_rows) + rng.choice([0, 0, 0.4]) * (np.arange(n_rows) > rng.integers(1, n_rows))
        yield np.round(np.clip(values, 0, 1), rng.choice([1, 2, 12]))


@st.composite
def segments(draw: st.DrawFn, longest: int = 300) -> NDArray[np.bool_]:
    """Up to five segments, each with an error rate of its own (often 0 or 1)."""
    parts = st.tuples(st.sampled_from([0.0, 1.0, 0.05, 0.2, 0.5, 0.8]), st.integers(0, longest))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return np.concatenate([rng.random(n) < rate for rate, n in draw(st.lists(parts, min_size=1, max_size=5))])
