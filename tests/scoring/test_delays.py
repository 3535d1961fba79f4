"""Survival of delays that were scored; of delays as such: tests/inference/test_survival.py."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring import kaplan_meier, measured, score_runs
from harness.scoring.flat import flat_alarms, flat_truth


def test_delays_in_months_come_from_scored_runs() -> None:
    of = score_runs(
        flat_alarms([[130], [], [40]]),
        flat_truth([[(100, 100)]] * 2 + [[(25, 25)]]),
        horizon=np.array([600, 600, 60]),
        month=np.array([100, 100, 10]),
        grace=np.array([200, 200, 20]),
    )
    assert of.delay_months.tolist() == [0.3, 2, 1.5]
    assert kaplan_meier(of.delay_months, of.detected).survival.tolist() == pytest.approx([2 / 3, 1 / 3])


@given(st.lists(st.integers(100, 380), min_size=1, max_size=20))
def test_with_equal_windows_the_mean_delay_that_is_reported_is_the_area_under_the_curve(rows: list[int]) -> None:
    truth = flat_truth([[(100, 100)]] * len(rows))
    of = score_runs(flat_alarms([[row] for row in rows]), truth, horizon=600, month=100, grace=200)
    for longest in (1.0, 2.0):
        area = kaplan_meier(of.delay_months, of.detected).area(longest)
        assert measured(of, longest=longest)["delay"] == pytest.approx(area)
