"""A document on the terminal: its text and its tables. Figures need a page, so `--out` writes them."""

from __future__ import annotations

from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from harness.report.document import Document, Heading, Paragraph, Points
from harness.report.figure import Figure
from harness.report.table import Table

_WIDEST_TEXT = 100
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
                console.print(_grid(block))
                for note in block.footnotes:
                    _say(console, note, style="dim")
            case Figure():
                pass


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), width=min(console.width, _WIDEST_TEXT))


def _grid(table: Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns:
        # On a narrow screen words are folded and numbers are not.
        justify: Literal["left", "right"] = "right" if column.is_numeric else "left"
        grid.add_column(Text(column.title), justify=justify, overflow="fold", no_wrap=column.is_numeric)
    for row in table.cells():
        grid.add_row(*map(Text, row))
    return grid
