"""A detector at a setting: its name, its rate, and whether what it gives is what was wanted."""

from __future__ import annotations

import numpy as np
import pytest

from harness.detectors.run import Run, in_band


@pytest.mark.parametrize(("name", "rate"), [("ddm", None), ("ddm@5", 0.05), ("ddm_100_warm@0.5", 0.005)])
def test_a_run_is_known_by_its_name(name: str, rate: float | None) -> None:
    assert Run.of(name).name == name
    assert Run.of(name).rate == rate


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.1, 0.2])
def test_a_setting_may_be_off_by_two_fifths_and_no_more(rate: float) -> None:
    """Its ends count as within, as far as 500 streams can tell: 15 and 35 of them for 5 %."""
    shares = np.arange(0, 500) / 500
    least, most = round(0.6 * rate * 500), round(1.4 * rate * 500)
    np.testing.assert_array_equal(np.flatnonzero(in_band(rate, shares)), np.arange(least, most + 1))


def test_what_is_not_known_is_out_of_the_band() -> None:
    assert not in_band(0.05, np.nan)
    assert in_band(0.05, 0.05)
