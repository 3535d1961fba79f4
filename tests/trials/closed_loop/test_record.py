"""What is recorded of a closed loop gives back every path, without a path for each policy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harness.core import DataError
from harness.detectors.performance_window import PerformanceWindow
from harness.drift import LabelPermutation
from harness.policies.alarms import OnAlarm
from harness.policies.bank_of import bank_of
from harness.policies.calendar import Calendar, Never
from harness.policies.entry import Entry, Reality
from harness.policies.judging import Average, Challenger, RollBack
from harness.policies.recalibration import Recalibrate
from harness.policies.replay import replay
from harness.policies.retraining import Extend, Last
from harness.policies.world import Averaged, Recalibrated, Recipe
from harness.trials.closed_loop import StagedWorld
from harness.trials.closed_loop.record import (
    bank,
    late_periods,
    path_of,
    run_as_recorded,
    text_of,
    triangle,
    window_of,
)
from tests.trials.made_worlds import NB, scenario, world

LOOK = OnAlarm(detector=PerformanceWindow(window=8, points=5))


@pytest.fixture(scope="module")
def stream() -> StagedWorld:
    return world(scenario(LabelPermutation()), model=NB, name="numeric")


def recorded(stream: StagedWorld, entry: Entry, delay: int, training: int) -> tuple[Any, dict[str, Any]]:
    run = replay(entry, stream, Reality(label_delay=delay, training_periods=training))
    window = window_of(run, [20, 10], step=5, late_periods=late_periods(delay, 20) + training)
    banks = {str(rows): triangle(bank_of(stream, rows).losses) for rows in (20, 10)}
    return run, {"banks": banks, "runs": {str(delay): {entry.name: run_as_recorded(run, window=window)}}}


@pytest.mark.parametrize(("delay", "training"), [(0, 0), (13, 1)])
@pytest.mark.parametrize(
    ("policy", "action", "is_in_a_bank"),
    [
        (Never(), Last(), True),
        (Calendar(weeks=5), Last(), True),
        (LOOK, Last(months=0.5), True),
        (Calendar(weeks=5), Last(months=2.0), False),
        (Calendar(weeks=5), Extend(), False),
        (LOOK, Challenger(action=Last()), False),
        (Calendar(weeks=7), RollBack(action=Last()), None),
        (Calendar(weeks=5), Average(action=Last()), False),
        (Calendar(weeks=5), Recalibrate(how="platt"), False),
    ],
)
def test_a_path_is_read_back_from_banks_or_from_itself(
    stream: StagedWorld, delay: int, training: int, policy: Any, action: Any, is_in_a_bank: bool | None
) -> None:
    run, record = recorded(stream, Entry(name="x", policy=policy, action=action), delay, training)
    found = path_of(record, str(delay), "x", late_periods(delay, 20) + training)
    np.testing.assert_allclose(found, run.path, atol=1e-6)
    kept = record["runs"][str(delay)]["x"]
    assert ("path" in kept) != ("window" in kept)
    if is_in_a_bank is not None and (run.points or is_in_a_bank):
        assert ("window" in kept) == is_in_a_bank


def test_a_bank_is_read_back_with_its_points_that_are_not_feasible(stream: StagedWorld) -> None:
    losses = bank_of(stream, 20).losses.copy()
    losses[3] = np.nan
    found = bank(triangle(losses)).losses
    np.testing.assert_array_equal(np.isnan(found), np.isnan(losses))
    np.testing.assert_allclose(found, losses, atol=1e-6)
    with pytest.raises(DataError, match="a bank holds 1, 3, 6, 10"):
        bank([1, 2])


def test_models_are_told_apart_by_their_texts() -> None:
    one, challenger, all_rows = Recipe(75, 300), Recipe(75, 300, is_challenger=True), Recipe(75, None)
    curve = Recalibrated(one, 150, 200, "platt")
    texts = [text_of(model) for model in (one, challenger, all_rows, curve, Averaged((one, curve)))]
    assert texts == ["75:300", "75:300c", "75:all", "75:300|platt@150:200", "75:300+75:300|platt@150:200"]


def test_labels_are_late_by_whole_periods(stream: StagedWorld) -> None:
    assert [late_periods(delay, 300) for delay in (0, 1, 75, 76, 300)] == [0, 1, 1, 2, 4]


def test_nothing_is_recorded_of_what_did_not_happen(stream: StagedWorld) -> None:
    def read(policy: Any) -> Any:
        return recorded(stream, Entry(name="x", policy=policy), 0, 0)[1]["runs"]["0"]["x"]

    assert read(Never()) == {"window": 20}
    assert read(Calendar(weeks=12)) == {
        "asked": [12],
        "outcomes": ["promoted"],
        "points": [12],
        "served": ["60:20"],
        "churn": [pytest.approx(0.5, abs=0.5)],
        "window": 20,
    }
