"""What is shown of a trial is plain data that its class makes, and every record can be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from harness.core import Record, Status
from harness.trials import CalibrationTrial, DetectionTrial
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone, measured

SPEC: Mapping[str, Any] = {"detectors": [{"name": "ddm", "detector": {}}]}
View = Callable[[Record, Mapping[str, Any]], Sequence[Shown]]
VIEWS = {"usual": measured, "detection": DetectionTrial.shown, "calibration": CalibrationTrial.shown}
DRIFT = {
    "n_rows": 1800,
    "onset": 600,
    "truth": [[600, 600]],
    "touched": ["a", "b"],
    "touches_labels": True,
    "harm": 9.96,
    "reference_harm": 10.04,
}


def record(measurements: Mapping[str, Any] | None = None, **more: Any) -> Record:
    given = {"status": Status.OK, "factors": {"rows_per_month": 300}, "measurements": measurements or {}, **more}
    return Record(trial_id="a" * 64, study="x", spec="", header="", **given)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("status", Status)
def test_of_a_record_with_nothing_measured_nothing_is_shown(view: View, status: Status) -> None:
    assert list(view(record(status=status, factors={}, reason="why"), SPEC)) == []


# ---- the usual view -------------------------------------------------------------------------------------------------


def test_the_usual_view_has_mean_and_range_of_every_number() -> None:
    [grid] = measured(
        record({"accuracy": [0.5, None, 1.0], "n": 2000, "names": ["a"], "by": {"a": 1}}, clock={"seconds": 1.5}), {}
    )
    assert isinstance(grid, Grid)
    assert [column.title for column in grid.columns] == ["metric", "mean", "min", "max"]
    assert [row.cells for row in grid.rows] == [
        ("accuracy", "0.7500", "0.5000", "1.0000"),
        ("n", "2,000", "2,000", "2,000"),
        ("seconds", "1.5000", "1.5000", "1.5000"),
    ]


# ---- detection ------------------------------------------------------------------------------------------------------


def test_a_detection_shows_the_drift_and_the_alarms_of_each_detector() -> None:
    alarms = {"ks": [299, 1800], "ddm": [], "adwin": list(range(0, 3000, 300)), "ddm@5": [600]}
    shown = DetectionTrial.shown(record({**DRIFT, "alarms": alarms, "unable": {"chi_square": "finds no column"}}), SPEC)
    assert shown == [
        Line("drift at 2.00 months: touches a, b, labels, costs this model 10.0 points, the reference 10.0"),
        Grid(
            (Column("detector"), Column("alarms, in months")),
            (
                Row(
                    ("adwin", "0.00, 1.00, 2.00, 3.00, 4.00, 5.00, 6.00 (past the end), 7.00 (past the end) and 2 more")
                ),
                Row(("ddm", "-")),
                Row(("ddm@5", "2.00")),
                Row(("ks", "1.00, 6.00 (past the end)")),
                Row(("chi_square", "finds no column"), Tone.DIM),
            ),
        ),
        Line("without a setting at 5 %: adwin, chi_square, ks", Tone.DIM),
    ]


@pytest.mark.parametrize(("harm_to", "whom"), [("deployed", "this model"), ("reference", "the reference")])
def test_a_harm_that_was_asked_for_stands_beside_what_was_done(harm_to: str, whom: str) -> None:
    factors = {"rows_per_month": 300, "harm": 10, "harm_to": harm_to}
    line = DetectionTrial.shown(record({**DRIFT, "harm": 9.8, "reference_harm": 4.2}, factors=factors), SPEC)[0]
    assert isinstance(line, Line)
    assert line.text.endswith(f"costs this model 9.8 points, the reference 4.2 (asked: 10 of {whom})")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({"truth": [], "touched": [], "touches_labels": False}, "no drift"),
        (
            {"truth": [], "touched": ["a"], "touches_labels": False},
            "no drift, but a change that passes: touches a, costs this model 10.0 points, the reference 10.0",
        ),
        (
            {"truth": [[600, 900], [1200, 1200]], "touched": [], "touches_labels": False},
            "drift at 2.00 to 3.00 and 4.00 months: costs this model 10.0 points, the reference 10.0",
        ),
        (
            {"truth": [[600, 600]], "touched": list("abcdefgh"), "touches_labels": False},
            "drift at 2.00 months: touches a, b, c, d, e, f and 2 more, costs this model 10.0 points, the reference 10.0",
        ),
    ],
)
def test_a_drift_is_told_in_a_line(found: Mapping[str, Any], text: str) -> None:
    assert DetectionTrial.shown(record({**DRIFT, **found}), SPEC)[0] == Line(text)


def test_a_detection_says_which_settings_miss_the_rate_that_they_were_made_for() -> None:
    realised = {"ddm@5": 0.081, "ks@5": 0.07, "eddm@20": 0.1}
    members = [
        {"name": name, "detector": {}, "about": {"realised": share, "n_fresh": 500}} for name, share in realised.items()
    ]
    [line] = [
        one
        for one in DetectionTrial.shown(record({**DRIFT, "alarms": {}}), {"detectors": [*SPEC["detectors"], *members]})
        if isinstance(one, Line) and "off" in one.text
    ]
    assert line.text == (
        "off the rate that it was set to, and so out of matched comparisons: ddm@5 (8.1 % of 500 fresh streams), eddm@20 "
        "(10 % of 500 fresh streams)"
    )


# ---- calibration ----------------------------------------------------------------------------------------------------


def test_a_calibration_shows_settings_rates_and_why_one_is_missing() -> None:
    shown = CalibrationTrial.shown(
        record(
            {
                "n_streams": 40,
                "n_fresh": 50,
                "settings": {"ddm": {"10": 2.5, "5": 3.25}},
                "rates": {"ddm": {"10": 0.12, "5": 0.06}},
                "impossible": {"never": {"10": "it has no knob", "5": "it has no knob"}},
                "unable": {"chi_square": "finds no column"},
                "default_rates": {"never": 0.0, "ddm": 0.5},
            }
        ),
        {},
    )
    assert shown == [
        Grid(
            (
                Column("detector", wraps=False),
                Column("as it comes", align="right", wraps=False),
                Column("for 5%", align="right"),
                Column("for 10%", align="right"),
            ),
            (Row(("ddm", "50%", "3.25 (6%)", "2.5 (12%)")), Row(("never", "0%", "-", "-"))),
        ),
        Line("chi_square: finds no column", Tone.DIM),
        Line("never for 5, 10%: it has no knob", Tone.DIM),
        Line("In brackets: on how many of 50 fresh streams without drift it alarms.", Tone.DIM),
    ]


def test_a_calibration_flags_the_settings_that_miss_what_was_wanted() -> None:
    settings = {"ddm": {"5": 2.5, "10": 2.0}}
    found = {
        "settings": settings,
        "rates": {"ddm": {"5": 0.07, "10": 0.142}},
        "default_rates": {"ddm": 0.5},
        "n_fresh": 500,
    }
    grid, _, meaning = CalibrationTrial.shown(record(found), {})
    assert isinstance(grid, Grid)
    assert grid.rows[0].cells[2:] == ("2.5 (7%)", "2 (14.2%)*")
    assert meaning == Line(
        "* Less than 0.6 or more than 1.4 times what was wanted: out of matched comparisons.", Tone.DIM
    )


def test_a_calibration_of_nothing_but_detectors_that_cannot_read_the_set_says_why() -> None:
    found = {"n_streams": 4, "n_fresh": 5, "unable": {"chi_square": "finds no column"}}
    grid, reason, _ = CalibrationTrial.shown(record(found), {})
    assert grid == Grid((Column("detector", wraps=False), Column("as it comes", align="right", wraps=False)), ())
    assert reason == Line("chi_square: finds no column", Tone.DIM)
