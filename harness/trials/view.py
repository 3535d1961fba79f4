"""What a trial's class may have shown on the screen after a run: plain data, which the command line draws.

A class offers it as a static method, `shown(record: Record) -> Sequence[Shown]`; of one without it `measured` is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from harness.core import Record


class Tone(StrEnum):
    """How loud a line or a row is."""

    PLAIN = "plain"
    DIM = "dim"


@dataclass(frozen=True)
class Line:
    """A line of text, which is never broken."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Column:
    """The head of a column.

    Attributes:
        title: above it.
        align: to which side its cells stand.
        wraps: whether a long cell may take more than one line.
    """

    title: str
    align: Literal["left", "right"] = "left"
    wraps: bool = True


@dataclass(frozen=True)
class Row:
    """The cells of one row, one for each column; those at the end may be missing."""

    cells: tuple[str, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Grid:
    """Rows below the heads of their columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


Shown = Grid | Line


def measured(record: Record) -> Sequence[Shown]:
    """Mean and range (over folds, say) of everything that was measured and clocked; nothing if nothing was."""
    found = [
        (name, _numbers(values))
        for part in (record.measurements, record.clock)
        for name, values in sorted(part.items())
    ]
    rows = [Row((name, *map(_text, (sum(of) / len(of), min(of), max(of))))) for name, of in found if of]
    heads = (Column("metric"), *(Column(title, align="right") for title in ("mean", "min", "max")))
    return [Grid(heads, tuple(rows))] if rows else []


def _numbers(values: Any) -> list[float]:
    return [value for value in (values if isinstance(values, list) else [values]) if isinstance(value, (int, float))]


def _text(number: float) -> str:
    return f"{number:.4f}" if number < 1000 else f"{number:,.0f}"
