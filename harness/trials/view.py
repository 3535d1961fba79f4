"""Views of a record on the screen after a run: plain data, which the command line draws.

A class offers it as a static method, `shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]`: of a record, and the
spec of its trial. Of a class without it `measured` is shown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from harness.building import locate
from harness.core import Record
from harness.trials.timeline import Timeline

LONGEST_LEVEL = 60
"""Characters of a level before it is cut where `+` joins its parts."""


class Tone(StrEnum):
    """The emphasis of a line or a row."""

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


Shown = Grid | Line | Timeline


def view(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:
    """What the class of a trial shows of its record, or the usual view."""
    shown: Callable[[Record, Mapping[str, Any]], Sequence[Shown]] = measured
    with contextlib.suppress(ModuleNotFoundError):  # the package of the record's class is not installed
        shown = getattr(locate(spec["_target_"]), "shown", measured)
    return shown(record, spec)


def levels(factors: Mapping[str, Any]) -> str:
    """The level of each factor that has one; a long list is cut."""
    return ", ".join(f"{factor}={_cut(str(level))}" for factor, level in factors.items() if level is not None)


def _cut(level: str) -> str:
    return level if len(level) <= LONGEST_LEVEL else f"{level[:LONGEST_LEVEL].rpartition('+')[0]}+..."


def measured(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:  # noqa: ARG001 - as every view
    """Mean and range (over folds, say) of everything that was measured and clocked; nothing if nothing was."""
    rows = [Row((one.metric, *map(_text, one[1:]))) for one in spans(record)]
    heads = (Column("metric"), *(Column(title, align="right") for title in Span._fields[1:]))
    return [Grid(heads, tuple(rows))] if rows else []


class Span(NamedTuple):
    """What was measured under one name, over folds, say."""

    metric: str
    mean: float
    min: float
    max: float


def spans(record: Record) -> list[Span]:
    """Everything that was measured or clocked and is a number or a list of numbers."""
    parts = (record.measurements, record.clock)
    found = [(name, _numbers(values)) for part in parts for name, values in sorted(part.items())]
    return [Span(name, sum(of) / len(of), min(of), max(of)) for name, of in found if of]


def _numbers(values: Any) -> list[float]:
    return [value for value in (values if isinstance(values, list) else [values]) if isinstance(value, (int, float))]


def _text(number: float) -> str:
    return f"{number:.4f}" if number < 1000 else f"{number:,.0f}"
