"""What a trial's class wants shown is drawn; a class that says nothing has its numbers shown."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.console import Console

from harness.cli.run import _drawn
from harness.core import Record, Status
from harness.trials.view import Column, Grid, Line, Row, Shown, Tone, measured, view_of

RECORD = Record(
    trial_id="a" * 64, study="own", status=Status.OK, factors={}, spec="", header="", measurements={"points": [1, 2]}
)


class Plain:
    """A trial that says nothing of how it is shown."""


class Speaking:
    """A trial with a view of its own."""

    @staticmethod
    def shown(record: Record) -> Sequence[Shown]:
        return [Line(f"{len(record.measurements['points'])} points")]


def parts(target: str) -> Sequence[Shown]:
    return view_of(target)(RECORD)


def test_a_class_brings_its_own_view() -> None:
    assert parts(f"{__name__}.Speaking") == [Line("2 points")]


@pytest.mark.parametrize("target", [f"{__name__}.Plain", "harness.trials.SynthesisTrial", "not_installed.Trial"])
def test_without_a_view_or_its_package_the_numbers_are_shown(target: str) -> None:
    assert parts(target) == measured(RECORD)


def test_a_grid_is_drawn_with_its_titles_and_a_line_as_it_is() -> None:
    console = Console(width=40, highlight=False)
    grid = Grid((Column("name"), Column("share", align="right")), (Row(("ddm", "5%")), Row(("ks", "why"), Tone.DIM)))
    with console.capture() as drawn:
        console.print(_drawn(grid))
        console.print(_drawn(Line("[bold] is text")))
    assert [line.rstrip() for line in drawn.get().splitlines()] == [
        "name  share",
        "ddm      5%",
        "ks      why",
        "[bold] is text",
    ]
