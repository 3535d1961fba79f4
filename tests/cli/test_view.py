"""What a trial's class wants shown is drawn; a class that says nothing has its numbers shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from rich.console import Console

from harness.cli.run import _drawn
from harness.core import Record, Status
from harness.front.run import _html, _text
from harness.trials.timeline import Lane, Timeline, drawn
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone, levels, measured, view

RECORD = Record(
    trial_id="a" * 64, study="own", status=Status.OK, factors={}, spec="", header="", measurements={"points": [1, 2]}
)


class Plain:
    """A trial that says nothing of how it is shown."""


class Speaking:
    """A trial with a view of its own."""

    @staticmethod
    def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:
        return [Line(f"{len(record.measurements['points'])} of {spec['n']} points")]


def parts(target: str) -> Sequence[Shown]:
    return view(RECORD, {"_target_": target, "n": 3})


def test_a_class_brings_its_own_view() -> None:
    assert parts(f"{__name__}.Speaking") == [Line("2 of 3 points")]


@pytest.mark.parametrize("target", [f"{__name__}.Plain", "harness.trials.SynthesisTrial", "not_installed.Trial"])
def test_without_a_view_or_its_package_the_numbers_are_shown(target: str) -> None:
    assert parts(target) == measured(RECORD, {})


def test_a_grid_is_drawn_with_its_titles_and_a_line_as_it_is() -> None:
    console = Console(width=40, highlight=False)
    grid = Grid((Column("name"), Column("share", align="right")), (Row(("ddm", "5%")), Row(("ks", "why"), Tone.DIM)))
    with console.capture() as drawn:
        console.print(_drawn(grid, console))
        console.print(_drawn(Line("[bold] is text"), console))
    assert [line.rstrip() for line in drawn.get().splitlines()] == [
        "name  share",
        "ddm      5%",
        "ks      why",
        "[bold] is text",
    ]


def test_a_timeline_is_drawn_as_wide_as_the_screen_and_the_same_in_a_notebook() -> None:
    timeline = Timeline((Lane("<ddm>", (0.5, 0.9) * 12, "70.0 %"),), (), 4, "month")
    for width in (40, 80):
        console = Console(width=width, highlight=False)
        with console.capture() as printed:
            console.print(_drawn(timeline, console), soft_wrap=True)
        assert printed.get().splitlines() == drawn(timeline, width=width)
    assert _text(timeline).splitlines() == drawn(timeline)
    assert _html(timeline).startswith("<pre>month")
    assert "&lt;ddm&gt;" in _html(timeline)


def test_a_long_list_of_levels_is_cut() -> None:
    names = "+".join(f"policy_{number}" for number in range(40))
    assert levels({"entries": names, "model": None, "seed": 0}) == (
        "entries=policy_0+policy_1+policy_2+policy_3+policy_4+policy_5+..., seed=0"
    )
    assert levels({"entries": "never+ddm"}) == "entries=never+ddm"
