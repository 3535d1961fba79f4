"""What is shown of a closed loop: whether retraining can pay, what entries did week by week, and what each kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harness.core import Record, Status
from harness.policies.run import Fate
from harness.trials import MonitoringTrial
from harness.trials.closed_loop.record import in_millionths, triangle
from harness.trials.timeline import Mark, Timeline
from harness.trials.view import Grid, Line, Tone

N_PERIODS = 24
DRIFT = {
    "n_rows": 1800,
    "onset": 600,
    "truth": [[600, 600]],
    "touched": [],
    "touches_labels": True,
    "harm": 20.0,
    "reference_harm": 18.0,
}


def record(runs: dict[str, Any], *, fresh: float = 0.1, **more: Any) -> Record:
    """A stream on which models lose 0.3 from week 8 on, unless they come after it."""
    k, t = np.ogrid[:N_PERIODS, :N_PERIODS]
    losses = np.where(t < k, np.nan, np.where((t >= 8) & (k < 8), 0.3, 0.1))
    measured = {
        **DRIFT,
        "banks": {"300": triangle(losses)},
        "continuous": in_millionths(np.full(N_PERIODS, fresh)),
        "runs": runs,
        "unable": {},
        **more,
    }
    factors = {"rows_per_month": 300, "training_periods": 0}
    return Record("a" * 64, "monitoring", Status.OK, factors, "", "", measured)


def ran(points: list[int] | None = None, **more: Any) -> dict[str, Any]:
    points = points or []
    return {"window": 300, "points": points, "asked": points, "outcomes": ["promoted"] * len(points), **more}


def parts(runs: dict[str, Any], kind: type, **more: Any) -> list[Any]:
    return [part for part in MonitoringTrial.shown(record({"0": runs}, **more), {}) if isinstance(part, kind)]


def test_all_of_a_few_entries_are_drawn_below_a_model_of_fresh_rows() -> None:
    [timeline] = parts({"x": ran(), "weekly": ran([12])}, Timeline)
    assert [(lane.name, lane.note) for lane in timeline.lanes] == [
        ("fresh rows", "90.0 %"),
        ("x", "76.7 %"),
        ("weekly", "86.7 %"),
    ]
    assert timeline.changes == ((8, 8),)
    np.testing.assert_allclose(timeline.lanes[2].shares, [0.9] * 8 + [0.7] * 4 + [0.9] * 12)


def test_of_many_entries_those_are_drawn_that_stand_for_others() -> None:
    names = ["a", "b", "c", "d", "ddm@5+challenger", "ddm", "ks", "weeks_4+extend", "never", "z"]
    [timeline] = parts({name: ran() for name in names}, Timeline)
    assert [lane.name for lane in timeline.lanes] == ["fresh rows", "never", "weeks_4+extend", "ks", "ddm@5+challenger"]
    [timeline] = parts({f"own_{k}": ran() for k in range(9)}, Timeline)
    assert [lane.name for lane in timeline.lanes[1:]] == [f"own_{k}" for k in range(6)]


def test_alarms_and_what_became_of_each_model_are_marked() -> None:
    outcomes = [Fate.ROLLED_BACK, Fate.DISCARDED, Fate.PROMOTED, Fate.UNFINISHED]
    life = {**ran([5, 12, 20]), "asked": [3, 10, 18, 23], "outcomes": list(map(str, outcomes)), "alarms": [224]}
    [timeline] = parts({"ddm": life}, Timeline)
    assert timeline.lanes[1].marks == (Mark(2, "A"), Mark(5, "R"), Mark(10, "D"), Mark(12, "B"), Mark(20, "R"))
    legend = parts({"ddm": life}, Line)[-1]
    assert legend.tone is Tone.DIM
    assert legend.text == (
        "accuracy of weeks, 70.0 % to 90.0 %; A alarm; R a retrained model serves; D it was discarded; B the one before is back"
    )


def test_the_table_has_the_most_accurate_first() -> None:
    [grid] = parts({"never": ran(), "weekly": ran(list(range(1, 24))), "one": ran([12])}, Grid)
    assert [row.cells for row in grid.rows] == [
        ("weekly", "0.25, 0.50 and 21 more", "90.0 %", "90.0 %", "90.0 %"),
        ("one", "3.00", "86.7 %", "90.0 %", "70.0 %"),
        ("never", "-", "76.7 %", "70.0 %", "70.0 %"),
    ]


def test_it_is_said_where_nobody_could_act() -> None:
    def said(runs: dict[str, Any], delay: str = "0") -> list[str]:
        shown = MonitoringTrial.shown(record({delay: runs}), {})
        return [part.text for part in shown if isinstance(part, Line) and "replace" in part.text]

    two = {"never": ran(), "weekly": ran()}
    late = "no model can be replaced here: labels and training take 24 weeks of 24"
    assert said(two, "1726") == [late]
    assert said(two, "1725") == ["no entry replaced the model here"]
    assert said({"never": ran()}) == said({"never": ran(), "weekly": ran([12])}) == []


@pytest.mark.parametrize(
    ("fresh", "end"),
    [(0.1, "with fresh rows every week 90.0 %"), (0.4, "every week 60.0 %: retraining does not pay here")],
)
def test_it_is_said_whether_retraining_can_pay(fresh: float, end: str) -> None:
    line = parts({"never": ran()}, Line, fresh=fresh)[1]
    assert line.text.startswith("accuracy without retraining 76.7 %")
    assert line.text.endswith(end)


def test_entries_that_cannot_live_here_for_one_reason_share_a_row() -> None:
    unable = {
        "cbpe@5": ["constant-confidence", "cbpe reads how sure the model is"],
        "doc+challenger": ["constant-confidence", "doc reads how sure the model is"],
        "psi": ["no-signal", "psi finds no column"],
    }
    grid = parts({"never": ran()}, Grid, unable=unable)[-1]
    assert [row.cells for row in grid.rows] == [
        ("cbpe@5, doc+challenger", "reads how sure the model is"),
        ("psi", "finds no column"),
    ]
