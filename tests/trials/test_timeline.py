"""A timeline fits the screen, and says where what happened."""

from __future__ import annotations

import numpy as np
import pytest

from harness.trials.timeline import Lane, Mark, Timeline, drawn

SHARES = (0.7, 0.7, 0.7, 0.4, 0.4, 0.55, 0.55, 0.55)
LANES = (
    Lane("never", SHARES[:3] + (0.4,) * 5, "47.5 %"),
    Lane("ddm", SHARES, "58.8 %", (Mark(3, "A"), Mark(5, "R"), Mark(5, "B"), Mark(7, "D"))),
)
TIMELINE = Timeline(LANES, ((3, 3),), 4, "month")


def test_accuracy_is_drawn_from_the_lowest_to_the_highest_block_and_marks_stand_below() -> None:
    assert drawn(TIMELINE) == [
        "month  0       1       2",
        "drift        ▼",
        "never  ██████▁▁▁▁▁▁▁▁▁▁  47.5 %",
        "ddm    ██████▁▁▁▁▅▅▅▅▅▅  58.8 %",
        "             A   RB  D",
    ]


def test_where_there_is_only_ascii_digits_stand_for_blocks() -> None:
    lines = drawn(TIMELINE, ascii_only=True)
    assert lines[1:4] == ["drift        v", "never  8888881111111111  47.5 %", "ddm    8888881111555555  58.8 %"]
    assert all(line.isascii() for line in lines)


def test_a_narrow_screen_has_one_character_a_step_and_the_last_mark_of_it() -> None:
    assert drawn(TIMELINE, width=30) == [
        "month  0   1   2",
        "drift     ▼",
        "never  ███▁▁▁▁▁  47.5 %",
        "ddm    ███▁▁▅▅▅  58.8 %",
        "          A B D",
    ]


def test_steps_that_do_not_fit_are_drawn_as_their_mean() -> None:
    shares = (0.0, 1.0) * 60
    one = Timeline(
        (Lane("x", shares, "50.0 %"), Lane("y", (0.0,) * 60 + (1.0,) * 60, "50.0 %")), ((90, 119),), 12, "year"
    )
    year, drift, x, y = drawn(one, width=75)
    assert x == f"x      {'▅' * 60}  50.0 %"
    assert y == f"y      {'▁' * 30}{'█' * 30}  50.0 %"
    assert drift == f"drift  {' ' * 45}▼{'─' * 14}"
    assert year.split() == ["year", *map(str, range(11))]


def test_a_change_that_goes_on_is_drawn_to_its_end() -> None:
    assert drawn(Timeline(LANES, ((1, 3), (6, 6)), 4, "month"))[1] == "drift    ▼────     ▼"


@pytest.mark.parametrize("width", [30, 60, 80, 200])
@pytest.mark.parametrize("n_steps", [1, 24, 48, 240])
def test_a_timeline_is_no_wider_than_the_screen(width: int, n_steps: int) -> None:
    lane = Lane("a_policy", tuple(np.linspace(0.2, 0.9, n_steps)), "51.0 %", (Mark(n_steps - 1, "R"),))
    lines = drawn(Timeline((lane,), ((0, n_steps - 1),), 4, "month"), width=width)
    assert max(map(len, lines)) <= width
    assert lines[-1].endswith("R")


def test_a_model_that_never_changes_is_drawn_at_one_height() -> None:
    assert drawn(Timeline((Lane("x", (0.5,) * 4),), (), 4, "month"))[1] == "x      ▁▁▁▁▁▁▁▁"
