"""A table of results: its numbers, how they are printed, and which records each of them rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from typing import Any

import pandas as pd

from harness import places
from harness.analysis.query import EVERYTHING, Query
from harness.report.rounding import P_DIGITS, rounded_frame

MISSING = "–"


class Basis(StrEnum):
    """What the cells of a column rest on."""

    RECORDS = "records"
    DESIGN = "design"
    """Names, levels and bounds that were fixed before any record."""
    PUBLISHED = "published"
    """Numbers that others have published."""
    NEW_SEEDS = places.REPLICATION_TIER
    FRESH_SETS = places.CONFIRMATION_TIER
    """Records of the tier of that name, which stand in a file of their own."""

    @property
    def other_tier(self) -> str | None:
        """The tier whose records these are, if it is not the table's own."""
        return str(self) if self in (Basis.NEW_SEEDS, Basis.FRESH_SETS) else None

    @property
    def is_measured(self) -> bool:
        """Whether they rest on records, of whatever tier."""
        return self is Basis.RECORDS or self.other_tier is not None


@dataclass(frozen=True)
class Key:
    """Columns of a table's frame that tell its rows apart, and what that says of the records behind a row.

    Attributes:
        columns: of the frame.
        records: for each combination of their values, the records that it stands for.
    """

    columns: tuple[str, ...]
    records: Mapping[tuple[Any, ...], Query]

    def query(self, row: Mapping[str, Any]) -> Query:
        """The records that a row of the frame stands for, as far as these columns say."""
        return self.records[tuple(known(row[name]) for name in self.columns)]


