"""Numbers of sentences that are cells of tables: which, and how they are printed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from experiments.monitoring.design import DESIGN
from harness.inference.estimate import Interval
from harness.report.numbers import Number, Source, cells
from harness.report.table import Table

LEVEL = 0.95
"""Of the intervals that tables have."""


class Cell(NamedTuple):
    """A cell: its table, its row, its column, decimals, and whether gains have a sign."""

    table: str
    row: Mapping[str, str]
    column: str
    decimals: int = 2
    signed: bool = True


def _each(name: str, levels: Sequence[str], cell: Cell) -> dict[str, Cell]:
    """The same column in several rows, by what tells these apart."""
    return {level: cell._replace(row={**cell.row, name: level}) for level in levels}


_THREE = (DESIGN.performance, DESIGN.data, DESIGN.concept)
_TWO = _THREE[1:]
_RECURRING = "label_permutation_recurring"
_ALARMS = Cell("real_alarms", {"entry": DESIGN.data, "dataset": "all"}, "alarms", 1, signed=False)
_COST = f"{DESIGN.cost:g}"

TOLD: Mapping[str, Mapping[str, Cell]] = {
    "recoverable": _each("scenario", ["local_concept"], Cell("harm", {}, "recoverable")),
    **{
        f"{key}.{place}": _each("entry", _TWO, Cell("scenarios", {"place": place}, column))
        for place in ("drifts", "label_permutation", "without_permutation")
        for key, column in (("behind", "against_performance"), ("ahead", "against_data"), ("known", "shuffled"))
    },
    "passing": _each("entry", _THREE, Cell("scenarios", {"place": _RECURRING}, "against_never")),
    "known.recurring": _each("entry", _TWO, Cell("matched_groups", {}, "shuffled_recurring")),
    "known.late": _each("entry", _TWO, Cell("delays", {}, "shuffled_300")),
    "known.last_month": {
        DESIGN.concept: Cell("matched_actions", {"entry": f"{DESIGN.concept}+last_month"}, "shuffled")
    },
    "calendar": _each("entry", _TWO, Cell("matched", {}, "calendar")),
    "calendar.all": _each("entry", _TWO, Cell("matched", {}, "calendar_all")),
    "equal": _each("entry", ["weeks_8"], Cell("matched", {}, "periodic", 1)),
    "before": _each("entry", ["monthly", "hddm_w"], Cell("early", {}, "early", 0, signed=False)),
    "calm": _each("entry", [DESIGN.performance, "hddm_w"], Cell("early", {}, "calm", signed=False)),
    "window": _each("entry", [DESIGN.performance], Cell("early", {}, "window", 0, signed=False)),
    "regret": _each("entry", ["never", "weeks_1"], Cell("regret", {}, _COST, signed=False)),
    "real": _each("entry", ["weeks_2", "majority"], Cell("real", {}, f"hindsight_{_COST}", 1, signed=False)),
    "right": _each("entry", ["no_change", "weeks_1"], Cell("real", {}, "accuracy", 1, signed=False)),
    "alarms": {
        "mean": _ALARMS,
        **{column: _ALARMS._replace(column=column, decimals=0) for column in ("trials", "silent")},
    },
    "drifted": _each("model", ["bagging:tree", "stacking"], Cell("combined", {}, "ahead", 1)),
}
"""By the first word of a key and what stands behind its last dot."""


def told(tables: Sequence[Table], otherwise: Source) -> Iterator[tuple[str, Number]]:
    """Every number with its key, and its interval if it has one.

    Args:
        tables: of the report.
        otherwise: the source of those that no table has.
    """
    rows = {table.name: table.frame.to_dict("records") for table in tables}
    for first, every in TOLD.items():
        for last, cell in every.items():
            some = (row for row in rows.get(cell.table, []) if cell.row.items() <= row.items())
            row = next(some, {cell.column: math.nan})
            if math.isfinite(row[cell.column]):
                yield from _printed(f"{first}.{last}", cell, row)
            else:
                yield from ((f"{first}.{last}{end}", Number.missing(otherwise)) for end in ("", ".interval"))


def _printed(key: str, cell: Cell, row: Mapping[Any, Any]) -> Iterator[tuple[str, Number]]:
    source, low, high = cells(cell.table, cell.row, cell.column), f"{cell.column}_low", f"{cell.column}_high"
    yield key, Number.of_decimals(row[cell.column], cell.decimals, source, signed=cell.signed)
    if low in row:
        ends = Interval(row[low], row[high], LEVEL)
        yield f"{key}.interval", Number.of_interval(ends, cell.decimals, cells(cell.table, cell.row, low, high))
