"""A document on the terminal: its text and its tables. Figures need a page, so `--out` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from harness.report.document import Document, Heading, Paragraph, Points
from harness.report.figure import Figure
from harness.report.table import Column, Table

_WIDEST_TEXT = 100
_NARROWEST = 20
"""Columns of text are folded to this before a table is printed in parts."""

_WITHOUT_TERMINAL = 160
"""Columns, where the output goes into a file or another program."""


def show(document: Document) -> None:
    """Print a document."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WITHOUT_TERMINAL)
    console.print(Text(document.title, style="bold"))
    for block in document.blocks:
        match block:
            case Heading(text):
                console.print()
                console.print(Text(text, style="bold"))
            case Paragraph(text):
                _say(console, text)
            case Points(items):
                for item in items:
                    _say(console, f"- {item}")
            case Table():
                console.print()
                _say(console, block.caption)
                cells = block.cells()
                for number, part in enumerate(_parts(block, cells, console.width)):
                    if number:
                        console.print()
                    console.print(_grid(block, cells, part))
                for note in block.footnotes:
                    _say(console, note, style="dim")
            case Figure():
                pass


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), width=min(console.width, _WIDEST_TEXT))


def _parts(table: Table, cells: Sequence[Sequence[str]], width: int) -> list[list[int]]:
    """The columns, in parts that fit beside each other; each part begins with the columns of text that name a row."""
    needed = [
        max([len(column.title), *(len(row[at]) for row in cells)]) if column.is_numeric else _folded(at, column, cells)
        for at, column in enumerate(table.columns)
    ]
    first_number = next((at for at, column in enumerate(table.columns) if column.is_numeric), len(needed))
    names = list(range(min(first_number, len(needed) - 1) or 1))
    parts = [list(names)]
    for at in range(len(names), len(needed)):
        if parts[-1] != names and sum(needed[each] + 1 for each in (*parts[-1], at)) > width:
            parts.append(list(names))
        parts[-1].append(at)
    return parts


def _folded(at: int, column: Column, cells: Sequence[Sequence[str]]) -> int:
    """The width of a column of text that is still read well."""
    return min(max([len(column.title), *(len(row[at]) for row in cells)]), _NARROWEST)


def _grid(table: Table, cells: Sequence[Sequence[str]], part: Sequence[int]) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for at in part:
        # On a narrow screen words are folded and numbers are not.
        column = table.columns[at]
        justify: Literal["left", "right"] = "right" if column.is_numeric else "left"
        grid.add_column(Text(column.title), justify=justify, overflow="fold", no_wrap=column.is_numeric)
    for row in cells:
        grid.add_row(*(Text(row[at]) for at in part))
    return grid