@dataclass(frozen=True)
class Column:
    """One column as it is printed.

    Attributes:
        title: its heading.
        value: the column of the frame.
        decimals: for numbers; None prints the value as text.
        low, high: columns of the frame with the ends of an interval, printed in brackets behind the value.
        p_value: print as a p-value ("< .001").
        signed: print a plus sign before positive numbers.
        where: which of the table's records its cells rest on; all unless given.
        keys: what tells these records apart by row, where the table's own keys do not: () if each cell rests on the records of
            all rows, such as a rank or a p-value that is adjusted over all rows.
        basis: what its cells rest on, if not on records.
    """

    title: str
    value: str
    decimals: int | None = None
    low: str = ""
    high: str = ""
    p_value: bool = False
    signed: bool = False
    where: Query = EVERYTHING
    keys: Sequence[Key] | None = None
    basis: Basis = Basis.RECORDS

    @classmethod
    def of_estimate(cls, title: str, name: str, decimals: int, **others: Any) -> Column:
        """An estimate with its interval, as `harness.analysis.frame.interval_cells` puts them into the frame."""
        return cls(title, name, decimals, f"{name}_low", f"{name}_high", **others)

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers, which align at the right."""
        return self.decimals is not None or self.p_value

    def cell(self, row: pd.Series[Any]) -> str:
        """The printed text for one row of the frame."""
        value = row[self.value]
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return MISSING
        if self.p_value:
            return p_text(float(value))
        text = str(value) if self.decimals is None else number_text(float(value), self.decimals, signed=self.signed)
        if self.low and not math.isnan(float(row[self.low])):
            ends = (number_text(float(row[end]), self.decimals or 0) for end in (self.low, self.high))
            text += " [{}, {}]".format(*ends)
        return text


@dataclass(frozen=True)
class Table:
    """A table: the numbers, how they are printed, what a reader must know, and where the numbers come from.

    Attributes:
        name: the stem of its files.
        caption: one or two sentences.
        frame: raw numbers; the CSV has all its columns.
        columns: those that are printed.
        notes: sentences below the table; empty ones are left out.
        keys: what tells its rows apart.
        where: the records that all cells rest on; None if they are not declared.
        p_values: columns of the frame with p-values that are not printed; the CSV has fewer digits of them.
        fitted: columns of the frame with numbers that an optimiser has found; likewise.
        unprinted: columns of the frame that are not printed and say more of their records than the keys do.
        about: what the paper knows of the rows beside their cells, by name one text a row; the JSON alone has it.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    columns: Sequence[Column]
    notes: Sequence[str] = field(default_factory=tuple)
    keys: Sequence[Key] = ()
    where: Query | None = None
    p_values: Sequence[str] = ()
    fitted: Sequence[str] = ()
    unprinted: Sequence[Column] = ()
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def written(self) -> pd.DataFrame:
        """The numbers as they are written, see `harness.report.rounding`.

        Cells are printed from the unrounded ones: 3.1500000000000004 has always been "3.2", and 3.15 would be "3.1".
        """
        printed = [column.value for column in self.columns if column.p_value]
        return rounded_frame(self.frame, [*printed, *self.p_values, *self.fitted])

    @property
    def footnotes(self) -> list[str]:
        """The notes that say something."""
        return [note for note in self.notes if note]

    def cells(self) -> list[list[str]]:
        """The printed body, row by row."""
        return [[column.cell(row) for column in self.columns] for _, row in self.frame.iterrows()]

    @property
    def key_columns(self) -> list[str]:
        """The columns of the frame by which its rows are known."""
        return list(dict.fromkeys(name for key in self.keys for name in key.columns))

    def row_of(self, key: Mapping[str, Any]) -> dict[str, Any]:
        """The row whose key columns have these values.

        Raises:
            LookupError: there is no such row, or there are several.
        """
        found = [
            row for row in self.frame.to_dict("records") if all(row[name] == key[name] for name in self.key_columns)
        ]
        if len(found) != 1:
            raise LookupError(f"table {self.name!r} has {len(found)} rows with {dict(key)}, and one is meant.")
        return {str(name): value for name, value in found[0].items()}

    def column_of(self, name: str) -> Column:
        """What is declared of a column of the frame; one that belongs to no printed one rests on all records of its row."""
        every = (*self.columns, *self.unprinted)
        return next((one for one in every if name in (one.value, one.low, one.high)), Column("", name))

    def query(self, row: Mapping[str, Any], name: str) -> Query | None:
        """The records that a cell rests on, among those of the tier that `column_of` names; None if it rests on none.

        Args:
            row: of the frame, or at least its key columns.
            name: a column of the frame.

        Raises:
            LookupError: the table declares nothing, or has no such column.
        """
        if self.where is None:
            raise LookupError(f"table {self.name!r} does not declare the records that it rests on.")
        if name not in self.frame.columns:
            raise LookupError(f"table {self.name!r} has no column {name!r}; it has {', '.join(self.frame.columns)}.")
        column = self.column_of(name)
        if not column.basis.is_measured:
            return None
        keys = self.keys if column.keys is None else column.keys
        return reduce(Query.__and__, (key.query(row) for key in keys), self.where & column.where)


def known(value: Any) -> Any:
    """A value of a frame, None for NaN, which equals nothing and can be no key."""
    return None if isinstance(value, float) and math.isnan(value) else value


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """A rounded number with a true minus sign and no negative zero."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else MISSING
    text = f"{value:+.{decimals}f}" if signed else f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    return text.replace("-", "−")


LEVEL = 0.05
"""The usual level of significance, on whose side a printed p-value has to be."""


def p_text(p: float) -> str:
    """A p-value without a leading zero, with three decimals, or so many more that it is on its side of `LEVEL`.

    .0504 is ".0504", since ".050" would leave open which side it is.
    """
    if math.isnan(p):
        return MISSING
    if p < 0.001 or p > 0.999:
        return "< .001" if p < 0.001 else "> .999"
    texts = (f"{p:.{decimals}f}" for decimals in range(3, P_DIGITS + 1))
    return next((text for text in texts if _side(float(text)) == _side(p)), f"{p:.3f}").lstrip("0")


def _side(p: float) -> int:
    return (p > LEVEL) - (p < LEVEL)


def p_phrase(p: float) -> str:
    """A p-value to stand behind the letter p: "= .012" or "< .001"."""
    text = p_text(p)
    return text if text.startswith(("<", ">")) else f"= {text}"
