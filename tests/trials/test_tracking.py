"""A trial of the tracking study is one tool under one workload; what is not there is skipped with a code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core import Record, Skip, Status
from harness.memo import Memo
from harness.planning.tracker_catalogue import read_trackers
from harness.tracking.workloads.bench import Bench, Found, Workload
from harness.tracking.workloads.kill import Kill
from harness.trials import TrackingTrial
from harness.trials.tracking_view import shown

TOOLS = read_trackers()


class Waits(Workload):
    """Asks a tool for something, as if it had used up its time."""

    def run(self, bench: Bench) -> Found:
        from harness.tracking.session import OverBudgetError

        raise OverBudgetError(f"{bench.tool.name} took more than {bench.budget:g} seconds")


def trial(dataset: Any, **changed: Any) -> TrackingTrial:
    return TrackingTrial(
        **{"dataset": dataset, "tracker": TOOLS["plain"], "workload": Kill(name="kill", steps=3), "seed": 0, **changed}
    )


def test_a_trial_leaves_nothing_behind(classes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    outcome = trial(classes).run(Memo())
    assert outcome.measurements["interface"] == "api"
    assert outcome.clock["survived"] == 3
    assert list(tmp_path.iterdir()) == []


def test_without_its_environment_a_tool_is_skipped_and_the_next_sweep_tries_again(
    classes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.running.store.resume_rule import is_settled

    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    with pytest.raises(Skip, match="harness tracker install mlflow") as skip:
        trial(classes, tracker=TOOLS["mlflow"]).run(Memo())
    assert not is_settled(
        Record("0" * 32, "tracking", Status.SKIPPED, {}, "", "", code=skip.value.code), retry_failed=False
    )


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"interface": "command_line"}, "not-offered"),
        ({"workload": Waits(name="waits")}, "over-budget"),
    ],
)
def test_what_cannot_be_measured_is_skipped_with_a_code(classes: Any, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Skip) as skip:
        trial(classes, **changed).run(Memo())
    assert skip.value.code == code


def test_a_set_without_classes_is_skipped(values: Any) -> None:
    with pytest.raises(Skip) as skip:
        trial(values).run(Memo())
    assert skip.value.code == "needs-classes"


def test_the_screen_shows_grades_or_all_that_was_measured() -> None:
    record = Record(
        "0" * 32,
        "tracking",
        Status.OK,
        {},
        "",
        "",
        measurements={"probes": {"best": {"grade": "ours", "lines": 3, "evidence": "x"}}},
    )
    [grid] = shown(record, {})
    assert grid.rows[0].cells == ("best", "ours", "3", "x")  # type: ignore[union-attr]
    clocked = Record(
        "0" * 32,
        "tracking",
        Status.OK,
        {},
        "",
        "",
        measurements={"done": True},
        clock={"warm": [{"wall": 0.5}, {"wall": 1.5}]},
    )
    [grid] = shown(clocked, {})
    assert [row.cells for row in grid.rows] == [("done", "True"), ("warm wall", "0.5  1.5")]  # type: ignore[union-attr]
