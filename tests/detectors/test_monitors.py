"""The error budget and the lookahead against their definitions, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.detectors.cusum import PageCUSUM
from harness.detectors.error_budget import ErrorBudget
from harness.detectors.lookahead import Lookahead

TENTH = np.array([1.0] + [0.0] * 9)


def test_a_budget_is_spent_by_errors_beyond_the_promise_and_paid_back_below_it() -> None:
    """Ten rows at a time, one error promised and none free: 3, 0, 4, 2 errors spend 2, 1, 4, 5; then it starts at 0."""
    errors = np.concatenate([np.arange(10) < n for n in (3, 0, 4, 2, 5, 5)]).astype(np.float64)
    assert ErrorBudget(step=10, slack=0.0, budget=5.0).alarms(errors, TENTH).tolist() == [39, 59]
    # half an error in ten rows is free: 1.5, 0, 2.5, 3, 6.5; 3.5
    assert ErrorBudget(step=10, slack=0.05, budget=5.0).alarms(errors, TENTH).tolist() == [49]


@settings(max_examples=30)
@given(st.lists(st.booleans(), max_size=80))
def test_a_budget_that_is_settled_at_every_row_is_pages_sum(errors: list[bool]) -> None:
    signal = np.array(errors, dtype=np.float64)
    # quarters are exact; >= 1.75 and > 1.5 are the same on a grid of quarters
    budget = ErrorBudget(step=1, slack=0.25, budget=1.75).alarms(signal, np.zeros(4))
    assert budget.tolist() == PageCUSUM(delta=0.25, threshold=1.5).alarms(signal, np.zeros(4)).tolist()


def test_a_line_is_drawn_out_to_where_the_accuracy_is_too_low() -> None:
    """Windows of ten, one after the other, with 1, 2 and 3 errors: the line through them reaches .4 one window ahead."""
    errors = np.concatenate([np.arange(10) < n for n in (1, 2, 3)]).astype(np.float64)
    line = {"window": 10, "step": 10, "tests": 3, "ahead": 10}
    assert Lookahead(**line, points=29.9).alarms(errors, TENTH).tolist() == [29]
    assert Lookahead(**line, points=30.1).alarms(errors, TENTH).tolist() == []
    assert Lookahead(**line, points=29.9).alarms(errors).tolist() == [29]  # the first window promises .1 too


@pytest.mark.parametrize("seed", range(4))
def test_a_forecast_is_that_of_numpys_straight_line(seed: int) -> None:
    rng = np.random.default_rng(seed)
    errors = (rng.random(400) < np.linspace(0.1, 0.7, 400)).astype(np.float64)
    expected, rates, since = [], [], 0
    for row in range(400):
        n = row + 1 - since
        if n < 30 or (n - 30) % 8:
            continue
        rates.append(errors[row - 29 : row + 1].mean())
        line = np.polyfit(np.arange(4) * 8, rates[-4:], 1) if len(rates) >= 4 else None
        if line is not None and np.polyval(line, 3 * 8 + 20) - 0.1 >= 0.20123:
            expected.append(row)
            rates, since = [], row + 1
    found = Lookahead(window=30, step=8, tests=4, ahead=20, points=20.123).alarms(errors, TENTH)
    assert len(expected) >= 2
    assert found.tolist() == expected
