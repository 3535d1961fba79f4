"""A table of one row a tool, or a tool and a size, whose columns say which workload they rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from experiments.tracking.record_queries import of_tool, rests_on
from experiments.tracking.study import Tracking, Used
from harness.analysis.query import EVERYTHING
from harness.report.table import Basis, Column, Key, Table

TOOL = Column("tool", "title", basis=Basis.DESIGN)
MILLISECONDS = 1000.0


class Row(NamedTuple):
    """What a row is of.

    Attributes:
        used: the tool.
        size: of the workload, where rows differ in it.
    """

    used: Used
    size: int = 0


@dataclass(frozen=True)
class Shown:
    """A column.

    Attributes:
        column: as it is printed.
        workload: on whose records it rests; `{size}` in it is the size of the row.
        value: of a tool under that workload.
    """

    column: Column
    workload: str
    value: Callable[[Tracking, Used, str], Any]

    def of(self, row: Row) -> str:
        """The workload of a row."""
        return self.workload.format(size=row.size)


def number(title: str, name: str, decimals: int, workload: str, *path: str | int, scale: float = 1.0) -> Shown:
    """A column of medians over runs, of what stands at a place of records."""
    return Shown(Column(title, name, decimals), workload, lambda study, one, at: scale * study.median(one, at, *path))


def milliseconds(title: str, name: str, decimals: int, workload: str, *path: str | int) -> Shown:
    """A column of medians of times."""
    return number(title, name, decimals, workload, "clock", *path, scale=MILLISECONDS)


def yes_no(value: bool | None) -> str | None:
    """A truth value in words; nothing where there is none."""
    return None if value is None else "yes" if value else "no"


def tool_table(
    study: Tracking,
    name: str,
    caption: str,
    shown: Sequence[Shown | Column],
    *,
    rows: Sequence[Row] | None = None,
    size: str = "",
    published: Callable[[Used], dict[str, Any]] = lambda _: {},
    notes: Sequence[str] = (),
) -> Table:
    """A table of tools.

    Args:
        study: the records.
        name: the stem of its files.
        caption: of the table.
        shown: its columns behind the tool's name; a plain column is one of `published`.
        rows: all tools unless given.
        size: the heading of the rows' sizes, where they have any.
        published: what others say of a tool, by the column of the frame.
        notes: below the table.
    """
    rows = [Row(one) for one in study.used] if rows is None else rows
    keyed = ["tracker", "interface", *(["size"] if size else [])]
    measured = [one for one in shown if isinstance(one, Shown)]
    frame = pd.DataFrame(
        [
            {
                **dict(zip(keyed, _key_of(row, keyed), strict=True)),
                "title": study.title(row.used),
                **published(row.used),
                **{one.column.value: one.value(study, row.used, one.of(row)) for one in measured},
            }
            for row in rows
        ],
        columns=[*keyed, "title", *(one.column.value if isinstance(one, Shown) else one.value for one in shown)],
    )
    columns = [TOOL, *([Column(size, "size", 0, basis=Basis.DESIGN)] if size else [])]
    for one in shown:
        if isinstance(one, Column):
            columns.append(one)
        else:
            records = {_key_of(row, keyed): rests_on(study, row.used, one.of(row)) for row in rows}
            columns.append(replace(one.column, keys=[Key(tuple(keyed), records)]))
    own = Key(tuple(keyed), {_key_of(row, keyed): of_tool(row.used) for row in rows})
    return Table(name, caption, frame, columns, notes, keys=[own], where=EVERYTHING)


def _key_of(row: Row, keyed: Sequence[str]) -> tuple[Any, ...]:
    return (*row.used, row.size)[: len(keyed)]
