"""How far off verdicts and joint tests are where differences have one long tail, as `docs/claims.md` says."""

from __future__ import annotations

import numpy as np
import pytest

from harness.claims.entries import Summary, Test
from harness.claims.intervals import bounds
from harness.core import Floats
from harness.inference.specifications import sign_flips

M = 29
"""Contrasts that share the level."""


def skewed(rng: np.random.Generator, *shape: int) -> Floats:
    """Lognormal differences with mean zero."""
    return np.asarray(np.exp(rng.normal(size=shape)) - np.exp(0.5))


@pytest.mark.parametrize("n", [10, 27])
def test_student_at_the_frozen_level_is_right_for_symmetric_differences_and_errs_away_from_a_long_tail(n: int) -> None:
    rng = np.random.default_rng(20261129)
    errors = {}
    for name, values in (("normal", rng.normal(size=(20_000, n))), ("skewed", skewed(rng, 20_000, n))):
        found = bounds(values, test=Test.MEAN, summary=Summary.MEAN, level=1 - 0.05 / M)
        errors[name] = float((found.low > 0).mean()), float((found.high < 0).mean())
    assert sum(errors["normal"]) == pytest.approx(0.05 / M, abs=0.001)
    towards, away = errors["skewed"]
    assert towards < 0.0002
    assert 15 < away / (0.05 / M) < 30


def test_signs_of_skewed_data_sets_reject_too_often_and_away_from_the_long_tail() -> None:
    rng = np.random.default_rng(20261129)
    found = [sign_flips(0.55 * skewed(rng, 9) + 0.84 * skewed(rng, 12, 9), rng=rng) for _ in range(400)]
    rejected = [one for one in found if one.p <= 0.05]
    assert 0.12 < len(rejected) / len(found) < 0.25
    assert sum(one.estimate > 0 for one in rejected) <= 4
